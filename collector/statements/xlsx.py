"""The workbook form: the lines on one sheet, the time that proves them on another; numbers are numbers, and whatever
somebody was called is text, never a formula."""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime

import xlsxwriter

from collector.statements import wording
from collector.statements.document import Document
from collector.statements.wording import shown

Cell = str | int | float | datetime | None

_IT = (
    ("Voci", "Tempo", "Totali"),
    ("Intervento", "Data", "Oggetto", "Voce", "Descrizione", "Quantità", "Prezzo €", "IVA %", "Importo €"),
    (
        "Intervento",
        "N.",
        "Inizio",
        "Fine",
        "Programma",
        "Collegato a",
        "Secondi osservati",
        "Dichiarato",
        "Non osservati",
    ),
    ("Imponibile €", "IVA €", "Totale €", "Storna"),
    "sì",
)
_EN = (
    ("Lines", "Time", "Totals"),
    ("Intervention", "Date", "Subject", "Code", "Description", "Quantity", "Price €", "VAT %", "Amount €"),
    ("Intervention", "No.", "Start", "End", "Program", "Connected to", "Seconds observed", "Declared", "Not observed"),
    ("Net €", "VAT €", "Total €", "Takes back"),
    "yes",
)


def xlsx(document: Document) -> bytes:
    """The workbook; rows go to the disk one by one, so that a long month needs no more memory than a short one."""
    target = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    words = _IT if wording.language_of(document) == "it" else _EN
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties(
            {"title": document.number, "author": shown(document.firm.name), "created": _local(document.issued)}
        )
        formats = _Formats(book)
        _sheet(book, words[0][0], words[1], _lines(document), (12, 12, 30, 10, 70, 9, 11, 8, 12), formats)
        _sheet(book, words[0][1], words[2], _time(document, words[4]), (12, 5, 19, 19, 26, 30, 18, 11, 14), formats)
        credited = document.credits.number if document.credits else None
        totals = ((_money(document.net), _money(document.vat), _money(document.gross), credited),)
        _sheet(book, words[0][2], words[3], iter(totals), (14, 14, 14, 14), formats)
    return target.getvalue()


class _Formats:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E6EFEF"})
        self.money = book.add_format({"num_format": "#,##0.00"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.plain = book.add_format({"valign": "top"})


def _sheet(
    book: xlsxwriter.Workbook,
    name: str,
    head: Sequence[str],
    rows: Iterator[Sequence[Cell]],
    widths: Sequence[int],
    formats: _Formats,
) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for column, text in enumerate(head):
        sheet.write_string(0, column, text, formats.head)
    for n, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(n, column, cell, formats.plain)
            elif isinstance(cell, datetime):
                sheet.write_datetime(n, column, cell, formats.moment)
            elif isinstance(cell, float):
                sheet.write_number(n, column, cell, formats.money)
            elif cell is not None:
                sheet.write_number(n, column, cell)


def _lines(document: Document) -> Iterator[Sequence[Cell]]:
    language = wording.language_of(document)
    for each in document.interventions:
        for line in each.lines:
            yield (
                each.id,
                each.opened[:10],
                shown(each.subject),
                wording.code(line.code, language),
                shown(line.why.of(language)),
                line.quantity,
                _money(line.unit_price),
                _money(line.vat_rate),
                _money(line.amount),
            )


def _time(document: Document, yes: str) -> Iterator[Sequence[Cell]]:
    language = wording.language_of(document)
    for each in document.interventions:
        for n, connection in enumerate(each.connections, 1):
            gaps = sum(gap.lasted_ms for gap in connection.gaps)
            yield (
                each.id,
                n,
                _local(connection.start),
                _local(connection.end),
                shown(wording.tool(connection, language)),
                shown(connection.peer),
                connection.observed_ms // 1000,
                yes if connection.declared else "",
                wording.length(gaps) if gaps else "",
            )


def _local(iso: str) -> datetime:
    """The firm's own time, as a workbook has no zones."""
    return datetime.fromisoformat(iso).replace(tzinfo=None)


def _money(text: str) -> float:
    """A workbook knows no other numbers; a cent stays a cent up to the milliards."""
    return float(text)
