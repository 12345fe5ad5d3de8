"""Sessions: every connection that was observed."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from starlette.responses import Response

from collector.errors import BadInput, Conflict, NotFound
from collector.ledger import ending
from collector.ledger.views import SessionView, Visitor
from collector.ledger.witness import Subject
from collector.web import etags, told
from collector.web.auth import Act, May
from collector.web.etags import Match
from collector.web.parts import Given, Parts
from collector.web.schemas import Announced, AnotherProblem, Key, Limit, Offset, Opened, Page, Session, SessionKey
from shared.messages import Order
from shared.moments import SECOND_MS, to_at

router = APIRouter(prefix="/sessions", tags=["sessions"])
Sees = Annotated[Visitor, Depends(May(Act.SEE))]
Splits = Annotated[Visitor, Depends(May(Act.SPLIT))]
Ends = Annotated[Visitor, Depends(May(Act.END))]


@router.get("")
async def list_sessions(
    who: Sees,
    parts: Given,
    state: Literal["live", "paused", "silent", "ended"] | None = None,
    customer: Key | None = None,
    mine: bool = False,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page[Session]:
    """Sessions, newest first; `mine`: of the PCs of whoever asks."""
    pcs = [each.id for each in await parts.reading.agents() if who.user is not None and each.user == who.user]
    found = await parts.reading.sessions(
        state=state, customer_id=customer, agents=pcs if mine else None, limit=limit, offset=offset
    )
    return told.page(found, limit, offset, told.session)


@router.get("/{session_id}")
async def get_session(_: Sees, parts: Given, response: Response, session_id: SessionKey) -> Session:
    """One session with its observed stretches; its tag tells whose time it is."""
    version = await parts.reading.version(Subject("session", session_id))
    view = await _known(parts, session_id)
    etags.mark(response, version)
    return told.session(view)


@router.post("/{session_id}/new-intervention", status_code=201)
async def new_intervention(
    who: Splits, parts: Given, session_id: SessionKey, asked: AnotherProblem, seen: Match
) -> Opened:
    """Another problem begins: from then on the session's time belongs to a new intervention."""
    now_at = parts.clock.wall_ms()
    at = now_at if asked.at is None else to_at(asked.at)
    if not 0 <= at <= now_at:
        raise BadInput("at", "not yet, or before 1970", "give a moment of this session, or null for now")
    return Opened(intervention=await parts.ledger.new_intervention(session_id, at, by=who.name, seen=seen))


@router.post("/{session_id}/end", status_code=202)
async def end(who: Ends, parts: Given, session_id: SessionKey) -> Announced:
    """Ask the technician's agent to end it: announced on his desk first, and stopped there by a word."""
    view = await _known(parts, session_id)
    if view.state != "live":
        raise Conflict(f"the session is {view.state}: there is nobody who could end it")
    agent_id, countdown_ms = await parts.ledger.write(lambda pen: ending.ask(pen, session_id, by=who.name))
    if not parts.order(agent_id, Order(session=session_id, countdown_ms=countdown_ms)):
        raise Conflict(f"{view.agent} is not heard just now: ask again when it is")
    return Announced(countdown_seconds=countdown_ms // SECOND_MS)


async def _known(parts: Parts, session_id: str) -> SessionView:
    view = await parts.reading.session(session_id)
    if view is None:
        raise NotFound(f"no session {session_id}")
    return view
