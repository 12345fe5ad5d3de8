"""Agents: the programs on the technicians' PCs; and who is asking."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request

from collector.errors import NotFound
from collector.ledger import users
from collector.ledger.keys import CODE_LASTS_MS
from collector.ledger.views import Visitor
from collector.web import told
from collector.web.auth import Act, May, allowed
from collector.web.parts import Given, Parts
from collector.web.schemas import Agent, AgentChange, Enrolment, Key, Me, NewAgent
from shared.moments import HOUR_MS, from_at

LATELY_MS = 30 * 24 * HOUR_MS

router = APIRouter(tags=["agents"])
Sees = Annotated[Visitor, Depends(May(Act.SEE))]
Decides = Annotated[Visitor, Depends(May(Act.AGENTS))]


@router.get("/agents")
async def list_agents(_: Sees, parts: Given) -> list[Agent]:
    """All agents, by name."""
    evidence = await parts.reading.evidence(parts.clock.wall_ms() - LATELY_MS)
    return [told.agent(view, evidence.get(view.id, {})) for view in await parts.reading.agents()]


@router.post("/agents", status_code=201)
async def enrol(request: Request, _: Decides, parts: Given, asked: NewAgent) -> Enrolment:
    """A one-time code with which the PC of that name enrols within a day; an older unused one is void."""
    code = await parts.ledger.make_code(asked.name)
    command = f"mezzora-agent enrol {str(request.base_url).rstrip('/')} {code}"
    return Enrolment(code=code, command=command, expires_at=from_at(parts.clock.wall_ms() + CODE_LASTS_MS))


@router.patch("/agents/{agent_id}")
async def change_agent(_: Decides, parts: Given, agent_id: Key, asked: AgentChange) -> Agent:
    """Whose PC it is: he sees what is recorded there as his own."""
    await parts.ledger.write(lambda pen: users.give_pc(pen, agent_id, asked.user))
    return await _told(parts, agent_id)


@router.post("/agents/{agent_id}/revoke")
async def revoke(_: Decides, parts: Given, agent_id: Key) -> Agent:
    """Its token is void at once, and its line ends; what it reported stays."""
    await parts.ledger.revoke_agent(agent_id)
    await parts.hang_up(agent_id)
    return await _told(parts, agent_id)


@router.get("/me")
async def who_am_i(who: Sees) -> Me:
    """Who is asking, and what he may do."""
    return Me(name=who.name, role=who.role, may=sorted(allowed(who.role)))


async def _told(parts: Parts, agent_id: int) -> Agent:
    evidence = await parts.reading.evidence(parts.clock.wall_ms() - LATELY_MS)
    for view in await parts.reading.agents():
        if view.id == agent_id:
            return told.agent(view, evidence.get(agent_id, {}))
    raise NotFound(f"no agent {agent_id}")
