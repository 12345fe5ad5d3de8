"""The form that one sends: a PDF, set by typst from a page of its own with fonts that it brings along.

Whatever a customer or a peer is called goes in as data and comes out as text: no name is ever read as markup.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import typst

from collector.errors import BadInput
from collector.statements import wording
from collector.statements.document import Connection, Document, Intervention, Line, Party
from collector.statements.lettering import Lettering
from collector.statements.wording import breakable, shown

MAX_LOGO = 512 * 1024
ARCHIVAL: Final = "a-2b"
"""PDF/A, ISO 19005-2: with all its fonts, to be read in ten years."""
_WORDS_ALONE = b'#set text(font: "Libertinus Serif")\n#sys.inputs.words'
_LOGO_ALONE = b"#image(bytes(json(bytes(sys.inputs.logo))), format: sys.inputs.logo_kind)"
_LOGO_KINDS = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg", b"<svg": "svg", b"<?xm": "svg", b"GIF8": "gif"}


class Press:
    """Makes the PDFs; what it has set once it sets faster again."""

    def __init__(self, logo: Path | None = None) -> None:
        self._logo = {} if logo is None else read_logo(logo)
        self._compiler: typst.Compiler | None = None
        self._lettering = Lettering(self._shows)

    def pdf(self, document: Document) -> bytes:
        """The same bytes whenever it is made."""
        fit = self._lettering.set(content(document))
        told = {"doc": json.dumps(fit), **self._logo}
        issued_s = int(datetime.fromisoformat(document.issued).timestamp())
        try:
            made = self._press().compile(
                _page(), format="pdf", sys_inputs=told, timestamp=issued_s, pdf_standards=ARCHIVAL
            )
        except typst.TypstError:  # a logo that no archive takes
            made = self._press().compile(_page(), format="pdf", sys_inputs=told, timestamp=issued_s)
        if not isinstance(made, bytes):
            raise AssertionError("typst made no PDF")
        return made

    def _press(self) -> typst.Compiler:
        if self._compiler is None:
            self._compiler = typst.Compiler()
        return self._compiler

    def _shows(self, text: str) -> bool:
        """Whether there is a font for each letter: an archival PDF may not have one without."""
        try:
            self._press().compile(_WORDS_ALONE, format="pdf", sys_inputs={"words": text}, pdf_standards=ARCHIVAL)
        except typst.TypstError:
            return False
        return True


@cache
def _page() -> bytes:
    return (files("collector.statements") / "statement.typ").read_bytes()


def read_logo(file: Path) -> dict[str, str]:
    """What the page is told of the logo; BadInput when it cannot be shown."""
    try:
        image = file.read_bytes()
    except OSError as error:
        raise BadInput(
            "firm_logo", f"{file} cannot be read: {error.strerror}", "give a PNG, JPEG or SVG file"
        ) from None
    kind = next((kind for start, kind in _LOGO_KINDS.items() if image.startswith(start)), None)
    if kind is None or len(image) > MAX_LOGO:
        raise BadInput("firm_logo", f"{file} is no picture of at most 512 KB", "give a PNG, JPEG or SVG file")
    told = {"logo": json.dumps(list(image)), "logo_kind": kind}
    try:
        typst.Compiler().compile(_LOGO_ALONE, format="pdf", sys_inputs=told)
    except typst.TypstError:
        raise BadInput("firm_logo", f"{file} is damaged", "give a PNG, JPEG or SVG file") from None
    return told


def content(document: Document) -> dict[str, object]:
    """Everything that the page shows, in words and in order."""
    language = wording.language_of(document)
    words = _IT if language == "it" else _EN
    return {
        "lang": language,
        "words": words,
        "title": words["credit-note" if document.is_credit else "statement"],
        "number": document.number or "-",
        "facts": _facts(document, words),
        "firm": {"name": shown(document.firm.name), "lines": _firm_lines(document, words)},
        "customer": {"name": breakable(document.customer.name), "lines": _party_lines(document.customer, words)},
        "interventions": list(_interventions(document, words)),
        "totals": _totals(document, words),
        "total": words["total_credited" if document.is_credit else "total"],
        "gross": wording.amount(document.gross, language),
        "payment": [] if document.is_credit or not float(document.gross) else _payment(document, words),
        "terms": _terms(document, words),
    }


def _facts(document: Document, words: dict[str, str]) -> list[list[str]]:
    language = wording.language_of(document)
    facts = [
        [words["number"], document.number or words["draft"]],
        [words["date"], wording.day(document.issued, language)],
        [words["month"], wording.month(document, language)],
    ]
    if document.credits is not None:
        credited = f"{document.credits.number}, {wording.day(document.credits.day, language)}"
        facts.append([words["credits_lines" if document.credits.lines else "credits"], credited])
        if document.credits.lines:
            facts.append([words["lines"], ", ".join(map(str, document.credits.lines))])
        facts.append([words["reason"], breakable(document.credits.reason)])
    return facts


def _firm_lines(document: Document, words: dict[str, str]) -> list[str]:
    firm = document.firm
    contact = " · ".join(shown(each) for each in (firm.email, firm.phone) if each)
    return [line for line in (*_party_lines(firm, words), contact) if line]


def _party_lines(party: Party, words: dict[str, str]) -> list[str]:
    town = " ".join(
        each for each in (party.postcode, party.town, f"({party.province})" if party.province else "") if each
    )
    numbers = [
        f"{words[label]} {number}"
        for label, number in (("vat_number", f"{party.country}{party.vat_number}"), ("tax_code", party.tax_code))
        if number and number != party.country
    ]
    country = "" if party.country == "IT" else party.country
    return [breakable(line) for line in (party.street, town, country, " · ".join(numbers)) if line]


def _interventions(document: Document, words: dict[str, str]) -> Iterator[dict[str, object]]:
    """Their lines are counted through, as the electronic invoice counts them."""
    before = 0
    for each in document.interventions:
        yield _intervention(each, list(enumerate(each.lines, before + 1)), document, words)
        before += len(each.lines)


def _intervention(
    of: Intervention, lines: Sequence[tuple[int, Line]], document: Document, words: dict[str, str]
) -> dict[str, object]:
    language = wording.language_of(document)
    category = wording.category(of.category, language) if of.category else ""
    return {
        "title": f"{words['intervention']} {of.id}",
        "about": breakable(" · ".join(each for each in (of.subject, category) if each)),
        "day": wording.day(of.opened, language),
        "lines": [_line(n, line, document) for n, line in lines],
        "connections": [_connection(n, each, document, words) for n, each in enumerate(of.connections, 1)],
        "time": f"{words['connection_time']}: {wording.length(of.connection_seconds * 1000)}",
        "notes": [note.of(language) for note in of.notes],
    }


def _line(n: int, line: Line, document: Document) -> dict[str, str]:
    language = wording.language_of(document)
    return {
        "n": str(n),
        "why": breakable(line.why.of(language)),
        "quantity": str(line.quantity),
        "price": wording.amount(line.unit_price, language),
        "rate": wording.percent(line.vat_rate, language),
        "amount": wording.amount(line.amount, language),
    }


def _connection(n: int, of: Connection, document: Document, words: dict[str, str]) -> dict[str, object]:
    language = wording.language_of(document)
    end = wording.clock(of.end)
    if of.end[:10] != of.start[:10]:
        end = f"{end} ({wording.day(of.end, language)})"
    notes = [words["declared"]] if of.declared else []
    notes += [words["end_unconfirmed"]] if of.end_unconfirmed else []
    notes += [
        f"{words['from']} {wording.clock(gap.start)}, {wording.length(gap.lasted_ms)}: {words['gap']}"
        for gap in of.gaps
    ]
    return {
        "n": str(n),
        "day": wording.day(of.start, language),
        "start": wording.clock(of.start),
        "end": end,
        "tool": breakable(wording.tool(of, language)),
        "peer": breakable(of.peer or words["unknown_peer"]),
        "observed": wording.length(of.observed_ms),
        "notes": notes,
    }


def _totals(document: Document, words: dict[str, str]) -> list[list[str]]:
    language = wording.language_of(document)
    rows = [[words["net"], wording.amount(document.net, language)]]
    for each in document.rates:
        of = f"{words['vat']} {wording.percent(each.rate, language)} {words['on']} {wording.amount(each.net, language)}"
        rows.append([of, wording.amount(each.vat, language)])
    return rows


def _payment(document: Document, words: dict[str, str]) -> list[str]:
    language = wording.language_of(document)
    due = f"{words['due']} {wording.day(wording.due_day(document), language)}"
    if not document.firm.iban:
        return [due]
    iban = document.firm.iban.replace(" ", "").upper()
    grouped = " ".join(iban[i : i + 4] for i in range(0, len(iban), 4))
    return [due, f"IBAN {grouped}", f"{words['reference']} {document.number or words['draft']}"]


def _terms(document: Document, words: dict[str, str]) -> list[str]:
    language = wording.language_of(document)
    lists = dict.fromkeys(wording.price_list(each.tariff, language) for each in document.interventions)
    terms = [f"{words['term_prices']} {'; '.join(lists)}."] if lists else []
    caps = dict.fromkeys(each.cap_applies_to for each in document.interventions)
    terms += [words["term_time"], *(words[f"term_cap_{each}"] for each in caps)]
    if any(connection.declared for each in document.interventions for connection in each.connections):
        terms.append(words["term_declared"])
    if document.is_untaxed and document.firm.vat_law:
        terms.append(f"{words['term_untaxed']} {shown(document.firm.vat_law)}.")
    return [*terms, words["term_invoice"], words["term_check"]]


_IT = {
    "statement": "Estratto conto assistenza",
    "credit-note": "Nota di credito",
    "number": "Numero",
    "draft": "bozza",
    "date": "Data",
    "month": "Mese",
    "credits": "Storna",
    "credits_lines": "Storna in parte",
    "lines": "Righe stornate",
    "reason": "Motivo",
    "to": "Spettabile",
    "vat_number": "P. IVA",
    "tax_code": "C.F.",
    "what": "Descrizione",
    "quantity": "Q.tà",
    "price": "Prezzo €",
    "rate": "IVA",
    "amount": "Importo €",
    "intervention": "Intervento",
    "net": "Imponibile",
    "vat": "IVA",
    "on": "su",
    "total": "Totale €",
    "total_credited": "Totale a credito €",
    "due": "Pagamento entro il",
    "reference": "Causale",
    "proof": "Il tempo che lo prova",
    "day": "Giorno",
    "start": "Inizio",
    "end": "Fine",
    "tool": "Programma",
    "peer": "Collegato a",
    "observed": "Osservato",
    "connection_time": "Tempo di collegamento",
    "declared": "dichiarato dal tecnico, non osservato",
    "end_unconfirmed": "fine non confermata: contato fino all'ultima osservazione",
    "from": "dalle",
    "gap": "non osservato, non addebitato",
    "unknown_peer": "non indicato",
    "none": "nessun collegamento",
    "terms": "Condizioni",
    "page": "Pagina",
    "of": "di",
    "term_prices": "Prezzi al netto dell'IVA, del listino in vigore all'apertura di ogni intervento:",
    "term_time": "Il tempo è misurato al secondo e mai arrotondato per eccesso; ciò che nessuno ha osservato non è "
    "addebitato; due collegamenti contemporanei contano una volta.",
    "term_cap_connection": "Il tempo compreso vale per ogni collegamento; oltre quello si conta ogni mezz'ora "
    "iniziata.",
    "term_cap_intervention": "Il tempo compreso vale per l'intervento intero, anche se richiede più collegamenti; "
    "oltre quello si conta ogni mezz'ora iniziata.",
    "term_untaxed": "Operazione senza IVA:",
    "term_declared": "Il tempo dichiarato dal tecnico (telefono, console nel browser) è indicato come tale.",
    "term_invoice": "La fattura elettronica, dove dovuta, è trasmessa tramite il Sistema di Interscambio.",
    "term_check": "Questo documento esiste anche in forma firmata (Ed25519), verificabile con la chiave pubblica di "
    "chi lo emette.",
}
_EN = {
    "statement": "Support statement",
    "credit-note": "Credit note",
    "number": "Number",
    "draft": "draft",
    "date": "Date",
    "month": "Month",
    "credits": "Takes back",
    "credits_lines": "Takes back part of",
    "lines": "Lines taken back",
    "reason": "Reason",
    "to": "To",
    "vat_number": "VAT no.",
    "tax_code": "Tax code",
    "what": "Description",
    "quantity": "Qty",
    "price": "Price €",
    "rate": "VAT",
    "amount": "Amount €",
    "intervention": "Intervention",
    "net": "Net",
    "vat": "VAT",
    "on": "of",
    "total": "Total €",
    "total_credited": "Total credited €",
    "due": "Please pay by",
    "reference": "Reference",
    "proof": "The time that proves it",
    "day": "Day",
    "start": "Start",
    "end": "End",
    "tool": "Program",
    "peer": "Connected to",
    "observed": "Observed",
    "connection_time": "Connection time",
    "declared": "declared by the technician, not observed",
    "end_unconfirmed": "end not confirmed: counted up to the last observation",
    "from": "from",
    "gap": "not observed, not billed",
    "unknown_peer": "not told",
    "none": "no connection",
    "terms": "Terms",
    "page": "Page",
    "of": "of",
    "term_prices": "Prices without VAT, of the price list in force when each intervention was opened:",
    "term_time": "Time is measured to the second and never rounded up; what nobody observed is not billed; two "
    "connections at once count once.",
    "term_cap_connection": "The time included holds for each connection; beyond it each half hour begun counts.",
    "term_cap_intervention": "The time included holds for the whole intervention, however many connections it takes; "
    "beyond it each half hour begun counts.",
    "term_untaxed": "Charged without VAT:",
    "term_declared": "Time declared by the technician (telephone, consoles in the browser) is marked as such.",
    "term_invoice": "The electronic invoice, where one is due, is sent through the exchange system (SdI).",
    "term_check": "This document exists in a signed form too (Ed25519), to be verified with its sender's public key.",
}
