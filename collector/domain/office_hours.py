"""When somebody is there: office hours, the hours outside them, and shifts. Pure; every instant in milliseconds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.moments import from_at, to_at

Spell = tuple[int, int]
"""From an instant up to, not including, another."""

LOOK_AHEAD_DAYS = 400
"""Nobody waits longer than this for somebody to be there."""


@dataclass(frozen=True, slots=True)
class Hours:
    """The same hours on these days of the week, but not on closed days; or, `outside`, all the others."""

    zone: ZoneInfo
    days: frozenset[int]  # 0 is Monday
    minutes: tuple[Spell, ...]  # of the day, in order; the last may end at 24:00
    closed: frozenset[date] = frozenset()
    outside: bool = False

    def next_at(self, at: int) -> int | None:
        """The first instant from `at` on at which somebody is there; None when nobody comes any more."""
        open_spells = (spell for spell in self._spells(at) if spell[1] > at)
        if not self.outside:
            return next((max(at, begins) for begins, _ in open_spells), None)
        for begins, ends in open_spells:
            if at < begins:
                break
            at = ends
        return at

    def _spells(self, at: int) -> Iterator[Spell]:
        first = from_at(at).astimezone(self.zone).date()
        for day in (first + timedelta(days=n) for n in range(LOOK_AHEAD_DAYS)):
            if day.weekday() in self.days and day not in self.closed:
                for spell in self.minutes:
                    begins, ends = (self._instant(day, minute) for minute in spell)
                    if begins < ends:  # else in the hour that the night in spring leaves out
                        yield begins, ends

    def _instant(self, day: date, minute: int) -> int:
        whole_days, rest = divmod(minute, 24 * 60)
        return to_at(datetime.combine(day + timedelta(days=whole_days), time(*divmod(rest, 60)), tzinfo=self.zone))


@dataclass(frozen=True, slots=True)
class Shifts:
    """From here to there, each told by itself: who is on call."""

    spells: tuple[Spell, ...]  # in order

    def next_at(self, at: int) -> int | None:
        """As of `Hours`."""
        return next((max(at, begins) for begins, ends in self.spells if ends > at), None)


def is_there(hours: Hours | Shifts, at: int) -> bool:
    return hours.next_at(at) == at
