"""Customers: contract, version, and the peers by which their sessions are recognised."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi import Query as Asked

from collector.domain.entitlement import Version
from collector.errors import NotFound
from collector.ledger.customers import CustomerEntry
from collector.ledger.views import CustomerView, Visitor
from collector.web import told
from collector.web.auth import Act, May
from collector.web.parts import Given, Parts
from collector.web.schemas import (
    SINCE_EVER,
    ContractDays,
    Customer,
    CustomerChange,
    Key,
    Limit,
    NewCustomer,
    Offset,
    Page,
    PeerGiven,
    Query,
)

router = APIRouter(prefix="/customers", tags=["customers"])
Sees = Annotated[Visitor, Depends(May(Act.SEE))]
Writes = Annotated[Visitor, Depends(May(Act.CUSTOMERS))]


@router.get("")
async def list_customers(
    _: Sees,
    parts: Given,
    q: Annotated[Query | None, Asked(description="part of the name, or of a peer")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page[Customer]:
    """Customers by name."""
    found = await parts.reading.customers(search=q or None, limit=limit, offset=offset)
    return told.page(found, limit, offset, lambda view: told.customer(view, parts.today()))


@router.get("/{customer_id}")
async def get_customer(_: Sees, parts: Given, customer_id: Key) -> Customer:
    """One customer."""
    return told.customer(await _known(parts, customer_id), parts.today())


@router.post("", status_code=201)
async def create_customer(who: Writes, parts: Given, asked: NewCustomer) -> Customer:
    """A new customer."""
    first, until = _days(asked.contract)
    entry = CustomerEntry(asked.name, first, until, asked.version)
    created = await parts.ledger.create_customer(entry, _keys(asked.peers), by=who.name)
    return await get_customer(who, parts, created)


@router.patch("/{customer_id}")
async def change_customer(who: Writes, parts: Given, customer_id: Key, asked: CustomerChange) -> Customer:
    """What is given changes; interventions keep the contract and the version of their opening."""
    known = await _known(parts, customer_id)
    first, until = _known_days(known) if asked.contract is None else _days(asked.contract)
    entry = CustomerEntry(asked.name or known.name, first, until, asked.version or Version(known.version))
    peers = None if asked.peers is None else _keys(asked.peers)
    await parts.ledger.update_customer(customer_id, entry, peers, by=who.name)
    return await get_customer(who, parts, customer_id)


async def _known(parts: Parts, customer_id: int) -> CustomerView:
    view = await parts.reading.customer(customer_id)
    if view is None:
        raise NotFound(f"no customer {customer_id}")
    return view


def _days(contract: bool | ContractDays) -> tuple[date | None, date | None]:
    """First and last day; no first day means no contract."""
    if isinstance(contract, bool):
        return (SINCE_EVER if contract else None), None
    return contract.first or SINCE_EVER, contract.until


def _known_days(known: CustomerView) -> tuple[date | None, date | None]:
    return _day(known.contract_from_day), _day(known.contract_until_day)


def _keys(peers: list[PeerGiven]) -> list[tuple[str, str]]:
    return [(peer.tool, peer.peer) for peer in peers]


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
