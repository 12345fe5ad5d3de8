"""The months of the firm: which one an intervention belongs to, which are closed, and what may not be changed any more.

An intervention belongs to the month in which it was opened, in the firm's zone. What an issued statement holds stands;
what is reported after it was issued goes onto the customer's next statement.
"""

from sqlalchemy import select

from collector.domain.statement import Kind
from collector.errors import Conflict
from collector.ledger.pen import Pen
from collector.ledger.tables import billed, credit, session, statement


async def must_be_open(pen: Pen, intervention_id: int) -> None:
    """Conflict where this intervention is on an issued statement, and since then nothing was reported of it, nor taken
    back by a credit note.

    Whatever changes what an intervention costs, or whose it is, asks this first.
    """
    on = (
        select(statement.c.number, statement.c.month, statement.c.kind, billed.c.as_of_at)
        .join(statement, statement.c.id == billed.c.statement_id)
        .where(billed.c.intervention_id == intervention_id)
        .order_by(billed.c.statement_id.desc())
    )
    row = (await pen.connection.execute(on)).first()
    if row is None or row.kind == Kind.CREDIT_NOTE.value:
        return
    if await _reported_since(pen, intervention_id, row.as_of_at):
        return
    raise Conflict(
        f"intervention {intervention_id} is on statement {row.number} of {row.month}, which stands: credit that first"
    )


async def _reported_since(pen: Pen, intervention_id: int, at: int) -> bool:
    news = (
        select(session.c.id)
        .join(credit, credit.c.session_id == session.c.id)
        .where(credit.c.intervention_id == intervention_id, session.c.heard_at > at)
        .limit(1)
    )
    return (await pen.connection.execute(news)).first() is not None
