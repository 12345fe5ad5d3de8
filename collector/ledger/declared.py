"""Time that somebody declares by hand, work by telephone say: a session that is his word alone, and is marked so."""

import secrets

from sqlalchemy import select

from collector.errors import BadInput, NotFound
from collector.ledger import audit, changes, witness
from collector.ledger.audit import Seen
from collector.ledger.intervention import Credit
from collector.ledger.keys import digest
from collector.ledger.pen import Pen
from collector.ledger.tables import agent, credit, session, stretch
from collector.ledger.witness import Subject, Weighed, session_said
from shared.moments import HOUR_MS, iso
from shared.session import Evidence, SessionState, Stretch

LONGEST_MS = 24 * HOUR_MS
TOOLS = ("telephone", "console", "on-site", "other")
"""What the work was done with."""


async def declare(
    pen: Pen,
    intervention_id: int,
    start_at: int,
    end_at: int,
    *,
    tool: str,
    told: str | None,
    by: str,
    seen: Seen = None,
) -> str:
    """The new session's name; BadInput for time that cannot have been."""
    _must_have_been(pen, start_at, end_at)
    if tool not in TOOLS:
        raise BadInput("tool", f'unknown "{tool[:60]}"', f"known: {', '.join(TOOLS)}")
    async with changes.changing(pen, intervention_id, "declared", by, seen=seen):
        id = secrets.token_hex(16)
        agent_id = await _agent(pen, by)
        row = {"id": id, "agent_id": agent_id, "tool": tool, "peer_name": told, "seq": 0, "marks": ""}
        row |= {"evidence": Evidence.DECLARED.value, "state": SessionState.ENDED.value}
        row |= {"first_seen_at": start_at, "last_seen_at": end_at, "heard_at": pen.now_at}
        await pen.connection.execute(session.insert().values(row))
        lasted = Stretch(start_at, end_at - start_at)
        values = {"session_id": id, "n": 0, "started_at": start_at, "lasted_ms": lasted.lasted_ms}
        await pen.connection.execute(stretch.insert().values(values))
        credited = {"session_id": id, "from_at": 0, "intervention_id": intervention_id}
        await pen.connection.execute(credit.insert().values(credited))
        weighed = Weighed(agent_id, tool, Evidence.DECLARED, ended=True, peer_name=told)
        said = session_said(weighed, [lasted], [Credit(0, intervention_id)])
        audit.enter_told(pen, "declared", Subject("session", id), by=by, before=None, after=said)
        told_in_words = f"{iso(start_at)} > {iso(end_at)} {tool}" + (f": {told}" if told else "")
        await changes.note(pen, intervention_id, "declared", by, told_in_words)
    return id


async def withdraw(pen: Pen, intervention_id: int, session_id: str, *, by: str, seen: Seen = None) -> None:
    """It was declared by mistake; what was observed can never be withdrawn."""
    subject = Subject("session", session_id)
    owners = set(
        await pen.connection.scalars(select(credit.c.intervention_id).where(credit.c.session_id == session_id))
    )
    row = (await pen.connection.execute(select(session).where(session.c.id == session_id))).one_or_none()
    if row is None or intervention_id not in owners or row.evidence != Evidence.DECLARED.value or row.seq:
        raise NotFound(f"no time of that name was declared by hand for intervention {intervention_id}")
    if owners != {intervention_id}:
        raise NotFound(f"session {session_id} is {len(owners)} interventions': bring it together first")
    async with changes.changing(pen, intervention_id, "withdrawn", by, seen=seen):
        before = await witness.as_is(pen.connection, subject)
        for table in (credit, stretch):
            await pen.connection.execute(table.delete().where(table.c.session_id == session_id))
        await pen.connection.execute(session.delete().where(session.c.id == session_id))
        await audit.enter(pen, "withdrawn", subject, by=by, before=before)
        await changes.note(pen, intervention_id, "withdrawn", by, f"session {session_id}")


def _must_have_been(pen: Pen, start_at: int, end_at: int) -> None:
    if end_at <= start_at:
        raise BadInput("end", f"{iso(end_at)} is not after the start", "give the start first, then the end")
    if end_at > pen.now_at:
        raise BadInput("end", f"{iso(end_at)} is in the future", "declare what has been done, not what will be")
    if end_at - start_at > LONGEST_MS:
        days = (end_at - start_at) / LONGEST_MS
        raise BadInput("end", f"{days:.1f} days after the start", "declare at most 24 hours at once")


async def _agent(pen: Pen, by: str) -> int:
    """The row that stands for who declares; no program ever comes in as that."""
    name = f"{by[:180]} (by hand)"
    known = (await pen.connection.execute(select(agent.c.id).where(agent.c.name == name, agent.c.by_hand))).scalar()
    if known is not None:
        return int(known)
    nobodys = digest(secrets.token_urlsafe(32))
    values = {"name": name, "token_hash": nobodys, "enrolled_at": pen.now_at, "revoked_at": pen.now_at, "by_hand": True}
    row = await pen.connection.execute(agent.insert().values(values))
    key = row.inserted_primary_key
    if key is None:
        raise AssertionError("an insert without a key")
    return int(key[0])
