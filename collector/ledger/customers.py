"""Customers, their contracts, and the peers that they are known by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from collector.domain.entitlement import Version
from collector.errors import BadInput, NotFound
from collector.ledger import audit, witness
from collector.ledger.openings import PeerKey
from collector.ledger.pen import Pen
from collector.ledger.tables import customer, intervention, peer
from collector.ledger.witness import Subject
from shared.moments import HOUR_MS

SHOWN_MS = 48 * HOUR_MS
"""Interventions opened so recently may be on somebody's page, under the customer's name."""


@dataclass(frozen=True, slots=True)
class CustomerEntry:
    """What is written down of a customer; days are included, no first day means no contract."""

    name: str
    contract_from_day: date | None
    contract_until_day: date | None
    version: Version

    def columns(self) -> dict[str, object]:
        """As the table keeps it; BadInput for a contract that ends before it begins."""
        first, last = self.contract_from_day, self.contract_until_day
        if last is not None and (first is None or last < first):
            raise BadInput("contract_until_day", "before contract_from_day", "give the first day and the last")
        return {
            "name": self.name,
            "contract_from_day": None if first is None else first.isoformat(),
            "contract_until_day": None if last is None else last.isoformat(),
            "version": self.version.value,
        }


async def create(pen: Pen, entry: CustomerEntry, peers: Sequence[PeerKey], *, by: str) -> int:
    """The new customer's number."""
    row = await pen.connection.execute(customer.insert().values(made_at=pen.now_at, **entry.columns()))
    key = row.inserted_primary_key
    if key is None:
        raise AssertionError("an insert without a key")
    await audit.enter(pen, "created", Subject("customer", int(key[0])), by=by, before=None)
    for tool, name in dict.fromkeys(peers):
        await learn(pen, int(key[0]), tool, name, by=by)
    return int(key[0])


async def update(pen: Pen, customer_id: int, entry: CustomerEntry, peers: Sequence[PeerKey] | None, *, by: str) -> None:
    """Write it anew; `peers` None leaves them. Interventions keep the contract of their opening."""
    before = await witness.as_is(pen.connection, Subject("customer", customer_id))
    done = await pen.connection.execute(customer.update().where(customer.c.id == customer_id).values(**entry.columns()))
    if done.rowcount == 0:
        raise NotFound(f"no customer {customer_id}")
    theirs = select(intervention.c.id).where(
        intervention.c.customer_id == customer_id, intervention.c.opened_at > pen.now_at - SHOWN_MS
    )
    pen.changed.update(await pen.connection.scalars(theirs))
    if peers is not None:
        await pen.connection.execute(peer.delete().where(peer.c.customer_id == customer_id))
    await audit.enter(pen, "changed", Subject("customer", customer_id), by=by, before=before)
    for tool, name in dict.fromkeys(peers or ()):
        await learn(pen, customer_id, tool, name, by=by)


async def learn(pen: Pen, customer_id: int, tool: str, name: str, *, by: str) -> None:
    """From now on sessions to this peer are this customer's, whosever they were before."""
    mine = (peer.c.tool == tool) & (peer.c.peer == name)
    owner = (await pen.connection.execute(select(peer.c.customer_id).where(mine))).scalar()
    if owner == customer_id:
        return
    concerned = [Subject("customer", id) for id in (owner, customer_id) if id is not None]
    before = [await witness.as_is(pen.connection, subject) for subject in concerned]
    if owner is None:
        await pen.connection.execute(peer.insert().values(tool=tool, peer=name, customer_id=customer_id))
    else:
        await pen.connection.execute(peer.update().where(mine).values(customer_id=customer_id))
    for subject, was in zip(concerned, before, strict=True):
        await audit.enter(pen, "peer", subject, by=by, before=was)


async def must_exist(pen: Pen, customer_id: int) -> str:
    """The customer's name; NotFound when there is none of that number."""
    name = (await pen.connection.execute(select(customer.c.name).where(customer.c.id == customer_id))).scalar()
    if name is None:
        raise NotFound(f"no customer {customer_id}")
    return str(name)
