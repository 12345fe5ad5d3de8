"""The alerts, newest first, with what became of telling them; and the channels."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse

from collector.ledger.views import Visitor
from collector.web import told
from collector.web.auth import Act, May
from collector.web.pages.paging import SIZE, Leafing
from collector.web.parts import Given
from collector.web.sheet import Pages

router = APIRouter(prefix="/alerts")
LATER = (30, 120, 960)  # minutes that an alert is put off for


@router.get("")
async def alerts(
    request: Request,
    who: Annotated[Visitor, Depends(May(Act.SEE))],
    parts: Given,
    pages: Pages,
    leaf: Leafing,
    state: Literal["open", ""] = "",
) -> HTMLResponse:
    acknowledged = False if state == "open" else None
    found, total = await parts.reading.alerts(acknowledged=acknowledged, limit=SIZE, offset=leaf.offset)
    standing = await parts.reading.told_over()
    return pages.page(
        request, "alerts.html", "Alerts", who,
        items=found,
        deliveries=await parts.reading.deliveries([one.id for one in found]),
        state=state,
        now_at=parts.clock.wall_ms(),
        later=LATER,
        differences=[each for each in parts.differences() if each.channels],
        channels=[told.channel(each, standing.get(each.name)) for each in parts.channels.channels],
        **leaf.links(total),
    )  # fmt: skip
