"""Customers: contract, version, tax data, and the peers by which their sessions are recognised."""

import asyncio
import hashlib
from dataclasses import fields, replace
from datetime import date
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi import Query as Asked
from starlette.responses import StreamingResponse

from collector.domain.contract import SINCE_EVER, Contract, Period, Suspension, VersionFrom, version_on
from collector.domain.customer import ITALY, Address, CustomerCard, TaxData, tidy_edition, tidy_number, tidy_vat
from collector.domain.duplicates import duplicates
from collector.domain.entitlement import Version
from collector.domain.peers import Peer
from collector.errors import NotFound
from collector.inbox.customer_plan import plan
from collector.inbox.customer_sheet import read_sheet, sheet_of
from collector.ledger import customers
from collector.ledger.customers import Acceptance
from collector.ledger.views import CustomerView, Visitor
from collector.ledger.witness import Subject
from collector.web import etags, told
from collector.web.auth import Act, May
from collector.web.body import body_of
from collector.web.etags import Match
from collector.web.parts import Given, Parts
from collector.web.schemas import (
    Accepted,
    ContractDays,
    Customer,
    CustomerChange,
    CustomerName,
    CustomerPair,
    Imported,
    Key,
    Limit,
    Merging,
    NewCustomer,
    Offset,
    Page,
    Query,
    SheetProblem,
    TaxGiven,
)
from collector.web.sheet import Pages
from shared.moments import to_at

MAX_SHEET = 64 * 1024 * 1024
LINES_AT_ONCE = 500

router = APIRouter(prefix="/customers", tags=["customers"])
Sees = Annotated[Visitor, Depends(May(Act.SEE))]
Writes = Annotated[Visitor, Depends(May(Act.CUSTOMERS))]
SHEET: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("")
async def list_customers(
    _: Sees,
    parts: Given,
    q: Annotated[Query | None, Asked(description="part of the name, a number, an e-mail address or a peer")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page[Customer]:
    """Customers by name."""
    found = await parts.reading.customers(search=q or None, limit=limit, offset=offset)
    return told.page(found, limit, offset, told.customer)


@router.get("/export", response_class=StreamingResponse, responses={200: {"content": {"text/csv": {}}}})
async def export_customers(_: Writes, parts: Given) -> StreamingResponse:
    """All of them as a sheet, which `import` takes again."""
    lines = sheet_of(await parts.reading.cards())
    some = ("".join(portion).encode() for portion in iter(lambda: list(islice(lines, LINES_AT_ONCE)), []))
    name = 'attachment; filename="customers.csv"'
    return StreamingResponse(some, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})


@router.post("/import", openapi_extra=SHEET)
async def import_customers(
    who: Writes,
    parts: Given,
    request: Request,
    pages: Pages,
    dry_run: Annotated[bool, Asked(description="only tell what it would do")] = False,
    encoding: Annotated[Query | None, Asked(description="unless told, it is found out")] = None,
) -> Imported:
    """A sheet of customers: all of it is done, or with a problem nothing."""
    sheet = await asyncio.to_thread(read_sheet, await body_of(request, MAX_SHEET, "import it in parts"), encoding)
    would = await asyncio.to_thread(plan, sheet, await parts.reading.cards())
    if not dry_run and not would.problems:
        seen = await parts.reading.looked_at(would)
        await parts.ledger.import_customers(await asyncio.to_thread(customers.ready, would, seen), by=who.name)
    words = pages.words_for(request)
    return Imported(
        dry_run=dry_run,
        added=len(would.added),
        changed=len(would.changed),
        unchanged=would.unchanged,
        problems=[SheetProblem(line=e.line, column=e.column, problem=words.refused(e.problem)) for e in would.problems],
    )


@router.get("/duplicates")
async def list_duplicates(_: Sees, parts: Given, limit: Limit = 50, offset: Offset = 0) -> Page[CustomerPair]:
    """Customers who may be one: the same tax number, nearly the same name, the same e-mail address or peer."""
    cards = await parts.reading.cards()
    pairs = await asyncio.to_thread(duplicates, cards)
    return told.page(
        (pairs[offset : offset + limit], len(pairs)),
        limit,
        offset,
        lambda pair: CustomerPair(
            one=CustomerName(id=pair.one, name=cards[pair.one].name),
            other=CustomerName(id=pair.other, name=cards[pair.other].name),
            share=[each.value for each in pair.likenesses],
        ),
    )


@router.get("/{customer_id}")
async def get_customer(_: Sees, parts: Given, response: Response, customer_id: Key) -> Customer:
    """One customer."""
    return await _answer(parts, response, customer_id)


@router.post("", status_code=201)
async def create_customer(who: Writes, parts: Given, response: Response, asked: NewCustomer) -> Customer:
    """A new customer."""
    card = _revised(CustomerCard(asked.name, versions=(VersionFrom(SINCE_EVER, Version.CURRENT),)), asked, None)
    return await _answer(parts, response, await parts.ledger.add_customer(card, by=who.name))


@router.patch("/{customer_id}")
async def change_customer(
    who: Writes, parts: Given, response: Response, customer_id: Key, asked: CustomerChange, seen: Match
) -> Customer:
    """What is given changes; interventions keep the standing of their opening.

    `contract` in short replaces the periods, unless it says what is so today; `version` in short holds from today on.
    """
    today = parts.today()
    await parts.ledger.change_customer(customer_id, lambda card: _revised(card, asked, today), by=who.name, seen=seen)
    return await _answer(parts, response, customer_id)


@router.post("/{customer_id}/terms", status_code=201)
async def accept_terms(
    who: Writes, parts: Given, response: Response, customer_id: Key, asked: Accepted, seen: Match
) -> Customer:
    """The customer has read the terms and accepted them."""
    at = parts.clock.wall_ms() if asked.at is None else to_at(asked.at)
    sha256 = asked.sha256 or hashlib.sha256((asked.text or "").encode()).hexdigest()
    acceptance = Acceptance(asked.version, sha256, asked.who, at, asked.channel)
    await parts.ledger.accept_terms(customer_id, acceptance, by=who.name, seen=seen)
    return await _answer(parts, response, customer_id)


@router.post("/{customer_id}/merge")
async def merge_customers(
    who: Writes, parts: Given, response: Response, customer_id: Key, asked: Merging, seen: Match
) -> Customer:
    """The other is this customer too: all that is his becomes this one's, and his number leads here."""
    await parts.ledger.merge_customers(
        customer_id, asked.other, drop_periods=asked.drop_periods, by=who.name, seen=seen
    )
    return await _answer(parts, response, customer_id)


async def _answer(parts: Parts, response: Response, customer_id: int) -> Customer:
    version = await parts.reading.version(Subject("customer", customer_id))
    view = await _known(parts, customer_id)
    etags.mark(response, version)
    return told.customer(view)


async def _known(parts: Parts, customer_id: int) -> CustomerView:
    view = await parts.reading.customer(customer_id)
    if view is None:
        raise NotFound(f"no customer {customer_id}")
    return view


def _revised(card: CustomerCard, asked: NewCustomer | CustomerChange, today: date | None) -> CustomerCard:
    """The card with what was asked for; `today` None: there is nothing yet that could be so today."""
    given = asked.model_fields_set
    changes: dict[str, Any] = {
        name: getattr(asked, name) for name in ("name", "language", "note") if getattr(asked, name) is not None
    }
    if "code" in given:
        changes["code"] = asked.code
    if "edition" in given:
        changes["edition"] = None if asked.edition is None else tidy_edition(asked.edition)
    if asked.tax is not None:
        changes["tax"] = _tax(card.tax, asked.tax)
    if asked.emails is not None:
        changes["emails"] = tuple(dict.fromkeys(each.lower() for each in asked.emails))
    if asked.peers is not None:
        changes["peers"] = tuple(dict.fromkeys(Peer(each.tool, each.peer) for each in asked.peers))
    return replace(
        card, contract=_contract(card.contract, asked, today), versions=_versions(card, asked, today), **changes
    )


def _contract(contract: Contract, asked: NewCustomer | CustomerChange, today: date | None) -> Contract:
    periods, suspensions = contract.periods, contract.suspensions
    if asked.contracts is not None:
        periods = tuple(_period(each) for each in asked.contracts)
    elif asked.contract is not None:
        periods = _in_short(contract, asked.contract, today)
    if asked.suspensions is not None:
        suspensions = tuple(Suspension(each.first or SINCE_EVER, each.until, each.why) for each in asked.suspensions)
    return Contract(periods, suspensions)


def _in_short(contract: Contract, told: bool | ContractDays, today: date | None) -> tuple[Period, ...]:
    """One contract or none; what is so today already leaves the periods as they are."""
    if isinstance(told, ContractDays):
        period = _period(told)
        as_is = today is not None and contract.telling(today) == period
        return contract.periods if as_is else (period,)
    if not told:
        return ()
    runs = today is not None and any(each.covers(today) for each in contract.periods)
    return contract.periods if runs else (Period(SINCE_EVER),)


def _period(days: ContractDays) -> Period:
    return Period(days.first or SINCE_EVER, days.until)


def _versions(card: CustomerCard, asked: NewCustomer | CustomerChange, today: date | None) -> tuple[VersionFrom, ...]:
    if asked.versions is not None:
        return tuple(VersionFrom(each.first or SINCE_EVER, each.version) for each in asked.versions)
    if asked.version is None:
        return card.versions
    if today is None:
        return (VersionFrom(SINCE_EVER, asked.version),)
    if asked.version is version_on(card.versions, today):
        return card.versions
    before = (each for each in card.versions if each.first < today)
    return (*before, VersionFrom(today, asked.version))


_TIDY = {"tax_code": tidy_number, "country": str.upper, "province": str.upper, "recipient_code": str.upper}
_OF_ADDRESS = {field.name for field in fields(Address)}


def _tax(data: TaxData, asked: TaxGiven) -> TaxData:
    """What is given changes; null takes it away."""
    told: dict[str, Any] = {}
    for name in asked.model_fields_set:
        text = getattr(asked, name)
        told[name] = text if text is None else _TIDY.get(name, str.strip)(text)
    if "country" in told:
        told["country"] = told["country"] or ITALY
    country = told.get("country", data.address.country)
    if told.get("vat_number"):
        told["vat_number"] = tidy_vat(told["vat_number"], country)
    address = {name: text for name, text in told.items() if name in _OF_ADDRESS}
    others = {name: text for name, text in told.items() if name not in _OF_ADDRESS}
    return replace(data, address=replace(data.address, **address), **others)
