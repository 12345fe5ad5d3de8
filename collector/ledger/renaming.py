"""A session's peer turns out to be another: its time goes to whom that one belongs, and the books say so.

What a person has decided stands: where he assigned the customer or split the session, and where a statement was issued,
the correction is only written down, and waits for a person where it names another customer. A peer that was unknown
until now is no correction.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from collector.domain.review import PEER_DIFFERS
from collector.ledger import audit, changes, crediting, openings
from collector.ledger.credits import Steps
from collector.ledger.intervention import Credit
from collector.ledger.openings import Newcomer
from collector.ledger.pen import Pen
from collector.ledger.tables import billed, credit, decision, intervention


@dataclass(frozen=True, slots=True)
class Renamed:
    """A session as it is known now, and the peer that it was thought to have; None: nobody knew."""

    session: Newcomer
    before: str | None

    @property
    def what(self) -> str:
        return "peer-told" if self.before is None else "peer-corrected"

    @property
    def words(self) -> str:
        return f"{self.before or '-'} > {self.session.peer}"


async def follow(pen: Pen, renamed: Renamed) -> None:
    """Where its time belongs now, it goes; said at the intervention that had it."""
    steps = await _steps(pen, renamed.session.id)
    owner = steps[-1].intervention_id
    row = (await pen.connection.execute(select(intervention).where(intervention.c.id == owner))).one()
    customer_id, near = await openings.nearest(pen, renamed.session, but=owner)
    if row.customer_id is not None and row.customer_id == customer_id:
        return
    if len(steps) > 1 or await _stands(pen, row):
        await _doubt(pen, row, customer_id, renamed)
    elif not await _is_alone(pen, owner):
        to = near or await openings.open_intervention(pen, customer_id, renamed.session.started_at, by=audit.ITSELF)
        await _give(pen, row, to, renamed)
    elif near is not None and await _is_untouched(pen, owner):
        await _give(pen, row, near, renamed)
        closed = {} if row.state == "closed" else {"state": "closed", "closed_at": pen.now_at}
        async with changes.changing(pen, owner, "merged", audit.ITSELF, weighs=False):
            await changes.put(pen, owner, merged_into=near, outcome="merged", **closed)
    else:
        await _assign(pen, row, customer_id, renamed)


async def _stands(pen: Pen, row: Any) -> bool:
    """Whether a person assigned its customer, or it is on a statement."""
    said = select(decision.c.id).where(
        decision.c.intervention_id == row.id, decision.c.what == "customer", decision.c.by != audit.ITSELF
    )
    issued = select(billed.c.statement_id).where(billed.c.intervention_id == row.id)
    return any([(await pen.connection.execute(each.limit(1))).first() is not None for each in (said, issued)])


async def _doubt(pen: Pen, row: Any, customer_id: int | None, renamed: Renamed) -> None:
    """It stays whose it is, and that it may be another's is said."""
    if customer_id is None:
        await _say(pen, row, renamed, renamed.words)
        return
    async with changes.changing(pen, row.id, PEER_DIFFERS, audit.ITSELF, weighs=False):
        told = f"{renamed.words}; {row.customer_id or '-'} > {customer_id}"
        await changes.note(pen, row.id, PEER_DIFFERS, audit.ITSELF, told)


async def _is_alone(pen: Pen, intervention_id: int) -> bool:
    """Whether no other session is credited there."""
    of = select(func.count(credit.c.session_id.distinct())).where(credit.c.intervention_id == intervention_id)
    return await pen.connection.scalar(of) == 1


async def _is_untouched(pen: Pen, intervention_id: int) -> bool:
    """Whether nobody has had to do with it yet."""
    of = select(func.count()).select_from(decision).where(decision.c.intervention_id == intervention_id)
    return await pen.connection.scalar(of) == 0


async def _give(pen: Pen, giver: Any, taker: int, renamed: Renamed) -> None:
    await crediting.write(pen, renamed.session.id, (Credit(0, taker),), renamed.what, audit.ITSELF)
    await _say(pen, giver, renamed, f"{renamed.words}: {taker}")
    async with changes.changing(pen, taker, "time-taken", audit.ITSELF, weighs=False):
        await changes.note(pen, taker, "time-taken", audit.ITSELF, f"session {renamed.session.id}: {giver.id}")


async def _assign(pen: Pen, row: Any, customer_id: int | None, renamed: Renamed) -> None:
    async with changes.changing(pen, row.id, renamed.what, audit.ITSELF, weighs=False):
        frozen = await openings.standing_on(pen, customer_id, row.opened_at)
        await changes.put(pen, row.id, customer_id=customer_id, **frozen)
        if renamed.before is not None:
            told = f"{renamed.words}; {row.customer_id or '-'} > {customer_id or '-'}"
            await changes.note(pen, row.id, renamed.what, audit.ITSELF, told)


async def _say(pen: Pen, row: Any, renamed: Renamed, told: str) -> None:
    """Write it down, where anything was thought before."""
    if renamed.before is None:
        pen.changed.add(row.id)
        return
    async with changes.changing(pen, row.id, renamed.what, audit.ITSELF, weighs=False):
        await changes.note(pen, row.id, renamed.what, audit.ITSELF, told)


async def _steps(pen: Pen, session_id: str) -> Steps:
    owned = select(credit).where(credit.c.session_id == session_id).order_by(credit.c.from_at)
    return tuple(Credit(each.from_at, each.intervention_id) for each in await pen.connection.execute(owned))
