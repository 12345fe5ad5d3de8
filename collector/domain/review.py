"""What of an intervention waits for a person, and for whom: only what waits for nobody is final. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from collector.domain.rating import Charge, Flag


class Whose(StrEnum):
    """Who has the next word."""

    SUPERVISOR = "supervisor"
    OFFICE = "office"
    TECHNICIAN = "technician"


class State(StrEnum):
    """How far an intervention is on its way to the bill."""

    OPEN = "open"  # work may go on; nothing waits
    IN_REVIEW = "in-review"  # somebody has to decide
    FINAL = "final"


CUSTOMER_NOT_TOLD = "customer-not-told"
"""Given up, and nobody has told the customer yet."""

PEER_DIFFERS = "peer-differs"
"""Its customer was assigned by a person, and a session of it turned out to be to another one's peer."""

_WHOSE: Mapping[Flag, Whose] = {Flag.UNASSIGNED: Whose.OFFICE}  # any other flag is the supervisor's


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing that waits: a flag of the charge, that it may be another's, or that the customer has not been told."""

    what: str
    whose: Whose


@dataclass(frozen=True, slots=True)
class Review:
    """Where it stands, and what waits."""

    state: State
    waits: tuple[Wait, ...]


def review(
    charge: Charge, *, closed: bool, unresolved: bool, customer_told: bool, peer_differs: bool = False
) -> Review:
    """The review of an intervention with this charge."""
    waits = tuple(Wait(flag.value, _WHOSE.get(flag, Whose.SUPERVISOR)) for flag in charge.flags)
    if peer_differs:
        waits += (Wait(PEER_DIFFERS, Whose.OFFICE),)
    if closed and unresolved and not customer_told:
        waits += (Wait(CUSTOMER_NOT_TOLD, Whose.TECHNICIAN),)
    if waits:
        return Review(State.IN_REVIEW, waits)
    return Review(State.FINAL if closed else State.OPEN, ())
