"""Alerts: what became true and somebody should know."""

from typing import Annotated

from fastapi import APIRouter, Depends

from collector.errors import NotFound
from collector.ledger.views import Visitor
from collector.web import told
from collector.web.auth import Act, May
from collector.web.parts import Given
from collector.web.schemas import Alert, Delivery, Key, Limit, Offset, Page, Snooze
from shared.moments import MINUTE_MS

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
    """Alerts, newest first; of those that nobody acknowledged without what was taken back."""
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


@router.get("/{alert_id}/deliveries")
async def list_deliveries(who: Sees, parts: Given, alert_id: Key) -> list[Delivery]:
    """Over which channels it is told, and how far that is."""
    await get_alert(who, parts, alert_id)
    return [told.delivery(each) for each in (await parts.reading.deliveries([alert_id]))[alert_id]]


@router.post("/{alert_id}/snooze")
async def snooze(who: Acknowledges, parts: Given, alert_id: Key, length: Snooze) -> Alert:
    """Somebody will see to it later: it is told again then, and its escalation waits as long."""
    until_at = parts.clock.wall_ms() + length.minutes * MINUTE_MS
    await parts.ledger.snooze_alert(alert_id, until_at, by=who.name)
    return await get_alert(who, parts, alert_id)


@router.post("/{alert_id}/acknowledge")
async def acknowledge(who: Acknowledges, parts: Given, alert_id: Key) -> Alert:
    """Somebody has seen to it; said again, the first word stands."""
    await parts.ledger.acknowledge_alert(alert_id, by=who.name)
    return await get_alert(who, parts, alert_id)
