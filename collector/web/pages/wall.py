"""The live page: its frame; what stands in it comes over the live line."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse

from collector.ledger.views import Visitor
from collector.web.auth import Act, May
from collector.web.parts import Given
from collector.web.sheet import Pages

router = APIRouter()


@router.get("/")
async def wall(
    request: Request, who: Annotated[Visitor, Depends(May(Act.SEE))], parts: Given, pages: Pages
) -> HTMLResponse:
    """What leads a newcomer by the hand is ticked off as far as it is done."""
    agents = await parts.reading.agents()
    _, customers = await parts.reading.customers(limit=1)
    address = f"{request.url.scheme}://{request.url.netloc}"
    return pages.page(
        request, "wall.html", "Live", who, agents=len(agents), customers=customers, address=address, narrow=False
    )
