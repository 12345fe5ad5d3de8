"""Months: how far each is, and the act that closes it."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from collector.domain.month import Month, read_month
from collector.ledger.views import Visitor
from collector.web import told
from collector.web.auth import Act, May
from collector.web.parts import Given, Parts
from collector.web.schemas import MonthText, MonthTold

router = APIRouter(prefix="/months", tags=["months"])
Sees = Annotated[Visitor, Depends(May(Act.SEE))]
Closes = Annotated[Visitor, Depends(May(Act.STATEMENTS))]


@router.get("/{month}")
async def get_month(_: Sees, parts: Given, month: MonthText) -> MonthTold:
    """What was issued for it, and how far its closing is."""
    return await _told(parts, read_month(month))


@router.post("/{month}/close", status_code=202)
async def close(who: Closes, parts: Given, month: MonthText) -> MonthTold:
    """Begin to issue every statement that nothing keeps back; the month is locked when all are out. Ask it how far."""
    asked = read_month(month)
    await parts.office.close(asked, by=who.name)
    return await _told(parts, asked)


@router.get(
    "/{month}/accountant",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def accountant(_: Sees, parts: Given, month: MonthText) -> Response:
    """All of the month as CSV (`;`), a row for each statement and VAT rate."""
    asked = read_month(month)
    named = {"Content-Disposition": f'attachment; filename="{asked}-accountant.csv"'}
    return Response(await parts.office.accountant(asked), media_type="text/csv", headers=named)


async def _told(parts: Parts, month: Month) -> MonthTold:
    view = await parts.office.issued.month(month, parts.clock.wall_ms())
    return told.month(view, parts.office.progress(month))
