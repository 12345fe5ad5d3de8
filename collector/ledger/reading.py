"""The questions one may ask of the ledger; the answers are plain and typed, never rows of a table."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from collector.domain.contract import version_on
from collector.domain.customer import CustomerCard
from collector.domain.entitlement import Version
from collector.domain.review import Whose
from collector.domain.tariff import Tariff
from collector.inbox.customer_plan import Plan
from collector.ledger import audit, cards, customer_links, describing, proof, visitors
from collector.ledger.alert_words import words_of, words_taken_back
from collector.ledger.alerts import Had, Told, key_of
from collector.ledger.audit import Entry, Head
from collector.ledger.customers import Looked, look
from collector.ledger.decided import Decided
from collector.ledger.engine import reading
from collector.ledger.intervention import NONE_ACCEPTED, Agreed, Credit, Intervention, Request, SeenSession
from collector.ledger.openings import JOIN_WITHIN_MS
from collector.ledger.presence import Presence
from collector.ledger.price_lists import PriceLists
from collector.ledger.proof import Verdict
from collector.ledger.question import Question, asked_by, question_of
from collector.ledger.tables import (
    account,
    agent,
    alert,
    credit,
    customer,
    customer_email,
    decision,
    intervention,
    message,
    outbox,
    peer,
    session,
    stretch,
    tariff,
    terms_acceptance,
    token,
)
from collector.ledger.views import (
    AcceptanceView,
    AgentView,
    AlertView,
    BesideView,
    ChannelView,
    CustomerView,
    DeliveryView,
    InterventionView,
    KnownUser,
    Peer,
    SessionView,
    SignInView,
    SpoolView,
    TokenView,
    UserView,
    Visitor,
)
from collector.ledger.witness import Subject
from shared.clock import Clock
from shared.session import SessionState, Stretch

AT_ONCE = 5_000  # ids in one question: SQLite takes 32,766 values


class Reading:
    """Asks the database; never waits for the writer."""

    def __init__(self, engine: AsyncEngine, lists: PriceLists, presence: Presence, clock: Clock) -> None:
        self._engine = engine
        self._lists = lists
        self._presence = presence
        self._clock = clock

    def _open(self) -> AbstractAsyncContextManager[AsyncConnection]:
        return reading(self._engine)

    # Interventions, whole: for the rules.

    async def whole(self, ids: Collection[int]) -> dict[int, Intervention]:
        """These interventions with all that decides about them; a number that is none is left out."""
        found: dict[int, Intervention] = {}
        async with self._open() as connection:
            for some in _portions(ids):
                found |= await wholes(connection, self._lists, some)
        return found

    async def opened(self, from_at: int, until_at: int) -> list[int]:
        """The interventions that were opened then, the oldest first; without those that became part of another."""
        query = select(intervention.c.id).where(
            intervention.c.opened_at >= from_at,
            intervention.c.opened_at < until_at,
            intervention.c.merged_into.is_(None),
        )
        async with self._open() as connection:
            return list(await connection.scalars(query.order_by(intervention.c.opened_at, intervention.c.id)))

    def tariffs(self) -> list[tuple[str, Tariff]]:
        """The price lists that new interventions are opened under, by their ids, in the order of their beginnings."""
        return self._lists.current

    async def touched_since(self, at: int) -> frozenset[int]:
        """The interventions with a contact since then."""
        async with self._open() as connection:
            return await _owners(connection, session.c.last_seen_at >= at)

    async def with_open_sessions(self) -> frozenset[int]:
        """The interventions with a session that has not ended, as far as anybody has said."""
        since_at = self._clock.wall_ms() - JOIN_WITHIN_MS
        async with self._open() as connection:
            return await _owners(
                connection, session.c.state != SessionState.ENDED.value, session.c.heard_at >= since_at
            )

    async def changed_last(self, within_ms: int) -> frozenset[int]:
        """The interventions that were written to in the last so many milliseconds of this ledger's life."""
        async with self._open() as connection:
            heard_at = (await connection.execute(select(func.max(session.c.heard_at)))).scalar() or 0
            reported = await _owners(connection, session.c.heard_at >= heard_at - within_ms)
            decided_at = (await connection.execute(select(func.max(decision.c.at)))).scalar() or 0
            decided = select(decision.c.intervention_id).where(decision.c.at >= decided_at - within_ms)
            return reported | frozenset(await connection.scalars(decided))

    async def without_contact(self, since_at: int) -> frozenset[int]:
        """The open interventions whose last contact was before, as far as no alert has said so yet."""
        contacts = select(session.c.last_seen_at).join(credit, credit.c.session_id == session.c.id)
        mine = credit.c.intervention_id == intervention.c.id
        lately = contacts.where(mine, (session.c.last_seen_at >= since_at) | (session.c.state != "ended"))
        last_at = select(func.coalesce(func.max(session.c.last_seen_at), 0)).join(
            credit, credit.c.session_id == session.c.id
        )
        told = select(alert.c.id).where(
            alert.c.intervention_id == intervention.c.id,
            alert.c.kind == "no-contact",
            alert.c.due_at > last_at.where(mine).scalar_subquery(),
        )
        query = select(intervention.c.id).where(
            intervention.c.state == "open", intervention.c.opened_at < since_at, ~lately.exists(), ~told.exists()
        )
        async with self._open() as connection:
            return frozenset(await connection.scalars(query))

    async def alert_keys(self, interventions: Collection[int]) -> dict[str, tuple[int, Had]]:
        """The alerts that these have, by their keys, and of which intervention each is."""
        found: dict[str, tuple[int, Had]] = {}
        async with self._open() as connection:
            for some in _portions(interventions):
                mine = alert.c.intervention_id.in_(some) & alert.c.withdrawn_at.is_(None)
                query = select(alert.c.key, alert.c.intervention_id, alert.c.kind, alert.c.confirmed).where(mine)
                for row in await connection.execute(query):
                    found[row.key] = (row.intervention_id, Had(row.kind, row.confirmed))
        return found

    # Lists, newest first, and how many there are in all.

    async def sessions(
        self,
        *,
        state: str | None = None,
        customer_id: int | None = None,
        agents: Collection[int] | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[list[SessionView], int]:
        """`state` is live, paused, silent or ended; of these agents alone, where they are told."""
        query = select(session.c.id)
        if agents is not None:
            query = query.where(session.c.agent_id.in_(agents))
        if state == "silent":
            query = query.where(
                session.c.state != SessionState.ENDED.value, session.c.agent_id.not_in(self._presence.linked)
            )
        elif state is not None:
            query = query.where(session.c.state == state)
            if state != SessionState.ENDED.value:
                query = query.where(session.c.agent_id.in_(self._presence.linked))
        if customer_id is not None:
            query = query.where(
                session.c.id.in_(
                    select(credit.c.session_id)
                    .join(intervention, intervention.c.id == credit.c.intervention_id)
                    .where(intervention.c.customer_id == customer_id)
                )
            )
        async with self._open() as connection:
            ordered = query.order_by(session.c.first_seen_at.desc(), session.c.id)
            ids, total = await _page(connection, ordered, limit, offset)
            seen = await _sessions(connection, ids)
        return [describing.session_view(seen[id], self._presence.linked) for id in ids], total

    async def session(self, session_id: str) -> SessionView | None:
        async with self._open() as connection:
            seen = await _sessions(connection, [session_id])
        found = seen.get(session_id)
        return None if found is None else describing.session_view(found, self._presence.linked)

    async def interventions(
        self,
        *,
        state: str | None = None,
        customer_id: int | None = None,
        from_at: int | None = None,
        until_at: int | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[list[InterventionView], int]:
        """`state` is open, closed, live (a session goes on), unassigned or in-review; opened in [from_at, until_at)."""
        query = select(intervention.c.id).where(intervention.c.merged_into.is_(None))
        if from_at is not None:
            query = query.where(intervention.c.opened_at >= from_at)
        if until_at is not None:
            query = query.where(intervention.c.opened_at < until_at)
        match state:
            case "open" | "closed":
                query = query.where(intervention.c.state == state)
            case "unassigned":
                query = query.where(intervention.c.customer_id.is_(None))
            case "live":
                query = query.where(intervention.c.id.in_(await self.with_open_sessions()))
            case "in-review":
                query = query.where(intervention.c.id.in_([of.id for of in await self._waiting(None)]))
        if customer_id is not None:
            query = query.where(intervention.c.customer_id == customer_id)
        async with self._open() as connection:
            ordered = query.order_by(intervention.c.opened_at.desc(), intervention.c.id.desc())
            ids, total = await _page(connection, ordered, limit, offset)
            found = await wholes(connection, self._lists, ids)
        return [self._described(found[id]) for id in ids], total

    async def intervention(self, intervention_id: int) -> InterventionView | None:
        async with self._open() as connection:
            found = (await wholes(connection, self._lists, [intervention_id])).get(intervention_id)
        return None if found is None else self._described(found)

    async def review(
        self, *, whose: Whose | None = None, limit: int = 50, offset: int = 0
    ) -> tuple[list[InterventionView], int]:
        """What waits for a person, for anybody or for this role; the oldest first."""
        waiting = await self._waiting(whose)
        waiting.sort(key=lambda of: (of.opened_at, of.id))
        return [self._described(of) for of in waiting[offset : offset + limit]], len(waiting)

    async def beside(self, intervention: InterventionView) -> BesideView:
        """What waits before and after it in the review, and how many there are; it need not be among them."""
        waiting = sorted((of.opened_at, of.id) for of in await self._waiting(None))
        own = (intervention.opened_at, intervention.id)
        before = [id for at, id in waiting if (at, id) < own]
        after = [id for at, id in waiting if (at, id) > own]
        return BesideView(next(reversed(before), None), next(iter(after), None), len(waiting))

    async def _waiting(self, whose: Whose | None) -> list[Intervention]:
        waiting: list[Intervention] = []
        async with self._open() as connection:
            await self._lists.load(connection, set(await connection.scalars(select(tariff.c.id))))
            ids = list(await connection.scalars(may_wait(self._lists.shortest_cap_ms)))
            for some in _portions(ids):
                found = await wholes(connection, self._lists, some)
                waiting += [found[id] for id in some if waits_for(found[id], whose)]
        return waiting

    def _described(self, of: Intervention) -> InterventionView:
        return describing.intervention_view(of, self._presence.linked, self._clock.wall_ms())

    async def customers(
        self, *, search: str | None = None, limit: int = 50, offset: int = 0
    ) -> tuple[list[CustomerView], int]:
        """By name; `search` is a part of the name, of a number, of an e-mail address, or of a peer."""
        query = select(customer.c.id).where(customer.c.merged_into.is_(None))
        if search:
            query = query.where(_found_by(search))
        async with self._open() as connection:
            ids, total = await _page(connection, query.order_by(customer.c.name, customer.c.id), limit, offset)
            found = await _customers(connection, ids, self._today())
        return [found[id] for id in ids], total

    async def customer(self, customer_id: int) -> CustomerView | None:
        """None when there is none of that number, or he was merged into another."""
        there = select(customer.c.id).where(customer.c.id == customer_id, customer.c.merged_into.is_(None))
        async with self._open() as connection:
            ids = list(await connection.scalars(there))
            return (await _customers(connection, ids, self._today())).get(customer_id)

    async def cards(self) -> dict[int, CustomerCard]:
        """The card of every customer, in the order of their numbers."""
        query = select(customer.c.id).where(customer.c.merged_into.is_(None)).order_by(customer.c.id)
        async with self._open() as connection:
            ids = list(await connection.scalars(query))
            found = await cards.read(connection, ids)
        return {id: found[id] for id in ids}

    async def work_of(self, customers: Collection[int]) -> dict[int, int]:
        """How many interventions each of these customers has; of one who has none nothing is said."""
        owner = intervention.c.customer_id
        query = select(owner, func.count().label("n")).where(owner.in_(customers)).group_by(owner)
        async with self._open() as connection:
            return {row.customer_id: row.n for row in await connection.execute(query)}

    async def looked_at(self, plan: Plan) -> Looked:
        """The customers that a plan changes, as they are now; Conflict when they are not as it found them."""
        async with self._open() as connection:
            return await look(connection, plan)

    async def version(self, subject: Subject) -> int:
        """Counts up with every change of it that was witnessed."""
        async with self._open() as connection:
            return await audit.version(connection, subject)

    async def entries(
        self,
        *,
        kind: str | None = None,
        subject: str | None = None,
        from_at: int | None = None,
        until_at: int | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[list[Entry], int]:
        """Of the audit chain, in order."""
        query = audit.entries(from_at=from_at, until_at=until_at, kind=kind, subject=subject)
        async with self._open() as connection:
            count = select(func.count()).select_from(query.order_by(None).subquery())
            total = (await connection.execute(count)).scalar_one()
            rows = await connection.execute(query.limit(limit).offset(offset))
            return [audit.entry_of(row) for row in rows], total

    async def verdict(self, kept: Head | None) -> Verdict:
        """Whether the chain is unbroken, and holds the head that was kept."""
        async with self._open() as connection:
            return await proof.verify(connection, kept)

    def _today(self) -> date:
        return self._lists.day_of(self._clock.wall_ms())

    async def alerts(
        self,
        *,
        intervention_id: int | None = None,
        acknowledged: bool | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[list[AlertView], int]:
        query = select(alert.c.id)
        if intervention_id is not None:
            query = query.where(alert.c.intervention_id == intervention_id)
        if acknowledged is not None:
            seen = alert.c.acknowledged_at.is_not(None)
            query = query.where(seen if acknowledged else ~seen & alert.c.withdrawn_at.is_(None))
        async with self._open() as connection:
            ids, total = await _page(connection, query.order_by(alert.c.id.desc()), limit, offset)
            rows = await connection.execute(select(alert).where(alert.c.id.in_(ids)).order_by(alert.c.id.desc()))
            return [_alert(row, self._lists) for row in rows], total

    async def newest_alert(self) -> int:
        """Its number; 0 where none was ever made."""
        async with self._open() as connection:
            return await connection.scalar(select(func.max(alert.c.id))) or 0

    async def alert(self, alert_id: int) -> AlertView | None:
        async with self._open() as connection:
            row = (await connection.execute(select(alert).where(alert.c.id == alert_id))).one_or_none()
        return None if row is None else _alert(row, self._lists)

    async def alerts_of(self, ids: Collection[int]) -> dict[int, AlertView]:
        """These, by their numbers."""
        async with self._open() as connection:
            rows = await connection.execute(select(alert).where(alert.c.id.in_(ids)))
            return {row.id: _alert(row, self._lists) for row in rows}

    async def deliveries(self, alerts: Collection[int]) -> dict[int, list[DeliveryView]]:
        """Of each of these alerts, over which channels it is told, and how far that is."""
        found: dict[int, list[DeliveryView]] = {id: [] for id in alerts}
        query = select(outbox, *(column.label(f"m_{column.name}") for column in message.c))
        query = query.outerjoin(message, message.c.id == outbox.c.message_id).order_by(outbox.c.id)
        async with self._open() as connection:
            for row in await connection.execute(query.where(outbox.c.alert_id.in_(alerts))):
                found[row.alert_id].append(_delivery(row))
        return found

    async def told_over(self) -> dict[str, ChannelView]:
        """Of each channel that anything was to be told over, how that stands."""
        mine = [message.c.channel, message.c.state, func.count().label("n"), func.max(message.c.settled_at).label("at")]
        waiting = select(outbox.c.channel, func.count().label("n")).where(
            outbox.c.message_id.is_(None), outbox.c.spared_at.is_(None)
        )
        found: dict[str, dict[str, Any]] = {}
        async with self._open() as connection:
            for row in await connection.execute(select(*mine).group_by(message.c.channel, message.c.state)):
                found.setdefault(row.channel, {})[row.state] = row
            for row in await connection.execute(waiting.group_by(outbox.c.channel)):
                found.setdefault(row.channel, {})["owed"] = row
        return {name: _channel_view(rows) for name, rows in found.items()}

    async def agents(self) -> list[AgentView]:
        """By name."""
        up = self._presence.up
        query = select(agent, account.c.name.label("user_name")).outerjoin(account, account.c.id == agent.c.account_id)
        async with self._open() as connection:
            return [
                AgentView(
                    id=row.id,
                    name=row.name,
                    system=row.system,
                    version=row.version,
                    enrolled_at=row.enrolled_at,
                    revoked_at=row.revoked_at,
                    last_seen_at=row.last_seen_at,
                    clock_offset_ms=row.clock_offset_ms,
                    linked=row.id in up,
                    user=row.account_id,
                    user_name=row.user_name,
                    spool=spool_of(row),
                )
                for row in await connection.execute(query.where(agent.c.by_hand.is_(False)).order_by(agent.c.name))
            ]

    async def evidence(self, since_at: int) -> dict[int, dict[str, int]]:
        """Of each agent, how many of its sessions since then rest on which evidence."""
        count = func.count().label("many")
        query = select(session.c.agent_id, session.c.evidence, count).where(session.c.first_seen_at >= since_at)
        found: dict[int, dict[str, int]] = {}
        async with self._open() as connection:
            for row in await connection.execute(query.group_by(session.c.agent_id, session.c.evidence)):
                found.setdefault(row.agent_id, {})[row.evidence] = row.many
        return found

    def tariff_text(self, id: str) -> str:
        """The text of a price list that is in force, now or at some other time."""
        return self._lists.text_of(id)

    async def tokens(self) -> list[TokenView]:
        async with self._open() as connection:
            return [
                TokenView(row.id, row.name, row.role, row.made_at, row.revoked_at)
                for row in await connection.execute(select(token).order_by(token.c.id))
            ]

    async def consent(self, code: str) -> Question | None:
        """What the customer is asked by this link; None when it is not good any more."""
        now_at = self._clock.wall_ms()
        async with self._open() as connection:
            id = await asked_by(connection, code, now_at)
            return None if id is None else question_of((await wholes(connection, self._lists, [id]))[id], now_at)

    # Who is asking, and who may come in.

    async def bearer(self, secret: str) -> Visitor | None:
        """Whose API token this is; None when it is nobody's, or was revoked."""
        async with self._open() as connection:
            return await visitors.visitor(connection, visitors.bearer(secret))

    async def browser(self, secret: str) -> Visitor | None:
        """Whose browser session this is; None when it is nobody's, or over."""
        async with self._open() as connection:
            return await visitors.visitor(connection, visitors.browser(secret, self._clock.wall_ms()))

    async def still_in(self, keys: Collection[str]) -> dict[str, str]:
        """Of visitors, by their keys: who may still come in, and the role that he has now."""
        async with self._open() as connection:
            return await visitors.still_in(connection, keys, self._clock.wall_ms())

    async def users(self) -> list[UserView]:
        """By name."""
        async with self._open() as connection:
            return await visitors.users(connection)

    async def user(self, id: int) -> UserView | None:
        async with self._open() as connection:
            return next(iter(await visitors.users(connection, id)), None)

    async def known_user(self, name: str) -> KnownUser | None:
        """Who signs in under that name; None where there is nobody, or nobody who may."""
        async with self._open() as connection:
            return await visitors.known_user(connection, name)

    async def invited(self, code: str) -> KnownUser | None:
        """Who chooses his password by this link; None when it is not good any more."""
        async with self._open() as connection:
            return await visitors.invited(connection, code, self._clock.wall_ms())

    async def sign_ins(self) -> list[SignInView]:
        """Every browser session that is not over, the one seen last first."""
        async with self._open() as connection:
            return await visitors.sign_ins(connection, self._clock.wall_ms())

    async def customer_of(self, code: str) -> int | None:
        """Whose link this is; None when it is not good any more."""
        async with self._open() as connection:
            return await customer_links.owner(connection, code)

    async def linked_since(self, customer_id: int) -> int | None:
        """When the customer's link was made; None where he has none."""
        async with self._open() as connection:
            return await customer_links.since(connection, customer_id)

    async def schema_version(self) -> str | None:
        """The migration that the database stands at; None when it has none."""
        async with self._open() as connection:
            found = await connection.exec_driver_sql("SELECT version_num FROM alembic_version")
            return found.scalar()


def spool_of(row: Row[Any]) -> SpoolView | None:
    """What an agent's row says of its spool."""
    if row.backlog_at is None:
        return None
    return SpoolView(row.backlog_at, row.backlog, row.backlog_since_at, row.backlog_refused, row.backlog_on_disk)


def _found_by(search: str) -> ColumnElement[bool]:
    def within(column: ColumnElement[str]) -> ColumnElement[bool]:
        return column.icontains(search, autoescape=True)

    known_by = select(peer.c.customer_id).where(within(peer.c.peer) | within(peer.c.key))
    writes_from = select(customer_email.c.customer_id).where(within(customer_email.c.email))
    return or_(
        *(within(customer.c[name]) for name in ("name", "business_name", "code", "vat_number", "tax_code")),
        customer.c.id.in_(known_by),
        customer.c.id.in_(writes_from),
    )


def may_wait(shortest_cap_ms: int) -> Select[Any]:
    """The interventions that may wait for somebody: none that waits is left out, some that do not are not."""
    observed = func.sum(stretch.c.lasted_ms)
    over = (
        select(credit.c.intervention_id)
        .join(stretch, stretch.c.session_id == credit.c.session_id)
        .group_by(credit.c.intervention_id)
        .having(observed > shortest_cap_ms)
    )
    told = (intervention.c.outcome == "unresolved") & intervention.c.told_at.is_(None)
    return select(intervention.c.id).where(
        intervention.c.settled.is_(False),
        intervention.c.merged_into.is_(None),
        intervention.c.customer_id.is_(None)
        | intervention.c.contract.is_(False)
        | intervention.c.category.is_not(None)
        | intervention.c.edition.is_not(None)
        | told
        | intervention.c.id.in_(over),
    )


def waits_for(of: Intervention, whose: Whose | None) -> bool:
    """Whether something waits, for anybody or for this role."""
    return any(whose in (None, wait.whose) for wait in of.review.waits)


async def _owners(connection: AsyncConnection, *of_sessions: ColumnElement[bool]) -> frozenset[int]:
    """The interventions that these sessions are credited to."""
    owners = select(credit.c.intervention_id).join(session, session.c.id == credit.c.session_id)
    return frozenset(await connection.scalars(owners.where(*of_sessions).distinct()))


def _portions(ids: Iterable[int]) -> list[list[int]]:
    every = list(ids)
    return [every[i : i + AT_ONCE] for i in range(0, len(every), AT_ONCE)]


async def _page(connection: AsyncConnection, query: Select[Any], limit: int, offset: int) -> tuple[list[Any], int]:
    total = (await connection.execute(select(func.count()).select_from(query.order_by(None).subquery()))).scalar_one()
    return list(await connection.scalars(query.limit(limit).offset(offset))), total


async def wholes(connection: AsyncConnection, lists: PriceLists, ids: Sequence[int]) -> dict[int, Intervention]:
    """These interventions with all that decides about them."""
    named = select(intervention, customer.c.name.label("customer_name")).outerjoin(
        customer, customer.c.id == intervention.c.customer_id
    )
    rows = (await connection.execute(named.where(intervention.c.id.in_(ids)))).all()
    await lists.load(connection, {row.tariff_id for row in rows})
    credited = select(credit.c.intervention_id, credit.c.session_id).where(credit.c.intervention_id.in_(ids))
    members: dict[int, set[str]] = {row.id: set() for row in rows}
    for row in await connection.execute(credited):
        members[row.intervention_id].add(row.session_id)
    seen = await _sessions(connection, sorted(set().union(*members.values())))
    decided = await _decided(connection, ids)
    revisions = await audit.versions(connection, "intervention", ids)
    asked = {row.customer_id for row in rows if lists.of(row.tariff_id).terms_version is not None}
    accepted = await _accepted(connection, asked - {None})
    return {
        row.id: _intervention(
            row,
            [seen[id] for id in members[row.id]],
            lists,
            decided.get(row.id, ()),
            revisions.get(str(row.id), 0),
            accepted.get(row.customer_id, NONE_ACCEPTED),
        )
        for row in rows
    }


async def _accepted(connection: AsyncConnection, customers: Collection[int]) -> dict[int, frozenset[str]]:
    """The versions of the terms that each of these accepted."""
    found: dict[int, frozenset[str]] = {}
    if customers:
        query = select(terms_acceptance.c.customer_id, terms_acceptance.c.version)
        for row in await connection.execute(query.where(terms_acceptance.c.customer_id.in_(customers))):
            found[row.customer_id] = found.get(row.customer_id, frozenset()) | {row.version}
    return found


async def _decided(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, tuple[Decided, ...]]:
    """Of each what was decided, in order."""
    found: dict[int, tuple[Decided, ...]] = {}
    query = select(decision).where(decision.c.intervention_id.in_(ids)).order_by(decision.c.id)
    for row in await connection.execute(query):
        one = Decided(row.what, row.by, row.at, row.told, row.choice, row.reason, row.half_hours, row.price_cents)
        found[row.intervention_id] = (*found.get(row.intervention_id, ()), one)
    return found


def _request(row: Any, revision: int) -> Request:
    return Request(
        problem=row.problem,
        notes=row.notes,
        backup_at=row.backup_at,
        works_on_database=row.works_on_database,
        critical=row.critical,
        told=None if row.told_at is None else Agreed(row.told_by, row.told_at, row.told_how),
        merged_into=row.merged_into,
        revision=revision,
    )


def _intervention(
    row: Any,
    sessions: Iterable[SeenSession],
    lists: PriceLists,
    decided: tuple[Decided, ...],
    revision: int,
    terms_accepted: frozenset[str],
) -> Intervention:
    agreed = None if row.agreed_at is None else Agreed(row.agreed_by, row.agreed_at, row.agreed_how)
    until_day = None if row.contract_until_day is None else date.fromisoformat(row.contract_until_day)
    return Intervention(
        id=row.id,
        customer_id=row.customer_id,
        customer_name=row.customer_name,
        tariff_id=row.tariff_id,
        tariff=lists.of(row.tariff_id),
        opened_at=row.opened_at,
        contract=row.contract,
        contract_until_day=until_day,
        version=Version(row.version),
        edition=row.edition,
        category=row.category,
        state=row.state,
        outcome=row.outcome,
        closed_at=row.closed_at,
        agreed=agreed,
        sessions=tuple(sorted(sessions, key=lambda s: (s.first_seen_at, s.id))),
        zone=lists.zone,
        request=_request(row, revision),
        decided=decided,
        terms_accepted=terms_accepted,
    )


async def _sessions(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, SeenSession]:
    stretches: dict[str, list[Stretch]] = {id: [] for id in ids}
    credits: dict[str, list[Credit]] = {id: [] for id in ids}
    found: dict[str, SeenSession] = {}
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        lasted = select(stretch).where(stretch.c.session_id.in_(some)).order_by(stretch.c.session_id, stretch.c.n)
        for row in await connection.execute(lasted):
            stretches[row.session_id].append(Stretch(row.started_at, row.lasted_ms))
        owned = select(credit).where(credit.c.session_id.in_(some)).order_by(credit.c.session_id, credit.c.from_at)
        for row in await connection.execute(owned):
            credits[row.session_id].append(Credit(row.from_at, row.intervention_id))
        named = select(session, agent.c.name.label("agent"), agent.c.clock_offset_ms).join(
            agent, agent.c.id == session.c.agent_id
        )
        for row in await connection.execute(named.where(session.c.id.in_(some))):
            found[row.id] = _session(row, tuple(stretches[row.id]), tuple(credits[row.id]))
    return found


def _session(row: Any, stretches: tuple[Stretch, ...], credits: tuple[Credit, ...]) -> SeenSession:
    return SeenSession(
        id=row.id,
        agent_id=row.agent_id,
        agent=row.agent,
        tool=row.tool,
        peer=row.peer,
        peer_name=row.peer_name,
        evidence=row.evidence,
        also=tuple(row.also.split()),
        start_unsure_ms=row.start_unsure_ms,
        end_unsure_ms=row.end_unsure_ms,
        state=SessionState(row.state),
        marks=tuple(row.marks.split()),
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        heard_at=row.heard_at,
        stretches=stretches,
        credits=credits,
        clock_offset_ms=row.clock_offset_ms,
    )


async def _customers(connection: AsyncConnection, ids: Sequence[int], today: date) -> dict[int, CustomerView]:
    terms: dict[int, list[AcceptanceView]] = {id: [] for id in ids}
    accepted = select(terms_acceptance).where(terms_acceptance.c.customer_id.in_(ids)).order_by(terms_acceptance.c.id)
    for row in await connection.execute(accepted):
        told = (row.id, row.version, row.sha256, row.who, row.at, row.channel, row.noted_by, row.noted_at)
        terms[row.customer_id].append(AcceptanceView(*told))
    found = await cards.read(connection, ids)
    return {id: _customer(id, card, tuple(terms[id]), today) for id, card in found.items()}


def _customer(id: int, card: CustomerCard, terms: tuple[AcceptanceView, ...], today: date) -> CustomerView:
    counts = card.contract.telling(today)
    return CustomerView(
        id=id,
        name=card.name,
        contract_from_day=None if counts is None else counts.first.isoformat(),
        contract_until_day=None if counts is None or counts.until is None else counts.until.isoformat(),
        in_force=card.contract.in_force(today),
        suspended=card.contract.suspended(today),
        version=version_on(card.versions, today).value,
        peers=tuple(Peer(each.tool, each.name) for each in card.peers),
        card=card,
        terms=terms,
    )


def _delivery(row: Any) -> DeliveryView:
    waits = row.m_state in (None, "waiting") and row.spared_at is None
    return DeliveryView(
        channel=row.channel,
        why=row.why,
        state="spared" if row.spared_at is not None else row.m_state or "waiting",
        due_at=(row.m_next_at or row.due_at) if waits else None,
        told_at=row.m_settled_at if row.m_state == "told" else None,
        tries=row.m_tries or 0,
        trouble=row.m_trouble,
        message=row.message_id,
    )


def _channel_view(rows: dict[str, Any]) -> ChannelView:
    def count(state: str) -> int:
        return rows[state].n if state in rows else 0

    told_at = rows["told"].at if "told" in rows else None
    return ChannelView(
        told=count("told"), told_at=told_at, waiting=count("waiting"), owed=count("owed"), given_up=count("given-up")
    )


def _alert(row: Any, lists: PriceLists) -> AlertView:
    told = msgspec.json.decode(row.told, type=Told)
    if row.withdrawn_at is not None:
        words = words_taken_back(row.kind, row.n, told, lists.zone)
    else:
        words = words_of(row.kind, row.n, told, lists.zone, late=row.late, confirmed=row.confirmed)
    return AlertView(
        id=row.id,
        key=key_of(row),
        intervention=row.intervention_id,
        session=row.session_id,
        kind=row.kind,
        n=row.n,
        due_at=row.due_at,
        made_at=row.made_at,
        late=row.late,
        confirmed=row.confirmed,
        customer=told.customer,
        tool_name=told.tool_name,
        peer=told.peer,
        connected_ms=told.connected_ms,
        text=words.en,
        text_it=words.it,
        acknowledged_by=row.acknowledged_by,
        acknowledged_at=row.acknowledged_at,
        snoozed_by=row.snoozed_by,
        snoozed_until=row.snoozed_until,
        withdrawn_at=row.withdrawn_at,
    )
