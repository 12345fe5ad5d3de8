"""Instants, lengths and days: the only conversions between whole milliseconds and what people write."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # whoever knows a zone has loaded it; the agent's memory is spared it
    from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS

_UNIT_MS = {"ms": 1, "s": SECOND_MS, "m": MINUTE_MS, "h": HOUR_MS}
_LENGTH = re.compile(r"(\d{1,9})(ms|s|m|h)", re.ASCII)


def to_at(moment: datetime) -> int:
    """The instant in milliseconds since 1970 UTC, rounded down; a datetime without a zone is a ValueError."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError("a time without an offset: say which zone it is in, as in 2026-10-05T09:30:00+02:00")
    return (moment - EPOCH) // MILLISECOND


def from_at(at: int) -> datetime:
    """The aware UTC datetime of an instant; an instant beyond the calendar is an OverflowError."""
    return EPOCH + timedelta(milliseconds=at)


def iso(at: int) -> str:
    """The instant as ISO 8601 in UTC with milliseconds, as in 2026-10-05T07:30:00.000Z."""
    return from_at(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds(length_ms: int) -> float:
    """A length in seconds with its milliseconds, for people and JSON."""
    return length_ms / SECOND_MS


def read_length(text: str) -> int:
    """Milliseconds of a length written with its unit ("20m", "8s", "1h", "500ms"); anything else is a ValueError."""
    match = _LENGTH.fullmatch(text)
    if match is None:
        raise ValueError(f'{text!r} is not a length: write a whole number and its unit, as in "20m", "8s" or "1h"')
    return int(match[1]) * _UNIT_MS[match[2]]


def day_bounds(day: date, zone: "ZoneInfo") -> tuple[int, int]:
    """First instant of the day in that zone, and the first instant after it (23 or 25 hours where clocks change)."""
    start = datetime.combine(day, time.min, tzinfo=zone)
    after = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
    return to_at(start), to_at(after)
