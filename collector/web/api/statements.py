"""Statements: what customers owe, as it was issued, in every form."""

from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi import Query as Asked
from starlette.responses import Response

from collector.domain.month import read_month
from collector.domain.statement import Kind
from collector.errors import NotFound
from collector.ledger.views import Visitor
from collector.statements.forms import MEDIA_TYPES, Form, called
from collector.web import etags, told
from collector.web.auth import Act, May
from collector.web.etags import Match
from collector.web.parts import Given, Parts
from collector.web.schemas import (
    CreditWanted,
    Key,
    Limit,
    MonthText,
    Offset,
    Page,
    PublicKey,
    StatementDraft,
    StatementLines,
    StatementNumber,
    StatementShort,
    StatementWanted,
)

router = APIRouter(prefix="/statements", tags=["statements"])
Sees = Annotated[Visitor, Depends(May(Act.SEE))]
Issues = Annotated[Visitor, Depends(May(Act.STATEMENTS))]

_FORMS: dict[str, Any] = {media: {"schema": {"type": "string", "format": "binary"}} for media in MEDIA_TYPES.values()}
_FORMS["application/json"] = {"schema": {"type": "object"}}
_FORMS[MEDIA_TYPES[Form.SIGNED]] = {"schema": {"type": "object"}}


@router.get("")
async def list_statements(
    _: Sees,
    parts: Given,
    month: MonthText | None = None,
    customer: Key | None = None,
    kind: Literal["statement", "credit-note"] | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page[StatementShort]:
    """Statements and credit notes, the last issued first."""
    found = await parts.office.issued.statements(
        month=None if month is None else read_month(month),
        customer_id=customer,
        kind=None if kind is None else Kind(kind),
        limit=limit,
        offset=offset,
    )
    return told.page(found, limit, offset, told.statement)


@router.post("", status_code=201)
async def issue(who: Issues, parts: Given, response: Response, asked: StatementWanted) -> StatementShort:
    """Number and freeze one customer's statement; what keeps it back is named. A whole month: see /months."""
    number = await parts.office.issue(read_month(asked.month), asked.customer, by=who.name)
    return await _told(parts, response, number)


@router.get("/preview")
async def preview(
    _: Sees, parts: Given, month: MonthText, customer: Annotated[Key, Asked(description="his number")]
) -> StatementDraft:
    """What a customer's statement would be now."""
    found, faults = await parts.office.preview(read_month(month), customer)
    return StatementDraft(document=msgspec.to_builtins(found.document), kept_back=[str(fault) for fault in faults])


@router.get("/key")
async def public_key(_: Sees, parts: Given) -> PublicKey:
    """What the signed form is verified with."""
    return PublicKey(algorithm="Ed25519", public_key=parts.office.public_key())


@router.get(
    "/{number}",
    response_model=StatementShort,
    responses={200: {"content": {media: shape for media, shape in _FORMS.items() if media != "application/json"}}},
)
async def get_statement(_: Sees, parts: Given, request: Request, response: Response, number: StatementNumber) -> Any:
    """One statement in short; or the form whose media type `Accept` names."""
    form = _accepted(request.headers.get("accept", ""))
    return await _told(parts, response, number) if form is None else await _made(parts, number, form)


@router.get("/{number}/lines")
async def get_lines(_: Sees, parts: Given, number: StatementNumber) -> StatementLines:
    """Its lines by their numbers, and the credit notes that took some back."""
    return StatementLines(number=number, lines=[told.statement_line(each) for each in await parts.office.lines(number)])


@router.get("/{number}/{form}", response_class=Response, responses={200: {"content": _FORMS}})
async def get_form(_: Sees, parts: Given, number: StatementNumber, form: Form) -> Response:
    """The statement in that form; 422 names what an electronic invoice lacks."""
    return await _made(parts, number, form)


@router.post("/{number}/credit", status_code=201)
async def credit(
    who: Issues, parts: Given, response: Response, number: StatementNumber, asked: CreditWanted, seen: Match
) -> StatementShort:
    """Take lines of the statement back, or all that stands; what they billed may be changed, and goes onto another."""
    note = await parts.office.credit(number, asked.reason, by=who.name, lines=asked.lines, seen=seen)
    return await _told(parts, response, note)


async def _told(parts: Parts, response: Response, number: str) -> StatementShort:
    view = await parts.office.issued.statement(number)
    if view is None:
        raise NotFound(f"no statement {number}")
    etags.mark(response, view.revision)
    return told.statement(view)


async def _made(parts: Parts, number: str, form: Form) -> Response:
    document = await parts.office.document(number)
    content = await parts.office.made(document, form)
    named = {"Content-Disposition": f'attachment; filename="{called(document, form)}"'}
    return Response(content, media_type=MEDIA_TYPES[form], headers=named)


def _accepted(accept: str) -> Form | None:
    """The first form that is asked for by its own media type; None for JSON, anything, or nothing known."""
    asked = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    of = {media: form for form, media in MEDIA_TYPES.items() if form is not Form.JSON}
    return next((of[media] for media in asked if media in of), None)
