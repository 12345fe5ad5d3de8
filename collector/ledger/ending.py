"""The end of a session is asked for by a person: refused where work must not be interrupted, and on the record."""

from sqlalchemy import select

from collector.domain.tariff import LEAST_COUNTDOWN_MS
from collector.errors import Conflict, NotFound
from collector.ledger import changes
from collector.ledger.pen import Pen
from collector.ledger.reading import wholes
from collector.ledger.tables import credit, session
from shared.session import Evidence


async def ask(pen: Pen, session_id: str, *, by: str) -> tuple[int, int]:
    """The agent that may end it, and for how long it announces that first."""
    row = (await pen.connection.execute(select(session).where(session.c.id == session_id))).one_or_none()
    if row is None:
        raise NotFound(f"no session {session_id}")
    if row.evidence == Evidence.DECLARED:
        raise Conflict("the session was declared by hand: only the technician ends it")
    owners = select(credit.c.intervention_id).where(credit.c.session_id == session_id).order_by(credit.c.from_at.desc())
    id = (await pen.connection.execute(owners.limit(1))).scalar_one()
    of = (await wholes(pen.connection, pen.lists, [id]))[id]
    if of.request.critical:
        raise Conflict("critical work is going on: nothing may end it now")
    if of.overtime_agreed:
        raise Conflict("the customer has agreed to overtime: it is not ended")
    async with changes.changing(pen, id, "end-asked", by, weighs=False):
        await changes.note(pen, id, "end-asked", by, f"session {session_id}")
    return row.agent_id, max(of.terms.countdown_ms, LEAST_COUNTDOWN_MS)
