"""One table of a tariff file, read strictly, and the kinds of value that it may hold.

A kind takes what TOML gave and returns what it means; its ValueError says what to write instead.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol, TypeVar

from collector.domain import money
from shared.moments import SECOND_MS, read_length
from shared.session import MAX_LENGTH_MS

_Kind = TypeVar("_Kind")
_Other = TypeVar("_Other")
_CATEGORY = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)
_MAX_MARKS = 20


class Table:
    """A table and where it stands. What is missing, unknown or of another kind becomes a fault, and reading goes on:
    so that all of a file can be told at once. A table that is itself missing is told once, and has no faults inside.
    """

    def __init__(self, values: Mapping[str, object] | None, note: "Noting", path: str = "") -> None:
        self._values = values
        self._note = note
        self._path = path

    def fault(self, key: str, problem: str, remedy: str | None = None) -> None:
        """Something is wrong with this key."""
        self._note(self._path, key, problem, remedy)

    def only(self, *known: str) -> None:
        """Every key but these is a fault."""
        for key in self._values or ():
            if key not in known:
                self.fault(key[:60], "unknown key", f"known: {', '.join(known)}")

    def table(self, key: str) -> "Table":
        """The table under this key."""
        return self._inner(key, self.read(key, a_table, None))

    def table_or_none(self, key: str) -> "Table":
        """The same, where it may be left out."""
        return self._inner(key, self.read_or(key, a_table, None))

    def read(self, key: str, kind: Callable[[object], _Kind], instead: _Other) -> _Kind | _Other:
        """The value as its kind understands it; with a fault `instead`, for what is read has to go on."""
        if self._values is not None and key not in self._values:
            self.fault(key, "missing")
        return self.read_or(key, kind, instead)

    def read_or(self, key: str, kind: Callable[[object], _Kind], default: _Other) -> _Kind | _Other:
        """The same, where the key may be left out."""
        if self._values is None or key not in self._values:
            return default
        try:
            return kind(self._values[key])
        except ValueError as error:
            self.fault(key, f"{shown(self._values[key])} cannot be used", str(error))
            return default

    def _inner(self, key: str, values: Mapping[str, object] | None) -> "Table":
        return Table(values, self._note, f"{self._path}.{key}" if self._path else key)


class Noting(Protocol):
    """Who is told of each fault: the tables around the key, the key, what is wrong, and what to write instead."""

    def __call__(self, table: str, key: str, problem: str, remedy: str | None) -> None: ...


def shown(value: object) -> str:
    """A value as the file writes it, as far as it fits on a line."""
    if isinstance(value, bool):
        return str(value).lower()
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def a_table(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ValueError("write a table in [brackets], with keys below it")
    return value


def a_text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("write it as text, in quotes")
    return value


def a_name(value: object) -> str:
    """A text of 1 to 200 characters on one line."""
    name = a_text(value).strip()
    if not 0 < len(name) <= 200 or not name.isprintable():
        raise ValueError("write 1 to 200 characters on one line")
    return name


def a_price(value: object) -> Decimal:
    """Euro, from text."""
    if not isinstance(value, str):
        raise ValueError('write a price as text, in quotes, as in "45.00"')
    return money.euro(value)


def a_percentage(value: object) -> Decimal:
    """A fraction of one, from text in percent."""
    if not isinstance(value, str):
        raise ValueError('write a percentage as text, in quotes, as in "22"')
    return money.percent(value)


def a_length(value: object) -> int:
    """Milliseconds of a text with its unit, up to 366 days."""
    if not isinstance(value, str):
        raise ValueError('write a length as text with its unit, as in "20m"')
    try:
        length_ms = read_length(value)
    except ValueError:
        raise ValueError('write a whole number and its unit, as in "20m", "8s" or "1h"') from None
    if length_ms > MAX_LENGTH_MS:
        raise ValueError("at most 366 days")
    return length_ms


def whole_seconds(value: object) -> int:
    """A length without a rest of milliseconds, for time is counted in whole seconds."""
    length_ms = a_length(value)
    if length_ms % SECOND_MS:
        raise ValueError('write whole seconds, as in "8s"')
    return length_ms


def some_seconds(value: object) -> int:
    """Whole seconds, at least one."""
    length_ms = whole_seconds(value)
    if length_ms == 0:
        raise ValueError('write at least one second, as in "8s"')
    return length_ms


def a_list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError("write a list in [brackets]")
    return value


def different_lengths(value: object) -> tuple[int, ...]:
    """Lengths above zero, each once, the longest first."""
    lengths = [a_length(each) for each in a_list(value)]
    if len(lengths) > _MAX_MARKS or len(set(lengths)) < len(lengths) or 0 in lengths:
        raise ValueError(f"write at most {_MAX_MARKS} different lengths above zero")
    return tuple(sorted(lengths, reverse=True))


def category_names(value: object) -> frozenset[str]:
    """Names of categories, each once: small letters, digits and dashes."""
    names = [a_text(each) for each in a_list(value)]
    for name in names:
        if _CATEGORY.fullmatch(name) is None:
            raise ValueError(f"write small letters, digits and dashes, unlike {shown(name)}")
    if len(set(names)) < len(names):
        raise ValueError("write each name once")
    return frozenset(names)


def yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("write true or false, without quotes")
    return value


def a_day(value: object) -> date:
    """A calendar day between 1970 and 2999."""
    if isinstance(value, datetime) or not isinstance(value, date) or not 1970 <= value.year <= 2999:
        raise ValueError("write a day without quotes, as in 2026-10-01")
    return value
