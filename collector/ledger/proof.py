"""Whether the audit chain is unbroken, and whether the rows are as it left them: what is wrong, by its first place.

What it proves: nobody changed, removed, inserted or moved an entry, or a row that an entry speaks of, without sealing
everything after it anew. Whoever can do that, or cuts off the end, is found out by a head that was kept elsewhere.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from collector.domain.peers import Peer
from collector.ledger import audit
from collector.ledger.audit import BEFORE_THE_FIRST, Entry, Head
from collector.ledger.tables import audit as entries
from collector.ledger.tables import peer, statement, statement_series, tariff
from collector.ledger.witness import KINDS, Kind

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far the chain reaches, and what is wrong; nothing where all is as it was left."""

    head: Head
    broken: str | None

    @property
    def whole(self) -> bool:
        return self.broken is None


async def verify(connection: AsyncConnection, kept: Head | None = None) -> Verdict:
    """Look at everything, in one reading; `kept` is a head from before that the chain has to hold."""
    head = Head(0, BEFORE_THE_FIRST)
    try:
        head = await audit.head(connection)
        broken = await _first(
            _damage(connection),
            _chain(connection, kept),
            _handed_on(connection),
            _rows(connection),
            _tariffs(connection),
            _peers(connection),
            _series(connection),
        )
    except (SQLAlchemyError, ValueError, TypeError, OverflowError) as error:
        broken = f"the database cannot be read: {getattr(error, 'orig', error)}"
    return Verdict(head, broken)


async def _first(*looks: AsyncIterator[str]) -> str | None:
    for look in looks:
        async for broken in look:
            return broken
    return None


async def _damage(connection: AsyncConnection) -> AsyncIterator[str]:
    """What the database itself says of its pages and indexes."""
    if connection.dialect.name == "sqlite":
        for (said,) in (await connection.exec_driver_sql("PRAGMA integrity_check(1)")).all():
            if said != "ok":
                yield f"the database file is damaged: {said}"


async def _chain(connection: AsyncConnection, kept: Head | None) -> AsyncIterator[str]:
    """Link by link."""
    n, seal = 0, BEFORE_THE_FIRST
    async for each in _every(connection):
        if each.n != n + 1:
            yield f"entry {n + 1} is missing: after {n} comes {each.n}"
        if each.hash != each.sealed_after(seal):
            yield f"entry {each.n} does not follow from the one before: it was changed, or another stood there"
        n, seal = each.n, each.hash
        if kept is not None and n == kept.n and seal != kept.hash:
            yield f"entry {n} is not the one whose head was kept: all up to there was sealed anew"
    if kept is not None and n < kept.n:
        yield f"entry {n + 1} is missing, and all after it: the head that was kept is {kept.n}"


async def _every(connection: AsyncConnection) -> AsyncIterator[Entry]:
    """By their numbers, some at once."""
    n: int | None = None
    while True:
        query = select(entries).order_by(entries.c.n).limit(AT_ONCE)
        rows = (await connection.execute(query if n is None else query.where(entries.c.n > n))).all()
        for row in rows:
            yield audit.entry_of(row)
        if not rows:
            return
        n = rows[-1].n


async def _handed_on(connection: AsyncConnection) -> AsyncIterator[str]:
    """Each entry finds its subject as the one before left it."""
    left_as = func.lag(entries.c.after).over(partition_by=(entries.c.kind, entries.c.subject), order_by=entries.c.n)
    pairs = select(
        entries.c.n, entries.c.kind, entries.c.subject, entries.c.before, left_as.label("left_as")
    ).subquery()
    broken = select(pairs).where(pairs.c.before.is_distinct_from(pairs.c.left_as)).order_by(pairs.c.n).limit(1)
    for row in await connection.execute(broken):
        yield f"{row.kind} {row.subject} was changed behind the chain's back before entry {row.n}"


async def _rows(connection: AsyncConnection) -> AsyncIterator[str]:
    """Every subject is as its last entry left it, and none is there that no entry speaks of."""
    for name, kind in KINDS.items():
        seen = 0
        async for ids in _ids(connection, kind):
            seen += len(ids)
            left = await _left(connection, name, [str(id) for id in ids])
            told = await kind.read(connection, ids)
            for id in ids:
                last = left.get(str(id))
                if last is None:
                    yield f"{name} {id} was put there behind the chain's back: no entry speaks of it"
                elif last[1] != audit.canonical(told.get(id)):
                    yield f"{name} {id} was changed behind the chain's back: entry {last[0]} left it otherwise"
        gone = await _gone(connection, name, kind, seen)
        if gone is not None:
            yield f"{name} {gone[1]} was removed behind the chain's back: entry {gone[0]} left it there"


async def _ids(connection: AsyncConnection, kind: Kind) -> AsyncIterator[list[Any]]:
    last: Any = None
    while True:
        query = select(kind.key).order_by(kind.key).limit(AT_ONCE)
        ids = list(await connection.scalars(query if last is None else query.where(kind.key > last)))
        if not ids:
            return
        yield ids
        last = ids[-1]


async def _left(connection: AsyncConnection, kind: str, subjects: list[str]) -> dict[str, tuple[int, str]]:
    """Of each the number of its last entry, and how that left it."""
    mine = (entries.c.kind == kind) & entries.c.subject.in_(subjects)
    last = select(func.max(entries.c.n)).where(mine).group_by(entries.c.subject)
    rows = await connection.execute(
        select(entries.c.n, entries.c.subject, entries.c.after).where(entries.c.n.in_(last))
    )
    return {row.subject: (row.n, row.after) for row in rows}


async def _gone(connection: AsyncConnection, name: str, kind: Kind, seen: int) -> tuple[int, str] | None:
    """A subject that was left there and is not any more; looked for where fewer are there than were left."""
    last = select(func.max(entries.c.n)).where(entries.c.kind == name).group_by(entries.c.subject)
    left = select(entries.c.n, entries.c.subject).where(entries.c.n.in_(last), entries.c.after.is_not(None))
    count = (await connection.execute(select(func.count()).select_from(left.subquery()))).scalar_one()
    if count == seen:
        return None
    there = {str(id) async for ids in _ids(connection, kind) for id in ids}
    rows = (await connection.execute(left.order_by(entries.c.n))).all()
    return next(((row.n, row.subject) for row in rows if row.subject not in there), None)


async def _tariffs(connection: AsyncConnection) -> AsyncIterator[str]:
    """A price list is named by the digest of its text."""
    for row in await connection.execute(select(tariff.c.id, tariff.c.text)):
        if sha256(row.text.encode()).hexdigest() != row.id:
            yield f"tariff {row.id} was changed behind the chain's back: its text is not the one that it is named by"


async def _peers(connection: AsyncConnection) -> AsyncIterator[str]:
    """What a peer is found by follows from how it was written down, or another's sessions would be this customer's."""
    for row in await connection.execute(select(peer)):
        written = Peer(row.tool, row.peer)
        if (row.key, row.pattern) != (written.key, written.pattern):
            who = f"customer {row.customer_id}"
            yield f"{who} was changed behind the chain's back: {written} is found by another's name"


async def _series(connection: AsyncConnection) -> AsyncIterator[str]:
    """The numbers of a year's statements begin with 1 and have no hole; the next one follows the last."""
    given: dict[int, list[int]] = {}
    for number in await connection.scalars(select(statement.c.number)):
        year, _, n = number.partition("-")
        given.setdefault(int(year), []).append(int(n))
    rows = await connection.execute(select(statement_series.c.year, statement_series.c.last))
    kept = {row.year: row.last for row in rows}
    for year in sorted(given.keys() | kept.keys()):
        last = kept.get(year, 0)
        if sorted(given.get(year, [])) != list(range(1, last + 1)):
            yield f"the numbers of {year}'s statements were changed behind the chain's back: {last} were given"
