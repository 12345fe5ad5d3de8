"""The alerts, newest first."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse

from collector.ledger.views import Visitor
from collector.web.auth import Act, May
from collector.web.pages.paging import SIZE, Leafing
from collector.web.parts import Given
from collector.web.sheet import Pages

router = APIRouter(prefix="/alerts")


@router.get("")
async def alerts(
    request: Request, who: Annotated[Visitor, Depends(May(Act.SEE))], parts: Given, pages: Pages, leaf: Leafing
) -> HTMLResponse:
    found, total = await parts.reading.alerts(limit=SIZE, offset=leaf.offset)
    return pages.page(request, "alerts.html", "Alerts", who, items=found, **leaf.links(total))
