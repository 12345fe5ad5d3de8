"""Alerts: what became true and somebody should know."""

from typing import Annotated

from fastapi import APIRouter, Depends

from collector.errors import NotFound
from collector.ledger.views import Visitor
from collector.web import told
from collector.web.auth import Act, May
from collector.web.parts import Given
from collector.web.schemas import Alert, Key, Limit, Offset, Page

router = APIRouter(prefix="/alerts", tags=["alerts"])
Sees = Annotated[Visitor, Depends(May(Act.SEE))]
Acknowledges = Annotated[Visitor, Depends(May(Act.ACKNOWLEDGE))]


@router.get("")
async def list_alerts(
    _: Sees,
    parts: Given,
    intervention: Key | None = None,
    acknowledged: bool | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page[Alert]:
    """Alerts, newest first."""
    found = await parts.reading.alerts(
        intervention_id=intervention, acknowledged=acknowledged, limit=limit, offset=offset
    )
    return told.page(found, limit, offset, told.alert)


@router.get("/{alert_id}")
async def get_alert(_: Sees, parts: Given, alert_id: Key) -> Alert:
    """One alert."""
    view = await parts.reading.alert(alert_id)
    if view is None:
        raise NotFound(f"no alert {alert_id}")
    return told.alert(view)


@router.post("/{alert_id}/acknowledge")
async def acknowledge(who: Acknowledges, parts: Given, alert_id: Key) -> Alert:
    """Somebody has seen to it; said again, the first word stands."""
    await parts.ledger.acknowledge_alert(alert_id, by=who.name)
    return await get_alert(who, parts, alert_id)
