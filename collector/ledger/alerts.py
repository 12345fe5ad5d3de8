"""Alerts, made once: the key is unique, and the row is written in the transaction that found it missing.

One that is not true by what is known now is taken back, and gives its key up: where it comes true it is made anew.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Row, bindparam, select

from collector.ledger import outbox
from collector.ledger.pen import Pen
from collector.ledger.tables import alert


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an alert's words are made of, in any language; amounts as "35.00"."""

    customer: str | None
    tool_name: str | None
    peer: str | None
    connected_ms: int
    cap_ms: int | None = None
    amount: str | None = None  # what has just begun to cost
    next_at: int | None = None  # when the next half hour begins, if the time goes on
    next_amount: str | None = None  # what that costs; none when it may not be sold
    sellable: bool = True
    at: int | None = None  # since when it is true
    category: str | None = None
    technician: str | None = None  # his PC, as it is called
    declined_at: int | None = None  # when the customer said no to overtime
    agreed_at: int | None = None  # when he said yes to the half hour that comes next
    agreed_up_to: int | None = None  # to so many half hours; none: to all
    waived: bool = False  # the whole intervention: nothing of it is charged
    edition_covered: bool = True


@dataclass(frozen=True, slots=True)
class Had:
    """Of an alert that an intervention has: what it is about, and whether that was confirmed."""

    kind: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class NewAlert:
    """Something became true that somebody has to know."""

    key: str
    intervention_id: int
    session_id: str | None
    kind: str
    n: int
    due_at: int
    late: bool
    confirmed: bool
    told: Told


async def make(pen: Pen, alerts: Sequence[NewAlert]) -> int:
    """Write those that are new, and confirm those that were made unconfirmed; how many were new."""
    if not alerts:
        return 0
    keys = {each.key: each for each in alerts}
    known = select(alert.c.key, alert.c.confirmed).where(alert.c.key.in_(keys))
    there = {row.key: row.confirmed for row in await pen.connection.execute(known)}
    fresh = [each for key, each in keys.items() if key not in there]
    if fresh:
        await pen.connection.execute(alert.insert(), [_columns(each, pen.now_at) for each in fresh])
        pen.posted = True
        await _post(pen, fresh)
    sure = [key for key, each in keys.items() if each.confirmed and there.get(key) is False]
    if sure:
        await pen.connection.execute(
            alert.update().where(alert.c.key == bindparam("this_key")).values(confirmed=True),
            [{"this_key": key} for key in sure],
        )
    return len(fresh)


async def withdraw(pen: Pen, keys: Collection[str]) -> None:
    """Take them back; whoever was told of one is told of that too."""
    rows = (await pen.connection.execute(select(alert.c.id, alert.c.key).where(alert.c.key.in_(keys)))).all()
    if rows:
        await pen.connection.execute(
            alert.update()
            .where(alert.c.id == bindparam("this_id"))
            .values(key=bindparam("to"), withdrawn_at=pen.now_at),
            [{"this_id": row.id, "to": row.key + _given_up(row.id)} for row in rows],
        )
        await outbox.take_back(pen, [row.id for row in rows])


def key_of(row: Row[Any]) -> str:
    """The key that it was made with."""
    key: str = row.key
    return key if row.withdrawn_at is None else key.removesuffix(_given_up(row.id))


def _given_up(id: int) -> str:
    return f"/withdrawn-{id}"


async def _post(pen: Pen, fresh: Sequence[NewAlert]) -> None:
    """What is owed to each channel is written with the alert: neither is ever there without the other."""
    if not pen.post.routes.routes:
        return
    made = select(alert.c.key, alert.c.id).where(alert.c.key.in_([each.key for each in fresh]))
    ids = {row.key: row.id for row in await pen.connection.execute(made)}
    await outbox.put(pen, [(ids[each.key], each.kind, each.told.customer) for each in fresh])


def _columns(each: NewAlert, now_at: int) -> dict[str, object]:
    return {
        "key": each.key,
        "intervention_id": each.intervention_id,
        "session_id": each.session_id,
        "kind": each.kind,
        "n": each.n,
        "due_at": each.due_at,
        "made_at": now_at,
        "late": each.late,
        "confirmed": each.confirmed,
        "told": msgspec.json.encode(each.told).decode(),
    }
