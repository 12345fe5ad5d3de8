"""Letters that ask for help, taken in: each once, for the customer that its sender belongs to, a thread together."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from collector.inbox.letter import Letter
from collector.ledger import changes, handling
from collector.ledger.handling import OLDEST_REQUEST_MS, Facts
from collector.ledger.pen import Pen
from collector.ledger.tables import customer, customer_email, intervention, letter
from shared.moments import to_at

MOST_NOTES = 2_000


class Became(StrEnum):
    """What a letter became."""

    OPENED = "opened"
    JOINED = "joined"  # an answer, which belongs to an intervention that there was
    KNOWN = "known"  # it is here already
    NO_REQUEST = "no-request"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a letter became, and what a person should know of it."""

    became: Became
    intervention_id: int | None
    customer: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class LetterView:
    """A letter that was taken in."""

    id: int
    taken_at: int
    sender: str | None
    intervention_id: int | None
    problem: str | None
    customer: str | None
    why_not: str | None


async def take(pen: Pen, of: Letter, *, by: str) -> Taken:
    """Once; the same again changes nothing."""
    known = (await pen.connection.execute(select(letter.c.intervention_id).where(letter.c.key == of.key))).one_or_none()
    if known is not None:
        return Taken(Became.KNOWN, known.intervention_id)
    if of.why_not is not None:
        await _keep(pen, of, None)
        return Taken(Became.NO_REQUEST, None, note=of.why_not.value)
    answered = await _answered(pen, of)
    if answered is None:
        return await _open(pen, of, by)
    return await _join(pen, of, answered, by)


async def letters(connection: AsyncConnection, limit: int, before: int | None) -> list[LetterView]:
    """The last first; `before` goes on below a number."""
    query = (
        select(
            letter.c.id,
            letter.c.taken_at,
            letter.c.sender,
            letter.c.intervention_id,
            intervention.c.problem,
            customer.c.name.label("customer"),
            letter.c.why_not,
        )
        .outerjoin(intervention, intervention.c.id == letter.c.intervention_id)
        .outerjoin(customer, customer.c.id == intervention.c.customer_id)
        .order_by(letter.c.id.desc())
        .limit(limit)
    )
    rows = await connection.execute(query if before is None else query.where(letter.c.id < before))
    return [LetterView(**row._mapping) for row in rows]


async def _open(pen: Pen, of: Letter, by: str) -> Taken:
    """A draft: the problem is the subject; without a customer where it is not certain whose it is."""
    owners = await _owners(pen, of.sender)
    owner = owners[0] if len(owners) == 1 else None
    at, note = _when(pen, of)
    if len(owners) > 1:
        note = "; ".join([*([note] if note else []), f"whose it is, is to be told: {', '.join(n for _, n in owners)}"])
    facts = Facts(problem=of.problem, notes=_said(of)[:MOST_NOTES])
    named = frozenset({"problem", "notes"})
    opened = await handling.open_by_hand(pen, owner and owner[0], at, facts, named, by=by)
    await _keep(pen, of, opened)
    return Taken(Became.OPENED, opened, owner and owner[1], note)


async def _join(pen: Pen, of: Letter, intervention_id: int, by: str) -> Taken:
    """Its lines are added to the notes, as far as there is room; that it came is noted in any case."""
    async with changes.changing(pen, intervention_id, "letter", by, weighs=False) as row:
        notes = f"{row.notes or ''}\n\n{_said(of)}".strip()
        if len(notes) <= MOST_NOTES:
            await changes.put(pen, intervention_id, notes=notes)
        await changes.note(pen, intervention_id, "letter", by, of.sender or "")
    await _keep(pen, of, intervention_id)
    return Taken(Became.JOINED, intervention_id, note="which is closed" if row.state == "closed" else None)


def _said(of: Letter) -> str:
    """Who wrote, and what."""
    return f"{of.sender or '?'}:\n{of.lines}".strip()


def _when(pen: Pen, of: Letter) -> tuple[int, str | None]:
    """When it was sent, where that can be believed; else now, and why."""
    sent_at, note = of.sent_at, None
    if of.sent_local is not None:
        sent_at = to_at(of.sent_local.replace(tzinfo=pen.lists.zone))
        note = f"its date names no time zone: taken as {pen.lists.zone.key}"
    if sent_at is None:
        return pen.now_at, "it has no date: opened as of now"
    if not pen.now_at - OLDEST_REQUEST_MS <= sent_at <= pen.now_at:
        return pen.now_at, "its date is in the future, or more than a year ago: opened as of now"
    return sent_at, note


async def _answered(pen: Pen, of: Letter) -> int | None:
    """The intervention of the thread that it belongs to; the one that it was merged into."""
    mine = or_(letter.c.key.in_(of.answers), letter.c.thread.in_((of.key, of.thread)))
    query = select(letter.c.intervention_id).where(mine, letter.c.intervention_id.is_not(None))
    found = (await pen.connection.execute(query.order_by(letter.c.id.desc()).limit(1))).scalar()
    while found is not None:
        into = select(intervention.c.merged_into).where(intervention.c.id == found)
        merged = (await pen.connection.execute(into)).scalar()
        if merged is None:
            return int(found)
        found = merged
    return None


async def _owners(pen: Pen, sender: str | None) -> Sequence[tuple[int, str]]:
    """The customers who write from this address; where there is none, those of its domain."""
    if sender is None:
        return []
    for written in (sender, f"@{sender.rpartition('@')[2]}"):
        rows = (await pen.connection.execute(_of_address(written))).all()
        if rows:
            return [(row.id, row.name) for row in rows]
    return []


def _of_address(written: str) -> Select[int, str]:
    """His certified address is his too."""
    his = select(customer_email.c.customer_id).where(customer_email.c.email == written)
    return (
        select(customer.c.id, customer.c.name)
        .where(or_(customer.c.id.in_(his), func.lower(customer.c.pec) == written), customer.c.merged_into.is_(None))
        .order_by(customer.c.id)
    )


async def _keep(pen: Pen, of: Letter, intervention_id: int | None) -> None:
    await pen.connection.execute(
        letter.insert().values(
            key=of.key,
            thread=of.thread,
            sender=of.sender,
            intervention_id=intervention_id,
            why_not=None if of.why_not is None else of.why_not.value,
            taken_at=pen.now_at,
        )
    )
