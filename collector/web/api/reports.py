"""Reports: how overtime went over some months."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi import Query as Asked

from collector.domain.month import month_of, span_of
from collector.domain.trend import Trend
from collector.ledger.trends import trend_of
from collector.ledger.views import Visitor
from collector.web import told
from collector.web.auth import Act, May
from collector.web.parts import Given, Parts
from collector.web.schemas import MonthText, TrendTold
from collector.web.sheet import Pages
from collector.web.trend_table import Table, separated

router = APIRouter(prefix="/reports", tags=["reports"])
Sees = Annotated[Visitor, Depends(May(Act.SEE))]
First = Annotated[MonthText | None, Asked(alias="from", description="null: a year up to the last one")]
Last = Annotated[MonthText | None, Asked(alias="until", description="null: this month")]


@router.get("/overtime")
async def overtime(_: Sees, parts: Given, first: First = None, last: Last = None) -> TrendTold:
    """By month, customer and tool; what was agreed or given away; how near the cap interventions came."""
    return told.trend(await _found(parts, first, last))


@router.get(
    "/overtime/{table}",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def overtime_table(
    _: Sees, request: Request, parts: Given, pages: Pages, table: Table, first: First = None, last: Last = None
) -> Response:
    """One of its tables for a spreadsheet, in the reader's language."""
    text = separated(await _found(parts, first, last), table, pages.words_for(request))
    named = {"Content-Disposition": f'attachment; filename="overtime-{table}.csv"'}
    return Response(text, media_type="text/csv", headers=named)


async def _found(parts: Parts, first: str | None, last: str | None) -> Trend:
    this = month_of(parts.clock.wall_ms(), parts.zone)
    return await trend_of(parts.reading, parts.zone, *span_of(first, last, this))
