"""Tariffs: the price lists in force, and what a past month would have cost under another."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from collector.domain.month import read_month
from collector.domain.tariff import read_tariff
from collector.errors import BadInput
from collector.ledger.comparing import Compared, compare, sums_of
from collector.ledger.views import Visitor
from collector.tariffs.files import MAX_BYTES
from collector.web import told
from collector.web.auth import Act, May
from collector.web.body import body_of
from collector.web.parts import Given
from collector.web.schemas import Limit, MonthText, Offset, Page, TariffTold, WhatIf

router = APIRouter(prefix="/tariffs", tags=["tariffs"])
Sees = Annotated[Visitor, Depends(May(Act.SEE))]
TOML: dict[str, Any] = {"requestBody": {"required": True, "content": {"text/plain": {"schema": {"type": "string"}}}}}


@router.get("")
async def list_tariffs(_: Sees, parts: Given, limit: Limit = 50, offset: Offset = 0) -> Page[TariffTold]:
    """The price lists that interventions are opened under, in the order of their beginnings."""
    found = parts.reading.tariffs()
    return told.page((found[offset : offset + limit], len(found)), limit, offset, lambda each: told.tariff(*each))


@router.post("/what-if", openapi_extra=TOML)
async def what_if(
    _: Sees, parts: Given, request: Request, month: MonthText, limit: Limit = 50, offset: Offset = 0
) -> WhatIf:
    """Every intervention that was opened in that month under the price list in the body; nothing is changed."""
    asked, other = read_month(month), read_tariff(_text(await body_of(request, MAX_BYTES)), "tariff")
    found: list[Compared] = []
    async for some in compare(parts.reading, asked, parts.zone, other):
        found += some
    sums = sums_of(found)
    page = told.page((found[offset : offset + limit], len(found)), limit, offset, told.hypothetical)
    return WhatIf(
        items=page.items,
        next_offset=page.next_offset,
        month=str(asked),
        tariff=other.name,
        before=f"{sums.before:.2f}",
        after=f"{sums.after:.2f}",
        difference=f"{sums.amount:.2f}",
        compared=sums.compared,
        changed=sums.changed,
        not_rated=len(found) - sums.compared,
    )


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"body: byte {error.start}", "not UTF-8 text", "save it as UTF-8") from None
