"""How an intervention is changed: read as it was, written, noted, and entered in the audit chain."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import select

from collector.domain.review import State
from collector.errors import Conflict, NotFound
from collector.ledger import audit, months, witness
from collector.ledger.audit import Seen
from collector.ledger.pen import Pen
from collector.ledger.reading import wholes
from collector.ledger.tables import decision, intervention
from collector.ledger.witness import Subject


async def the(pen: Pen, intervention_id: int) -> Any:
    """Its row; NotFound when there is none of that number, Conflict when it was merged into another."""
    row = (await pen.connection.execute(select(intervention).where(intervention.c.id == intervention_id))).one_or_none()
    if row is None:
        raise NotFound(f"no intervention {intervention_id}")
    if row.merged_into is not None:
        raise Conflict(f"intervention {intervention_id} was merged into {row.merged_into}: go on there")
    return row


@asynccontextmanager
async def changing(
    pen: Pen, intervention_id: int, what: str, by: str, *, seen: Seen = None, weighs: bool = True
) -> AsyncIterator[Any]:
    """Its row as it was; what the block makes of it is entered in the audit chain.

    Stale where it is none of the states that were seen; Conflict where it `weighs` on a bill and stands on a statement.
    """
    row = await the(pen, intervention_id)
    subject = Subject("intervention", intervention_id)
    await audit.expect(pen, subject, seen)
    if weighs:
        await months.must_be_open(pen, intervention_id)
    before = await witness.as_is(pen.connection, subject)
    yield row
    await _settle(pen, intervention_id)
    await audit.enter(pen, what, subject, by=by, before=before)
    pen.changed.add(intervention_id)


async def put(pen: Pen, intervention_id: int, **columns: object) -> None:
    """Write what is named; where nothing is, nothing."""
    if columns:
        its = intervention.update().where(intervention.c.id == intervention_id)
        await pen.connection.execute(its.values(**columns))


async def note(pen: Pen, intervention_id: int, what: str, by: str, told: str, **values: object) -> None:
    """What was decided, by whom, and in words."""
    await pen.connection.execute(
        decision.insert().values(intervention_id=intervention_id, what=what, by=by, at=pen.now_at, told=told, **values)
    )


async def _settle(pen: Pen, intervention_id: int) -> None:
    """Remember whether it waits for nobody any more, so that the review need not look at it again."""
    found = await wholes(pen.connection, pen.lists, [intervention_id])
    settled = found[intervention_id].review.state is State.FINAL
    await put(pen, intervention_id, settled=settled)
