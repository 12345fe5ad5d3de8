"""The customer's answer to whether the work may go on beyond the included time. His link is his key: no sign-in."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from collector.errors import NotFound
from collector.ledger import consents
from collector.web.pages.signin import count
from collector.web.parts import Given, Parts
from collector.web.sheet import Pages, Sheets

router = APIRouter()
LONGEST = 200
NOT_GOOD = "This link was answered already, or is too old. Ask for a new one."


@router.get("/consent/{code}")
async def ask(request: Request, parts: Given, pages: Pages, code: str) -> Response:
    """What is asked. Looking answers nothing."""
    question = await parts.reading.consent(code) if len(code) <= LONGEST else None
    if question is None:
        return _not_good(request, parts, pages)
    return pages.page(request, "consent.html", "May the work go on?", None, question=question)


@router.post("/consent/{code}")
async def answer(
    request: Request, parts: Given, pages: Pages, code: str, answer: Annotated[Literal["yes", "no"], Form()]
) -> Response:
    """Yes or no, once."""
    try:
        await parts.ledger.write(lambda pen: consents.answer(pen, code[:LONGEST], agrees=answer == "yes"))
    except NotFound:
        return _not_good(request, parts, pages)
    told = "Your consent is noted." if answer == "yes" else "It is noted that you do not agree."
    return _note(pages, request, told, 200)


def _not_good(request: Request, parts: Parts, pages: Sheets) -> Response:
    count(request, parts)
    return _note(pages, request, NOT_GOOD, 404)


def _note(pages: Sheets, request: Request, told: str, status: int) -> Response:
    told = pages.words_for(request)(told)
    return pages.page(request, "consent.html", "May the work go on?", None, status=status, question=None, told=told)
