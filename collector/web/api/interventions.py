"""Interventions: what they cost and why, and what people decide about them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends

from collector.errors import NotFound
from collector.ledger.views import Visitor
from collector.web import told
from collector.web.auth import Act, May
from collector.web.parts import Given, Parts
from collector.web.schemas import (
    Agreement,
    Assignment,
    CategoryChange,
    Closing,
    Intervention,
    InterventionShort,
    Key,
    Limit,
    Offset,
    Page,
)

router = APIRouter(prefix="/interventions", tags=["interventions"])
Sees = Annotated[Visitor, Depends(May(Act.SEE))]
Assigns = Annotated[Visitor, Depends(May(Act.ASSIGN))]
Agrees = Annotated[Visitor, Depends(May(Act.AGREE))]
Sorts = Annotated[Visitor, Depends(May(Act.CATEGORY))]
Closes = Annotated[Visitor, Depends(May(Act.CLOSE))]


@router.get("")
async def list_interventions(
    _: Sees,
    parts: Given,
    state: Literal["open", "closed", "live", "unassigned"] | None = None,
    customer: Key | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page[InterventionShort]:
    """Interventions with their charge, newest first."""
    found = await parts.reading.interventions(state=state, customer_id=customer, limit=limit, offset=offset)
    return told.page(found, limit, offset, told.short)


@router.get("/{intervention_id}")
async def get_intervention(_: Sees, parts: Given, intervention_id: Key) -> Intervention:
    """One intervention: its charge with the reasons, its spans, sessions and decisions."""
    return await _told(parts, intervention_id)


@router.post("/{intervention_id}/assign")
async def assign(who: Assigns, parts: Given, intervention_id: Key, asked: Assignment) -> Intervention:
    """It is this customer's; its peers are known as his from now on."""
    await parts.ledger.assign_customer(intervention_id, asked.customer, by=who.name)
    return await _told(parts, intervention_id)


@router.post("/{intervention_id}/agree")
async def agree(who: Agrees, parts: Given, intervention_id: Key, asked: Agreement) -> Intervention:
    """The customer agrees to overtime; said again, the first word stands."""
    await parts.ledger.agree_overtime(intervention_id, by=who.name, how=asked.how)
    return await _told(parts, intervention_id)


@router.post("/{intervention_id}/category")
async def set_category(who: Sorts, parts: Given, intervention_id: Key, asked: CategoryChange) -> Intervention:
    """What kind of work it is; it is rated anew."""
    await parts.ledger.set_category(intervention_id, asked.category, by=who.name)
    return await _told(parts, intervention_id)


@router.post("/{intervention_id}/close")
async def close(who: Closes, parts: Given, intervention_id: Key, asked: Closing) -> Intervention:
    """Solved, or given up."""
    await parts.ledger.close_intervention(intervention_id, asked.outcome, by=who.name)
    return await _told(parts, intervention_id)


async def _told(parts: Parts, intervention_id: int) -> Intervention:
    view = await parts.reading.intervention(intervention_id)
    if view is None:
        raise NotFound(f"no intervention {intervention_id}")
    return told.intervention(view)
