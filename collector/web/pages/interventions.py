"""The interventions: the list, and one with its ruler, its charge and its time."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse

from collector.domain.connection import Span, instant_of
from collector.errors import NotFound
from collector.ledger.decided import Matter
from collector.ledger.views import InterventionView, SessionView, SpanView, Visitor
from collector.web import etags, timeline
from collector.web.auth import Act, May, allowed
from collector.web.pages.paging import SIZE, Leafing
from collector.web.parts import Given, Parts
from collector.web.schemas import Key
from collector.web.sheet import Pages
from collector.web.timeline import Line
from shared.moments import MINUTE_MS

MOST_ENTRIES = 200
NO_PRICE = {"not-entitled", "excluded", "file-recovery"}  # services that somebody names a price for

router = APIRouter(prefix="/interventions")
Sees = Annotated[Visitor, Depends(May(Act.SEE))]


@router.get("")
async def interventions(
    request: Request,
    who: Sees,
    parts: Given,
    pages: Pages,
    leaf: Leafing,
    state: Literal["open", "closed", "live", "unassigned", "in-review", ""] = "",
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
    spans = sorted(one.spans, key=lambda span: span.started_at)
    sessions = {each.id: each for each in one.sessions}
    return pages.page(
        request, "intervention.html", "Intervention", who,
        one=one,
        seen=etags.tag(one.revision),
        spans=[(span, sessions[span.session]) for span in spans],
        line=_line(one, spans),
        others=await _others(parts, one),
        matters=_matters(one),
        beside=await parts.reading.beside(one),
        entries=await _entries(parts, who, one),
    )  # fmt: skip


def _peers(one: InterventionView) -> str:
    """With which tools it was connected whither, each once."""
    named = (f"{s.tool_name} {s.peer}" if s.peer else s.tool_name for s in one.sessions)
    return " · ".join(dict.fromkeys(named))


def _line(one: InterventionView, spans: Sequence[SpanView]) -> Line | None:
    """Its time as a drawing, with the instant at which the cap was reached."""
    lanes = [_pieces(session, spans) for session in one.sessions]
    own = [Span(span.started_at, span.ended_at) for span in spans]
    cap_at = None if one.cap_ms is None else instant_of(own, one.cap_ms)
    return timeline.draw(lanes, None if cap_at is None else int(cap_at))


def _pieces(session: SessionView, spans: Sequence[SpanView]) -> list[timeline.Piece]:
    own = [(span.started_at, span.ended_at) for span in spans if span.session == session.id]
    seen = [(each.started_at, each.started_at + each.lasted_ms) for each in session.stretches]
    unseen = session.state == "silent" or "unconfirmed-end" in session.marks
    return timeline.pieces_of(seen, own, max(session.end_unsure_ms or 0, MINUTE_MS) if unseen else None)


async def _others(parts: Parts, one: InterventionView) -> list[InterventionView]:
    """The customer's other open interventions: where some of its time may belong."""
    if one.customer is None:
        return []
    found, _ = await parts.reading.interventions(state="open", customer_id=one.customer.id)
    return [other for other in found if other.id != one.id]


def _matters(one: InterventionView) -> list[Matter]:
    """What may be decided about its charge now."""
    charge = one.charge
    sold = sum(line.quantity for line in charge.lines if line.code == "overtime")
    matters = [Matter.OVERTIME_WAIVED] if sold else []
    if charge.overtime_half_hours > sold:
        matters.append(Matter.OVERTIME_NOT_SOLD)
    if charge.service in NO_PRICE:
        matters.append(Matter.PRICE_NAMED)
    return [*matters, Matter.WAIVED]


async def _entries(parts: Parts, who: Visitor, one: InterventionView) -> list[tuple[int, int, str, str]]:
    """What the audit chain says of it, for whoever may look at that: number, instant, who, what."""
    if Act.STATEMENTS not in allowed(who.role):
        return []
    found, _ = await parts.reading.entries(kind="intervention", subject=str(one.id), limit=MOST_ENTRIES)
    return [(each.n, each.at, each.by, each.what) for each in found]
