"""Coming in and going out: a one-time link, or a token, is changed for a cookie."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from collector.web.attempts import Attempts
from collector.web.auth import Forbidden, cookie_name, forget, is_ours, remember
from collector.web.parts import Given, Parts
from collector.web.sheet import Pages, Sheets

router = APIRouter()
LONGEST = 200


@router.get("/signin", name="signin")
async def sign_in_by_link(request: Request, parts: Given, pages: Pages, code: str = "", next: str = "/") -> Response:
    """With a code: signs in. Without one: asks for a token."""
    if not code:
        return _ask(pages, request, next)
    _count(request, parts)
    secret = await parts.ledger.use_link(code) if len(code) <= LONGEST else None
    if secret is None:
        return _ask(pages, request, next, "This link was used already, or is too old. Ask for a new one.", 403)
    # Not a redirect: coming from another site (a mail, a chat), the browser would not send the new cookie along it.
    answer = pages.page(request, "note.html", "Signed in", None, told="", onward=_ours(next))
    remember(answer, parts, secret)
    return answer


@router.post("/signin")
async def sign_in_by_token(
    request: Request, parts: Given, pages: Pages, token: Annotated[str, Form()] = "", next: Annotated[str, Form()] = "/"
) -> Response:
    """A token that is good signs in the browser."""
    if not is_ours(request):
        raise Forbidden("This came from another site's page, and was not done.")
    _count(request, parts)
    secret = await parts.ledger.sign_in(token.strip()) if 0 < len(token.strip()) <= LONGEST else None
    if secret is None:
        return _ask(pages, request, next, "This token is not known, or was revoked.", 403)
    answer = RedirectResponse(_ours(next), 303)
    remember(answer, parts, secret)
    return answer


@router.post("/signout")
async def sign_out(request: Request, parts: Given) -> Response:
    """The browser's cookie ends, here and there."""
    if not is_ours(request):
        raise Forbidden("This came from another site's page, and was not done.")
    secret = request.cookies.get(cookie_name(parts))
    if secret:
        await parts.ledger.sign_out(secret)
    answer = RedirectResponse("/signin", 303)
    forget(answer, parts)
    return answer


def _ask(pages: Sheets, request: Request, next: str, trouble: str = "", status: int = 200) -> Response:
    told = pages.words_for(request)(trouble) if trouble else ""
    return pages.page(request, "signin.html", "Sign in", None, status=status, trouble=told, next=_ours(next))


def _count(request: Request, parts: Parts) -> None:
    attempts: Attempts = request.app.state.attempts
    attempts.count(request.client.host if request.client else "", parts.clock.steady_ms())


def _ours(address: str) -> str:
    """Only a way within this site; anything else leads to the live page."""
    plain = address.isprintable() and address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if plain else "/"
