"""How overtime went: by month, customer and tool, as bars with the table behind each. Never by person."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse

from collector.domain.money import plain
from collector.domain.month import month_of, span_of
from collector.domain.trend import NEARNESS, Slice, Trend
from collector.ledger.trends import trend_of
from collector.ledger.views import Visitor
from collector.web.auth import Act, May
from collector.web.charts import Chart, bars
from collector.web.parts import Given
from collector.web.schemas import MonthText
from collector.web.sheet import Pages

MOST_BARS = 12

router = APIRouter(prefix="/reports")


@router.get("")
async def reports(
    request: Request,
    who: Annotated[Visitor, Depends(May(Act.SEE))],
    parts: Given,
    pages: Pages,
    first: MonthText | None = None,
    last: MonthText | None = None,
) -> HTMLResponse:
    since, until = span_of(first, last, month_of(parts.clock.wall_ms(), parts.zone))
    found = await trend_of(parts.reading, parts.zone, since, until)
    return pages.page(
        request, "reports.html", "Reports", who,
        first=str(since),
        last=str(until),
        found=found,
        overtime=plain(found.agreed + found.waived + found.unsettled),
        months=_bars(found.months),
        customers=_bars(found.customers[:MOST_BARS]),
        tools=_bars(found.tools[:MOST_BARS]),
        shares=_shares(found),
        nearness=bars([(name, count, str(count)) for name, count in zip(NEARNESS, found.nearness, strict=True)]),
    )  # fmt: skip


def _bars(slices: Sequence[Slice]) -> Chart:
    """Money; the half hours and interventions stand in the table."""
    return bars([(each.name or "", float(each.overtime), plain(each.overtime)) for each in slices], slices)


def _shares(found: Trend) -> Chart:
    return bars(
        [
            (name, float(amount), plain(amount))
            for name, amount in (("agreed", found.agreed), ("waived", found.waived), ("unsettled", found.unsettled))
        ]
    )
