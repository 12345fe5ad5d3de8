"""What a customer sees by his link: his interventions, their time and charge, his terms, his statements. No sign-in."""

import asyncio
from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from collector.errors import NotFound
from collector.ledger.views import CustomerView
from collector.statements.forms import MEDIA_TYPES, Form, called
from collector.tariffs.terms_texts import TermsText, texts_in
from collector.web import told
from collector.web.pages.paging import SIZE, Leafing
from collector.web.pages.signin import count
from collector.web.parts import Given, Parts
from collector.web.schemas import ServiceTold, TariffTold
from collector.web.sheet import Pages

LONGEST = 200
OFFERED = (Form.PDF, Form.XLSX, Form.CSV)

router = APIRouter(prefix="/yours")


@router.get("/{code}")
async def yours(request: Request, parts: Given, pages: Pages, code: str, leaf: Leafing) -> Response:
    """Everything is his alone; nothing can be changed here, and no technician is named."""
    customer_id = await _whose(request, parts, code)
    customer = await parts.reading.customer(customer_id)
    found, total = await parts.reading.interventions(customer_id=customer_id, limit=SIZE, offset=leaf.offset)
    issued, _ = await parts.office.issued.statements(customer_id=customer_id, limit=SIZE)
    prices = _prices_on(parts, parts.today())
    return pages.page(
        request, "yours.html", "Your assistance", None,
        one=customer, items=found, issued=issued, code=code, service=_service_of(customer, prices),
        overtime=prices.overtime, together=prices.cap_applies_to == "intervention",
        forms=[form.value for form in OFFERED], in_force=prices.terms_version,
        texts=await _terms(parts, customer, prices), **leaf.links(total),
    )  # fmt: skip


@router.get("/{code}/terms/{version}")
async def terms(request: Request, parts: Given, pages: Pages, code: str, version: str) -> Response:
    """The text of the terms in force, or of those that he accepted."""
    customer = await parts.reading.customer(await _whose(request, parts, code))
    shown = (await _terms(parts, customer, _prices_on(parts, parts.today()))).get(version)
    if shown is None:
        raise NotFound("The text of these terms is not kept here.")
    return pages.page(request, "terms.html", "Service terms", None, one=shown, code=code)


@router.get("/{code}/{number}/{form}")
async def statement(request: Request, parts: Given, code: str, number: str, form: Form) -> Response:
    """One of his statements."""
    customer_id = await _whose(request, parts, code)
    view = await parts.office.issued.statement(number)
    if view is None or view.customer_id != customer_id or form not in OFFERED:
        raise NotFound("There is no such statement.")
    document = await parts.office.document(number)
    named = {"Content-Disposition": f'attachment; filename="{called(document, form)}"'}
    return Response(await parts.office.made(document, form), media_type=MEDIA_TYPES[form], headers=named)


def _prices_on(parts: Parts, day: date) -> TariffTold:
    """The price list in force on that day."""
    lists = parts.reading.tariffs()
    begun = [(id, each) for id, each in lists if each.first_day is None or each.first_day <= day]
    return told.tariff(*(begun[-1] if begun else lists[0]))


async def _terms(parts: Parts, customer: CustomerView | None, prices: TariffTold) -> dict[str, TermsText]:
    """The texts that are his to read, by version: of the terms in force, and to the letter those that he accepted."""
    if parts.terms is None:
        return {}
    accepted = {each.sha256 for each in customer.terms} if customer else set()
    texts = await asyncio.to_thread(texts_in, parts.terms)
    return {
        version: each for version, each in texts.items() if version == prices.terms_version or each.sha256 in accepted
    }


def _service_of(customer: CustomerView | None, prices: TariffTold) -> ServiceTold | None:
    """What he may buy today; None where somebody has to decide."""
    if customer is not None and customer.version == "previous":
        return prices.previous_version
    return prices.contract if customer is not None and customer.in_force else None


async def _whose(request: Request, parts: Parts, code: str) -> int:
    owner = await parts.reading.customer_of(code) if len(code) <= LONGEST else None
    if owner is None:
        count(request, parts)
        raise NotFound("This link is not good any more. Ask for a new one.")
    return owner
