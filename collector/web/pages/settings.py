"""Settings: the price lists by date, and what a past month would have cost under another."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import HTMLResponse

from collector.domain.month import read_month
from collector.domain.tariff import read_tariff
from collector.errors import BadInput, NotFound
from collector.ledger.comparing import Compared, compare, sums_of
from collector.ledger.views import Visitor
from collector.web import told
from collector.web.auth import Act, May
from collector.web.parts import Given, Parts
from collector.web.sheet import Pages

MOST_SHOWN = 100
LONGEST = 200_000

router = APIRouter(prefix="/settings")
Sees = Annotated[Visitor, Depends(May(Act.SEE))]


@router.get("")
async def settings(request: Request, who: Sees, parts: Given, pages: Pages) -> HTMLResponse:
    return pages.page(request, "settings.html", "Settings", who, **_facts(parts))


@router.post("")
async def what_if(
    request: Request,
    who: Sees,
    parts: Given,
    pages: Pages,
    month: Annotated[str, Form(max_length=20)],
    tariff: Annotated[str, Form(max_length=LONGEST)],
) -> HTMLResponse:
    """The month under the price list that was written; nothing is kept or changed."""
    facts = _facts(parts) | {"month": month, "text": tariff}
    try:
        other = read_tariff(tariff, "tariff")
        found: list[Compared] = []
        async for some in compare(parts.reading, read_month(month), parts.zone, other):
            found += some
    except (BadInput, NotFound) as error:
        return pages.page(
            request,
            "settings.html",
            "Settings",
            who,
            status=422,
            **facts | {"trouble": pages.words_for(request).refused(str(error))},
        )
    changed = [each for each in found if each.difference is None or each.difference.amount]
    facts |= {
        "sums": sums_of(found),
        "many": len(found),
        "changed": [told.hypothetical(each) for each in changed[:MOST_SHOWN]],
        "more": max(0, len(changed) - MOST_SHOWN),
    }
    return pages.page(request, "settings.html", "Settings", who, **facts)


def _facts(parts: Parts) -> dict[str, Any]:
    """The price lists, the latest first, and last month with the list of today to be changed."""
    lists = [told.tariff(*each) for each in parts.reading.tariffs()]
    today = parts.today()
    begun = [each for each in lists if each.first_day is None or each.first_day <= today]
    month = f"{today.year - (today.month == 1)}-{(today.month - 2) % 12 + 1:02}"
    text = parts.reading.tariff_text(begun[-1].id) if begun else ""
    return {"lists": lists[::-1], "now": begun[-1].id if begun else "", "month": month, "text": text,
            "differences": parts.differences(), "trouble": "", "sums": None, "longest": LONGEST}  # fmt: skip
