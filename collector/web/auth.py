"""Who is looking, and what may he do. The one place that decides it, for pages, API and the live line.

A program shows a bearer token (RFC 6750); a browser shows the cookie that a sign-in link or a token was changed for.
What comes with a cookie must also come from our own pages: the Origin is checked on everything that is not a plain
question, and on the live line.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response

from collector.errors import CollectorError, Unavailable
from collector.ledger.keys import BROWSER_LASTS_MS, SEEN_EVERY_MS, Device, Role, note_browser_seen
from collector.ledger.views import Visitor
from collector.web.parts import Given, Parts
from shared.moments import SECOND_MS

QUESTIONS = {"GET", "HEAD", "OPTIONS"}


class NotSignedIn(CollectorError):
    """Nobody knows who is asking."""


class Forbidden(CollectorError):
    """It is known who is asking, and he may not."""


class Act(StrEnum):
    """What somebody may want to do; everything that can be asked for is one of these."""

    SEE = "see"
    OPEN = "open"
    DESCRIBE = "describe"
    ASSIGN = "assign"
    AGREE = "agree"
    DECIDE = "decide"
    SPLIT = "new-intervention"
    MOVE = "move"
    DECLARE = "declare"
    CATEGORY = "category"
    CLOSE = "close"
    REOPEN = "reopen"
    CUSTOMERS = "customers"
    ACKNOWLEDGE = "acknowledge"
    END = "end"
    CHANNELS = "channels"
    STATEMENTS = "statements"
    OWN = "own"
    USERS = "users"
    AGENTS = "agents"


MAY: Mapping[Role, frozenset[Act]] = {
    Role.SUPERVISOR: frozenset(Act),
    Role.OFFICE: frozenset(
        {Act.SEE, Act.OWN, Act.OPEN, Act.DESCRIBE, Act.ASSIGN, Act.CATEGORY, Act.CUSTOMERS, Act.STATEMENTS}
    ),
    Role.TECHNICIAN: frozenset(
        {
            Act.SEE,
            Act.OWN,
            Act.OPEN,
            Act.DESCRIBE,
            Act.ASSIGN,
            Act.AGREE,
            Act.SPLIT,
            Act.DECLARE,
            Act.CATEGORY,
            Act.CLOSE,
        }
    ),
    Role.READ_ONLY: frozenset({Act.SEE, Act.OWN}),
}


def cookie_name(parts: Parts) -> str:
    """With TLS the name itself forbids that another host or an unencrypted page sets it (RFC 6265bis, 4.1.3)."""
    return "__Host-mezzora" if parts.secure else "mezzora"


async def visitor_of(connection: HTTPConnection, parts: Parts) -> Visitor:
    """Who is asking; NotSignedIn when nobody knows, Forbidden when a foreign page asks in his name."""
    scheme, _, secret = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and secret.strip():
        visitor = await parts.reading.bearer(secret.strip())
    else:
        cookie = connection.cookies.get(cookie_name(parts))
        visitor = await parts.reading.browser(cookie) if cookie else None
        if visitor is not None:
            _from_our_page(connection)
            await _note_seen(visitor, parts)
    if visitor is None:
        raise NotSignedIn("Sign in first, or send a token as a bearer token.")
    return visitor


async def _note_seen(visitor: Visitor, parts: Parts) -> None:
    """For the list of sign-ins, now and then; nobody waits at the door for a disk that is full."""
    sign_in, now_at = visitor.sign_in, parts.clock.wall_ms()
    if sign_in is not None and visitor.seen_at is not None and now_at - visitor.seen_at >= SEEN_EVERY_MS:
        with suppress(Unavailable):
            await parts.ledger.write(lambda pen: note_browser_seen(pen, sign_in))


def _from_our_page(connection: HTTPConnection) -> None:
    if connection.scope["type"] == "http" and connection.scope["method"] in QUESTIONS:
        return
    if not is_ours(connection):
        raise Forbidden("This came from another site's page, and was not done.")


def is_ours(connection: HTTPConnection) -> bool:
    """Whether the browser says that one of our own pages asks."""
    origin = connection.headers.get("origin")
    if origin is None:
        return connection.headers.get("sec-fetch-site") == "same-origin"
    ours = connection.url.scheme.replace("ws", "http")
    told = urlsplit(origin)
    return (told.scheme, told.netloc.lower()) == (ours, connection.url.netloc.lower())


def allowed(role: str) -> frozenset[Act]:
    """What this role may do; a role that is not known any more may nothing."""
    return MAY.get(Role(role), frozenset()) if role in set(Role) else frozenset()


@dataclass(frozen=True)
class May:
    """What a door depends on: who is asking, if his role may do this."""

    act: Act

    async def __call__(self, connection: HTTPConnection, parts: Given) -> Visitor:
        visitor = await visitor_of(connection, parts)
        connection.state.visitor = visitor  # whoever is refused keeps the head of the page
        if self.act not in allowed(visitor.role):
            raise Forbidden("Your role may not do this.")
        return visitor


def may(visitor: Visitor, act: Act) -> bool:
    """Whether he may do this too, where a door shows or does more to some."""
    return act in allowed(visitor.role)


def device_of(connection: HTTPConnection) -> Device:
    """What signs in."""
    return Device(connection.headers.get("user-agent", ""), connection.client.host if connection.client else "")


def remember(response: Response, parts: Parts, secret: str) -> None:
    """The browser keeps the secret; no script reads it, and no other site makes it be sent."""
    response.set_cookie(
        cookie_name(parts),
        secret,
        max_age=BROWSER_LASTS_MS // SECOND_MS,
        httponly=True,
        secure=parts.secure,
        samesite="strict",
        path="/",
    )


def forget(response: Response, parts: Parts) -> None:
    response.delete_cookie(cookie_name(parts), path="/", secure=parts.secure, httponly=True, samesite="strict")
