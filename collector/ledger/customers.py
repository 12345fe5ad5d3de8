"""Customers: their cards, the peers that they are known by, the terms that they accepted."""

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from collector.domain.contract import SINCE_EVER, Contract, Period, VersionFrom
from collector.domain.customer import CustomerCard
from collector.domain.entitlement import Version
from collector.domain.fault import refuse
from collector.domain.peers import ANY, Peer, equal_rank
from collector.errors import BadInput, Conflict, NotFound
from collector.inbox.customer_plan import Change, Plan
from collector.ledger import audit, cards, witness
from collector.ledger.audit import Seen
from collector.ledger.pen import Pen
from collector.ledger.rows import AT_ONCE, delete, insert
from collector.ledger.tables import customer, intervention, peer, terms_acceptance
from collector.ledger.witness import Subject
from shared.moments import HOUR_MS

SHOWN_MS = 48 * HOUR_MS
"""Interventions opened so recently may be on somebody's page, under the customer's name."""
FEW = 500  # keys that are asked for by name; of more, all are read


@dataclass(frozen=True, slots=True)
class CustomerEntry:
    """A customer in short: one contract, one version; days are included, no first day means no contract."""

    name: str
    contract_from_day: date | None
    contract_until_day: date | None
    version: Version

    def card(self, peers: Iterable[tuple[str, str]] = ()) -> CustomerCard:
        """The card that says so; BadInput for a contract that ends before it begins."""
        first, last = self.contract_from_day, self.contract_until_day
        if last is not None and (first is None or last < first):
            raise BadInput("contract_until_day", "before contract_from_day", "give the first day and the last")
        return CustomerCard(
            name=self.name,
            contract=Contract(() if first is None else (Period(first, last),)),
            versions=(VersionFrom(SINCE_EVER, self.version),),
            peers=tuple(Peer(*each) for each in dict.fromkeys(peers)),
        )


class Acceptance(NamedTuple):
    """The customer has read the terms: which text, who said so, when, and by which way."""

    version: str
    sha256: str
    who: str
    at: int
    channel: str


async def create(pen: Pen, card: CustomerCard, *, by: str) -> int:
    """The new customer's number; BadInput names all that is wrong with the card."""
    refuse(card.faults())
    await _codes_are_free(pen, [card.code] if card.code else [], set())
    await _peers_are_free(pen, card.peers, set())
    (id,) = await cards.add(pen.connection, [cards.written(card)], pen.now_at)
    await know(pen, [(id, cards.peer_rows(card.peers))], by=by)
    await audit.enter(pen, "created", Subject("customer", id), by=by, before=None)
    return id


async def change(
    pen: Pen,
    customer_id: int,
    revise: Callable[[CustomerCard], CustomerCard],
    *,
    by: str,
    seen: Seen = None,
) -> None:
    """Write the card as `revise` makes it of the present one. Interventions keep the standing of their opening.

    Stale when the customer is not any more as he was `seen`.
    """
    before = await the_card(pen, customer_id)
    await audit.expect(pen, Subject("customer", customer_id), seen)
    after = revise(before)
    if after == before:
        return
    refuse(after.faults())
    await _codes_are_free(pen, [after.code] if after.code else [], {customer_id})
    await _peers_are_free(pen, after.peers, {customer_id})
    async with witnessed(pen, "changed", [customer_id], by=by):
        await cards.rewrite(pen.connection, [cards.rewritten(customer_id, before, after)])
        if after.peers != before.peers:
            await pen.connection.execute(peer.delete().where(peer.c.customer_id == customer_id))
            await know(pen, [(customer_id, cards.peer_rows(after.peers))], by=by)
    await show(pen, [customer_id])


async def update(
    pen: Pen, customer_id: int, entry: CustomerEntry, peers: Sequence[tuple[str, str]] | None, *, by: str
) -> None:
    """Write it anew in short; `peers` None leaves them."""
    told = entry.card(peers or ())

    def revise(card: CustomerCard) -> CustomerCard:
        kept = card.peers if peers is None else told.peers
        return replace(card, name=told.name, contract=told.contract, versions=told.versions, peers=kept)

    await change(pen, customer_id, revise, by=by)


async def know(pen: Pen, owners: Sequence[tuple[int, Sequence[cards.Row]]], *, by: str) -> None:
    """From now on sessions to these peers are these customers', whosever they were before.

    A pattern that is somebody else's already, or says as much as one of his, is a Conflict: it would take his sessions.
    """
    patterns = [(id, row) for id, peers in owners for row in peers if row["pattern"]]
    await _patterns_are_free(pen, [(id, Peer(str(row["tool"]), str(row["peer"]))) for id, row in patterns])
    rows = {(row["tool"], row["key"]): {**row, "customer_id": id} for id, peers in owners for row in peers}
    whose = await _whose(pen, rows)
    async with witnessed(pen, "peer", sorted(set(whose.values())), by=by):
        taken = list(whose)
        for start in range(0, len(taken), AT_ONCE):
            these = tuple_(peer.c.tool, peer.c.key).in_(taken[start : start + AT_ONCE])
            await pen.connection.execute(peer.delete().where(these))
        await insert(pen.connection, peer, list(rows.values()))


async def _whose(pen: Pen, keys: Collection[tuple[object, object]]) -> dict[tuple[object, object], int]:
    """Of those of these peers that are somebody's, whose. Where there are many, reading them all asks less."""
    query = select(peer.c.tool, peer.c.key, peer.c.customer_id)
    if len(keys) <= FEW:
        query = query.where(tuple_(peer.c.tool, peer.c.key).in_(list(keys)))
    rows = await pen.connection.execute(query)
    return {(row.tool, row.key): row.customer_id for row in rows if (row.tool, row.key) in keys}


async def learn(pen: Pen, customer_id: int, tool: str, name: str, *, by: str) -> None:
    """From now on sessions to this very peer are this customer's. One that a tool writes with a * is nobody's own."""
    if ANY in name:
        return
    async with witnessed(pen, "peer", [customer_id], by=by):
        await know(pen, [(customer_id, cards.peer_rows([Peer(tool, name)]))], by=by)


@dataclass(frozen=True, slots=True)
class Looked:
    """Customers as the rows say them, and the last entry of the chain before they were read."""

    head: int
    told: Mapping[int, witness.Told]


async def look(connection: AsyncConnection, plan: Plan) -> Looked:
    """Those that a plan changes; Conflict when they are not any more as it found them."""
    head = (await audit.head(connection)).n
    ids = [each.id for each in plan.changed]
    now = await cards.read(connection, ids)
    if any(now.get(each.id) != each.before for each in plan.changed):
        raise _overtaken()
    return Looked(head, await _told(connection, ids))


@dataclass(frozen=True, slots=True)
class Changed:
    """A customer who is known, ready to be written: his rows, his peers where they are others, and both entries."""

    rows: cards.Rewritten
    peers: Sequence[cards.Row] | None
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A plan, ready to be written."""

    added: Sequence[cards.Written]
    changed: Sequence[Changed]
    codes: Sequence[str]
    head: int


def ready(plan: Plan, seen: Looked) -> Ready:
    """The work that needs no database is done before anybody has to wait for it."""
    codes = [card.code for card in (*plan.added, *(each.after for each in plan.changed)) if card.code]
    changed = tuple(_changed(each, seen.told[each.id]) for each in plan.changed)
    return Ready(tuple(map(cards.written, plan.added)), changed, codes, seen.head)


def _changed(of: Change, told: witness.Told) -> Changed:
    rows = cards.rewritten(of.id, of.before, of.after)
    peers = None if of.after.peers == of.before.peers else cards.peer_rows(of.after.peers)
    lists = rows.lists if peers is None else {**rows.lists, peer: peers}
    after = witness.customer_changed(told, rows.row or {}, lists)
    return Changed(rows, peers, audit.canonical(told), audit.canonical(after))


async def carry_out(pen: Pen, of: Ready, *, by: str) -> None:
    """All of a plan; Conflict when somebody changed one of its customers since he was looked at."""
    ids = [each.rows.id for each in of.changed]
    if not await audit.untouched_since(pen.connection, of.head, "customer", ids):
        raise _overtaken()
    await _codes_are_free(pen, of.codes, set(ids))
    moved = [(each.rows.id, each.peers) for each in of.changed if each.peers is not None]
    await delete(pen.connection, peer, "customer_id", [id for id, _ in moved])
    await cards.rewrite(pen.connection, [each.rows for each in of.changed])
    added = await cards.add(pen.connection, of.added, pen.now_at)
    await know(pen, [*moved, *((id, card.lists[peer]) for id, card in zip(added, of.added, strict=True))], by=by)
    for each in of.changed:
        subject = Subject("customer", each.rows.id)
        audit.enter_text(pen, "imported", subject, by=by, before=each.before, after=each.after)
    for id, card in zip(added, of.added, strict=True):
        told = card.as_added(id, pen.now_at)
        audit.enter_told(pen, "imported", Subject("customer", id), by=by, before=None, after=told)
    await show(pen, ids)


def _overtaken() -> Conflict:
    return Conflict("somebody changed a customer meanwhile: import it again")


@asynccontextmanager
async def witnessed(pen: Pen, what: str, customers: Sequence[int], *, by: str) -> AsyncIterator[None]:
    """What changes about these customers inside the block leaves its audit entries."""
    before = await _told(pen.connection, customers)
    yield
    after = await _told(pen.connection, customers)
    for id in customers:
        audit.enter_told(pen, what, Subject("customer", id), by=by, before=before.get(id), after=after.get(id))


async def _told(connection: AsyncConnection, customers: Sequence[int]) -> dict[int, witness.Told]:
    told: dict[int, witness.Told] = {}
    for start in range(0, len(customers), AT_ONCE):
        told |= await witness.KINDS["customer"].read(connection, customers[start : start + AT_ONCE])
    return told


async def the_card(pen: Pen, customer_id: int) -> CustomerCard:
    """The customer's card; NotFound when there is none of that number, or he was merged into another."""
    await must_exist(pen, customer_id)
    return (await cards.read(pen.connection, [customer_id]))[customer_id]


async def must_exist(pen: Pen, customer_id: int) -> str:
    """The customer's name; NotFound when there is none of that number, or he was merged into another."""
    query = select(customer.c.name, customer.c.merged_into).where(customer.c.id == customer_id)
    row = (await pen.connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound(f"no customer {customer_id}")
    if row.merged_into is not None:
        raise NotFound(f"customer {customer_id} was merged into {row.merged_into}")
    return str(row.name)


async def accept(pen: Pen, customer_id: int, told: Acceptance, *, by: str, seen: Seen = None) -> int:
    """Note that the terms were accepted; its number. Nothing of it is ever changed or removed."""
    await must_exist(pen, customer_id)
    await audit.expect(pen, Subject("customer", customer_id), seen)
    if told.at > pen.now_at:
        raise BadInput("at", "is still to come", "say when it was accepted")
    row = terms_acceptance.insert().values(customer_id=customer_id, noted_by=by, noted_at=pen.now_at, **told._asdict())
    async with witnessed(pen, "terms-accepted", [customer_id], by=by):
        key = (await pen.connection.execute(row)).inserted_primary_key
    if key is None:
        raise AssertionError("an insert without a key")
    return int(key[0])


async def _codes_are_free(pen: Pen, codes: Sequence[str], but: Collection[int]) -> None:
    """Conflict when one is that of a customer who is not among `but`."""
    query = select(customer.c.id, customer.c.name, customer.c.code)
    query = query.where(customer.c.code.in_(codes) if len(codes) <= FEW else customer.c.code.is_not(None))
    theirs = {row.code: row for row in await pen.connection.execute(query) if row.id not in but}
    for code in codes:
        if (row := theirs.get(code)) is not None:
            raise Conflict(f'code: "{row.code}" is that of customer {row.id}, {row.name}')


async def _peers_are_free(pen: Pen, peers: Sequence[Peer], but: Collection[int]) -> None:
    """Conflict when one is that of a customer who is not among `but`: his sessions would be billed to somebody else."""
    of = select(peer.c.tool, peer.c.key, customer.c.id, customer.c.name).join(customer)
    exact = [each for each in peers if not each.pattern]
    for start in range(0, len(exact), AT_ONCE):
        some = {(each.tool, each.key): each for each in exact[start : start + AT_ONCE]}
        for row in await pen.connection.execute(of.where(tuple_(peer.c.tool, peer.c.key).in_(some))):
            if row.id not in but:
                mine = some[row.tool, row.key]
                raise Conflict(f"peers: {mine} is that of customer {row.id}, {row.name}: take it from him first")


async def _patterns_are_free(pen: Pen, patterns: Sequence[tuple[int, Peer]]) -> None:
    if not patterns:
        return
    others = (
        select(peer.c.tool, peer.c.peer, customer.c.id, customer.c.name)
        .join(customer, customer.c.id == peer.c.customer_id)
        .where(peer.c.pattern, peer.c.tool.in_({each.tool for _, each in patterns}))
    )
    for row in await pen.connection.execute(others):
        theirs = Peer(row.tool, row.peer)
        for id, mine in patterns:
            if row.id != id and equal_rank(mine, theirs):
                raise Conflict(f"peers: {mine} says as much as {theirs} of customer {row.id}, {row.name}: say more")


async def show(pen: Pen, customers: Sequence[int]) -> None:
    """What is on somebody's page under their names is drawn anew."""
    since = intervention.c.opened_at > pen.now_at - SHOWN_MS
    for start in range(0, len(customers), AT_ONCE):
        theirs = intervention.c.customer_id.in_(customers[start : start + AT_ONCE])
        pen.changed.update(await pen.connection.scalars(select(intervention.c.id).where(theirs, since)))
