"""How a request is handled: opened by hand, described, closed, the customer told, reopened."""

from dataclasses import dataclass
from typing import Any

from collector.domain.entitlement import service_for
from collector.errors import BadInput, Conflict
from collector.ledger import changes, customers, openings
from collector.ledger.audit import Seen
from collector.ledger.decisions import Outcome
from collector.ledger.pen import Pen
from shared.moments import HOUR_MS, iso

OLDEST_REQUEST_MS = 366 * 24 * HOUR_MS
FUTURE_MS = 5_000  # a clock may be off so much


@dataclass(frozen=True, slots=True)
class CustomerTold:
    """That the customer was told that there is no solution: how, and when."""

    how: str
    at: int | None = None  # None: just now


@dataclass(frozen=True, slots=True)
class Facts:
    """What is written down of a request; the names are the table's columns."""

    problem: str | None = None
    notes: str | None = None
    category: str | None = None
    backup_at: int | None = None
    works_on_database: bool | None = None
    critical: bool | None = None

    def given(self, named: frozenset[str]) -> dict[str, Any]:
        """Those that were named, though they be empty."""
        return {name: getattr(self, name) for name in sorted(named)}


async def open_by_hand(
    pen: Pen, customer_id: int | None, opened_at: int | None, facts: Facts, named: frozenset[str], *, by: str
) -> int:
    """A request that came in otherwise than by a session; the customer's next session joins it."""
    if customer_id is not None:
        await customers.must_exist(pen, customer_id)
    at = pen.now_at if opened_at is None else opened_at
    _must_be_past(pen, "opened_at", at)
    if at < pen.now_at - OLDEST_REQUEST_MS:
        raise BadInput("opened_at", f"{iso(at)} is more than a year ago", "give the moment when the request came in")
    columns = facts.given(named)
    await _must_make_sense(pen, pen.lists.in_force(at), columns)
    opened = await openings.open_intervention(pen, customer_id, at, by=by)
    async with changes.changing(pen, opened, "described", by):
        await changes.put(pen, opened, **_columns(columns))
        await changes.note(pen, opened, "opened", by, facts.problem or "by hand")
    return opened


async def describe(
    pen: Pen, intervention_id: int, facts: Facts, named: frozenset[str], *, by: str, seen: Seen = None
) -> None:
    """Write down the facts that were named."""
    columns = facts.given(named)
    weighs = "category" in columns
    async with changes.changing(pen, intervention_id, "described", by, seen=seen, weighs=weighs) as row:
        await _must_make_sense(pen, row.tariff_id, columns)
        if weighs and columns["category"] != row.category:
            told = f"{row.category or '-'} > {columns['category'] or '-'}"
            await changes.note(pen, intervention_id, "category", by, told)
        await changes.put(pen, intervention_id, **_columns(columns))


async def close(
    pen: Pen,
    intervention_id: int,
    outcome: Outcome,
    told: CustomerTold | None = None,
    *,
    by: str,
    seen: Seen = None,
) -> None:
    """Solved, or given up; what comes after opens another."""
    async with changes.changing(pen, intervention_id, "closed", by, seen=seen, weighs=False) as row:
        if row.state == "closed":
            raise Conflict(f"intervention {intervention_id} is closed already, as {row.outcome}")
        await changes.put(pen, intervention_id, state="closed", outcome=outcome.value, closed_at=pen.now_at)
        await changes.note(pen, intervention_id, "closed", by, outcome.value)
        if told is not None:
            await _tell(pen, intervention_id, told, by, row.opened_at)


async def tell(pen: Pen, intervention_id: int, told: CustomerTold, *, by: str, seen: Seen = None) -> None:
    """The customer was told that his problem was given up."""
    async with changes.changing(pen, intervention_id, "customer-told", by, seen=seen, weighs=False) as row:
        if row.outcome != Outcome.UNRESOLVED.value:
            raise Conflict(f"intervention {intervention_id} is not closed as unresolved: there is nothing to tell")
        await _tell(pen, intervention_id, told, by, row.opened_at)


async def reopen(pen: Pen, intervention_id: int, reason: str, *, by: str, seen: Seen = None) -> None:
    """It was not done after all."""
    async with changes.changing(pen, intervention_id, "reopened", by, seen=seen) as row:
        if row.state != "closed":
            raise Conflict(f"intervention {intervention_id} is open")
        nothing = {"outcome": None, "closed_at": None, "told_by": None, "told_at": None, "told_how": None}
        await changes.put(pen, intervention_id, state="open", **nothing)
        await changes.note(pen, intervention_id, "reopened", by, reason)


async def _tell(pen: Pen, intervention_id: int, told: CustomerTold, by: str, opened_at: int) -> None:
    at = pen.now_at if told.at is None else told.at
    _must_be_past(pen, "told.at", at)
    if at < opened_at:
        raise BadInput("told.at", f"{iso(at)} is before the request", f"it was opened at {iso(opened_at)}")
    await changes.put(pen, intervention_id, told_by=by, told_at=at, told_how=told.how)
    await changes.note(pen, intervention_id, "customer-told", by, f"{iso(at)} {told.how}")


async def _must_make_sense(pen: Pen, tariff_id: str, columns: dict[str, Any]) -> None:
    """BadInput for a category that its tariff does not know, or a backup that is yet to be made."""
    if columns.get("category") is not None:
        await pen.lists.load(pen.connection, {tariff_id})
        service_for(None, columns["category"], pen.lists.of(tariff_id))
    if columns.get("backup_at") is not None:
        _must_be_past(pen, "backup_at", columns["backup_at"])


def _columns(columns: dict[str, Any]) -> dict[str, Any]:
    """As the table keeps them: a mark that is not set is false."""
    return {
        name: bool(value) if name in ("works_on_database", "critical") else value for name, value in columns.items()
    }


def _must_be_past(pen: Pen, place: str, at: int) -> None:
    if at > pen.now_at + FUTURE_MS:
        raise BadInput(place, f"{iso(at)} is in the future", "give a moment that has been")
