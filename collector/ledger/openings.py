"""Where a new session belongs: the intervention that it joins, or the one that it opens."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select, tuple_

from collector.domain.contract import version_on
from collector.domain.entitlement import Version
from collector.domain.peers import best, key_of
from collector.ledger import audit, cards, witness
from collector.ledger.pen import Pen
from collector.ledger.tables import credit, intervention, peer, session
from collector.ledger.witness import Subject
from shared.moments import HOUR_MS

JOIN_WITHIN_MS = 12 * HOUR_MS
"""A connection so soon after the last one is about the same request, until someone says otherwise."""

REQUEST_WAITS_MS = 7 * 24 * HOUR_MS
"""A request that came in by hand waits so long for its first connection."""

PeerKey = tuple[str, str]  # tool, peer
Belonging = int | PeerKey | None  # a customer's id, or the unknown peer, or nothing to know it by


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A session that the ledger hears of for the first time."""

    id: str
    tool: str
    peer: str | None
    started_at: int
    last_seen_at: int


@dataclass(slots=True)
class _Running:
    """An open intervention, from its first contact to its last."""

    id: int
    first_at: int
    last_at: int
    contacted: bool = True  # else a request without a contact yet

    def near(self, newcomer: Newcomer) -> bool:
        if not self.contacted:
            return -JOIN_WITHIN_MS < newcomer.started_at - self.first_at < REQUEST_WAITS_MS
        return (
            newcomer.started_at - self.last_at < JOIN_WITHIN_MS
            and self.first_at - newcomer.last_seen_at < JOIN_WITHIN_MS
        )


async def place(pen: Pen, newcomers: Sequence[Newcomer]) -> dict[str, int]:
    """The intervention of each, opened where none was; in the order in which they are given."""
    owners = await owners_of(pen, {(n.tool, n.peer) for n in newcomers if n.peer is not None})
    running = await _running(pen, set(owners.values()), _unowned(newcomers, owners))
    placed: dict[str, int] = {}
    for newcomer in newcomers:
        belonging = _belonging(newcomer, owners)
        candidates = [] if belonging is None else running.setdefault(belonging, [])
        near = max((r for r in candidates if r.near(newcomer)), key=lambda r: r.last_at, default=None)
        if near is None:
            customer_id = belonging if isinstance(belonging, int) else None
            opened = await open_intervention(pen, customer_id, newcomer.started_at, by=audit.ITSELF)
            near = _Running(opened, newcomer.started_at, 0)
            candidates.append(near)
        if not near.contacted:
            near.first_at, near.last_at, near.contacted = newcomer.started_at, newcomer.last_seen_at, True
        near.first_at, near.last_at = (
            min(near.first_at, newcomer.started_at),
            max(near.last_at, newcomer.last_seen_at),
        )
        placed[newcomer.id] = near.id
    return placed


async def open_intervention(pen: Pen, customer_id: int | None, opened_at: int, *, by: str, **columns: object) -> int:
    """A new one, with the customer's contract and version and the tariff frozen as of then."""
    frozen = await standing_on(pen, customer_id, opened_at)
    values = {
        "customer_id": customer_id,
        "tariff_id": pen.lists.in_force(opened_at),
        "opened_at": opened_at,
        "state": "open",
        **frozen,
        **columns,
    }
    row = await pen.connection.execute(intervention.insert().values(values))
    key = row.inserted_primary_key
    if key is None:
        raise AssertionError("an insert without a key")
    id = int(key[0])
    after = witness.said({"id": id, **values})
    audit.enter_told(pen, "opened", Subject("intervention", id), by=by, before=None, after=after)
    return id


async def nearest(pen: Pen, newcomer: Newcomer, *, but: int) -> tuple[int | None, int | None]:
    """Whose customer's it is, and the open intervention that it would join, other than that one."""
    owners = await owners_of(pen, {(newcomer.tool, newcomer.peer)} if newcomer.peer is not None else ())
    belonging = _belonging(newcomer, owners)
    running = await _running(pen, set(owners.values()), _unowned([newcomer], owners))
    others = [each for each in running.get(belonging, ()) if each.id != but and each.near(newcomer)]
    near = max(others, key=lambda each: each.last_at, default=None)
    return belonging if isinstance(belonging, int) else None, near.id if near is not None else None


async def standing_on(pen: Pen, customer_id: int | None, at: int) -> dict[str, object]:
    """The columns of an intervention that a customer decides, as he stood at that instant."""
    if customer_id is None:
        return {"contract": False, "contract_until_day": None, "version": Version.CURRENT.value, "edition": None}
    card = (await cards.read(pen.connection, [customer_id]))[customer_id]
    day = pen.lists.day_of(at)
    last_day = card.contract.last_day(day)
    return {
        "contract": card.contract.in_force(day),
        "contract_until_day": None if last_day is None else last_day.isoformat(),
        "version": version_on(card.versions, day).value,
        "edition": card.edition,
    }


async def owners_of(pen: Pen, peers: Iterable[PeerKey]) -> dict[PeerKey, int]:
    """The customers whose peers these are, as far as they are known: the very peer wins, else the best pattern."""
    wanted = {each: (each[0], key_of(each[1])) for each in peers}
    if not wanted:
        return {}
    query = select(peer.c.tool, peer.c.key, peer.c.customer_id)
    rows = await pen.connection.execute(query.where(tuple_(peer.c.tool, peer.c.key).in_(list(wanted.values()))))
    exact = {(row.tool, row.key): row.customer_id for row in rows}
    unknown = {key for key in wanted.values() if key not in exact}
    owners = exact | await _by_pattern(pen, unknown)
    return {each: owners[key] for each, key in wanted.items() if key in owners}


async def _by_pattern(pen: Pen, keys: set[PeerKey]) -> dict[PeerKey, int]:
    if not keys:
        return {}
    query = select(peer.c.tool, peer.c.key, peer.c.customer_id)
    rows = await pen.connection.execute(query.where(peer.c.tool.in_({tool for tool, _ in keys}), peer.c.pattern))
    patterns: dict[str, dict[str, int]] = {}
    for row in rows:
        patterns.setdefault(row.tool, {})[row.key] = row.customer_id
    found = {(tool, key): best(patterns.get(tool, ()), key) for tool, key in keys}
    return {(tool, key): patterns[tool][name] for (tool, key), name in found.items() if name is not None}


def _belonging(newcomer: Newcomer, owners: dict[PeerKey, int]) -> Belonging:
    if newcomer.peer is None:
        return None
    key = (newcomer.tool, newcomer.peer)
    return owners.get(key, key)


def _unowned(newcomers: Sequence[Newcomer], owners: dict[PeerKey, int]) -> set[PeerKey]:
    return {(n.tool, n.peer) for n in newcomers if n.peer is not None and (n.tool, n.peer) not in owners}


async def _running(pen: Pen, customers: set[int], peers: set[PeerKey]) -> dict[Belonging, list[_Running]]:
    """The open interventions of these customers and of these unknown peers."""
    running: dict[Belonging, list[_Running]] = {}
    first_at, last_at = _contact()
    contacts = (
        select(
            intervention.c.id,
            intervention.c.customer_id,
            func.min(first_at).label("first_at"),
            func.max(last_at).label("last_at"),
        )
        .join(credit, credit.c.session_id == session.c.id)
        .join(intervention, intervention.c.id == credit.c.intervention_id)
        .where(intervention.c.state == "open")
    )
    if customers:
        of_customers = contacts.where(intervention.c.customer_id.in_(customers)).group_by(intervention.c.id)
        for row in await pen.connection.execute(of_customers):
            running.setdefault(row.customer_id, []).append(_Running(row.id, row.first_at, row.last_at))
        for row in await pen.connection.execute(_requests(customers)):
            running.setdefault(row.customer_id, []).append(_Running(row.id, row.opened_at, 0, contacted=False))
    if peers:
        of_peers = contacts.add_columns(session.c.tool, session.c.peer).where(
            intervention.c.customer_id.is_(None), tuple_(session.c.tool, session.c.peer).in_(list(peers))
        )
        for row in await pen.connection.execute(of_peers.group_by(intervention.c.id, session.c.tool, session.c.peer)):
            running.setdefault((row.tool, row.peer), []).append(_Running(row.id, row.first_at, row.last_at))
    return running


def _contact() -> tuple[ColumnElement[int], ColumnElement[int]]:
    """From when until when a session was credited so: after a split the older intervention has no contact any more."""
    later = credit.alias()
    mine = (later.c.session_id == credit.c.session_id) & (later.c.from_at > credit.c.from_at)
    until_at = select(func.min(later.c.from_at)).where(mine).correlate(credit).scalar_subquery()
    return (
        case((credit.c.from_at > session.c.first_seen_at, credit.c.from_at), else_=session.c.first_seen_at),
        case((until_at < session.c.last_seen_at, until_at), else_=session.c.last_seen_at),
    )


def _requests(customers: set[int]) -> Select[Any]:
    """The open interventions of these customers that had no contact yet."""
    contacts = select(credit.c.session_id).where(credit.c.intervention_id == intervention.c.id)
    return select(intervention.c.id, intervention.c.customer_id, intervention.c.opened_at).where(
        intervention.c.state == "open", intervention.c.customer_id.in_(customers), ~contacts.exists()
    )
