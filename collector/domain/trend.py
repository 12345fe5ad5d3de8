"""How overtime went over some months: by month, customer and tool, what was agreed or given away, how near the cap.

Pure sums over interventions. It knows no technician: people are not compared.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from collector.domain.money import NOTHING
from shared.moments import MINUTE_MS, SECOND_MS

LEFT_MS = (15 * MINUTE_MS, 10 * MINUTE_MS, 5 * MINUTE_MS, 0)
"""Bounds of what was left of the cap at the end; beyond the last one come the half hours."""

NEARNESS = ("over-15", "10-to-15", "5-to-10", "under-5", "first", "second", "more")
"""From far before the cap to far beyond it: minutes left, then half hours begun."""


@dataclass(frozen=True, slots=True)
class Case:
    """One intervention, as far as these sums look at it."""

    month: str
    customer: str | None
    tools: tuple[str, ...]
    connected_ms: int
    cap_ms: int | None  # none: without a limit
    half_hours: int  # begun
    overtime: Decimal  # charged
    waived: Decimal  # of it given away
    agreed: bool


@dataclass(frozen=True, slots=True)
class Slice:
    """What falls on one month, customer or tool."""

    name: str | None
    interventions: int
    half_hours: int
    overtime: Decimal


@dataclass(frozen=True, slots=True)
class Trend:
    """The sums."""

    interventions: int
    half_hours: int
    months: tuple[Slice, ...]  # in order of time
    customers: tuple[Slice, ...]  # with overtime, the most first
    tools: tuple[Slice, ...]  # with overtime, the most first; an intervention with two tools counts for both
    agreed: Decimal
    waived: Decimal
    unsettled: Decimal  # nobody has agreed to it
    nearness: tuple[int, ...]  # interventions, in the order of NEARNESS


def trend(cases: Iterable[Case], months: Sequence[str]) -> Trend:
    """Over these months; one without a case is there all the same."""
    every = list(cases)
    return Trend(
        interventions=len(every),
        half_hours=sum(case.half_hours for case in every),
        months=tuple(_slice(month, [case for case in every if case.month == month]) for month in months),
        customers=_slices(every, lambda case: (case.customer,)),
        tools=_slices(every, lambda case: case.tools),
        agreed=_sum(case.overtime - case.waived for case in every if case.agreed),
        waived=_sum(case.waived for case in every),
        unsettled=_sum(case.overtime - case.waived for case in every if not case.agreed),
        nearness=tuple(sum(_nearness(case) == name for case in every) for name in NEARNESS),
    )


def _nearness(case: Case) -> str | None:
    if case.cap_ms is None:
        return None
    left_ms = case.cap_ms - case.connected_ms // SECOND_MS * SECOND_MS
    if left_ms < 0:
        return NEARNESS[len(LEFT_MS) + min(max(case.half_hours, 1), 3) - 1]
    return NEARNESS[next(i for i, bound_ms in enumerate(LEFT_MS) if left_ms > bound_ms or bound_ms == 0)]


def _slices(cases: Sequence[Case], names: Callable[[Case], Iterable[str | None]]) -> tuple[Slice, ...]:
    of: dict[str | None, list[Case]] = {}
    for case in cases:
        for name in names(case):
            of.setdefault(name, []).append(case)
    slices = [_slice(name, some) for name, some in of.items()]
    with_overtime = [each for each in slices if each.half_hours]
    return tuple(sorted(with_overtime, key=lambda each: (-each.overtime, -each.half_hours, each.name or "")))


def _slice(name: str | None, cases: Sequence[Case]) -> Slice:
    return Slice(name, len(cases), sum(case.half_hours for case in cases), _sum(case.overtime for case in cases))


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, start=NOTHING)
