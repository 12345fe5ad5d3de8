"""What a person has decided about an intervention's charge, as values: who decided, and when, the ledger keeps.

Nothing beyond the base price becomes final without one of these. What is given away is said as such.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Reason(StrEnum):
    """Why something is given away; free words may follow."""

    COURTESY = "courtesy"
    OUR_FAULT = "our-fault"
    UNRESOLVED = "unresolved"
    SLOW_LINE = "slow-line"
    NOT_INFORMED = "not-informed"  # the customer was not told in time that it would cost
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Goodwill:
    """A reason from the list, and more in free words."""

    reason: Reason
    told: str = ""


class Unsellable(StrEnum):
    """What was decided about half hours that were begun and may not be sold."""

    STOP = "stop"
    NEW_INTERVENTION = "new-intervention"  # agreed anew: what follows is another one
    GOODWILL = "goodwill"


@dataclass(frozen=True, slots=True)
class OvertimeWaived:
    """So many half hours are given away; those begun later are not."""

    half_hours: int
    goodwill: Goodwill


@dataclass(frozen=True, slots=True)
class UnsellableDecided:
    """What becomes of so many half hours that may not be sold; none of them is charged."""

    choice: Unsellable
    half_hours: int
    goodwill: Goodwill | None = None


@dataclass(frozen=True, slots=True)
class PriceNamed:
    """A price for what the price list has none: 0.00 charges nothing."""

    price: Decimal
    told: str = ""
    service: str | None = None  # the one that it was named for, and no other; None: any


@dataclass(frozen=True, slots=True)
class Decisions:
    """All that was decided, the last word on each matter; that overtime was agreed is told apart."""

    agreed_half_hours: int | None = None  # where it was: the first so many, and no more; None: as many as are begun
    overtime_waived: OvertimeWaived | None = None
    unsellable: UnsellableDecided | None = None
    price: PriceNamed | None = None
    waived: Goodwill | None = None  # the whole intervention


UNDECIDED = Decisions()
