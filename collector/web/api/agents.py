"""Agents: the programs on the technicians' PCs; and who is asking."""

from typing import Annotated

from fastapi import APIRouter, Depends

from collector.ledger.views import Visitor
from collector.web import told
from collector.web.auth import Act, May, allowed
from collector.web.parts import Given
from collector.web.schemas import Agent, Me

router = APIRouter(tags=["agents"])
Sees = Annotated[Visitor, Depends(May(Act.SEE))]


@router.get("/agents")
async def list_agents(_: Sees, parts: Given) -> list[Agent]:
    """All agents, by name."""
    return [told.agent(view) for view in await parts.reading.agents()]


@router.get("/me")
async def who_am_i(who: Sees) -> Me:
    """Who is asking, and what he may do."""
    return Me(name=who.name, role=who.role, may=sorted(allowed(who.role)))
