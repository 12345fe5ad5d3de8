"""A calendar month of the firm: written as 2026-10, bounded in the firm's zone and nowhere else."""

import re
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from collector.errors import BadInput
from shared.moments import day_bounds, from_at

MOST_MONTHS = 36  # of one report
USUAL_MONTHS = 12

_WRITTEN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """Months are in order of time."""

    year: int
    number: int  # from 1

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def next(self) -> "Month":
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    def months_before(self, count: int) -> "Month":
        """So many months earlier."""
        months = self.year * 12 + self.number - 1 - count
        return Month(months // 12, months % 12 + 1)

    def bounds(self, zone: ZoneInfo) -> tuple[int, int]:
        """First instant of the month in that zone, and the first instant after it."""
        return day_bounds(self.first_day, zone)[0], day_bounds(self.next.first_day, zone)[0]


def read_month(text: str, place: str = "month") -> Month:
    """The month that was written; BadInput for anything but a year from 1970 to 9998 and a month."""
    match = _WRITTEN.fullmatch(text)
    if match is None or not 1970 <= int(match[1]) <= 9998:
        raise BadInput(place, f'"{text[:20]}" is no month', 'write year and month, as in "2026-10"')
    return Month(int(match[1]), int(match[2]))


def month_of(at: int, zone: ZoneInfo) -> Month:
    """The month of an instant, where the firm is."""
    day = from_at(at).astimezone(zone)
    return Month(day.year, day.month)


def span_of(
    first: str | None, last: str | None, this: Month, places: tuple[str, str] = ("from", "until")
) -> tuple[Month, Month]:
    """The months that were asked for, unless told the year up to `this`; BadInput where they are none, or too many."""
    until = read_month(last, places[1]) if last else this
    since = read_month(first, places[0]) if first else until.months_before(USUAL_MONTHS - 1)
    if not since <= until or until.months_before(MOST_MONTHS - 1) > since:
        raise BadInput(
            places[0], f"{since} to {until} cannot be shown", f"write at most {MOST_MONTHS} months, the first one first"
        )
    return since, until
