"""The questions about issued statements and their months; the answers are plain, never rows."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from collector.domain.money import CENT, plain
from collector.domain.month import Month
from collector.domain.statement import Kind
from collector.ledger import audit, statements
from collector.ledger.engine import reading
from collector.ledger.price_lists import PriceLists
from collector.ledger.statements import Material
from collector.ledger.tables import closed_month, customer, intervention, statement

AT_ONCE = 200  # documents in memory together


class StatementView(Struct, frozen=True):
    """An issued statement or credit note in one line; money as "35.00"."""

    number: str
    kind: str
    month: str
    customer_id: int
    customer_name: str
    issued_at: int
    issued_by: str
    net: str
    vat: str
    gross: str
    credits: str | None  # of a credit note: the number of what it takes back
    in_part: bool  # not all that stood of it
    credited_by: str | None  # the credit note with which nothing of it stands any more
    credited_in_part_by: tuple[str, ...]
    revision: int  # counts up with every change of it


class MonthView(Struct, frozen=True):
    """How far a month is."""

    month: str
    over: bool
    closed_at: int | None
    closed_by: str | None
    statements: int
    credit_notes: int
    net: str  # credit notes taken off
    gross: str
    unassigned: int  # interventions that belong to nobody yet


class Issued:
    """Asks the database; never waits for the writer."""

    def __init__(self, engine: AsyncEngine, lists: PriceLists) -> None:
        self._engine = engine
        self._lists = lists

    async def statements(
        self,
        *,
        month: Month | None = None,
        customer_id: int | None = None,
        kind: Kind | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[list[StatementView], int]:
        """The last issued first, those of customers merged into this one included; and how many there are in all."""
        chosen = select(statement.c.id)
        if month is not None:
            chosen = chosen.where(statement.c.month == str(month))
        if customer_id is not None:
            chosen = chosen.where(statement.c.customer_id.in_(_who_is(customer_id)))
        if kind is not None:
            chosen = chosen.where(statement.c.kind == kind.value)
        async with reading(self._engine) as connection:
            count = select(func.count()).select_from(chosen.subquery())
            total = (await connection.execute(count)).scalar_one()
            ids = chosen.order_by(statement.c.id.desc()).limit(limit).offset(offset)
            listed = _listed().where(statement.c.id.in_(ids)).order_by(statement.c.id.desc())
            return await _views(connection, listed), total

    async def statement(self, number: str) -> StatementView | None:
        async with reading(self._engine) as connection:
            found = await _views(connection, _listed().where(statement.c.number == number))
        return found[0] if found else None

    async def document(self, number: str) -> str | None:
        """The frozen text; None when there is none of that number."""
        async with reading(self._engine) as connection:
            query = select(statement.c.document).where(statement.c.number == number)
            return (await connection.execute(query)).scalar()

    async def notes(self, number: str) -> list[str]:
        """The frozen texts of the credit notes that took some lines of it back."""
        async with reading(self._engine) as connection:
            return await statements.parts(connection, (await statements.kept(connection, number)).id)

    async def documents(self, month: Month) -> AsyncIterator[str]:
        """The frozen texts of all of a month, in the order of their numbers; some in memory at a time."""
        last = 0
        while True:
            query = (
                select(statement.c.id, statement.c.document)
                .where(statement.c.month == str(month), statement.c.id > last)
                .order_by(statement.c.id)
                .limit(AT_ONCE)
            )
            async with reading(self._engine) as connection:
                rows = (await connection.execute(query)).all()
            for row in rows:
                yield row.document
            if len(rows) < AT_ONCE:
                return
            last = rows[-1].id

    async def candidates(self, month: Month, customer_id: int | None = None) -> dict[int, list[int]]:
        """What may go onto the statements of that month, by customer."""
        async with reading(self._engine) as connection:
            return await statements.candidates(connection, self._lists, month, customer_id)

    async def material(self, of: Mapping[int, Sequence[int]]) -> Material:
        async with reading(self._engine) as connection:
            return await statements.material(connection, self._lists, of)

    async def month(self, month: Month, now_at: int) -> MonthView:
        start_at, end_at = month.bounds(self._lists.zone)
        sums = select(
            statement.c.kind, func.count(), func.sum(statement.c.net_cents), func.sum(statement.c.gross_cents)
        ).where(statement.c.month == str(month))
        nobody = select(func.count()).where(
            intervention.c.customer_id.is_(None),
            intervention.c.opened_at >= start_at,
            intervention.c.opened_at < end_at,
        )
        async with reading(self._engine) as connection:
            closed = (
                await connection.execute(select(closed_month).where(closed_month.c.month == str(month)))
            ).one_or_none()
            rows = await connection.execute(sums.group_by(statement.c.kind))
            of = {kind: [int(each) for each in numbers] for kind, *numbers in rows}  # PostgreSQL sums to decimals
            unassigned = (await connection.execute(nobody)).scalar_one()
        owed, back = of.get(Kind.STATEMENT.value, (0, 0, 0)), of.get(Kind.CREDIT_NOTE.value, (0, 0, 0))
        return MonthView(
            month=str(month),
            over=end_at <= now_at,
            closed_at=None if closed is None else closed.closed_at,
            closed_by=None if closed is None else closed.closed_by,
            statements=owed[0],
            credit_notes=back[0],
            net=_euro(owed[1] - back[1]),
            gross=_euro(owed[2] - back[2]),
            unassigned=unassigned,
        )


def _who_is(customer_id: int) -> Select[int]:
    """He, and those who were merged into him."""
    return select(customer.c.id).where((customer.c.id == customer_id) | (customer.c.merged_into == customer_id))


def _listed() -> Select[Any]:
    note, of = statement.alias("note"), statement.alias("of")
    columns = [column for column in statement.c if column.name != "document"]
    return (
        select(*columns, note.c.number.label("credited_by"), of.c.number.label("credits"))
        .outerjoin(note, note.c.credits_id == statement.c.id)
        .outerjoin(of, of.c.id == func.coalesce(statement.c.credits_id, statement.c.part_of_id))
    )


async def _views(connection: AsyncConnection, listed: Select[Any]) -> list[StatementView]:
    rows = (await connection.execute(listed)).all()
    ids = [row.id for row in rows]
    revisions = await audit.versions(connection, "statement", ids)
    parts: dict[int, list[str]] = {}
    query = select(statement.c.part_of_id, statement.c.number).where(statement.c.part_of_id.in_(ids))
    for of, number in await connection.execute(query.order_by(statement.c.id)):
        parts.setdefault(of, []).append(number)
    return [_view(row, parts.get(row.id, ()), revisions.get(str(row.id), 0)) for row in rows]


def _view(row: Any, parts: Sequence[str], revision: int) -> StatementView:
    return StatementView(
        number=row.number,
        kind=row.kind,
        month=row.month,
        customer_id=row.customer_id,
        customer_name=row.customer_name,
        issued_at=row.issued_at,
        issued_by=row.issued_by,
        net=_euro(row.net_cents),
        vat=_euro(row.vat_cents),
        gross=_euro(row.gross_cents),
        credits=row.credits,
        in_part=row.part_of_id is not None,
        credited_by=row.credited_by,
        credited_in_part_by=tuple(parts),
        revision=revision,
    )


def _euro(cents: int) -> str:
    return plain(cents * CENT)
