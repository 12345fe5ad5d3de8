"""Statements in the tables: what may go onto one, what stands on one, and their numbers.

All of it is asked and written inside one transaction, so that nothing changes between the question and the entry.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import msgspec
from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from collector.domain.customer import CustomerCard
from collector.domain.money import CENT
from collector.domain.month import Month, month_of
from collector.domain.statement import Billed, BilledLine, Kind
from collector.errors import NotFound
from collector.ledger import audit, cards, witness
from collector.ledger.intervention import Intervention
from collector.ledger.pen import Pen
from collector.ledger.price_lists import PriceLists
from collector.ledger.reading import wholes
from collector.ledger.tables import (
    billed,
    closed_month,
    credit,
    intervention,
    session,
    statement,
    statement_series,
)
from collector.ledger.witness import KINDS, Subject

AT_ONCE = 5_000  # ids in one question: SQLite takes 32,766 values


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement or a credit note to be kept, with what of each intervention stands on it."""

    number: str
    kind: Kind
    customer_id: int
    customer_name: str
    month: Month
    net: Decimal
    vat: Decimal
    gross: Decimal
    document: str
    lines: Mapping[int, Sequence[BilledLine]]  # by intervention
    credits_id: int | None = None  # of what nothing stands with it
    part_of_id: int | None = None  # of what it takes some lines back


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of the table, as far as writing needs it."""

    id: int
    number: str
    kind: Kind
    customer_name: str  # as it was then
    month: str
    document: str
    credited_by: str | None  # with which nothing of it stands any more


@dataclass(frozen=True, slots=True)
class Material:
    """All that statements are made of: whole interventions by customer, what stands of them, and who pays."""

    interventions: Mapping[int, Sequence[Intervention]]
    billed: Mapping[int, Billed]
    cards: Mapping[int, CustomerCard]


async def material(connection: AsyncConnection, lists: PriceLists, of: Mapping[int, Sequence[int]]) -> Material:
    """Of these interventions by customer; one that is somebody else's by now is left out."""
    ids = [id for each in of.values() for id in each]
    found = await wholes(connection, lists, ids)
    mine = {owner: [found[id] for id in each if found[id].customer_id == owner] for owner, each in of.items()}
    return Material(mine, await stands_of(connection, ids), await cards.read(connection, of))


async def candidates(
    connection: AsyncConnection, lists: PriceLists, month: Month, customer_id: int | None = None
) -> dict[int, list[int]]:
    """The interventions of each customer that may go onto his statement of this month; all customers, or one.

    Those of the month; those of months before whose statement went out without them; those that stand on one already
    but of which more was reported since; and those of which a credit note took something back. Nobody whose statement
    of this month is out has any.
    """
    locks = await _locks(connection, customer_id)
    since = min([month, *locks.months])
    found: dict[int, set[int]] = {}
    for query in (_unbilled(since, lists, customer_id), _credited(customer_id)):
        for id, owner, opened_at in await connection.execute(
            query.where(intervention.c.opened_at < month.bounds(lists.zone)[1])
        ):
            opened = month_of(opened_at, lists.zone)
            if opened == month or locks.hold(owner, opened):
                found.setdefault(owner, set()).add(id)
    for id, owner in await connection.execute(_reported_since(customer_id)):
        found.setdefault(owner, set()).add(id)
    for owner in [owner for owner in found if locks.hold(owner, month)]:
        del found[owner]
    return {owner: sorted(found[owner]) for owner in sorted(found)}


def _unbilled(since: Month, lists: PriceLists, customer_id: int | None) -> Select[int, int, int]:
    query = select(intervention.c.id, intervention.c.customer_id, intervention.c.opened_at).where(
        intervention.c.opened_at >= since.bounds(lists.zone)[0],
        ~exists().where(billed.c.intervention_id == intervention.c.id),
    )
    mine = intervention.c.customer_id.is_not(None) if customer_id is None else intervention.c.customer_id == customer_id
    return query.where(mine)


def _credited(customer_id: int | None) -> Select[int, int, int]:
    """Those of which a credit note took something back, and no statement had anything since."""
    later = billed.alias()
    query = (
        select(intervention.c.id, intervention.c.customer_id, intervention.c.opened_at)
        .join(billed, billed.c.intervention_id == intervention.c.id)
        .join(statement, statement.c.id == billed.c.statement_id)
        .where(
            statement.c.credits_id.is_not(None) | statement.c.part_of_id.is_not(None),
            ~exists().where(
                later.c.intervention_id == billed.c.intervention_id, later.c.statement_id > billed.c.statement_id
            ),
        )
    )
    return query if customer_id is None else query.where(intervention.c.customer_id == customer_id)


def _reported_since(customer_id: int | None) -> Select[int, int]:
    query = (
        select(intervention.c.id, intervention.c.customer_id)
        .join(billed, billed.c.intervention_id == intervention.c.id)
        .join(credit, credit.c.intervention_id == intervention.c.id)
        .join(session, session.c.id == credit.c.session_id)
        .where(session.c.heard_at > billed.c.as_of_at)
        .distinct()
    )
    return query if customer_id is None else query.where(intervention.c.customer_id == customer_id)


@dataclass(frozen=True, slots=True)
class _Locks:
    """Which months nothing is added to any more: for everybody, or for one customer whose statement is out."""

    closed: frozenset[Month]
    issued: frozenset[tuple[int, Month]]

    @property
    def months(self) -> frozenset[Month]:
        return self.closed | {month for _, month in self.issued}

    def hold(self, customer_id: int, month: Month) -> bool:
        return month in self.closed or (customer_id, month) in self.issued


async def _locks(connection: AsyncConnection, customer_id: int | None) -> _Locks:
    closed = frozenset(_month(text) for text in await connection.scalars(select(closed_month.c.month)))
    query = select(statement.c.customer_id, statement.c.month).where(_stands())
    if customer_id is not None:
        query = query.where(statement.c.customer_id == customer_id)
    issued = frozenset((owner, _month(text)) for owner, text in await connection.execute(query))
    return _Locks(closed, issued)


def _stands() -> ColumnElement[bool]:
    """A statement that no credit note took back."""
    note = statement.alias()
    return (statement.c.kind == Kind.STATEMENT.value) & ~exists().where(note.c.credits_id == statement.c.id)


async def standing(connection: AsyncConnection, customer_id: int, month: Month) -> str | None:
    """The number of the statement that this customer has for this month; None when there is none that stands."""
    query = select(statement.c.number).where(
        _stands(), statement.c.customer_id == customer_id, statement.c.month == str(month)
    )
    return (await connection.execute(query)).scalar()


async def still_unbilled(
    connection: AsyncConnection, month: Month, of: Mapping[int, Sequence[int]]
) -> dict[int, Sequence[int]]:
    """The same, without the customers whose statement of that month is out by now."""
    query = select(statement.c.customer_id).where(
        _stands(), statement.c.month == str(month), statement.c.customer_id.in_(list(of))
    )
    out = set(await connection.scalars(query))
    return {owner: ids for owner, ids in of.items() if owner not in out}


async def stands_of(connection: AsyncConnection, interventions: Collection[int]) -> dict[int, Billed]:
    """What of these stands on issued statements already."""
    every, found = sorted(interventions), dict[int, Billed]()
    for start in range(0, len(every), AT_ONCE):
        query = (
            select(billed.c.intervention_id, billed.c.lines, statement.c.number, statement.c.kind)
            .join(statement, statement.c.id == billed.c.statement_id)
            .where(billed.c.intervention_id.in_(every[start : start + AT_ONCE]))
            .order_by(billed.c.statement_id)
        )
        for row in await connection.execute(query):
            before = found.get(row.intervention_id, Billed(row.number, ()))
            lines = (*before.lines, *_read_lines(row.lines))
            note = row.kind == Kind.CREDIT_NOTE.value
            of = Billed(before.number, lines, row.number) if note else Billed(row.number, lines)
            found[row.intervention_id] = of
    return found


async def take_numbers(pen: Pen, year: int, count: int) -> list[str]:
    """The next numbers of that year, without a hole: they are given when this transaction is."""
    mine = statement_series.c.year == year
    last = (await pen.connection.execute(select(statement_series.c.last).where(mine))).scalar()
    if last is None:
        await pen.connection.execute(statement_series.insert().values(year=year, last=count))
    else:
        await pen.connection.execute(statement_series.update().where(mine).values(last=last + count))
    return [f"{year}-{n:04}" for n in range((last or 0) + 1, (last or 0) + count + 1)]


async def keep(pen: Pen, entries: Sequence[Entry], *, by: str) -> None:
    """Write them down; what they have of each intervention stands from now on."""
    if not entries:
        return
    rows = [
        {
            "number": each.number,
            "kind": each.kind.value,
            "customer_id": each.customer_id,
            "customer_name": each.customer_name,
            "month": str(each.month),
            "issued_at": pen.now_at,
            "issued_by": by,
            "net_cents": _cents(each.net),
            "vat_cents": _cents(each.vat),
            "gross_cents": _cents(each.gross),
            "credits_id": each.credits_id,
            "part_of_id": each.part_of_id,
            "document": each.document,
        }
        for each in entries
    ]
    numbered = statement.insert().returning(statement.c.id, sort_by_parameter_order=True)
    ids = list(await pen.connection.scalars(numbered, rows))
    stands = [
        {"intervention_id": id, "statement_id": key, "as_of_at": pen.now_at, "lines": _written_lines(lines)}
        for key, each in zip(ids, entries, strict=True)
        for id, lines in each.lines.items()
    ]
    if stands:
        await pen.connection.execute(billed.insert(), stands)
    for id, told in (await KINDS["statement"].read(pen.connection, ids)).items():
        audit.enter_told(pen, "issued", Subject("statement", id), by=by, before=None, after=told)


async def keep_note(pen: Pen, of: Entry, statement_id: int, *, by: str) -> None:
    """Write a credit note down: what it takes back does not stand any more, may be changed, and billed anew."""
    subject = Subject("statement", statement_id)
    before = await witness.as_is(pen.connection, subject)
    await keep(pen, [of], by=by)
    await audit.enter(pen, "credited", subject, by=by, before=before)


async def parts(connection: AsyncConnection, statement_id: int) -> list[str]:
    """The documents of the credit notes that took some of its lines back, in order."""
    query = select(statement.c.document).where(statement.c.part_of_id == statement_id).order_by(statement.c.id)
    return list(await connection.scalars(query))


async def kept(connection: AsyncConnection, number: str) -> Kept:
    """The statement of that number; NotFound when there is none."""
    note = statement.alias()
    query = (
        select(statement, note.c.number.label("credited_by"))
        .outerjoin(note, note.c.credits_id == statement.c.id)
        .where(statement.c.number == number)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound(f"no statement {number}")
    return Kept(row.id, row.number, Kind(row.kind), row.customer_name, row.month, row.document, row.credited_by)


async def is_closed(connection: AsyncConnection, month: Month) -> bool:
    """Whether that month is closed for everybody."""
    query = select(closed_month.c.month).where(closed_month.c.month == str(month))
    return (await connection.execute(query)).first() is not None


async def close_month(pen: Pen, month: Month, *, by: str) -> None:
    """From now on what belongs to it goes onto a later statement."""
    row = closed_month.insert().values(month=str(month), closed_at=pen.now_at, closed_by=by)
    await pen.connection.execute(row)
    await audit.enter(pen, "closed", Subject("month", str(month)), by=by, before=None)


def _month(text: str) -> Month:
    year, number = text.split("-")
    return Month(int(year), int(number))


def _cents(amount: Decimal) -> int:
    return int(amount / CENT)


def _written_lines(lines: Iterable[BilledLine]) -> str:
    return msgspec.json.encode([[each.code, each.quantity, str(each.unit_price)] for each in lines]).decode()


def _read_lines(text: str) -> tuple[BilledLine, ...]:
    read = msgspec.json.decode(text, type=list[tuple[str, int, Decimal]])
    return tuple(BilledLine(code, quantity, price) for code, quantity, price in read)
