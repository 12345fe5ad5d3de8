"""The outbox: what every alert still has to be told over each channel, written in the alert's own transaction.

What waits on a channel goes out as one message, with an id that stays through every try. An intervention is in one
message of a channel at a time: until that is told or given up, what comes later of it waits, so the order is kept.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, func, select

from collector.domain.routes import Why
from collector.errors import BadInput, Conflict, NotFound
from collector.ledger.pen import Pen
from collector.ledger.tables import alert, message, outbox
from shared.moments import HOUR_MS

LONGEST_SNOOZE_MS = 7 * 24 * HOUR_MS
"""An alert that is put off for longer is as good as lost."""

REMOVED = "the channel is not in channels.toml any more"


class MessageState(StrEnum):
    WAITING = "waiting"
    TOLD = "told"
    GIVEN_UP = "given-up"


@dataclass(frozen=True, slots=True)
class Owed:
    """One alert of a message, and why it is told."""

    alert_id: int
    why: Why


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message that is due now."""

    id: str
    made_at: int
    tries: int  # that failed
    owed: tuple[Owed, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """It arrived; `trouble` is what went wrong beside that."""

    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not arrive; when it is tried again, None: never. `holds`: nothing else of the channel before that."""

    trouble: str
    next_at: int | None
    holds: bool


async def put(pen: Pen, alerts: Iterable[tuple[int, str, str | None]]) -> None:
    """What these new alerts owe: each with its number, kind and customer."""
    rows = [
        {"alert_id": id, "channel": telling.channel, "why": telling.why, "due_at": telling.due_at}
        for id, kind, customer in alerts
        for telling in pen.post.routes.tellings(kind, customer, pen.now_at)
    ]
    if rows:
        await pen.connection.execute(outbox.insert(), rows)
        pen.posted = True


async def take_back(pen: Pen, alerts: Collection[int]) -> None:
    """These are not true: what waits of them is not told any more, and each channel that told one puts it right."""
    mine = outbox.c.alert_id.in_(alerts)
    loose = mine & outbox.c.message_id.is_(None) & outbox.c.spared_at.is_(None)
    await pen.connection.execute(outbox.update().where(loose).values(spared_at=pen.now_at))
    told = select(outbox.c.alert_id, outbox.c.channel).join(message, message.c.id == outbox.c.message_id)
    told = told.where(mine, message.c.state != MessageState.GIVEN_UP).distinct()
    rows = (await pen.connection.execute(told.order_by(outbox.c.alert_id, outbox.c.channel))).all()
    if rows:
        right = [
            {"alert_id": row.alert_id, "channel": row.channel, "why": Why.WITHDRAWN, "due_at": None} for row in rows
        ]
        await pen.connection.execute(outbox.insert(), right)
        pen.posted = True


async def take(pen: Pen, channel: str, new_id: str, most: int) -> Envelope | int | None:
    """What this channel has to tell now: the message that is longest due, else all that waits, under a new id.

    Where there is nothing now, the instant at which there will be, or None.
    """
    await _spare(pen, channel)
    await _put_off(pen, channel)
    tried = select(message).where(message.c.channel == channel, message.c.state == MessageState.WAITING)
    waiting = (await pen.connection.execute(tried.order_by(message.c.next_at, message.c.id))).all()
    held_until = max((row.next_at for row in waiting if row.holds), default=0)
    if held_until > pen.now_at:
        return held_until
    if waiting and waiting[0].next_at <= pen.now_at:
        return await _envelope(pen, waiting[0].id)
    due_at = await _gather(pen, channel, new_id, most)
    if due_at == pen.now_at:
        return await _envelope(pen, new_id)
    return min((at for at in (due_at, *(row.next_at for row in waiting)) if at is not None), default=None)


async def settle(pen: Pen, id: str, outcome: Told | Failed) -> None:
    """What became of a try."""
    match outcome:
        case Told():
            values = {"state": MessageState.TOLD, "settled_at": pen.now_at, "trouble": outcome.trouble}
        case Failed(next_at=None):
            values = {"state": MessageState.GIVEN_UP, "settled_at": pen.now_at, "trouble": outcome.trouble}
        case Failed():
            values = {"next_at": outcome.next_at, "holds": outcome.holds, "trouble": outcome.trouble}
    failed = {} if isinstance(outcome, Told) else {"tries": message.c.tries + 1}
    waiting = message.c.state == MessageState.WAITING
    await pen.connection.execute(message.update().where(message.c.id == id, waiting).values(values | failed))


async def abandon(pen: Pen, channels: Collection[str], new_id: Callable[[], str]) -> dict[str, int]:
    """Give up what waits for channels other than these, which nobody serves; of each how many alerts."""
    gone = message.c.state == MessageState.WAITING, message.c.channel.not_in(channels)
    waits = outbox.c.message_id.is_(None), outbox.c.spared_at.is_(None), outbox.c.channel.not_in(channels)
    given_up = {"state": MessageState.GIVEN_UP, "settled_at": pen.now_at, "trouble": REMOVED}
    of_messages = select(outbox.c.channel).join(message, message.c.id == outbox.c.message_id).where(*gone)
    loose = list(await pen.connection.scalars(select(outbox.c.channel).where(*waits)))
    counts = Counter([*await pen.connection.scalars(of_messages), *loose])
    await pen.connection.execute(message.update().where(*gone).values(given_up))
    for channel in dict.fromkeys(loose):
        new = {"id": new_id(), "channel": channel, "made_at": pen.now_at, "tries": 0, "next_at": pen.now_at}
        await pen.connection.execute(message.insert().values(**new, **given_up, holds=False))
        its = outbox.update().where(*waits, outbox.c.channel == channel)
        await pen.connection.execute(its.values(message_id=new["id"]))
    return dict(counts)


async def snooze(pen: Pen, alert_id: int, until_at: int, *, by: str) -> None:
    """Somebody will see to it later: it is told again then where it was told first, and nobody else before that."""
    row = await _alert(pen, alert_id)
    if row.acknowledged_at is not None:
        raise Conflict(f"alert {alert_id} is acknowledged: nobody is reminded of it any more")
    if row.withdrawn_at is not None:
        raise Conflict(f"alert {alert_id} was taken back: nobody is reminded of it any more")
    if until_at <= pen.now_at:
        raise BadInput("until", "lies in the past", "write a moment to come")
    if until_at > pen.now_at + LONGEST_SNOOZE_MS:
        raise BadInput("until", "is more than 7 days away", "at most 168h, and again then")
    of_it, later = outbox.c.alert_id == alert_id, outbox.c.message_id.is_(None) & outbox.c.due_at.is_not(None)
    reminders = of_it & later & (outbox.c.why == Why.REMINDER)
    await pen.connection.execute(outbox.delete().where(reminders))
    postponed = outbox.c.due_at + (until_at - max(pen.now_at, row.snoozed_until or 0))
    await pen.connection.execute(
        outbox.update().where(of_it, later, outbox.c.why == Why.ESCALATION).values(due_at=postponed)
    )
    first = select(outbox.c.channel).where(of_it, outbox.c.why == Why.MADE)
    channels = list(await pen.connection.scalars(first.order_by(outbox.c.id)))
    if channels:
        again = [{"alert_id": alert_id, "channel": one, "why": Why.REMINDER, "due_at": until_at} for one in channels]
        await pen.connection.execute(outbox.insert(), again)
        pen.posted = True
    values = {"snoozed_by": by, "snoozed_until": until_at}
    await pen.connection.execute(alert.update().where(alert.c.id == alert_id).values(values))


async def _alert(pen: Pen, alert_id: int) -> Row[Any]:
    row = (await pen.connection.execute(select(alert).where(alert.c.id == alert_id))).one_or_none()
    if row is None:
        raise NotFound(f"no alert {alert_id}")
    return row


async def _spare(pen: Pen, channel: str) -> None:
    """What was to be told later is not told once somebody has acknowledged it."""
    seen = select(alert.c.id).where(alert.c.acknowledged_at.is_not(None), alert.c.id == outbox.c.alert_id)
    later = _waits(channel) & outbox.c.due_at.is_not(None)
    await pen.connection.execute(outbox.update().where(later, seen.exists()).values(spared_at=pen.now_at))


async def _put_off(pen: Pen, channel: str) -> None:
    """A reminder that is due outside the hours of its routes is due when they begin."""
    query = select(outbox.c.id, alert.c.kind, alert.c.told).join(alert, alert.c.id == outbox.c.alert_id)
    due = query.where(_waits(channel), outbox.c.why == Why.REMINDER, outbox.c.due_at <= pen.now_at)
    for row in (await pen.connection.execute(due)).all():
        customer = msgspec.json.decode(row.told)["customer"]
        at = pen.post.routes.opens_at(channel, row.kind, customer, pen.now_at)
        await pen.connection.execute(outbox.update().where(outbox.c.id == row.id).values(due_at=at))


async def _gather(pen: Pen, channel: str, id: str, most: int) -> int | None:
    """Put what waits into a message of this id, as much as goes into one; the instant, or when something will wait."""
    busy = (
        select(alert.c.intervention_id)
        .join(outbox, outbox.c.alert_id == alert.c.id)
        .join(message, message.c.id == outbox.c.message_id)
        .where(message.c.channel == channel, message.c.state == MessageState.WAITING)
    )
    free = (
        select(outbox.c.id)
        .join(alert, alert.c.id == outbox.c.alert_id)
        .where(_waits(channel), alert.c.intervention_id.not_in(busy))
    )
    due = free.where(outbox.c.due_at.is_(None) | (outbox.c.due_at <= pen.now_at))
    rows = list(await pen.connection.scalars(due.order_by(outbox.c.id).limit(most)))
    if not rows:
        later = select(func.min(outbox.c.due_at)).where(outbox.c.id.in_(free))
        at: int | None = await pen.connection.scalar(later)
        return at
    new = {"id": id, "channel": channel, "state": MessageState.WAITING, "made_at": pen.now_at}
    await pen.connection.execute(message.insert().values(**new, tries=0, next_at=pen.now_at, holds=False))
    await pen.connection.execute(outbox.update().where(outbox.c.id.in_(rows)).values(message_id=id))
    return pen.now_at


async def _envelope(pen: Pen, id: str) -> Envelope:
    row = (await pen.connection.execute(select(message).where(message.c.id == id))).one()
    query = select(outbox.c.alert_id, outbox.c.why).where(outbox.c.message_id == id).order_by(outbox.c.id)
    owed = await pen.connection.execute(query)
    return Envelope(id, row.made_at, row.tries, tuple(Owed(each.alert_id, Why(each.why)) for each in owed))


def _waits(channel: str) -> ColumnElement[bool]:
    return (outbox.c.channel == channel) & outbox.c.message_id.is_(None) & outbox.c.spared_at.is_(None)
