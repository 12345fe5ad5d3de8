"""Whose time it is: sessions split, spans moved, interventions merged. No second is lost or counted twice."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from collector.domain.connection import Span
from collector.errors import BadInput, Conflict, NotFound
from collector.ledger import audit, changes, openings, witness
from collector.ledger.audit import Seen
from collector.ledger.credits import Steps, given, owner_at, until_of
from collector.ledger.intervention import Credit, cut
from collector.ledger.pen import Pen
from collector.ledger.tables import credit, session, stretch
from collector.ledger.witness import Subject
from shared.moments import iso
from shared.session import SessionState, Stretch


async def new_intervention(pen: Pen, session_id: str, at: int, *, by: str, seen: Seen = None) -> int:
    """Another problem begins: from this instant on the session's time is a new intervention's, of the same customer.

    Stale when it is not any more whose it was `seen` to be.
    """
    await audit.expect(pen, Subject("session", session_id), seen)
    row, _, steps = await _session(pen, session_id)
    if at <= max(row.first_seen_at, steps[-1].from_at):
        raise Conflict("the session is not that old: nothing would be left of the intervention before")
    return await _another(pen, session_id, steps, at, None, by)


async def split(
    pen: Pen, intervention_id: int, session_id: str, at: int, into: int | None, *, by: str, seen: Seen = None
) -> int:
    """From this instant on the session's time is another intervention's: that one's, or a new one's where None.

    Up to where the time of this intervention in that session ends. The number of the other.
    """
    await audit.expect(pen, Subject("intervention", intervention_id), seen)
    row, _, steps = await _session(pen, session_id)
    ended_at = row.last_seen_at if row.state == SessionState.ENDED else None
    if not row.first_seen_at < at <= pen.now_at or (ended_at is not None and at >= ended_at):
        until = "and not in the future" if ended_at is None else f"and before {iso(ended_at)}, when it ended"
        raise BadInput(
            "at",
            f"{iso(at)} is outside the session",
            f"give a moment after {iso(row.first_seen_at)}, when it began, {until}",
        )
    if owner_at(steps, at) != intervention_id:
        raise Conflict(f"at {iso(at)} the session's time is intervention {owner_at(steps, at)}'s, not this one's")
    return await _another(pen, session_id, steps, at, into, by)


async def move(
    pen: Pen,
    intervention_id: int,
    session_id: str,
    from_at: int | None,
    until_at: int | None,
    into: int,
    *,
    by: str,
    seen: Seen = None,
) -> None:
    """What is its own of the session between these instants is that one's; None: from its start, or to its end."""
    await audit.expect(pen, Subject("intervention", intervention_id), seen)
    row, stretches, steps = await _session(pen, session_id)
    if until_at is not None and until_at <= (from_at or row.first_seen_at):
        raise BadInput("until", "not after its start", "give the first moment, and the one where it ends")
    if (from_at or 0) > pen.now_at:
        raise BadInput("from", "in the future", "give a moment of this session")
    moved = given(steps, into, from_at or 0, until_at, of=intervention_id)
    if moved == steps or _pieces(stretches, moved, into) == _pieces(stretches, steps, into):
        raise Conflict(f"intervention {intervention_id} has no time of session {session_id} there")
    await _credit(pen, intervention_id, into, {session_id: moved}, "moved", by)


async def merge(pen: Pen, intervention_id: int, into: int, *, by: str, seen: Seen = None) -> None:
    """It turned out to be about the same problem: all its time is that one's, and it is none of its own any more."""
    await audit.expect(pen, Subject("intervention", intervention_id), seen)
    members = select(credit.c.session_id).where(credit.c.intervention_id == intervention_id).distinct()
    steps: dict[str, Steps] = {}
    for session_id in list(await pen.connection.scalars(members)):
        _, _, before = await _session(pen, session_id)
        steps[session_id] = given(before, into, 0, None, of=intervention_id)
    await _credit(pen, intervention_id, into, steps, "merged", by)
    async with changes.changing(pen, intervention_id, "merged", by) as row:
        closed = {} if row.state == "closed" else {"state": "closed", "closed_at": pen.now_at}
        await changes.put(pen, intervention_id, merged_into=into, outcome="merged", **closed)


async def _another(pen: Pen, session_id: str, steps: Steps, at: int, into: int | None, by: str) -> int:
    """Credit it from there on to the other, up to where the step ends."""
    owner = owner_at(steps, at)
    row = await changes.the(pen, owner)
    other = into or await openings.open_intervention(pen, row.customer_id, at, by=by)
    moved = given(steps, other, at, until_of(steps, at))
    await _credit(pen, owner, other, {session_id: moved}, "next-problem", by)
    return other


async def _credit(pen: Pen, giver: int, taker: int, sessions: dict[str, Steps], what: str, by: str) -> None:
    """Write the steps of these sessions anew, and say so at both interventions."""
    if giver == taker:
        raise BadInput("into", "the same intervention", "name another one")
    names = ", ".join(sessions) or "-"
    async with changes.changing(pen, giver, what, by) as row:
        async with changes.changing(pen, taker, "time-taken", by) as other:
            _must_fit(row, other)
            for session_id, steps in sessions.items():
                await write(pen, session_id, steps, what, by)
            await changes.note(pen, giver, what, by, f"session {names}: {taker}")
            await changes.note(pen, taker, "time-taken", by, f"session {names}: {giver}")


def _must_fit(giver: Any, taker: Any) -> None:
    """Conflict where the time would go to somebody else, or to work that is done."""
    if taker.state != "open":
        raise Conflict(f"intervention {taker.id} is closed: reopen it first")
    if None not in (giver.customer_id, taker.customer_id) and giver.customer_id != taker.customer_id:
        raise Conflict(f"intervention {taker.id} is another customer's: assign one of them first")


async def write(pen: Pen, session_id: str, steps: Steps, what: str, by: str) -> None:
    """Credit the session's time by these steps, and enter it in the audit chain."""
    subject = Subject("session", session_id)
    before = await witness.as_is(pen.connection, subject)
    await pen.connection.execute(credit.delete().where(credit.c.session_id == session_id))
    rows = [
        {"session_id": session_id, "from_at": each.from_at, "intervention_id": each.intervention_id} for each in steps
    ]
    await pen.connection.execute(credit.insert(), rows)
    pen.recredited.add(session_id)
    await audit.enter(pen, what, subject, by=by, before=before)


async def _session(pen: Pen, session_id: str) -> tuple[Any, tuple[Stretch, ...], Steps]:
    """Its row, its stretches and its steps; NotFound when there is none of that name."""
    row = (await pen.connection.execute(select(session).where(session.c.id == session_id))).one_or_none()
    if row is None:
        raise NotFound(f"no session {session_id[:40]}")
    lasted = select(stretch).where(stretch.c.session_id == session_id).order_by(stretch.c.n)
    owned = select(credit).where(credit.c.session_id == session_id).order_by(credit.c.from_at)
    stretches = tuple(Stretch(each.started_at, each.lasted_ms) for each in await pen.connection.execute(lasted))
    steps = tuple(Credit(each.from_at, each.intervention_id) for each in await pen.connection.execute(owned))
    return row, stretches, steps


def _pieces(stretches: Sequence[Stretch], steps: Steps, owner: int) -> list[Span]:
    return [span for to, span in cut("", stretches, steps) if to == owner]
