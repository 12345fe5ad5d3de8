"""The interventions: the list, and one with its ruler, its charge and its time."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse

from collector.errors import NotFound
from collector.ledger.views import InterventionView, SessionView, SpanView, Visitor
from collector.web import timeline
from collector.web.auth import Act, May
from collector.web.pages.paging import SIZE, Leafing
from collector.web.parts import Given
from collector.web.schemas import Key
from collector.web.sheet import Pages

router = APIRouter(prefix="/interventions")
Sees = Annotated[Visitor, Depends(May(Act.SEE))]


@router.get("")
async def interventions(
    request: Request,
    who: Sees,
    parts: Given,
    pages: Pages,
    leaf: Leafing,
    state: Literal["open", "closed", "live", "unassigned", ""] = "",
    customer: Key | None = None,
) -> HTMLResponse:
    found, total = await parts.reading.interventions(
        state=state or None, customer_id=customer, limit=SIZE, offset=leaf.offset
    )
    return pages.page(
        request, "interventions.html", "Interventions", who,
        items=found, peers={one.id: _peers(one) for one in found}, state=state, customer=customer, **leaf.links(total),
    )  # fmt: skip


@router.get("/{intervention_id}")
async def intervention(request: Request, who: Sees, parts: Given, pages: Pages, intervention_id: Key) -> HTMLResponse:
    one = await parts.reading.intervention(intervention_id)
    if one is None:
        raise NotFound("There is no such intervention.")
    sessions = {each.id: each for each in one.sessions}
    spans = sorted(one.spans, key=lambda span: span.started_at)
    return pages.page(
        request, "intervention.html", "Intervention", who,
        one=one,
        standing=_standing(one),
        spans=[(span, sessions[span.session]) for span in spans],
        line=timeline.draw(_by_session(spans, sessions)),
    )  # fmt: skip


def _peers(one: InterventionView) -> str:
    """With which tools it was connected whither, each once."""
    named = (f"{s.tool_name} {s.peer}" if s.peer else s.tool_name for s in one.sessions)
    return " · ".join(dict.fromkeys(named))


def _standing(one: InterventionView) -> str:
    """The class that the ruler wears."""
    if one.customer is None:
        return "unknown"
    if one.cap_ms is None:
        return f"free {one.charge.service}"
    if one.charge.connection_seconds * 1000 > one.cap_ms:
        return "over"
    return "near" if one.live and one.connected_ms >= one.cap_ms - one.near_ms else "within"


def _by_session(spans: list[SpanView], sessions: dict[str, SessionView]) -> list[list[tuple[int, int]]]:
    lanes = [[(s.started_at, s.ended_at) for s in spans if s.session == id] for id in sessions]
    return [lane for lane in lanes if lane]
