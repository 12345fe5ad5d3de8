"""The forms for spreadsheets and accounting programs: values parted by semicolons, UTF-8 with its mark, decimal commas
as Italian programs read them. No cell begins as a formula, whatever somebody was called."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from collector.domain.reasons import Language
from collector.domain.statement import Kind
from collector.statements import wording
from collector.statements.document import Both, Document
from collector.statements.wording import shown

BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

LINES_HEAD = (
    "number",
    "month",
    "day",
    "customer",
    "vat_number",
    "tax_code",
    "intervention",
    "opened",
    "subject",
    "code",
    "description",
    "quantity",
    "unit_price",
    "amount",
    "vat_rate",
    "connection_seconds",
    "declared",
    "credits",
)
ACCOUNTANT_HEAD = (
    "number",
    "kind",
    "day",
    "month",
    "customer_id",
    "customer",
    "vat_number",
    "tax_code",
    "country",
    "vat_rate",
    "net",
    "vat",
    "gross",
    "credits",
)

_ITALIAN = {
    "number": "numero",
    "kind": "tipo",
    "month": "mese",
    "day": "data",
    "customer_id": "codice_cliente",
    "customer": "cliente",
    "vat_number": "partita_iva",
    "tax_code": "codice_fiscale",
    "country": "nazione",
    "intervention": "intervento",
    "opened": "aperto",
    "subject": "oggetto",
    "code": "voce",
    "description": "descrizione",
    "quantity": "quantita",
    "unit_price": "prezzo_unitario",
    "amount": "importo",
    "vat_rate": "aliquota_iva",
    "connection_seconds": "secondi_collegamento",
    "declared": "dichiarato",
    "net": "imponibile",
    "vat": "iva",
    "gross": "totale",
    "credits": "storna",
}
_DECLARED = Both("declared", "dichiarato")
_KINDS: Mapping[str, str] = {Kind.STATEMENT: "estratto conto", Kind.CREDIT_NOTE: "nota di credito"}


def lines_csv(document: Document) -> str:
    """A statement, one row for each line of a charge, in the customer's language."""
    return written(_head(LINES_HEAD, wording.language_of(document)), _lines(document))


def accountant_csv(documents: Iterable[Document]) -> Iterator[str]:
    """All of a month, one row for each statement and VAT rate; what is credited counts below nothing. In Italian, which
    an Italian firm's accountant reads."""
    yield written(_head(ACCOUNTANT_HEAD, "it"), ())
    for document in documents:
        yield _rows(_taxed(document))


def _head(names: Sequence[str], language: Language) -> Sequence[str]:
    return [_ITALIAN[name] for name in names] if language == "it" else names


def _lines(document: Document) -> Iterator[Sequence[str]]:
    who, language = document.customer, wording.language_of(document)
    for each in document.interventions:
        for line in each.lines:
            declared = any(each.connections[n].declared for n in line.connections)
            yield (
                document.number,
                document.month,
                document.day,
                who.name,
                who.vat_number,
                who.tax_code,
                str(each.id),
                each.opened,
                each.subject,
                wording.code(line.code, language),
                line.why.of(language),
                str(line.quantity),
                comma(line.unit_price),
                comma(line.amount),
                comma(line.vat_rate),
                str(each.connection_seconds),
                _DECLARED.of(language) if declared else "",
                document.credits.number if document.credits else "",
            )


def _taxed(document: Document) -> Iterator[Sequence[str]]:
    sign = -1 if document.is_credit else 1
    who = document.customer
    for each in document.rates:
        net, vat = sign * Decimal(each.net), sign * Decimal(each.vat)
        yield (
            document.number,
            _KINDS[document.kind],
            document.day,
            document.month,
            str(who.id),
            who.name,
            who.vat_number,
            who.tax_code,
            who.country,
            comma(each.rate),
            comma(f"{net:.2f}"),
            comma(f"{vat:.2f}"),
            comma(f"{net + vat:.2f}"),
            document.credits.number if document.credits else "",
        )


def comma(number: str) -> str:
    return number.replace(".", ",")


def written(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A whole file of them."""
    return BOM + _rows([head, *rows])


def _rows(rows: Iterable[Sequence[str]]) -> str:
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return target.getvalue()


def safe(cell: str) -> str:
    """A cell that no program takes for a formula (OWASP: CSV injection); numbers stay numbers."""
    text = shown(cell)
    if text.startswith(_FORMULA) and not _number(text):
        return f"'{text}"
    return text


def _number(text: str) -> bool:
    return text.removeprefix("-").replace(",", "", 1).isdigit()
