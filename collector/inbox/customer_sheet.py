"""The sheet of customers: one line each, headed in Italian or English; read with all its faults named, and written out.

What is empty, or has no column, leaves what is known as it is. Cells that hold several things part them by |.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from collector.domain.contract import SINCE_EVER, Contract, Period, Suspension, VersionFrom
from collector.domain.customer import CustomerCard, tidy_edition, tidy_number, tidy_vat
from collector.domain.entitlement import Version
from collector.domain.fault import Fault
from collector.domain.peers import Peer
from collector.errors import BadInput
from collector.inbox.sheet_text import Cells, decoded, rows, separator_of, written

_PARTS = re.compile(r"\s*\|\s*")


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """What is wrong with a cell: its line in the file, and its column as it is headed."""

    line: int
    column: str
    problem: str

    def __str__(self) -> str:
        place = f"line {self.line}" + (f", {self.column}" if self.column else "")
        return str(BadInput(place, self.problem))


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One customer's line: what it says, by column."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str | None:
        """What it says there; None where it says nothing."""
        return self.cells.get(column) or None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that was read: its lines, how its columns are headed, and what could not be read."""

    lines: tuple[SheetLine, ...]
    headings: Mapping[str, str]
    problems: tuple[SheetProblem, ...]

    def problem(self, line: int, fault: Fault) -> SheetProblem:
        """The fault, placed."""
        told = fault.problem + (f" ({fault.remedy})" if fault.remedy else "")
        return SheetProblem(line, self.headings.get(fault.place, fault.place), told)


# Column, and the headings that it goes by beside its own name.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("numero", "id", "customer", "cliente n."),
    "code": ("codice", "codice cliente", "customer code"),
    "name": ("nome", "cliente", "nome cliente", "customer name"),
    "business_name": ("denominazione", "ragione sociale", "company"),
    "vat_number": ("partita iva", "p.iva", "p. iva", "piva", "vat", "vat no", "tax number"),
    "tax_code": ("codice fiscale", "c.f.", "cf", "fiscal code"),
    "street": ("indirizzo", "via", "address"),
    "postcode": ("cap", "zip", "postal code"),
    "town": ("comune", "città", "citta", "city"),
    "province": ("provincia", "prov", "prov."),
    "country": ("nazione", "paese", "stato"),
    "recipient_code": ("codice destinatario", "codice sdi", "sdi", "codice univoco"),
    "pec": ("posta certificata", "certified e-mail"),
    "emails": ("email", "e-mail", "e-mails", "posta elettronica", "mail"),
    "language": ("lingua",),
    "edition": ("edizione",),
    "versions": ("versioni", "versione", "version"),
    "contracts": ("contratti", "contratto", "contract"),
    "contract_from": ("contratto dal", "inizio contratto", "contract start"),
    "contract_until": ("contratto al", "fine contratto", "scadenza contratto", "contract end"),
    "suspensions": ("sospensioni", "sospensione", "suspension"),
    "peers": ("id remoti", "id remoto", "collegamenti", "peer", "remote ids", "teamviewer"),
    "note": ("nota", "note interne", "notes"),
}
WRITTEN = tuple(each for each in COLUMNS if each not in ("contract_from", "contract_until"))
"""What is written out: the two days of one contract are a short way in only."""


def read_sheet(data: bytes, encoding: str | None = None) -> Sheet:
    """The sheet; BadInput where it can't be read at all: nothing in it, an open quote, a strange encoding."""
    text = decoded(data, encoding).replace("\x00", "")
    lines = rows(text, separator_of(text))
    head = next(lines, None)
    if head is None:
        raise BadInput("line 1", "nothing in it", f"begin with a line of headings, as in {';'.join(WRITTEN[:5])}")
    columns, problems = _columns(head)
    return _read(lines, columns, problems, dict(zip(columns, head.cells, strict=False)))


def _columns(head: Cells) -> tuple[list[str], list[SheetProblem]]:
    columns: list[str] = []
    problems: list[SheetProblem] = []
    for heading in head.cells:
        column = _BY_HEADING.get(_plain_heading(heading), "")
        if heading and not column:
            known = ", ".join(COLUMNS)
            problems.append(SheetProblem(head.line, heading[:60], f"no such column (known: {known})"))
        elif column and column in columns:
            problems.append(SheetProblem(head.line, heading[:60], f"the column {column} stands there twice"))
        columns.append(column)
    if "name" not in columns and not {"number", "code", "vat_number", "tax_code"} & set(columns):
        told = "no column says who: one of name, number, code, vat_number, tax_code"
        problems.append(SheetProblem(head.line, "", told))
    return columns, problems


def _read(
    lines: Iterable[Cells], columns: Sequence[str], problems: list[SheetProblem], headings: Mapping[str, str]
) -> Sheet:
    found: list[SheetLine] = []
    for each in lines:
        if len(each.cells) > len(columns) and any(each.cells[len(columns) :]):
            told = f"{len(each.cells)} cells where the first line has {len(columns)}"
            problems.append(SheetProblem(each.line, "", told))
            continue
        cells = {column: cell for column, cell in zip(columns, each.cells, strict=False) if column and cell}
        found.append(SheetLine(each.line, cells))
    return Sheet(tuple(found), headings, tuple(problems))


def _plain_heading(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in letters if each.isalnum())


_BY_HEADING = {_plain_heading(name): column for column, others in COLUMNS.items() for name in (column, *others)}


# --- a line's cells on a card ---


def revised(card: CustomerCard, line: SheetLine, faults: list[Fault]) -> CustomerCard:
    """The card with what the line says; what can't be read is added to `faults`, and all that is wrong then."""
    for column, read in _READ.items():
        if (text := line[column]) is not None:
            try:
                card = read(card, text)
            except _Unreadable as error:
                faults.append(Fault(column, str(error)))
    card = _short_contract(card, line, faults)
    faults.extend(card.faults())
    return card


class _Unreadable(Exception):
    """A cell that says nothing one could take."""


def _country(card: CustomerCard, text: str) -> CustomerCard:
    country = {"ITALIA": "IT", "ITALY": "IT"}.get(text.upper(), text.upper())
    return _address(card, country=country)


def _address(card: CustomerCard, **told: str) -> CustomerCard:
    return replace(card, tax=replace(card.tax, address=replace(card.tax.address, **told)))


def _tax(card: CustomerCard, column: str, text: str) -> CustomerCard:
    changes: dict[str, Any] = {column: text}
    return replace(card, tax=replace(card.tax, **changes))


def _postcode(card: CustomerCard, text: str) -> CustomerCard:
    italian = card.tax.address.country == "IT" and text.isascii() and text.isdigit()
    return _address(card, postcode=text.zfill(5) if italian else text)  # spreadsheets eat a leading zero


def _vat(card: CustomerCard, text: str) -> CustomerCard:
    number = tidy_vat(text, card.tax.address.country)
    italian = card.tax.address.country == "IT" and number.isascii() and number.isdigit()
    return _tax(card, "vat_number", number.zfill(11) if italian else number)


def _language(card: CustomerCard, text: str) -> CustomerCard:
    match text.casefold():
        case "it" | "italiano" | "italian":
            return replace(card, language="it")
        case "en" | "inglese" | "english":
            return replace(card, language="en")
    raise _Unreadable(f'"{text[:40]}" is no language (it or en)')


def _versions(card: CustomerCard, text: str) -> CustomerCard:
    return replace(card, versions=tuple(_version(part) for part in _PARTS.split(text) if part))


def _version(text: str) -> VersionFrom:
    *first, name = text.split()
    known = {"current": Version.CURRENT, "corrente": Version.CURRENT, "attuale": Version.CURRENT}
    known |= {"previous": Version.PREVIOUS, "precedente": Version.PREVIOUS}
    if name.casefold() not in known or len(first) > 1:
        raise _Unreadable(f'"{text[:60]}" is no version (current or previous, or 2026-03-01 current)')
    return VersionFrom(_day(first[0]) if first else SINCE_EVER, known[name.casefold()])


def _contracts(card: CustomerCard, text: str) -> CustomerCard:
    if text.casefold() in ("no", "none", "nessuno"):
        periods: tuple[Period, ...] = ()
    elif text.casefold() in ("yes", "sì", "si"):
        periods = (Period(SINCE_EVER),)
    else:
        periods = tuple(_period(part) for part in _PARTS.split(text) if part)
    return replace(card, contract=replace(card.contract, periods=periods))


def _suspensions(card: CustomerCard, text: str) -> CustomerCard:
    found = []
    for part in _PARTS.split(text):
        days, _, why = part.partition(" ")
        period = _period(days)
        found.append(Suspension(period.first, period.until, why.strip()))
    return replace(card, contract=replace(card.contract, suspensions=tuple(found)))


def _period(text: str) -> Period:
    first, dots, until = text.partition("..")
    if not dots:
        raise _Unreadable(f'"{text[:60]}" is no period (as in 2026-01-01..2026-12-31, or 2026-01-01..)')
    return Period(_day(first) if first.strip() else SINCE_EVER, _day(until) if until.strip() else None)


def _day(text: str) -> date:
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"):
        try:
            found = datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        if 1970 <= found.year <= 9998:
            return found
    raise _Unreadable(f'"{text[:40]}" is no day (as in 2026-01-31 or 31/01/2026)')


def _short_contract(card: CustomerCard, line: SheetLine, faults: list[Fault]) -> CustomerCard:
    """One contract by its two days, in columns of their own."""
    first, until = line["contract_from"], line["contract_until"]
    if first is None and until is None:
        return card
    if line["contracts"] is not None:
        faults.append(Fault("contracts", "said beside contract_from and contract_until", "say it one way"))
        return card
    days: list[date | None] = []
    for column, text in (("contract_from", first), ("contract_until", until)):
        try:
            days.append(None if text is None else _day(text))
        except _Unreadable as error:
            faults.append(Fault(column, str(error)))
    if len(days) < 2:
        return card
    return replace(card, contract=replace(card.contract, periods=(Period(days[0] or SINCE_EVER, days[1]),)))


def _peers(card: CustomerCard, text: str) -> CustomerCard:
    found = []
    for part in _PARTS.split(text):
        tool, colon, name = part.partition(":")
        if not colon:
            raise _Unreadable(f'"{part[:60]}" is no peer (tool:peer, as in teamviewer:123456789)')
        found.append(Peer(tool.strip().casefold(), name.strip()))
    return replace(card, peers=tuple(dict.fromkeys(found)))


def _emails(card: CustomerCard, text: str) -> CustomerCard:
    return replace(card, emails=tuple(dict.fromkeys(part.lower() for part in re.split(r"[|,;\s]+", text) if part)))


_READ: Mapping[str, Callable[[CustomerCard, str], CustomerCard]] = {
    "country": _country,  # first: the numbers are read by its rules
    "code": lambda card, text: replace(card, code=text),
    "name": lambda card, text: replace(card, name=text),
    "business_name": lambda card, text: _tax(card, "business_name", text),
    "vat_number": _vat,
    "tax_code": lambda card, text: _tax(card, "tax_code", tidy_number(text)),
    "street": lambda card, text: _address(card, street=text),
    "postcode": _postcode,
    "town": lambda card, text: _address(card, town=text),
    "province": lambda card, text: _address(card, province=text.upper() if len(text) == 2 else text),
    "recipient_code": lambda card, text: _tax(card, "recipient_code", text.upper()),
    "pec": lambda card, text: _tax(card, "pec", text),
    "emails": _emails,
    "language": _language,
    "edition": lambda card, text: replace(card, edition=tidy_edition(text)),
    "versions": _versions,
    "contracts": _contracts,
    "suspensions": _suspensions,
    "peers": _peers,
    "note": lambda card, text: replace(card, note=text),
}


# --- the way out ---


def sheet_of(cards: Mapping[int, CustomerCard]) -> Iterator[str]:
    """The sheet of these customers, line by line; reading it again changes nothing."""
    return written(_lines(cards))


def _lines(cards: Mapping[int, CustomerCard]) -> Iterator[Sequence[str]]:
    yield WRITTEN
    for number, card in cards.items():
        yield [_told(number, card)[column] for column in WRITTEN]


def _told(number: int, card: CustomerCard) -> dict[str, str]:
    tax, address = card.tax, card.tax.address
    contract: Contract = card.contract
    told = {
        "number": str(number),
        "code": card.code,
        "name": card.name,
        "business_name": tax.business_name,
        "vat_number": tax.vat_number,
        "tax_code": tax.tax_code,
        "street": address.street,
        "postcode": address.postcode,
        "town": address.town,
        "province": address.province,
        "country": address.country,
        "recipient_code": tax.recipient_code,
        "pec": tax.pec,
        "emails": " | ".join(card.emails),
        "language": card.language,
        "edition": card.edition,
        "versions": " | ".join(map(str, card.versions)),
        "contracts": " | ".join(map(str, contract.periods)) or "no",
        "suspensions": " | ".join(f"{each} {each.why}".strip() for each in contract.suspensions),
        "peers": " | ".join(map(str, card.peers)),
        "note": card.note,
    }
    return {column: text or "" for column, text in told.items()}
