"""The review: what waits for a person before it is final."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi import Query as Asked

from collector.domain.review import Whose
from collector.ledger.views import Visitor
from collector.web import told
from collector.web.auth import Act, May
from collector.web.parts import Given
from collector.web.schemas import Limit, Offset, Page, Waiting

router = APIRouter(prefix="/review", tags=["interventions"])
Sees = Annotated[Visitor, Depends(May(Act.SEE))]


@router.get("")
async def list_review(
    _: Sees,
    parts: Given,
    whose: Annotated[Whose | None, Asked(description="only what waits for this role")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page[Waiting]:
    """The interventions that wait for somebody, oldest first."""
    found = await parts.reading.review(whose=whose, limit=limit, offset=offset)
    return told.page(found, limit, offset, told.waiting)
