"""Customers' cards in the tables: a row each, and the lists that belong to it. No rules here, and no audit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from collector.domain.contract import Contract, Period, Suspension, VersionFrom
from collector.domain.customer import Address, CustomerCard, TaxData, columns_of
from collector.domain.entitlement import Version
from collector.domain.peers import Peer
from collector.ledger import witness
from collector.ledger.rows import AT_ONCE, among, delete, insert, update
from collector.ledger.tables import contract_period, customer, customer_email, peer, product_version, suspension

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _List:
    """A table with some rows for each customer."""

    table: Table
    order: tuple[str, ...]


_LISTS = (
    _List(contract_period, ("from_day",)),
    _List(suspension, ("from_day",)),
    _List(product_version, ("from_day",)),
    _List(customer_email, ("email",)),
    _List(peer, ("tool", "peer")),
)


async def read(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, CustomerCard]:
    """The cards of these customers; a number that is none is left out."""
    every, found = list(ids), dict[int, CustomerCard]()
    for start in range(0, len(every), AT_ONCE):
        found |= await _read(connection, every[start : start + AT_ONCE])
    return found


async def _read(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, CustomerCard]:
    rows = (await connection.execute(select(customer).where(among(customer.c.id, ids)))).all()
    lists: dict[str, dict[int, list[Any]]] = {}
    for each in _LISTS:
        columns = [each.table.c[name] for name in ("customer_id", *each.order)]
        query = select(each.table).where(among(each.table.c.customer_id, ids)).order_by(*columns)
        of_each = lists.setdefault(each.table.name, {})
        for row in await connection.execute(query):
            of_each.setdefault(row.customer_id, []).append(row)
    return {row.id: _card(row, {name: of.get(row.id, []) for name, of in lists.items()}) for row in rows}


def _card(row: Any, lists: Mapping[str, Sequence[Any]]) -> CustomerCard:
    return CustomerCard(
        name=row.name,
        code=row.code,
        edition=row.edition,
        language=row.language,
        note=row.note,
        tax=TaxData(
            business_name=row.business_name,
            vat_number=row.vat_number,
            tax_code=row.tax_code,
            address=Address(row.street, row.postcode, row.town, row.province, row.country),
            recipient_code=row.recipient_code,
            pec=row.pec,
        ),
        contract=Contract(
            periods=tuple(Period(day(r.from_day), _maybe(r.until_day)) for r in lists["contract_period"]),
            suspensions=tuple(Suspension(day(r.from_day), _maybe(r.until_day), r.why) for r in lists["suspension"]),
        ),
        versions=tuple(VersionFrom(day(r.from_day), Version(r.version)) for r in lists["product_version"]),
        emails=tuple(r.email for r in lists["customer_email"]),
        peers=tuple(Peer(r.tool, r.peer) for r in lists["peer"]),
    )


@dataclass(frozen=True, slots=True)
class Written:
    """A card as it will stand in the tables, but for the number and the instant that it gets there."""

    row: Row
    lists: Mapping[Table, Sequence[Row]]

    def as_added(self, id: int, made_at: int) -> witness.Told:
        """What the rows say of the customer once he and his peers are there."""
        return witness.customer_said({"id": id, "made_at": made_at, **self.row}, self.lists)


def written(card: CustomerCard) -> Written:
    """All the work that a new customer makes before anything is written."""
    return Written(columns_of(card), {each.table: _told(each.table, card) for each in _LISTS})


async def add(connection: AsyncConnection, cards: Sequence[Written], made_at: int) -> list[int]:
    """New rows for all of them but their peers, and their numbers in order."""
    # Asked for with the insert, SQLite would tell them row by row; nobody else writes while this transaction goes on.
    before = await connection.scalar(select(func.max(customer.c.id)))
    await insert(connection, customer, [{"made_at": made_at, **card.row} for card in cards])
    ids = list(
        await connection.scalars(select(customer.c.id).where(customer.c.id > (before or 0)).order_by(customer.c.id))
    )
    for table in (each.table for each in _LISTS if each.table is not peer):
        pairs = zip(ids, cards, strict=True)
        await insert(connection, table, [{"customer_id": id, **row} for id, card in pairs for row in card.lists[table]])
    return ids


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What of a customer's rows is another, but for his peers."""

    id: int
    row: Row | None  # None: as it was
    lists: Mapping[Table, Sequence[Row]]
    frees_code: bool  # another may take it


def rewritten(id: int, before: CustomerCard, after: CustomerCard) -> Rewritten:
    """All the work that a change makes before anything is written."""
    was, now = columns_of(before), columns_of(after)
    lists = {}
    for table in (each.table for each in _LISTS if each.table is not peer):
        if (rows := _told(table, after)) != _told(table, before):
            lists[table] = [{"customer_id": id, **row} for row in rows]
    return Rewritten(id, None if was == now else now, lists, before.code not in (None, after.code))


async def rewrite(connection: AsyncConnection, changes: Sequence[Rewritten]) -> None:
    """Write the rows of these customers, and of their lists that changed, but their peers."""
    # Two may take each other's code.
    await update(connection, customer, [{"id": each.id, "code": None} for each in changes if each.frees_code])
    await update(connection, customer, [{"id": each.id, **each.row} for each in changes if each.row is not None])
    for table in (each.table for each in _LISTS):
        other = [each for each in changes if table in each.lists]
        await delete(connection, table, "customer_id", [each.id for each in other])
        await insert(connection, table, [row for each in other for row in each.lists[table]])


def _told(table: Table, card: CustomerCard) -> list[Row]:
    if table is contract_period:
        return [_days(each) for each in card.contract.periods]
    if table is suspension:
        return [{**_days(each), "why": each.why} for each in card.contract.suspensions]
    if table is product_version:
        return [{"from_day": each.first.isoformat(), "version": each.version.value} for each in card.versions]
    if table is peer:
        return peer_rows(card.peers)
    return [{"email": each} for each in dict.fromkeys(email.lower() for email in card.emails)]


def peer_rows(peers: Iterable[Peer]) -> list[Row]:
    """A row for each, the last where two are one."""
    rows = {
        (each.tool, each.key): {"tool": each.tool, "key": each.key, "peer": each.name.strip(), "pattern": each.pattern}
        for each in peers
    }
    return list(rows.values())


def _days(period: Period) -> Row:
    return {
        "from_day": period.first.isoformat(),
        "until_day": None if period.until is None else period.until.isoformat(),
    }


def day(text: str) -> date:
    return date.fromisoformat(text)


def _maybe(text: str | None) -> date | None:
    return None if text is None else day(text)
