"""Coming in by the firm's own sign-in service: there, and back again."""

import logging
from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from collector.errors import NotFound
from collector.ledger import users
from collector.web.auth import device_of, remember
from collector.web.oidc import Attempt, NoSignIn, Service
from collector.web.pages.signin import ask, count, forgive, onward, ours
from collector.web.parts import Given, Parts
from collector.web.sheet import Pages
from shared.moments import MINUTE_MS, SECOND_MS

LASTS_MS = 10 * MINUTE_MS
STRANGER = "Nobody here is called {name}: ask a supervisor to add you under this name."
DENIED = "The sign-in service did not let you in."
NOT_OURS = "This sign-in was not begun here, or too long ago. Begin again."
Told = Annotated[str, Query(max_length=4_000)]

router = APIRouter(prefix="/signin/oidc")
_log = logging.getLogger(__name__)


@router.get("")
async def go(request: Request, parts: Given, pages: Pages, next: str = "/") -> Response:
    """To the service, which asks who he is."""
    service, attempt = _service(parts), Attempt.begin()
    count(request, parts)
    try:
        answer = RedirectResponse(await service.door(attempt, _back(request)), 303)
    except NoSignIn as error:
        _log.warning("no sign-in by %s: %s", service.client.label, error)
        return ask(pages, request, next, error.told, 503)
    forgive(request)
    kept = f"{attempt.state}.{attempt.nonce}.{attempt.verifier}.{quote(ours(next), safe='')}"
    answer.set_cookie(
        _cookie(parts),
        kept,
        max_age=LASTS_MS // SECOND_MS,
        httponly=True,
        secure=parts.secure,
        samesite="lax",  # it has to come along from the service's page
    )
    return answer


@router.get("/back")
async def come_back(
    request: Request, parts: Given, pages: Pages, state: Told = "", code: Told = "", error: Told = ""
) -> Response:
    """From the service. Who is named there, and is a user here, is signed in; nobody becomes one."""
    service = _service(parts)
    count(request, parts)
    answer = await _let_in(request, parts, pages, service, state, code, error)
    answer.delete_cookie(_cookie(parts), secure=parts.secure, httponly=True, samesite="lax")
    return answer


async def _let_in(
    request: Request, parts: Parts, pages: Pages, service: Service, state: str, code: str, error: str
) -> Response:
    *told, way = (request.cookies.get(_cookie(parts), "").split(".", 3) + [""] * 4)[:4]
    attempt, next = Attempt(*told), unquote(way)
    if error:
        _log.warning("no sign-in by %s: it says %s", service.client.label, ascii(error)[:200])
        return ask(pages, request, next, DENIED, 403)
    if not code or not state or state != attempt.state:
        return ask(pages, request, next, NOT_OURS, 403)
    try:
        name = await service.who(attempt, code, _back(request))
    except NoSignIn as refused:
        _log.warning("no sign-in by %s: %s", service.client.label, refused)
        return ask(pages, request, next, refused.told, 403)
    user, device = await parts.reading.known_user(name), device_of(request)
    secret = None
    if user is not None:
        id = user.id
        secret = await parts.ledger.write(lambda pen: users.open_for(pen, id, device))
    if secret is None:
        return ask(pages, request, next, STRANGER, 403, called=name)
    forgive(request)
    # Not a redirect: coming from another site, the browser would not send the new cookie along it.
    answer = pages.page(request, "note.html", "Signed in", None, told="", onward=await onward(parts, secret, next))
    remember(answer, parts, secret)
    return answer


def _service(parts: Parts) -> Service:
    if parts.service is None:
        raise NotFound("There is nothing at this address.")
    return parts.service


def _cookie(parts: Parts) -> str:
    return "__Host-mezzora-attempt" if parts.secure else "mezzora-attempt"


def _back(request: Request) -> str:
    return f"{str(request.base_url).rstrip('/')}/signin/oidc/back"
