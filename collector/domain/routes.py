"""Who is told of an alert, over which channel, and when. Pure: the file of channels says the routes."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from collector.domain.office_hours import Hours, Shifts, is_there


class Severity(StrEnum):
    """How pressing an alert is, the least first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Outside(StrEnum):
    """What becomes of an alert outside a route's hours."""

    SKIP = "skip"  # another route tells it
    WAIT = "wait"  # it is told when they begin


class Why(StrEnum):
    """Why something is told."""

    MADE = "made"
    ESCALATION = "escalation"  # nobody has acknowledged it
    REMINDER = "reminder"  # it was snoozed until now
    WITHDRAWN = "withdrawn"  # it did not come true


@dataclass(frozen=True, slots=True)
class Route:
    """Alerts that fit all that it asks for go to its channels."""

    to: tuple[str, ...]
    kinds: frozenset[str] = frozenset()  # none: all
    severity: Severity = Severity.LOW  # at least
    customers: tuple[str, ...] = ()  # names, `*` takes any characters; none: all
    hours: Hours | Shifts | None = None
    outside: Outside = Outside.SKIP
    escalate_after_ms: int | None = None
    escalate_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Telling:
    """To be told over this channel: at once, or at an instant unless somebody has acknowledged it by then."""

    channel: str
    due_at: int | None
    why: Why


@dataclass(frozen=True, slots=True)
class Routes:
    """All of them; an alert takes every one that fits, and is told once over each channel."""

    routes: tuple[Route, ...] = ()

    def tellings(self, kind: str, customer: str | None, at: int) -> tuple[Telling, ...]:
        """What an alert of this kind, made at this instant, owes."""
        told: dict[tuple[str, Why], Telling] = {}
        for telling in self._all(kind, customer, at):
            known = told.setdefault((telling.channel, telling.why), telling)
            if (telling.due_at or 0) < (known.due_at or 0):
                told[telling.channel, telling.why] = telling
        return tuple(told.values())

    def opens_at(self, channel: str, kind: str, customer: str | None, at: int) -> int:
        """The first instant from `at` on that the hours of such an alert's routes to this channel allow; `at` where
        there is none."""
        mine = (route for route in self.routes if channel in route.to and _fits(route, kind, customer))
        opens = (at if route.hours is None else route.hours.next_at(at) for route in mine)
        return min((open_at for open_at in opens if open_at is not None), default=at)

    def _all(self, kind: str, customer: str | None, at: int) -> Iterator[Telling]:
        for route in self.routes:
            begins_at = _begins_at(route, at) if _fits(route, kind, customer) else None
            if begins_at is None:
                continue
            due_at = None if begins_at == at else begins_at
            yield from (Telling(channel, due_at, Why.MADE) for channel in route.to)
            if route.escalate_after_ms is not None:
                later_at = begins_at + route.escalate_after_ms
                yield from (Telling(channel, later_at, Why.ESCALATION) for channel in route.escalate_to)


NOWHERE = Routes()

_SEVERITY = {
    "warning": Severity.LOW,
    "clock-off": Severity.LOW,
    "no-contact": Severity.LOW,
    "terms": Severity.LOW,
    "half-hour": Severity.HIGH,
    "not-entitled": Severity.HIGH,
    "disconnect": Severity.HIGH,
    "declined": Severity.HIGH,
}


KINDS = frozenset(
    {*_SEVERITY, "cap", "unknown-peer", "excluded-work", "backup", "agent-silent", "unconfirmed-end", "disconnected"}
)
"""Of all alerts that there are."""


def severity_of(kind: str) -> Severity:
    """What costs, or may not be sold, is pressing."""
    return _SEVERITY.get(kind, Severity.NORMAL)


def _fits(route: Route, kind: str, customer: str | None) -> bool:
    ranks = list(Severity)
    return (
        (not route.kinds or kind in route.kinds)
        and ranks.index(severity_of(kind)) >= ranks.index(route.severity)
        and (not route.customers or any(_names(pattern, customer or "") for pattern in route.customers))
    )


def _names(pattern: str, customer: str) -> bool:
    """Only `*` means something in a pattern."""
    plain = pattern.casefold().replace("[", "[[]").replace("?", "[?]")
    return fnmatchcase(customer.casefold(), plain)


def _begins_at(route: Route, at: int) -> int | None:
    """When the route tells what was made at this instant; None when it does not."""
    if route.hours is None or is_there(route.hours, at):
        return at
    return route.hours.next_at(at) if route.outside is Outside.WAIT else None
