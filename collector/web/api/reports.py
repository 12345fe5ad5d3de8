"""Reports: how overtime went over some months."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi import Query as Asked

from collector.domain.month import Month, month_of, read_month
from collector.errors import BadInput
from collector.ledger.trends import trend_of
from collector.ledger.views import Visitor
from collector.web import told
from collector.web.auth import Act, May
from collector.web.parts import Given, Parts
from collector.web.schemas import MonthText, TrendTold

MOST_MONTHS = 36
USUAL_MONTHS = 12

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
    return told.trend(await trend_of(parts.reading, parts.zone, *span_of(parts, first, last)))


def span_of(parts: Parts, first: str | None, last: str | None) -> tuple[Month, Month]:
    """The months that were asked for; BadInput where they are none, or too many."""
    until = read_month(last, "until") if last else month_of(parts.clock.wall_ms(), parts.zone)
    since = read_month(first, "from") if first else until.months_before(USUAL_MONTHS - 1)
    if not since <= until or until.months_before(MOST_MONTHS - 1) > since:
        raise BadInput("from", f"{since} to {until}", f"write at most {MOST_MONTHS} months, the first one first")
    return since, until
