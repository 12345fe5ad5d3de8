"""One intervention as a person or a program writes it down: JSON text to plain values, strictly.

Nothing is guessed: a field that is missing, unknown, said twice or of another kind is BadInput with
its place, as in `spans[1].end`.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from collector.domain.connection import Moment, Span
from collector.domain.entitlement import Customer, Version
from collector.errors import BadInput
from shared.moments import SECOND_MS, to_at
from shared.session import MAX_AT


@dataclass(frozen=True, slots=True)
class Request:
    """An intervention to be rated."""

    customer: Customer
    category: str | None  # None: the ordinary intervention
    opened_at: int
    spans: tuple[Span, ...]
    overtime_agreed: bool


def read_request(text: str) -> Request:
    """The intervention that a JSON text says; BadInput names the place in it."""
    fields = _fields(_parsed(text), None, "customer", "category", "opened_at", "spans", "overtime_agreed")
    category = fields["category"]
    return Request(
        customer=_customer(fields["customer"]),
        category=None if category is None else _text(category, "category", "or null"),
        opened_at=int(_instant(fields["opened_at"], "opened_at")),
        spans=_spans(fields["spans"]),
        overtime_agreed=_yes_or_no(fields["overtime_agreed"], "overtime_agreed"),
    )


@dataclass(frozen=True, slots=True)
class _Twice:
    """Stands for an object that says one of its fields twice."""

    field: str


def _parsed(text: str) -> object:
    if not text.strip():
        raise BadInput("line 1", "nothing in it", "write one intervention as JSON")
    try:
        # Numbers stand nowhere in an intervention, so that their value does not matter; a float is
        # made of any length of digits, an int is not.
        return json.loads(text, object_pairs_hook=_object, parse_int=float)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise BadInput(place, f"not JSON: {error.msg}") from None
    except RecursionError:
        raise BadInput("line 1", "not an intervention: nested too deeply") from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object] | _Twice:
    seen: dict[str, object] = {}
    for field, value in pairs:
        if field in seen:
            return _Twice(field)
        seen[field] = value
    return seen


def _fields(value: object, place: str | None, *known: str) -> dict[str, object]:
    """The object's fields, when they are exactly these."""
    inside = f"{place}." if place else ""
    if isinstance(value, _Twice):
        raise BadInput(f"{inside}{_short(value.field)}", "said twice", "say it once")
    if not isinstance(value, dict):
        raise BadInput(place or "line 1", f"{_kind(value)} where an object belongs")
    for field in value:
        if field not in known:
            place = f"{inside}{_short(field)}"
            raise BadInput(place, "unknown field", f"known: {', '.join(known)}")
    for field in known:
        if field not in value:
            raise BadInput(f"{inside}{field}", "missing")
    return value


def _customer(value: object) -> Customer:
    fields = _fields(value, "customer", "contract", "version")
    place = "customer.version"
    version = _text(fields["version"], place, 'write "current" or "previous"')
    if version not in list(Version):
        raise BadInput(place, f'unknown version "{_short(version)}"', 'write "current" or "previous"')
    return Customer(_yes_or_no(fields["contract"], "customer.contract"), Version(version))


def _spans(value: object) -> tuple[Span, ...]:
    if not isinstance(value, list):
        raise BadInput("spans", f"{_kind(value)} where a list belongs")
    return tuple(_span(each, f"spans[{i}]") for i, each in enumerate(value))


def _span(value: object, place: str) -> Span:
    fields = _fields(value, place, "start", "end")
    start_at = _instant(fields["start"], f"{place}.start")
    end_at = _instant(fields["end"], f"{place}.end")
    if end_at < start_at:
        raise BadInput(f"{place}.end", f"{fields['end']} is before the start, {fields['start']}")
    return Span(start_at, end_at)


def _yes_or_no(value: object, place: str) -> bool:
    if not isinstance(value, bool):
        raise BadInput(place, f"{_kind(value)} where true or false belongs")
    return value


def _text(value: object, place: str, remedy: str) -> str:
    if not isinstance(value, str):
        raise BadInput(place, f"{_kind(value)} where text belongs", remedy)
    return value


_EXAMPLE = 'write it as "2026-10-05T09:30:00+02:00"'
_INSTANT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[Tt ](?P<clock>\d\d:\d\d(?P<seconds>:\d\d)?)(?(seconds)(?:[.,](?P<rest>\d{1,12}))?)"
    r"(?P<offset>[Zz]|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)


def _instant(value: object, place: str) -> Moment:
    """Milliseconds since 1970 UTC, exact to the last digit written."""
    written = _text(value, place, _EXAMPLE)
    match = _INSTANT.fullmatch(written)
    if match is None:
        raise BadInput(place, f'"{_short(written)}" is not a time', _EXAMPLE)
    if match["offset"] is None:
        raise BadInput(place, f'"{written}" is a time without an offset', _EXAMPLE)
    return _moment(match, place)


def _moment(match: re.Match[str], place: str) -> Moment:
    try:
        whole_at = to_at(datetime.fromisoformat(f"{match['day']}T{match['clock']}{match['offset'].upper()}"))
    except ValueError as error:
        why = "an offset is less than a day" if "offset" in str(error) else str(error)
        raise BadInput(place, f'"{match[0]}" does not exist: {why}') from None
    rest = match["rest"] or ""
    at = whole_at + Fraction(int(rest or 0) * SECOND_MS, 10 ** len(rest))
    if not 0 <= at <= MAX_AT:
        raise BadInput(place, f'"{match[0]}" is out of range', "years 1970 to 9999")
    return at.numerator if at.denominator == 1 else at


_KINDS = {bool: "true or false", str: "text", float: "a number", list: "a list", dict: "an object"}


def _kind(value: object) -> str:
    return "null" if value is None else _KINDS.get(type(value), "an object")


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
