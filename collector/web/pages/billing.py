"""A month's bills: what is ready, what waits and for what, what is issued, and its documents."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse

from collector.domain.month import month_of, read_month
from collector.ledger.views import Visitor
from collector.statements.forms import Form
from collector.web import etags
from collector.web.auth import Act, May
from collector.web.pages.paging import Leafing
from collector.web.parts import Given
from collector.web.schemas import MonthText
from collector.web.sheet import Pages

SIZE = 100
FORMS = {Form.PDF: "PDF", Form.XLSX: "XLSX", Form.CSV: "CSV", Form.JSON: "JSON", Form.FATTURAPA: "FatturaPA"}

router = APIRouter(prefix="/billing")


@router.get("")
async def billing(
    request: Request,
    who: Annotated[Visitor, Depends(May(Act.SEE))],
    parts: Given,
    pages: Pages,
    leaf: Leafing,
    month: MonthText | None = None,
) -> HTMLResponse:
    """The month before this one, unless another is asked for."""
    now = month_of(parts.clock.wall_ms(), parts.zone)
    asked = read_month(month) if month else now.months_before(1)
    view = await parts.office.issued.month(asked, parts.clock.wall_ms())
    outstanding, lacks = ([], []) if view.closed_at is not None else await parts.office.outstanding(asked)
    issued, total = await parts.office.issued.statements(month=asked, limit=SIZE, offset=leaf.offset)
    return pages.page(
        request, "billing.html", "Billing", who,
        month=view,
        previous=str(asked.months_before(1)),
        following=str(asked.next) if asked < now else None,
        progress=parts.office.progress(asked),
        ready=[each for each in outstanding if not each.faults],
        waiting=[each for each in outstanding if each.faults],
        lacks=[fault.place for fault in lacks],
        issued=issued,
        forms=FORMS,
        tag=etags.tag,
        **leaf.links(total, SIZE),
    )  # fmt: skip
