"""The customer is asked for his consent by a link: long, random, short-lived, good once, and kept as a digest alone."""

import secrets

from collector.errors import Conflict, NotFound
from collector.ledger import changes, decisions
from collector.ledger.audit import Seen
from collector.ledger.decided import DECLINED
from collector.ledger.keys import digest
from collector.ledger.pen import Pen
from collector.ledger.question import is_good, question_of
from collector.ledger.reading import wholes
from collector.ledger.tables import consent_link
from shared.moments import HOUR_MS

LASTS_MS = HOUR_MS
HOW = "link"
GONE = "this link was answered already, or is too old: ask for a new one"


async def make(pen: Pen, intervention_id: int, *, by: str, seen: Seen = None) -> tuple[str, int]:
    """The code of a link, and until when it is good; an older one of the same intervention is void."""
    await changes.the(pen, intervention_id)
    question = question_of((await wholes(pen.connection, pen.lists, [intervention_id]))[intervention_id], pen.now_at)
    if question is None:
        raise Conflict(f"intervention {intervention_id} has no overtime that could be agreed to")
    if question.agreed:
        raise Conflict(f"intervention {intervention_id}: overtime is agreed to already")
    void = consent_link.update().where(
        consent_link.c.intervention_id == intervention_id, consent_link.c.answered_at.is_(None)
    )
    await pen.connection.execute(void.values(expires_at=pen.now_at))
    code, expires_at = secrets.token_urlsafe(32), pen.now_at + LASTS_MS
    values = {"hash": digest(code), "intervention_id": intervention_id, "expires_at": expires_at}
    await pen.connection.execute(consent_link.insert().values(values))
    async with changes.changing(pen, intervention_id, "consent-asked", by, seen=seen, weighs=False):
        await changes.note(pen, intervention_id, "consent-asked", by, question.words())
    return code, expires_at


async def answer(pen: Pen, code: str, *, agrees: bool) -> None:
    """Once; NotFound for a link that is not good any more.

    A no is written down and blocks nothing, but outweighs what somebody else has heard from him: that is taken back.
    """
    good = (
        consent_link.update()
        .where(is_good(code, pen.now_at))
        .values(answered_at=pen.now_at)
        .returning(consent_link.c.intervention_id)
    )
    id = (await pen.connection.execute(good)).scalar()
    if id is None:
        raise NotFound(GONE)
    of = (await wholes(pen.connection, pen.lists, [id]))[id]
    question = question_of(of, pen.now_at)
    told = HOW if question is None else f"{HOW}: {question.words()}"
    by = of.customer_name or "customer"
    if agrees:
        await decisions.agree_overtime(pen, id, by=by, how=told[:200])
        return
    agreed = of.agreed is not None
    async with changes.changing(pen, id, DECLINED, by, weighs=agreed):
        if agreed:
            await changes.put(pen, id, agreed_by=None, agreed_at=None, agreed_how=None)
        await changes.note(pen, id, DECLINED, by, told)
