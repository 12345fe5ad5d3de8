"""The live page: its frame; what stands in it comes over the live line."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse

from collector.ledger.views import Visitor
from collector.tariffs.files import shipped_text
from collector.web import told
from collector.web.auth import Act, May
from collector.web.parts import Given
from collector.web.sheet import Pages

router = APIRouter()


@router.get("/")
async def wall(
    request: Request, who: Annotated[Visitor, Depends(May(Act.SEE))], parts: Given, pages: Pages
) -> HTMLResponse:
    """What leads a newcomer by the hand is ticked off as far as it is done."""
    agents = [each for each in await parts.reading.agents() if each.revoked_at is None]
    _, customers = await parts.reading.customers(limit=1)
    lists = parts.reading.tariffs()
    address = f"{request.url.scheme}://{request.url.netloc}"
    return pages.page(
        request, "wall.html", "Live", who, agents=len(agents), customers=customers, address=address, narrow=False,
        mine=None, users=len(await parts.reading.users()), tariff=told.tariff(*lists[-1]),
        own_list=any(parts.reading.tariff_text(id) != shipped_text() for id, _ in lists),
    )  # fmt: skip
