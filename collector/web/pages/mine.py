"""A technician's own page: his sessions of now and of today, and everything that is recorded about him."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse

from collector.ledger.views import Visitor
from collector.web.auth import Act, May
from collector.web.pages.paging import SIZE, Leafing
from collector.web.parts import Given
from collector.web.sheet import Pages
from shared.moments import day_bounds

router = APIRouter(prefix="/mine")


@router.get("")
async def mine(
    request: Request, who: Annotated[Visitor, Depends(May(Act.OWN))], parts: Given, pages: Pages, leaf: Leafing
) -> HTMLResponse:
    pcs = [each for each in await parts.reading.agents() if who.user is not None and each.user == who.user]
    ids = [each.id for each in pcs]
    today_at, _ = day_bounds(parts.today(), parts.zone)
    found, total = await parts.reading.sessions(agents=ids, limit=SIZE, offset=leaf.offset)
    return pages.page(
        request, "mine.html", "My day", who,
        pcs=pcs, mine=[each.name for each in pcs], agents=1, customers=1, users=1, address="", narrow=False,
        items=found, total=total, today_at=today_at, **leaf.links(total),
    )  # fmt: skip
