"""What a technician says of a session at his desk, written down in the name of his PC."""

from dataclasses import dataclass

from sqlalchemy import select

from collector.ledger import changes, crediting, decisions
from collector.ledger.credits import owner_at
from collector.ledger.intervention import Credit
from collector.ledger.pen import Pen
from collector.ledger.tables import credit, decision, session
from shared.messages import What, Word

HOW = "technician"


@dataclass(frozen=True, slots=True)
class Said:
    """A word, whose it is, and how far his clock is off."""

    agent_id: int
    agent: str
    offset_ms: int
    word: Word


async def take(pen: Pen, said: Said) -> str | None:
    """None once it is written, or was before; else why it never will be: or it is raised, where a rule forbids it."""
    word = said.word
    if word.what not in set(What):
        return f"the collector does not know what is meant by {word.what[:60]}"
    mine = select(session.c.agent_id).where(session.c.id == word.session)
    if (await pen.connection.execute(mine)).scalar() != said.agent_id:
        return "no session of this agent is called so"
    await _write(pen, said, What(word.what))
    return None


async def _write(pen: Pen, said: Said, what: What) -> None:
    word = said.word
    at = min(word.at + said.offset_ms, pen.now_at)
    rows = select(credit).where(credit.c.session_id == word.session).order_by(credit.c.from_at)
    steps = tuple(Credit(row.from_at, row.intervention_id) for row in await pen.connection.execute(rows))
    owner = owner_at(steps, at)
    match what:
        case What.AGREED:
            await decisions.agree_overtime(pen, owner, by=said.agent, how=HOW)
        case What.NEXT_PROBLEM:
            if all(each.from_at != at for each in steps):
                await crediting.new_intervention(pen, word.session, at, by=said.agent)
        case What.WRONG_CUSTOMER:
            if not await _decided_since(pen, owner, "customer", at):
                await decisions.doubt_customer(pen, owner, by=said.agent)
        case _:
            if not await _is_noted(pen, word):
                async with changes.changing(pen, owner, what, said.agent, weighs=False):
                    if what is What.CRITICAL:
                        await changes.put(pen, owner, critical=True)
                    why = word.why or f"session {word.session}"
                    await changes.note(pen, owner, what, said.agent, why, word=word.id)


async def _is_noted(pen: Pen, word: Word) -> bool:
    """An agent says a word again where it did not hear that it was noted; the session may be another's meanwhile."""
    query = select(decision.c.id).where(decision.c.what == word.what, decision.c.word == word.id)
    return (await pen.connection.execute(query.limit(1))).first() is not None


async def _decided_since(pen: Pen, intervention_id: int, what: str, at: int) -> bool:
    """Whether somebody decided on the matter at that instant or later: that stands."""
    query = select(decision.c.id).where(
        decision.c.intervention_id == intervention_id, decision.c.what == what, decision.c.at >= at
    )
    return (await pen.connection.execute(query.limit(1))).first() is not None
