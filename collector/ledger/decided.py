"""What was decided about an intervention, from the rows that say so: the last word on each matter. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from collector.domain.decision import (
    UNDECIDED,
    Decisions,
    Goodwill,
    OvertimeWaived,
    PriceNamed,
    Reason,
    Unsellable,
    UnsellableDecided,
)
from collector.ledger.tables import euro


class Matter(StrEnum):
    """What is decided, as the rows call it; other rows tell what else was done."""

    OVERTIME_AGREED = "overtime-agreed"
    OVERTIME_WAIVED = "overtime-waived"
    OVERTIME_NOT_SOLD = "overtime-not-sold"
    PRICE_NAMED = "price-named"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn-decision"  # the choice says which one


MATTERS = frozenset(Matter)

DECLINED = "overtime-declined"
"""The customer said no to overtime: nothing is decided by that, and nothing is final before somebody does."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One row: what, by whom, when, in words; and the values of a decision."""

    what: str
    by: str
    at: int
    told: str
    choice: str | None = None
    reason: str | None = None
    half_hours: int | None = None
    price_cents: int | None = None


def decisions_of(rows: Iterable[Decided]) -> Decisions:
    """The rows in the order in which they were written."""
    decided = UNDECIDED
    for row in rows:
        if row.what in MATTERS:
            decided = _with(decided, Matter(row.what), row)
    return decided


def _with(decided: Decisions, matter: Matter, row: Decided) -> Decisions:
    goodwill = Goodwill(Reason(row.reason), row.told) if row.reason else None
    match matter:
        case Matter.OVERTIME_AGREED:
            return replace(decided, agreed_half_hours=row.half_hours)  # who agreed is the intervention's own
        case Matter.OVERTIME_WAIVED:
            given = goodwill or Goodwill(Reason.OTHER, row.told)
            return replace(decided, overtime_waived=OvertimeWaived(row.half_hours or 0, given))
        case Matter.OVERTIME_NOT_SOLD:
            choice = Unsellable(row.choice or Unsellable.STOP)
            return replace(decided, unsellable=UnsellableDecided(choice, row.half_hours or 0, goodwill))
        case Matter.PRICE_NAMED:
            return replace(decided, price=PriceNamed(euro(row.price_cents or 0), row.told, row.choice))
        case Matter.WAIVED:
            return replace(decided, waived=goodwill or Goodwill(Reason.OTHER, row.told))
        case Matter.WITHDRAWN:
            return _without(decided, Matter(row.choice or Matter.WITHDRAWN))
        case _:
            assert_never(matter)


def _without(decided: Decisions, matter: Matter) -> Decisions:
    match matter:
        case Matter.OVERTIME_WAIVED:
            return replace(decided, overtime_waived=None)
        case Matter.OVERTIME_NOT_SOLD:
            return replace(decided, unsellable=None)
        case Matter.PRICE_NAMED:
            return replace(decided, price=None)
        case Matter.WAIVED:
            return replace(decided, waived=None)
        case Matter.OVERTIME_AGREED:
            return replace(decided, agreed_half_hours=None)
        case Matter.WITHDRAWN:
            return decided
        case _:
            assert_never(matter)
