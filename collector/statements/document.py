"""The frozen document: all of a statement as plain values, and its canonical JSON.

Canonical is meant as in RFC 8785, for the part of JSON that is used here: objects, lists, text, whole numbers, true,
false and null; no number has a fraction, money is text. Times are the firm's own, with their offset.
"""

import json
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from collector.errors import BadInput

FORMAT = "mezzora-statement-1"


class Both(Struct, frozen=True):
    """A text in both languages."""

    en: str
    it: str

    def of(self, language: str) -> str:
        return self.it if language == "it" else self.en


class Party(Struct, frozen=True, kw_only=True):
    """Who sends, or who pays; empty is what nobody has told."""

    name: str
    vat_number: str = ""
    tax_code: str = ""
    street: str = ""
    postcode: str = ""
    town: str = ""
    province: str = ""
    country: str = "IT"


class Sender(Party, frozen=True, kw_only=True):
    """The firm."""

    regime: str
    iban: str = ""
    email: str = ""
    phone: str = ""
    payment_days: int = 30
    vat_nature: str = ""
    vat_law: str = ""


class Payer(Party, frozen=True, kw_only=True):
    """The customer."""

    id: int
    recipient_code: str = ""
    pec: str = ""


class Gap(Struct, frozen=True):
    """Time in which nothing was observed."""

    start: str
    lasted_ms: int


class Connection(Struct, frozen=True, kw_only=True):
    """A session, as far as it is the intervention's."""

    tool: str
    peer: str
    start: str
    end: str
    observed_ms: int
    declared: bool
    end_unconfirmed: bool
    gaps: tuple[Gap, ...]


class Line(Struct, frozen=True, kw_only=True):
    """One line of the charge; `connections` are places in the intervention's list, from 0."""

    code: str
    quantity: int
    unit_price: str
    amount: str
    vat_rate: str  # in percent
    why: Both
    connections: tuple[int, ...]


class Intervention(Struct, frozen=True, kw_only=True):
    """One support request with its time and its lines."""

    id: int
    subject: str
    category: str | None
    service: str
    tariff: str
    opened: str
    closed: str
    outcome: str | None
    connection_seconds: int
    cap_seconds: int | None
    cap_applies_to: str = "intervention"
    lines: tuple[Line, ...]
    connections: tuple[Connection, ...]
    notes: tuple[Both, ...]


class Rate(Struct, frozen=True, kw_only=True):
    """Net and VAT of one rate, in percent."""

    rate: str
    net: str
    vat: str


class Credited(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a credit note takes back, and why: those lines of the statement, counted from 1; none: all of it."""

    number: str
    day: str
    reason: str
    lines: tuple[int, ...] = ()


class Document(Struct, frozen=True, kw_only=True):
    """A statement or a credit note, as it was issued."""

    format: str = FORMAT
    kind: str
    number: str
    month: str
    issued: str
    language: str
    firm: Sender
    customer: Payer
    interventions: tuple[Intervention, ...]
    rates: tuple[Rate, ...]
    net: str
    vat: str
    gross: str
    credits: Credited | None = None

    @property
    def day(self) -> str:
        """The day on which it was issued."""
        return self.issued[:10]

    @property
    def is_untaxed(self) -> bool:
        """Whether something on it is charged at 0 %."""
        return any(is_nought(each.rate) for each in self.rates)

    @property
    def is_credit(self) -> bool:
        return self.credits is not None


def is_nought(rate: str) -> bool:
    return not Decimal(rate)


def canonical(value: object) -> str:
    """The one way to write this value."""
    plain = msgspec.to_builtins(value)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def read_document(text: str | bytes) -> Document:
    """What was kept; anything else is our mistake."""
    return msgspec.json.decode(text, type=Document)


def document_of(plain: Any, place: str) -> Document:
    """A document out of somebody's file; BadInput when it is none."""
    try:
        found = msgspec.convert(plain, Document)
    except msgspec.ValidationError as error:
        raise BadInput(place, f"not a statement of Mezzora: {error}") from None
    if found.format != FORMAT:
        raise BadInput(place, f'the format "{found.format[:40]}" is not known here', "update Mezzora")
    return found
