"""Coming in and going out: a password, a one-time link or a token is changed for a cookie."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from collector.errors import BadInput
from collector.ledger import users
from collector.ledger.keys import Role
from collector.ledger.users import key_of
from collector.ledger.views import KnownUser
from collector.web.attempts import Attempts
from collector.web.auth import Forbidden, cookie_name, device_of, forget, is_ours, remember
from collector.web.parts import Given, Parts, parts_of
from collector.web.passwords import LONGEST as LONGEST_PASSWORD
from collector.web.passwords import SHORTEST, Passwords, fit
from collector.web.sheet import Pages, Sheets

router = APIRouter()
LONGEST = 200
Typed = Annotated[str, Form(max_length=4 * LONGEST)]
FOREIGN = "This came from another site's page, and was not done."


@router.get("/signin", name="signin")
async def sign_in_by_link(request: Request, parts: Given, pages: Pages, code: str = "", next: str = "/") -> Response:
    """With a code: signs in. Without one: asks for name and password."""
    if not code:
        return ask(pages, request, next)
    count(request, parts)
    device = device_of(request)
    secret = await parts.ledger.use_link(code, device) if len(code) <= LONGEST else None
    if secret is None:
        return ask(pages, request, next, "This link was used already, or is too old. Ask for a new one.", 403)
    forgive(request)
    # Not a redirect: coming from another site (a mail, a chat), the browser would not send the new cookie along it.
    answer = pages.page(request, "note.html", "Signed in", None, told="", onward=await onward(parts, secret, next))
    remember(answer, parts, secret)
    return answer


@router.post("/signin")
async def sign_in(
    request: Request,
    parts: Given,
    pages: Pages,
    name: Typed = "",
    password: Typed = "",
    token: Typed = "",
    next: Typed = "/",
) -> Response:
    """A password that fits, or a token that is good, signs in the browser."""
    _only_ours(request)
    count(request, parts)
    if token.strip():
        secret = await parts.ledger.sign_in(token.strip()[:LONGEST], device_of(request))
        trouble = "This token is not known, or was revoked."
    else:
        secret = await _by_password(request, parts, name, password)
        trouble = "Name and password do not fit together."
    if secret is None:
        return ask(pages, request, next, trouble, 403, name=name[:LONGEST])
    forgive(request)
    answer = RedirectResponse(await onward(parts, secret, next), 303)
    remember(answer, parts, secret)
    return answer


@router.get("/welcome")
async def invited(request: Request, parts: Given, pages: Pages, code: str = "") -> Response:
    """Asks a user for the password that he wants. Looking uses nothing up."""
    user = await _invited(request, parts, code)
    return _welcome(pages, request, user, code)


@router.post("/welcome")
async def choose_password(
    request: Request, parts: Given, pages: Pages, code: Typed = "", password: Typed = "", again: Typed = ""
) -> Response:
    """His from now on; it signs him in."""
    _only_ours(request)
    user = await _invited(request, parts, code)
    if user is None:
        return _welcome(pages, request, None, code)
    try:
        chosen = fit(password, user.name)
    except BadInput:
        return _welcome(pages, request, user, code, "Take 10 to 200 characters, not your name: several words do well.")
    if password != again:
        return _welcome(pages, request, user, code, "The two are not the same.")
    kept, device = await _passwords(request).make(chosen), device_of(request)
    secret = await parts.ledger.write(lambda pen: users.choose_password(pen, code, kept, device))
    if secret is None:
        return _welcome(pages, request, None, code)
    answer = RedirectResponse(await onward(parts, secret, "/"), 303)
    remember(answer, parts, secret)
    return answer


@router.post("/signout")
async def sign_out(request: Request, parts: Given) -> Response:
    """The browser's cookie ends, here and there."""
    _only_ours(request)
    secret = request.cookies.get(cookie_name(parts))
    if secret:
        await parts.ledger.sign_out(secret)
    answer = RedirectResponse("/signin", 303)
    forget(answer, parts)
    return answer


async def _by_password(request: Request, parts: Parts, name: str, password: str) -> str | None:
    """The secret of a browser session; None where they do not fit, which takes as long for a name that nobody has."""
    attempts: Attempts = request.app.state.attempts
    asked = f"user {key_of(name)}"
    attempts.count(asked, parts.clock.steady_ms())
    passwords, device = _passwords(request), device_of(request)
    user = await parts.reading.known_user(name[:LONGEST])
    kept = None if user is None else user.password
    if not await passwords.fits(kept, password) or user is None or kept is None:
        return None
    attempts.forgive(asked)
    id = user.id
    if passwords.outdated(kept):
        anew = await passwords.make(password)
        await parts.ledger.write(lambda pen: users.renew_password(pen, id, kept, anew))
    return await parts.ledger.write(lambda pen: users.open_for(pen, id, device))


async def _invited(request: Request, parts: Parts, code: str) -> KnownUser | None:
    user = await parts.reading.invited(code) if 0 < len(code) <= LONGEST else None
    if user is None:
        count(request, parts)
    return user


def _welcome(pages: Sheets, request: Request, user: KnownUser | None, code: str, trouble: str = "") -> Response:
    words = pages.words_for(request)
    told = words.refused(trouble) if trouble else ""
    return pages.page(
        request, "welcome.html", "Choose a password", None,
        status=404 if user is None else 422 if trouble else 200,
        user=user, code=code, trouble=told, shortest=SHORTEST, longest=LONGEST_PASSWORD,
    )  # fmt: skip


def ask(
    pages: Sheets,
    request: Request,
    next: str,
    trouble: str = "",
    status: int = 200,
    *,
    name: str = "",
    called: str | None = None,
) -> Response:
    """The page that asks who he is, with what went wrong before; `called` is how he was named elsewhere."""
    words = pages.words_for(request)
    told = "" if not trouble else words(trouble) if called is None else words(trouble, name=called)
    service = parts_of(request).service
    return pages.page(
        request, "signin.html", "Sign in", None, status=status,
        trouble=told, next=ours(next), name=name, service=service.client.label if service else "",
    )  # fmt: skip


def _passwords(request: Request) -> Passwords:
    passwords: Passwords = request.app.state.passwords
    return passwords


def count(request: Request, parts: Parts) -> None:
    """One more attempt from there; TooMany when there were enough of them."""
    attempts: Attempts = request.app.state.attempts
    attempts.count(_address(request), parts.clock.steady_ms())


def forgive(request: Request) -> None:
    """The attempt from there was no guess."""
    attempts: Attempts = request.app.state.attempts
    attempts.forgive(_address(request))


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _only_ours(request: Request) -> None:
    if not is_ours(request):
        raise Forbidden(FOREIGN)


async def onward(parts: Parts, secret: str, next: str) -> str:
    """Where he wanted to go; without a wish, a technician to his own page and everybody else to the live page."""
    way = ours(next)
    visitor = await parts.reading.browser(secret) if way == "/" else None
    return "/mine" if visitor is not None and visitor.role == Role.TECHNICIAN else way


def ours(address: str) -> str:
    """Only a way within this site; anything else leads to the live page."""
    plain = address.isprintable() and address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if plain else "/"
