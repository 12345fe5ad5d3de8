"""The customers: the list, those who may be one, and the form for one."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse

from collector.domain.contract import SINCE_EVER, Contract, Period, VersionFrom
from collector.domain.customer import COVERED_EDITIONS, CustomerCard
from collector.domain.duplicates import duplicates
from collector.domain.entitlement import Version
from collector.errors import NotFound
from collector.ledger.views import Visitor
from collector.ledger.witness import Subject
from collector.web import contracts, etags
from collector.web.auth import Act, May
from collector.web.pages.paging import SIZE, Leafing
from collector.web.parts import Given
from collector.web.schemas import Key, Query
from collector.web.sheet import Pages

router = APIRouter(prefix="/customers")
MOST_ISSUED = 12
EDITIONS = sorted(COVERED_EDITIONS)
BARE = CustomerCard(
    "",
    contract=Contract((Period(SINCE_EVER),)),
    versions=(VersionFrom(SINCE_EVER, Version.CURRENT),),
)
Sees = Annotated[Visitor, Depends(May(Act.SEE))]
Writes = Annotated[Visitor, Depends(May(Act.CUSTOMERS))]


@router.get("")
async def customers(
    request: Request, who: Sees, parts: Given, pages: Pages, leaf: Leafing, q: Query = ""
) -> HTMLResponse:
    found, total = await parts.reading.customers(search=q or None, limit=SIZE, offset=leaf.offset)
    today = parts.today()
    lines = {one.id: contracts.draw(one.card, today) for one in found}
    return pages.page(request, "customers.html", "Customers", who, items=found, lines=lines, q=q, **leaf.links(total))


@router.get("/new")
async def new_customer(request: Request, who: Writes, pages: Pages) -> HTMLResponse:
    return pages.page(
        request, "customer.html", "New customer", who,
        one=None, card=BARE, seen="", line=None, since_ever=SINCE_EVER.isoformat(), editions=EDITIONS,
        issued=[], linked_since=None,
    )  # fmt: skip


@router.get("/duplicates")
async def likely_duplicates(request: Request, who: Writes, parts: Given, pages: Pages, leaf: Leafing) -> HTMLResponse:
    cards = await parts.reading.cards()
    pairs = await asyncio.to_thread(duplicates, cards)
    shown = pairs[leaf.offset : leaf.offset + SIZE]
    work = await parts.reading.work_of({id for pair in shown for id in (pair.one, pair.other)})
    return pages.page(
        request, "duplicates.html", "Likely duplicates", who,
        items=shown, cards=cards, work=work, **leaf.links(len(pairs)),
    )  # fmt: skip


@router.get("/{customer_id}")
async def customer(request: Request, who: Sees, parts: Given, pages: Pages, customer_id: Key) -> HTMLResponse:
    seen = await parts.reading.version(Subject("customer", customer_id))
    one = await parts.reading.customer(customer_id)
    if one is None:
        raise NotFound("There is no such customer.")
    issued, _ = await parts.office.issued.statements(customer_id=customer_id, limit=MOST_ISSUED)
    return pages.page(
        request, "customer.html", "Customer", who,
        one=one, card=one.card, seen=etags.tag(seen), line=contracts.draw_whole(one.card, parts.today()),
        since_ever=SINCE_EVER.isoformat(), editions=EDITIONS,
        issued=issued, linked_since=await parts.reading.linked_since(customer_id),
    )  # fmt: skip
