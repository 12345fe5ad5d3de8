"""What people decide about interventions; each leaves who, when, and from what to what."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from collector.domain.entitlement import service_for
from collector.errors import Conflict, NotFound
from collector.ledger import audit, customers, openings, witness
from collector.ledger.pen import Pen
from collector.ledger.tables import alert, credit, decision, intervention, session
from collector.ledger.witness import Subject


class Outcome(StrEnum):
    """How an intervention ended."""

    SOLVED = "solved"
    UNRESOLVED = "unresolved"


async def assign_customer(pen: Pen, intervention_id: int, customer_id: int, *, by: str) -> None:
    """It is this customer's, with contract and version as of its opening; its peers are his from now on."""
    async with _changing(pen, intervention_id, "customer", by) as row:
        name = await customers.must_exist(pen, customer_id)
        frozen = await openings.standing_on(pen, customer_id, row.opened_at)
        await _set(pen, intervention_id, customer_id=customer_id, **frozen)
        await _note(pen, intervention_id, "customer", by, f"{row.customer_id or '-'} > {customer_id} {name}")
    peers = (
        select(session.c.tool, session.c.peer)
        .join(credit, credit.c.session_id == session.c.id)
        .where(credit.c.intervention_id == intervention_id, session.c.peer.is_not(None))
        .distinct()
    )
    for each in (await pen.connection.execute(peers)).all():
        await customers.learn(pen, customer_id, each.tool, each.peer, by=by)


async def agree_overtime(pen: Pen, intervention_id: int, *, by: str, how: str) -> None:
    """Someone agreed to overtime; said again, the first word stands."""
    async with _changing(pen, intervention_id, "overtime-agreed", by) as row:
        if row.agreed_at is None:
            await _set(pen, intervention_id, agreed_by=by, agreed_at=pen.now_at, agreed_how=how)
            await _note(pen, intervention_id, "overtime-agreed", by, how)


async def set_category(pen: Pen, intervention_id: int, category: str | None, *, by: str) -> None:
    """What kind of work it is; BadInput when its tariff does not know the category."""
    async with _changing(pen, intervention_id, "category", by) as row:
        await pen.lists.load(pen.connection, {row.tariff_id})
        service_for(None, category, pen.lists.of(row.tariff_id))
        await _set(pen, intervention_id, category=category)
        await _note(pen, intervention_id, "category", by, f"{row.category or '-'} > {category or '-'}")


async def new_intervention(pen: Pen, session_id: str, at: int, *, by: str) -> int:
    """Another problem begins: from this instant on the session's time is a new intervention's, of the same customer."""
    row = (await pen.connection.execute(select(session).where(session.c.id == session_id))).one_or_none()
    if row is None:
        raise NotFound(f"no session {session_id}")
    owners = select(credit).where(credit.c.session_id == session_id).order_by(credit.c.from_at.desc())
    before = (await pen.connection.execute(owners)).first()
    if before is None:
        raise AssertionError("a session without a credit")
    if at <= max(row.first_seen_at, before.from_at):
        raise Conflict("the session is not that old: nothing would be left of the intervention before")
    subject = Subject("session", session_id)
    was = await witness.as_is(pen.connection, subject)
    async with _changing(pen, before.intervention_id, "next-problem", by) as last:
        opened = await openings.open_intervention(pen, last.customer_id, at, by=by)
        async with _changing(pen, opened, "opened", by):
            await pen.connection.execute(
                credit.insert().values(session_id=session_id, from_at=at, intervention_id=opened)
            )
            await _note(pen, last.id, "next-problem", by, f"session {session_id} from then on: {opened}")
            await _note(pen, opened, "opened", by, f"session {session_id} until then: {last.id}")
    await audit.enter(pen, "split", subject, by=by, before=was)
    return opened


async def close_intervention(pen: Pen, intervention_id: int, outcome: Outcome, *, by: str) -> None:
    """Solved, or given up; what comes after opens another."""
    async with _changing(pen, intervention_id, "closed", by) as row:
        if row.state == "closed":
            raise Conflict(f"intervention {intervention_id} is closed already, as {row.outcome}")
        await _set(pen, intervention_id, state="closed", outcome=outcome.value, closed_at=pen.now_at)
        await _note(pen, intervention_id, "closed", by, outcome.value)


async def acknowledge(pen: Pen, alert_id: int, *, by: str) -> None:
    """Somebody has seen to it; said again, the first word stands."""
    row = (await pen.connection.execute(select(alert).where(alert.c.id == alert_id))).one_or_none()
    if row is None:
        raise NotFound(f"no alert {alert_id}")
    if row.acknowledged_at is None:
        await pen.connection.execute(
            alert.update().where(alert.c.id == alert_id).values(acknowledged_by=by, acknowledged_at=pen.now_at)
        )
    pen.changed.add(row.intervention_id)


async def _the(pen: Pen, intervention_id: int) -> Any:
    row = (await pen.connection.execute(select(intervention).where(intervention.c.id == intervention_id))).one_or_none()
    if row is None:
        raise NotFound(f"no intervention {intervention_id}")
    return row


@asynccontextmanager
async def _changing(pen: Pen, intervention_id: int, what: str, by: str) -> AsyncIterator[Any]:
    """Its row as it was; what the block makes of it is entered in the audit chain."""
    row = await _the(pen, intervention_id)
    subject = Subject("intervention", intervention_id)
    before = await witness.as_is(pen.connection, subject)
    yield row
    await audit.enter(pen, what, subject, by=by, before=before)
    pen.changed.add(intervention_id)


async def _set(pen: Pen, intervention_id: int, **columns: object) -> None:
    await pen.connection.execute(intervention.update().where(intervention.c.id == intervention_id).values(**columns))


async def _note(pen: Pen, intervention_id: int, what: str, by: str, told: str) -> None:
    await pen.connection.execute(
        decision.insert().values(intervention_id=intervention_id, what=what, by=by, at=pen.now_at, told=told)
    )
