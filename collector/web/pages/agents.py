"""The agents: which are heard, how well they see, and the way to enrol another or to send one away."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse

from collector.ledger.views import Visitor
from collector.web.api.agents import LATELY_MS
from collector.web.auth import Act, May, may
from collector.web.parts import Given
from collector.web.sheet import Pages
from shared.release import VERSION

BEST_FIRST = ("log", "event", "socket", "process", "declared")
SKEWED_MS = 2_000

router = APIRouter(prefix="/agents")


@router.get("")
async def agents(
    request: Request, who: Annotated[Visitor, Depends(May(Act.SEE))], parts: Given, pages: Pages
) -> HTMLResponse:
    evidence = await parts.reading.evidence(parts.clock.wall_ms() - LATELY_MS)
    found = sorted(await parts.reading.agents(), key=lambda one: one.revoked_at is not None)
    return pages.page(
        request, "agents.html", "Agents", who,
        items=found,
        evidence={id: [(kind, many[kind]) for kind in BEST_FIRST if kind in many] for id, many in evidence.items()},
        users=await parts.reading.users() if may(who, Act.AGENTS) else [],
        release=VERSION,
        skewed_ms=SKEWED_MS,
    )  # fmt: skip
