"""The audit chain: every change of billing weight, with who, when, before and after, each entry sealed over the last.

What an act enters is sealed when its transaction is written, by `writing`: no change without its entry, no entry
without its change. Entries are numbered from 1 without a gap; the seal of one is the SHA-256 of the seal before it
and the entry's own canonical bytes.
"""

import asyncio
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from collector.errors import Stale
from collector.ledger import witness
from collector.ledger.pen import Pen, Unsealed
from collector.ledger.rows import insert
from collector.ledger.tables import audit
from collector.ledger.witness import KINDS, Subject

ITSELF = "mezzora"
"""Who did what nobody asked for."""

BEFORE_THE_FIRST = "0" * 64
AT_ONCE = 500
_ENTERED = tuple(field.name for field in fields(Unsealed))

Seen = frozenset[int] | None  # versions of a subject; None: whichever


class Head(NamedTuple):
    """Number and seal of the last entry: whoever keeps them can prove later that all up to there is as it was."""

    n: int
    hash: str

    def __str__(self) -> str:
        return f"{self.n}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the chain; `before` and `after` are canonical JSON, None where the subject was not, or is no more."""

    n: int
    at: int
    by: str
    what: str
    kind: str
    subject: str
    before: str | None
    after: str | None
    hash: str

    def sealed_after(self, previous: str) -> str:
        """What its seal has to be."""
        return seal_of(previous, self.n, self.at, self.by, self.what, self.kind, self.subject, self.before, self.after)


async def enter(pen: Pen, what: str, subject: Subject, *, by: str, before: witness.Told | None) -> None:
    """Witness a change that was just written: `before` is what `witness.as_is` said, the rows say what is now.

    Nothing is entered where nothing changed.
    """
    enter_told(pen, what, subject, by=by, before=before, after=await witness.as_is(pen.connection, subject))


def enter_told(
    pen: Pen, what: str, subject: Subject, *, by: str, before: witness.Told | None, after: witness.Told | None
) -> None:
    """The same, for whoever knows already what the rows say."""
    was, now = (None if told is None else canonical(told) for told in (before, after))
    enter_text(pen, what, subject, by=by, before=was, after=now)


def enter_text(pen: Pen, what: str, subject: Subject, *, by: str, before: str | None, after: str | None) -> None:
    """The same, in the canonical form."""
    if before != after:
        pen.unsealed.append(Unsealed(what, subject.kind, str(subject.id), by, before, after))


async def seal(pen: Pen) -> None:
    """Write what was entered, as links of the chain; the last thing that a transaction does."""
    if not pen.unsealed:
        return
    last = await head(pen.connection)
    # Of many the collector goes on with other work meanwhile.
    many = len(pen.unsealed) > AT_ONCE
    rows = await asyncio.to_thread(_sealed, pen, last) if many else _sealed(pen, last)
    await insert(pen.connection, audit, rows)
    pen.sealed = last.n + len(rows)
    pen.unsealed.clear()


def _sealed(pen: Pen, last: Head) -> list[dict[str, object]]:
    """What was entered, each link sealed over the one before."""
    rows: list[dict[str, object]] = []
    hash = last.hash
    for n, each in enumerate(pen.unsealed, last.n + 1):
        hash = seal_of(hash, n, pen.now_at, each.by, each.what, each.kind, each.subject, each.before, each.after)
        rows.append({"n": n, "at": pen.now_at, **{name: getattr(each, name) for name in _ENTERED}, "hash": hash})
    return rows


async def head(connection: AsyncConnection) -> Head:
    """The last entry's number and seal; number 0 where there is none."""
    row = (await connection.execute(select(audit.c.n, audit.c.hash).order_by(audit.c.n.desc()).limit(1))).first()
    return Head(0, BEFORE_THE_FIRST) if row is None else Head(row.n, row.hash)


async def found(pen: Pen) -> None:
    """Enter all that was there before there was a chain, as it was found."""
    for name, kind in KINDS.items():
        ids = list(await pen.connection.scalars(select(kind.key).order_by(kind.key)))
        for start in range(0, len(ids), AT_ONCE):
            for id, told in (await kind.read(pen.connection, ids[start : start + AT_ONCE])).items():
                enter_told(pen, "found", Subject(name, id), by=ITSELF, before=None, after=told)
            await seal(pen)


async def tell_anew(pen: Pen, as_left: Iterable[tuple[str, int | str, str]]) -> None:
    """A change of the tables says these in another form: kind, id, and how the last entry about it had left it."""
    for kind, of_kind in groupby(as_left, key=lambda each: each[0]):
        left = {id: text for _, id, text in of_kind}
        ids = list(left)
        for start in range(0, len(ids), AT_ONCE):
            for id, told in (await KINDS[kind].read(pen.connection, ids[start : start + AT_ONCE])).items():
                pen.unsealed.append(Unsealed("told-anew", kind, str(id), ITSELF, left[id], canonical(told)))
            await seal(pen)


async def version(connection: AsyncConnection, subject: Subject) -> int:
    """The number of the last entry about it; 0 when there is none."""
    last = select(func.max(audit.c.n)).where(audit.c.kind == subject.kind, audit.c.subject == str(subject.id))
    return (await connection.execute(last)).scalar() or 0


async def expect(pen: Pen, subject: Subject, seen: Seen) -> None:
    """Stale when the subject is not in one of the states that were seen; None is content with any."""
    if seen is None:
        return
    just_now = any((each.kind, each.subject) == (subject.kind, str(subject.id)) for each in pen.unsealed)
    if just_now or await version(pen.connection, subject) not in seen:
        raise Stale(f"{subject.kind} {subject.id} was changed meanwhile: read it again")


async def untouched_since(connection: AsyncConnection, n: int, kind: str, ids: Iterable[int]) -> bool:
    """Whether no entry after that one speaks of any of these."""
    later = select(audit.c.subject).where(audit.c.n > n, audit.c.kind == kind)
    return {str(id) for id in ids}.isdisjoint(await connection.scalars(later))


async def versions(connection: AsyncConnection, kind: str, ids: Sequence[int | str]) -> dict[str, int]:
    """The number of the last entry about each."""
    mine = (audit.c.kind == kind) & audit.c.subject.in_([str(id) for id in ids])
    last = select(audit.c.subject, func.max(audit.c.n).label("n")).where(mine).group_by(audit.c.subject)
    return {row.subject: row.n for row in await connection.execute(last)}


def entries(
    *, from_at: int | None = None, until_at: int | None = None, kind: str | None = None, subject: str | None = None
) -> Select[Any]:
    """The question for the entries in [from_at, until_at), in order; of one kind, or of one subject."""
    query = select(audit).order_by(audit.c.n)
    if from_at is not None:
        query = query.where(audit.c.at >= from_at)
    if until_at is not None:
        query = query.where(audit.c.at < until_at)
    if kind is not None:
        query = query.where(audit.c.kind == kind)
    return query if subject is None else query.where(audit.c.subject == subject)


def entry_of(row: Any) -> Entry:
    return Entry(row.n, row.at, row.by, row.what, row.kind, row.subject, row.before, row.after, row.hash)


def canonical(value: object) -> str:
    """Keys in order, no blanks, letters as they are; what JSON has no form for is described."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=repr)


def seal_of(previous: str, *words: object) -> str:
    """SHA-256 over the seal before and the canonical bytes of what is sealed."""
    told: Sequence[object] = words
    text = f"{previous}{canonical(told)}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
