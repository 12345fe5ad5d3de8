"""The maintenance contract by the calendar: its periods, when it was suspended, and which version was used from when.

A contract that is in force but suspended is not in good standing, and counts as none.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from collector.domain.entitlement import Version
from collector.domain.fault import Fault

SINCE_EVER = date(1970, 1, 1)
"""The first day of what began on a day that nobody has told."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From a first to a last day, both included; no last day: until further notice."""

    first: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.until is None or day <= self.until)

    def meets(self, other: "Period") -> bool:
        """Whether they have a day in common."""
        return (other.until is None or self.first <= other.until) and (self.until is None or other.first <= self.until)

    def __str__(self) -> str:
        first = "" if self.first == SINCE_EVER else self.first.isoformat()
        return f"{first}..{'' if self.until is None else self.until.isoformat()}"


@dataclass(frozen=True, slots=True)
class Suspension(Period):
    """Days on which the contract runs but the customer is not in good standing."""

    why: str = ""


@dataclass(frozen=True, slots=True)
class VersionFrom:
    """From this day on the customer works with that version of the product."""

    first: date
    version: Version

    def __str__(self) -> str:
        return f"{'' if self.first == SINCE_EVER else f'{self.first} '}{self.version}"


@dataclass(frozen=True, slots=True)
class Contract:
    """Everything that decides whether a day is covered."""

    periods: tuple[Period, ...] = ()
    suspensions: tuple[Suspension, ...] = ()

    def in_force(self, day: date) -> bool:
        """In force, and in good standing."""
        return any(each.covers(day) for each in self.periods) and not self.suspended(day)

    def suspended(self, day: date) -> bool:
        return any(each.covers(day) for each in self.suspensions)

    def last_day(self, day: date) -> date | None:
        """The last day up to which it stays in force from that one on, a renewal without a gap included; None: no end
        is known, or it is not in force on that day at all."""
        if not self.in_force(day):
            return None
        ends = [each.first - _DAY for each in self.suspensions if each.first > day]
        end = _end_of_chain(self.periods, day)
        if end is not None:
            ends.append(end)
        return min(ends, default=None)

    def telling(self, day: date) -> Period | None:
        """The period to show on that day: the one that covers it, else the next, else the last."""
        ordered = sorted(self.periods, key=lambda each: each.first)
        following = [each for each in ordered if each.until is None or day <= each.until]
        return following[0] if following else ordered[-1] if ordered else None


NO_CONTRACT = Contract()


def _end_of_chain(periods: Iterable[Period], day: date) -> date | None:
    end: date | None = day - _DAY
    for each in sorted(periods, key=lambda each: each.first):
        if end is None or each.first > end + _DAY:
            break
        end = None if each.until is None else max(end, each.until)
    return end


def version_on(versions: Sequence[VersionFrom], day: date) -> Version:
    """The version that was used on that day; before the first day told, the first version told."""
    ordered = sorted(versions, key=lambda each: each.first)
    begun = [each for each in ordered if each.first <= day]
    if begun:
        return begun[-1].version
    return ordered[0].version if ordered else Version.CURRENT


def period_faults(place: str, periods: Sequence[Period]) -> Iterator[Fault]:
    """Every period that ends before it begins, and every two that overlap, by name."""
    for each in periods:
        if each.until is not None and each.until < each.first:
            yield Fault(place, f"{each} ends before it begins", "give the first day and the last")
    for one, next_ in pairwise(sorted(periods, key=lambda each: each.first)):
        if one.meets(next_):
            yield Fault(place, f"{one} and {next_} overlap", "end the one before the other begins")


def version_faults(place: str, versions: Sequence[VersionFrom]) -> Iterator[Fault]:
    """Every two that begin on one day."""
    for one, next_ in pairwise(sorted(versions, key=lambda each: each.first)):
        if one.first == next_.first:
            yield Fault(place, f'"{one}" and "{next_}" begin on one day', "say one of them")
