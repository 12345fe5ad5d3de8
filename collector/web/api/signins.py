"""Sign-ins: the browsers in which somebody is signed in, to look at and to end; and the password of one's own."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from collector.errors import BadInput, Conflict, NotFound
from collector.ledger import keys, users
from collector.ledger.views import SignInView, Visitor
from collector.web import told
from collector.web.attempts import Attempts
from collector.web.auth import Act, Forbidden, May, may
from collector.web.parts import Given, Parts
from collector.web.passwords import Passwords, fit
from collector.web.schemas import Key, NewPassword, SignIn

router = APIRouter(tags=["sign-ins"])
Own = Annotated[Visitor, Depends(May(Act.OWN))]


@router.get("/signins")
async def list_sign_ins(who: Own, parts: Given, everybody: bool = False) -> list[SignIn]:
    """One's own, the one seen last first; for a supervisor, with `everybody`, all of them."""
    if everybody and not may(who, Act.USERS):
        raise Forbidden("Your role may not do this.")
    found = await parts.reading.sign_ins()
    return [told.sign_in(each, who) for each in found if everybody or is_his(each, who)]


@router.delete("/signins/{sign_in_id}", status_code=204)
async def end_sign_in(who: Own, parts: Given, sign_in_id: Key) -> Response:
    """It is over at once; one's own, and for a supervisor anybody's."""
    found = next((each for each in await parts.reading.sign_ins() if each.id == sign_in_id), None)
    if found is None or not (is_his(found, who) or may(who, Act.USERS)):
        raise NotFound(f"no sign-in {sign_in_id}: it may be over already")
    await parts.ledger.write(lambda pen: keys.end_browser(pen, sign_in_id))
    return Response(status_code=204)


@router.put("/me/password", status_code=204)
async def change_password(request: Request, who: Own, parts: Given, asked: NewPassword) -> Response:
    """Another password of one's own; all one's other sign-ins are over."""
    id, passwords = await _count(request, who, parts), _passwords(request)
    user = await parts.reading.known_user(who.name)
    if user is None or not await passwords.fits(user.password, asked.before):
        raise BadInput("before", "is not the password")
    kept = await passwords.make(fit(asked.password, user.name))
    await parts.ledger.write(lambda pen: users.set_password(pen, id, kept, keeping=who.sign_in))
    return Response(status_code=204)


def is_his(sign_in: SignInView, who: Visitor) -> bool:
    """Whether it is the visitor's own: every one of a user, of anybody else the one that he asks with."""
    return sign_in.id == who.sign_in or (who.user is not None and sign_in.user == who.user)


async def _count(request: Request, who: Visitor, parts: Parts) -> int:
    """The number of the user who asks; TooMany where he guesses."""
    if who.user is None:
        raise Conflict("only a user has a password: this is a token, or a sign-in by link")
    attempts: Attempts = request.app.state.attempts
    attempts.count(f"password {who.user}", parts.clock.steady_ms())
    return who.user


def _passwords(request: Request) -> Passwords:
    passwords: Passwords = request.app.state.passwords
    return passwords
