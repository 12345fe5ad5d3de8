"""What the rows say of a subject of billing weight, as plain JSON: what the audit chain keeps, and is compared with.

What is not there is not said (none, false, empty), so that a column that is added later changes no older entry.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from collector.ledger.intervention import Credit, cut
from collector.ledger.rows import among
from collector.ledger.tables import (
    account,
    billed,
    closed_month,
    contract_period,
    credit,
    customer,
    customer_email,
    decision,
    intervention,
    peer,
    product_version,
    session,
    statement,
    stretch,
    suspension,
    tariff,
    terms_acceptance,
)
from shared.session import Evidence, SessionState, Stretch

Told = dict[str, Any]


class Subject(NamedTuple):
    """One thing of billing weight: its kind, and its number or name among them."""

    kind: str
    id: int | str


@dataclass(frozen=True, slots=True)
class Kind:
    """How the subjects of one kind are found, and what is said of them."""

    key: ColumnElement[Any]
    read: Callable[[AsyncConnection, Sequence[Any]], Awaitable[dict[Any, Told]]]


async def as_is(connection: AsyncConnection, subject: Subject) -> Told | None:
    """What the rows say of it now; None when there is no such thing."""
    return (await KINDS[subject.kind].read(connection, [subject.id])).get(subject.id)


def said(told: Mapping[str, Any]) -> Told:
    """Only what is there."""
    return {key: value for key, value in told.items() if value is not None and value is not False and value != []}


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a bill says of a session beside its time."""

    agent_id: int
    tool: str
    evidence: str
    ended: bool
    peer: str | None = None
    peer_name: str | None = None
    marks: str = ""  # separated by blanks


def session_said(of: Weighed, stretches: Iterable[Stretch], credits: Iterable[Credit]) -> Told:
    """A session's weight: whose time it is, and once it has ended with whom, how long, and what is not sure."""
    ending = {
        "peer": of.peer,
        "peer_name": of.peer_name,
        "marks": of.marks or None,
        "stretches": [[each.started_at, each.lasted_ms] for each in stretches],
    }
    return said(
        {
            "agent": of.agent_id,
            "tool": of.tool,
            "declared": of.evidence == Evidence.DECLARED,
            "credits": [[each.from_at, each.intervention_id] for each in credits],
            **(ending if of.ended else {}),
        }
    )


async def _rows(connection: AsyncConnection, table: Table, ids: Sequence[Any]) -> dict[Any, Told]:
    """Whole rows, for tables with one key."""
    key = next(iter(table.primary_key.columns))
    found = await connection.execute(select(table).where(among(key, ids)))
    return {row[key.name]: said(dict(row)) for row in found.mappings()}


async def _tariffs(connection: AsyncConnection, ids: Sequence[Any]) -> dict[Any, Told]:
    return await _rows(connection, tariff, ids)


async def _customers(connection: AsyncConnection, ids: Sequence[Any]) -> dict[Any, Told]:
    """The row, and every list that belongs to it."""
    found = await connection.execute(select(customer).where(among(customer.c.id, ids)))
    rows = {row["id"]: dict(row) for row in found.mappings()}
    lists: dict[Any, dict[Table, list[Told]]] = {id: {} for id in rows}
    for table in (each.table for each in _OF_CUSTOMERS):
        listed = await connection.execute(select(table).where(among(table.c.customer_id, ids)))
        for row in listed.mappings():
            lists[row["customer_id"]].setdefault(table, []).append(dict(row))
    return {id: customer_said(row, lists[id]) for id, row in rows.items()}


Lists = Mapping[Table, Sequence[Mapping[str, Any]]]


class _OfCustomer(NamedTuple):
    """A list that belongs to a customer: what it is called, in what order it is said, and what of each row."""

    name: str
    table: Table
    order: Callable[[Mapping[str, Any]], Any]
    columns: tuple[str, ...]


def customer_said(row: Mapping[str, Any], lists: Lists) -> Told:
    """A customer's weight: his row, and his rows in the lists. Texts are in the order of their characters, whatever a
    database thinks of them."""
    told = said(row)
    for each in _OF_CUSTOMERS:
        if rows := lists.get(each.table):
            told[each.name] = [[row[column] for column in each.columns] for row in sorted(rows, key=each.order)]
    return told


def customer_changed(told: Told, row: Mapping[str, Any], lists: Lists) -> Told:
    """The same customer's weight, with these columns and these lists in place of his."""
    after = said({**told, **row})
    for each in _OF_CUSTOMERS:
        if each.table in lists:
            after[each.name] = customer_said({}, {each.table: lists[each.table]}).get(each.name, [])
    return said(after)


_ACCEPTED = ("version", "sha256", "who", "at", "channel", "noted_by", "noted_at")
_OF_CUSTOMERS: tuple[_OfCustomer, ...] = (
    _OfCustomer("contracts", contract_period, itemgetter("from_day"), ("from_day", "until_day")),
    _OfCustomer("suspensions", suspension, itemgetter("from_day"), ("from_day", "until_day", "why")),
    _OfCustomer("versions", product_version, itemgetter("from_day"), ("from_day", "version")),
    _OfCustomer("emails", customer_email, itemgetter("email"), ("email",)),
    _OfCustomer("peers", peer, itemgetter("tool", "key"), ("tool", "peer")),
    _OfCustomer("terms", terms_acceptance, itemgetter("id"), _ACCEPTED),
)


async def _interventions(connection: AsyncConnection, ids: Sequence[Any]) -> dict[Any, Told]:
    """The row and what was decided; once it is closed its time too, span by span."""
    found = await _rows(connection, intervention, ids)
    for told in found.values():
        told.pop("settled", None)  # only a hint
    decided: dict[Any, list[list[Any]]] = {id: [] for id in found}
    each = select(decision).where(decision.c.intervention_id.in_(ids)).order_by(decision.c.id)
    for row in await connection.execute(each):
        values = [row.choice, row.reason, row.half_hours, row.price_cents]
        said_too = values if any(each is not None for each in values) else []
        decided.setdefault(row.intervention_id, []).append([row.what, row.by, row.at, row.told, *said_too])
    spans = await _spans(connection, [id for id, told in found.items() if told.get("state") == "closed"])
    return {id: said({**told, "decisions": decided[id], "spans": spans.get(id)}) for id, told in found.items()}


async def _spans(connection: AsyncConnection, interventions: Sequence[Any]) -> dict[Any, list[list[Any]]]:
    """Of each intervention its spans: session, start, end."""
    if not interventions:
        return {}
    members = select(credit.c.session_id).where(credit.c.intervention_id.in_(interventions)).distinct()
    sessions = list(await connection.scalars(members))
    stretches, credits = await _time_of(connection, sessions)
    spans: dict[Any, list[list[Any]]] = {}
    for id in sorted(sessions):
        for owner, span in cut(id, stretches[id], credits[id]):
            if owner in interventions:  # the rest of a shared session is another's, who was not asked for
                spans.setdefault(owner, []).append([id, span.start_at, span.end_at])
    return spans


async def _sessions(connection: AsyncConnection, ids: Sequence[Any]) -> dict[Any, Told]:
    stretches, credits = await _time_of(connection, ids)
    rows = await connection.execute(select(session).where(session.c.id.in_(ids)))
    return {row.id: session_said(weighed(row), stretches[row.id], credits[row.id]) for row in rows}


def weighed(row: Any) -> Weighed:
    """From its row."""
    ended = row.state == SessionState.ENDED
    return Weighed(row.agent_id, row.tool, row.evidence, ended, row.peer, row.peer_name, row.marks)


async def _time_of(
    connection: AsyncConnection, sessions: Sequence[Any]
) -> tuple[dict[Any, list[Stretch]], dict[Any, list[Credit]]]:
    stretches: dict[Any, list[Stretch]] = {id: [] for id in sessions}
    credits: dict[Any, list[Credit]] = {id: [] for id in sessions}
    lasted = select(stretch).where(stretch.c.session_id.in_(sessions)).order_by(stretch.c.session_id, stretch.c.n)
    for row in await connection.execute(lasted):
        stretches.setdefault(row.session_id, []).append(Stretch(row.started_at, row.lasted_ms))
    owned = select(credit).where(credit.c.session_id.in_(sessions)).order_by(credit.c.session_id, credit.c.from_at)
    for row in await connection.execute(owned):
        credits.setdefault(row.session_id, []).append(Credit(row.from_at, row.intervention_id))
    return stretches, credits


async def _statements(connection: AsyncConnection, ids: Sequence[Any]) -> dict[Any, Told]:
    """The row with the digest of its document, what stands on it, and the credit notes that took of it since."""
    found = await _rows(connection, statement, ids)
    stands: dict[Any, list[list[Any]]] = {id: [] for id in found}
    rows = select(billed).where(billed.c.statement_id.in_(ids)).order_by(billed.c.intervention_id)
    for row in await connection.execute(rows):
        stands.setdefault(row.statement_id, []).append([row.intervention_id, row.as_of_at, row.lines])
    notes = await _notes(connection, ids)
    return {
        id: said(
            {
                **told,
                "document": sha256(told["document"].encode()).hexdigest(),
                "stands": stands[id],
                "credited": notes.get(id, []),
            }
        )
        for id, told in found.items()
    }


async def _notes(connection: AsyncConnection, ids: Sequence[Any]) -> dict[Any, list[str]]:
    """The numbers of their credit notes; those of before lines could be taken back are told by what stood no more."""
    of = func.coalesce(statement.c.credits_id, statement.c.part_of_id).label("of_id")
    query = select(statement.c.number, of).where(
        statement.c.credits_id.in_(ids) | statement.c.part_of_id.in_(ids),
        exists().where(billed.c.statement_id == statement.c.id),
    )
    notes: dict[Any, list[str]] = {}
    for row in await connection.execute(query.order_by(statement.c.id)):
        notes.setdefault(row.of_id, []).append(row.number)
    return notes


async def _closed_months(connection: AsyncConnection, ids: Sequence[Any]) -> dict[Any, Told]:
    return await _rows(connection, closed_month, ids)


async def _users(connection: AsyncConnection, ids: Sequence[Any]) -> dict[Any, Told]:
    """Without the password: that it was changed is nobody's weight but his own."""
    found = await _rows(connection, account, ids)
    for told in found.values():
        told.pop("password", None)
    return found


KINDS: Mapping[str, Kind] = {
    "tariff": Kind(tariff.c.id, _tariffs),
    "customer": Kind(customer.c.id, _customers),
    "intervention": Kind(intervention.c.id, _interventions),
    "session": Kind(session.c.id, _sessions),
    "statement": Kind(statement.c.id, _statements),
    "month": Kind(closed_month.c.month, _closed_months),
    "user": Kind(account.c.id, _users),
}
