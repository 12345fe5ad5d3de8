"""The sheet of customers: one line each, headed in Italian or English; read with all its faults named, and written out.

What is empty, or has no column, leaves what is known as it is. Cells that hold several things part them by |.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from collector.domain.contract import SINCE_EVER, Period, Suspension, VersionFrom
from collector.domain.customer import (
    ITALY,
    CustomerCard,
    columns_of,
    good_partita_iva,
    tidy_edition,
    tidy_number,
    tidy_vat,
)
from collector.domain.entitlement import Version
from collector.domain.fault import Fault
from collector.domain.peers import Peer
from collector.errors import BadInput
from collector.inbox.sheet_text import Cells, decoded, rows, separator_of, written

_NUL = "a NUL byte in it (type the cell anew)"
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
    text = decoded(data, encoding)
    lines = rows(text, separator_of(text))
    head = next(lines, None)
    if head is None:
        raise BadInput("line 1", "nothing in it", f"begin with a line of headings, as in {';'.join(WRITTEN[:5])}")
    columns, problems = _columns(head)
    return _read(lines, columns, problems, head.cells)


def _columns(head: Cells) -> tuple[list[str], list[SheetProblem]]:
    columns: list[str] = []
    problems: list[SheetProblem] = []
    for heading in head.cells:
        column = _BY_HEADING.get(_plain_heading(heading), "")
        if "\x00" in heading:
            problems.append(SheetProblem(head.line, heading[:60], _NUL))
        elif heading and not column:
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
    lines: Iterable[Cells], columns: Sequence[str], problems: list[SheetProblem], headings: Sequence[str]
) -> Sheet:
    found: list[SheetLine] = []
    for each in lines:
        if len(each.cells) > len(columns) and any(each.cells[len(columns) :]):
            told = f"{len(each.cells)} cells where the first line has {len(columns)}"
            problems.append(SheetProblem(each.line, "", told))
            continue
        if damaged := [n for n, cell in enumerate(each.cells) if "\x00" in cell]:
            problems += [SheetProblem(each.line, headings[n] if n < len(headings) else "", _NUL) for n in damaged]
            continue
        cells = {column: cell for column, cell in zip(columns, each.cells, strict=False) if column and cell}
        found.append(SheetLine(each.line, cells))
    return Sheet(tuple(found), dict(zip(columns, headings, strict=False)), tuple(problems))


def _plain_heading(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in letters if each.isalnum())


_BY_HEADING = {_plain_heading(name): column for column, others in COLUMNS.items() for name in (column, *others)}


# --- a line's cells on a card ---


class _Unreadable(Exception):
    """A cell that says nothing one could take."""


class _Part(StrEnum):
    """Of what a column is a field."""

    CARD = "card"
    TAX = "tax"
    ADDRESS = "address"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class _Column:
    """Where a cell's value goes, and how it is read; the country decides how numbers are."""

    part: _Part
    field: str
    read: Callable[[str, str], object]


def revised(card: CustomerCard, line: SheetLine, faults: list[Fault]) -> CustomerCard:
    """The card with what the line says; what can't be read is added to `faults`, and all that is wrong then."""
    country = _country(line["country"] or card.tax.address.country)
    told: dict[_Part, dict[str, Any]] = {part: {} for part in _Part}
    for name, text in line.cells.items():
        column = _READ.get(name)
        if column is not None and text:
            try:
                told[column.part][column.field] = column.read(text, country)
            except _Unreadable as error:
                faults.append(Fault(name, str(error)))
    if (periods := _short_contract(line, faults)) is not None:
        told[_Part.CONTRACT]["periods"] = periods
    card = _with(card, told)
    faults.extend(card.faults())
    return card


def emptied(card: CustomerCard, column: str) -> CustomerCard:
    """The card without what that column says; BadInput where it has to say something."""
    if column in ("name", "country", "language"):
        raise BadInput(column, "cannot be empty")
    of = _READ["contracts" if column.startswith("contract_") else column]
    nothing = CustomerCard("")
    parts = {
        _Part.CARD: nothing,
        _Part.TAX: nothing.tax,
        _Part.ADDRESS: nothing.tax.address,
        _Part.CONTRACT: nothing.contract,
    }
    return _with(card, {of.part: {of.field: getattr(parts[of.part], of.field)}})


def _with(card: CustomerCard, told: Mapping[_Part, Mapping[str, Any]]) -> CustomerCard:
    changes: dict[str, Any] = dict(told.get(_Part.CARD, {}))
    tax: dict[str, Any] = dict(told.get(_Part.TAX, {}))
    if address := told.get(_Part.ADDRESS):
        tax["address"] = replace(card.tax.address, **address)
    if tax:
        changes["tax"] = replace(card.tax, **tax)
    if contract := told.get(_Part.CONTRACT):
        changes["contract"] = replace(card.contract, **contract)
    return replace(card, **changes)


def _country(text: str, _country: str = ITALY) -> str:
    return {"ITALIA": ITALY, "ITALY": ITALY}.get(text.upper(), text.upper())


def _as_is(text: str, _country: str) -> str:
    return text


def _upper(text: str, _country: str) -> str:
    return text.upper()


def _padded(text: str, country: str, length: int) -> str:
    """With the zeros at the front that spreadsheets eat."""
    return text.zfill(length) if country == ITALY and text.isascii() and text.isdigit() else text


def _postcode(text: str, country: str) -> str:
    return _padded(text, country, 5)


def _vat(text: str, country: str) -> str:
    number = tidy_vat(text, country)
    padded = _padded(number, country, 11)
    return padded if good_partita_iva(padded) else number


def _tax_code(text: str, _country: str) -> str:
    return tidy_number(text)


def _edition(text: str, _country: str) -> str:
    return tidy_edition(text)


def _language(text: str, _country: str) -> str:
    match text.casefold():
        case "it" | "italiano" | "italian":
            return "it"
        case "en" | "inglese" | "english":
            return "en"
    raise _Unreadable(f'"{text[:40]}" is no language (it or en)')


_VERSIONS = {
    "current": Version.CURRENT,
    "corrente": Version.CURRENT,
    "attuale": Version.CURRENT,
    "previous": Version.PREVIOUS,
    "precedente": Version.PREVIOUS,
}


def _versions(text: str, _country: str) -> tuple[VersionFrom, ...]:
    return tuple(_version(part) for part in _PARTS.split(text) if part)


def _version(text: str) -> VersionFrom:
    *first, name = text.split()
    version = _VERSIONS.get(name.casefold())
    if version is None or len(first) > 1:
        raise _Unreadable(f'"{text[:60]}" is no version (current or previous, or 2026-03-01 current)')
    return VersionFrom(_day(first[0]) if first else SINCE_EVER, version)


def _contracts(text: str, _country: str) -> tuple[Period, ...]:
    match text.casefold():
        case "no" | "none" | "nessuno":
            return ()
        case "yes" | "sì" | "si":
            return (Period(SINCE_EVER),)
    return tuple(_period(part) for part in _PARTS.split(text) if part)


def _suspensions(text: str, _country: str) -> tuple[Suspension, ...]:
    found = []
    for part in _PARTS.split(text):
        days, _, why = part.partition(" ")
        period = _period(days)
        found.append(Suspension(period.first, period.until, why.strip()))
    return tuple(found)


def _period(text: str) -> Period:
    first, dots, until = text.partition("..")
    if ".." in until:
        raise _Unreadable(f'"{text[:60]}" is more than one period (part them with | )')
    if not dots:
        raise _Unreadable(f'"{text[:60]}" is no period (as in 2026-01-01..2026-12-31, or 2026-01-01..)')
    return Period(_day(first) if first.strip() else SINCE_EVER, _day(until) if until.strip() else None)


_ITALIAN_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", re.ASCII)


def _day(text: str) -> date:
    written = text.strip()
    italian = _ITALIAN_DAY.fullmatch(written)
    try:
        if italian is not None:
            found = date(int(italian[3]), int(italian[2]), int(italian[1]))
        else:
            found = date.fromisoformat(written)
        if 1970 <= found.year <= 9998:
            return found
    except ValueError:
        pass
    raise _Unreadable(f'"{text[:40]}" is no day (as in 2026-01-31 or 31/01/2026)')


def _short_contract(line: SheetLine, faults: list[Fault]) -> tuple[Period, ...] | None:
    """One contract by its two days, in columns of their own; None where they say nothing."""
    told = [(column, line[column]) for column in ("contract_from", "contract_until")]
    if all(text is None for _, text in told):
        return None
    if line["contracts"] is not None:
        faults.append(Fault("contracts", "said beside contract_from and contract_until", "say it one way"))
        return None
    days: list[date | None] = []
    for column, text in told:
        try:
            days.append(None if text is None else _day(text))
        except _Unreadable as error:
            faults.append(Fault(column, str(error)))
    return (Period(days[0] or SINCE_EVER, days[1]),) if len(days) == len(told) else None


def _peers(text: str, _country: str) -> tuple[Peer, ...]:
    found = []
    for part in _PARTS.split(text):
        tool, colon, name = part.partition(":")
        if not colon:
            raise _Unreadable(f'"{part[:60]}" is no peer (tool:peer, as in teamviewer:123456789)')
        found.append(Peer(tool.strip().casefold(), name.strip()))
    return tuple(dict.fromkeys(found))


def _emails(text: str, _country: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.lower() for part in re.split(r"[|,;\s]+", text) if part))


_READ: Mapping[str, _Column] = {
    "code": _Column(_Part.CARD, "code", _as_is),
    "name": _Column(_Part.CARD, "name", _as_is),
    "business_name": _Column(_Part.TAX, "business_name", _as_is),
    "vat_number": _Column(_Part.TAX, "vat_number", _vat),
    "tax_code": _Column(_Part.TAX, "tax_code", _tax_code),
    "street": _Column(_Part.ADDRESS, "street", _as_is),
    "postcode": _Column(_Part.ADDRESS, "postcode", _postcode),
    "town": _Column(_Part.ADDRESS, "town", _as_is),
    "province": _Column(_Part.ADDRESS, "province", _upper),
    "country": _Column(_Part.ADDRESS, "country", _country),
    "recipient_code": _Column(_Part.TAX, "recipient_code", _upper),
    "pec": _Column(_Part.TAX, "pec", _as_is),
    "emails": _Column(_Part.CARD, "emails", _emails),
    "language": _Column(_Part.CARD, "language", _language),
    "edition": _Column(_Part.CARD, "edition", _edition),
    "versions": _Column(_Part.CARD, "versions", _versions),
    "contracts": _Column(_Part.CONTRACT, "periods", _contracts),
    "suspensions": _Column(_Part.CONTRACT, "suspensions", _suspensions),
    "peers": _Column(_Part.CARD, "peers", _peers),
    "note": _Column(_Part.CARD, "note", _as_is),
}


# --- the way out ---


def sheet_of(cards: Mapping[int, CustomerCard]) -> Iterator[str]:
    """The sheet of these customers, line by line; reading it again changes nothing."""
    return written(_lines(cards))


def _lines(cards: Mapping[int, CustomerCard]) -> Iterator[Sequence[str]]:
    yield WRITTEN
    for number, card in cards.items():
        yield [told_of(number, card)[column] for column in WRITTEN]


def told_of(number: int, card: CustomerCard) -> dict[str, str]:
    """What its cells say, by column."""
    told = {
        **columns_of(card),
        "number": str(number),
        "emails": " | ".join(card.emails),
        "versions": " | ".join(map(str, card.versions)),
        "contracts": " | ".join(map(str, card.contract.periods)) or "no",
        "suspensions": " | ".join(f"{each} {each.why}".strip() for each in card.contract.suspensions),
        "peers": " | ".join(map(str, card.peers)),
    }
    return {column: text or "" for column, text in told.items()}
