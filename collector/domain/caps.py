"""The marks on an intervention's connection time: the warnings, the cap, each half hour begun.

One function counts half hours for alert, page and bill, and the marks agree with it: half hour n
begins at the first whole second beyond cap + (n - 1) units. Where each connection has a cap of its
own, half hours are begun by the time beyond all the caps together: a quantity is rounded for the
intervention, never for a connection. Rounded for each, two half hours would become one, and more
time cost less, as soon as one more second made two connections one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import count, takewhile

from collector.domain.entitlement import Terms
from collector.domain.tariff import Overtime
from shared.moments import SECOND_MS


class DeadlineKind(StrEnum):
    """What becomes true at a mark."""

    WARNING = "warning"  # the included time ends soon
    CAP = "cap"  # the included time is used up
    HALF_HOUR = "half-hour"  # one more half hour has begun


@dataclass(frozen=True, slots=True)
class Deadline:
    """One mark; `at_ms` is the connection time at which it is reached, not an instant."""

    kind: DeadlineKind
    at_ms: int
    n: int = 0  # of a half hour: which one begins, from 1
    left_ms: int = 0  # of a warning: how much of the cap is left

    @property
    def key(self) -> str:
        """What tells this mark from the others of its intervention, as "half-hour-2"."""
        match self.kind:
            case DeadlineKind.WARNING:
                return f"warning-{self.left_ms}ms"
            case DeadlineKind.CAP:
                return "cap"
            case DeadlineKind.HALF_HOUR:
                return f"half-hour-{self.n}"


def half_hours_in(over_ms: int, overtime: Overtime) -> int:
    """How many units are begun by so much time beyond the cap, sellable or not.

    Whole seconds count: at the cap none, one second later the first. Within the courtesy time
    none has begun; once it is passed, counting is from the cap.
    """
    whole_ms = over_ms // SECOND_MS * SECOND_MS
    return 0 if whole_ms <= overtime.courtesy_ms else -(-whole_ms // overtime.unit_ms)


def half_hours_begun(connected_ms: int, terms: Terms) -> int:
    """How many were begun at this connection time, those of connections before included; 0 where there is no cap."""
    if terms.cap_ms is None:
        return 0
    return half_hours_in(max(0, connected_ms - terms.cap_ms) + terms.earlier_ms, terms.overtime)


def half_hour_begins_ms(n: int, terms: Terms) -> int | None:
    """The connection time at which half hour `n` (from 1) begins, unless a connection before has begun it; None where
    there is no cap."""
    return None if terms.cap_ms is None else _begins_ms(n, terms.cap_ms, terms)


def next_deadline(connected_ms: int, terms: Terms) -> Deadline | None:
    """The first mark strictly after this connection time; None where there is no cap.

    Of several at one moment (a courtesy time longer than the unit) it is the first.
    """
    return next(_marks_after(connected_ms, terms), None)


def deadlines_passed(after_ms: int, upto_ms: int, terms: Terms) -> tuple[Deadline, ...]:
    """The marks in (after_ms, upto_ms], in order: each is in exactly one of adjoining intervals."""
    return tuple(takewhile(lambda mark: mark.at_ms <= upto_ms, _marks_after(after_ms, terms)))


def _marks_after(after_ms: int, terms: Terms) -> Iterator[Deadline]:
    """The marks strictly after, in order, without end; none where there is no cap."""
    if terms.cap_ms is None:
        return
    for mark in _marks_up_to_the_cap(terms.cap_ms, terms.warn_before_ms):
        if mark.at_ms > after_ms:
            yield mark
    for n in count(half_hours_begun(after_ms, terms) + 1):
        yield Deadline(DeadlineKind.HALF_HOUR, _begins_ms(n, terms.cap_ms, terms), n=n)


def _marks_up_to_the_cap(cap_ms: int, warn_before_ms: tuple[int, ...]) -> Iterator[Deadline]:
    """The warnings and the cap; a warning that would not be ahead of the start is left out."""
    for left_ms in warn_before_ms:
        if left_ms < cap_ms:
            yield Deadline(DeadlineKind.WARNING, cap_ms - left_ms, left_ms=left_ms)
    yield Deadline(DeadlineKind.CAP, cap_ms)


def _begins_ms(n: int, cap_ms: int, terms: Terms) -> int:
    over_ms = max((n - 1) * terms.overtime.unit_ms, terms.overtime.courtesy_ms) + SECOND_MS
    return cap_ms + over_ms - terms.earlier_ms
