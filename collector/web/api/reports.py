"""Reports: how overtime went over some months."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi import Query as Asked

from collector.domain.month import month_of, span_of
from collector.ledger.trends import trend_of
from collector.ledger.views import Visitor
from collector.web import told
from collector.web.auth import Act, May
from collector.web.parts import Given
from collector.web.schemas import MonthText, TrendTold

router = APIRouter(prefix="/reports", tags=["reports"])
Sees = Annotated[Visitor, Depends(May(Act.SEE))]


@router.get("/overtime")
async def overtime(
    _: Sees,
    parts: Given,
    first: Annotated[MonthText | None, Asked(alias="from", description="null: a year up to the last one")] = None,
    last: Annotated[MonthText | None, Asked(alias="until", description="null: this month")] = None,
) -> TrendTold:
    """By month, customer and tool; what was agreed or given away; how near the cap interventions came."""
    this = month_of(parts.clock.wall_ms(), parts.zone)
    return told.trend(await trend_of(parts.reading, parts.zone, *span_of(first, last, this)))
