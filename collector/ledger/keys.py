"""Tokens, codes and links: made here, handed out once, kept as SHA-256 digests alone.

They are long and random, so a plain digest is enough: there is nothing to guess (unlike a password).
"""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import count

from sqlalchemy import ColumnElement, select

from collector.errors import Conflict, NotFound
from collector.ledger.pen import Pen
from collector.ledger.tables import agent, browser_session, enrolment, signin, token
from shared.messages import Backlog
from shared.moments import HOUR_MS, MINUTE_MS

CODE_LASTS_MS = 24 * HOUR_MS
LINK_LASTS_MS = 15 * MINUTE_MS
BROWSER_LASTS_MS = 30 * 24 * HOUR_MS
SEEN_EVERY_MS = 10 * MINUTE_MS  # so often it is written down that a browser was seen


class Role(StrEnum):
    """What somebody may do; what each may, the pages decide."""

    SUPERVISOR = "supervisor"
    TECHNICIAN = "technician"
    OFFICE = "office"
    READ_ONLY = "read-only"


@dataclass(frozen=True, slots=True)
class Device:
    """What signs in, as it says and as it is seen."""

    browser: str = ""
    address: str = ""


NO_DEVICE = Device()


@dataclass(frozen=True, slots=True)
class KnownAgent:
    """An agent that may come in."""

    id: int
    name: str


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    return secrets.token_urlsafe(32)


async def make_code(pen: Pen, name: str) -> str:
    """A one-time code with which the PC of that name enrols; an older unused one of the same name is void."""
    await pen.connection.execute(
        enrolment.update().where(enrolment.c.name == name, enrolment.c.used_at.is_(None)).values(used_at=pen.now_at)
    )
    code = secrets.token_hex(10)
    await pen.connection.execute(
        enrolment.insert().values(
            code_hash=digest(code), name=name, made_at=pen.now_at, expires_at=pen.now_at + CODE_LASTS_MS
        )
    )
    return code


async def enrol(pen: Pen, code: str) -> tuple[str, str] | None:
    """The agent's name and its token, for a code that is still good; None for any other.

    A name that is enrolled already gets a new token, and the old one ends: a PC that was set up anew goes on as itself.
    """
    good = (
        enrolment.update()
        .where(
            enrolment.c.code_hash == digest(code.strip()),
            enrolment.c.used_at.is_(None),
            enrolment.c.expires_at > pen.now_at,
        )
        .values(used_at=pen.now_at)
        .returning(enrolment.c.name)
    )
    name = (await pen.connection.execute(good)).scalar()
    if name is None:
        return None
    secret = new_secret()
    fresh = {"token_hash": digest(secret), "enrolled_at": pen.now_at, "revoked_at": None}
    found = await pen.connection.execute(agent.update().where(agent.c.name == name).values(**fresh))
    if found.rowcount == 0:
        await pen.connection.execute(agent.insert().values(name=name, **fresh))
    return name, secret


async def admit(pen: Pen, secret: str, *, system: str, version: str, clock_offset_ms: int) -> KnownAgent | None:
    """The agent with this token, noted as seen; None when it is unknown or was revoked."""
    seen = (
        agent.update()
        .where(agent.c.token_hash == digest(secret), agent.c.revoked_at.is_(None))
        .values(system=system, version=version, clock_offset_ms=clock_offset_ms, last_seen_at=pen.now_at)
        .values(backlog_at=None)
        .returning(agent.c.id, agent.c.name)
    )
    row = (await pen.connection.execute(seen)).one_or_none()
    return None if row is None else KnownAgent(row.id, row.name)


async def note_seen(pen: Pen, agent_id: int) -> None:
    """The agent's line went down just now."""
    await pen.connection.execute(agent.update().where(agent.c.id == agent_id).values(last_seen_at=pen.now_at))


async def note_backlog(pen: Pen, agent_id: int, told: Backlog, offset_ms: int) -> None:
    """What waits on the agent's PC, as it says; `offset_ms` is to be added to its instants."""
    await pen.connection.execute(
        agent.update()
        .where(agent.c.id == agent_id)
        .values(
            backlog_at=pen.now_at,
            backlog=told.waiting,
            backlog_since_at=None if told.since_at is None else max(0, told.since_at + offset_ms),
            backlog_refused=told.refused,
            backlog_on_disk=told.on_disk,
        )
    )


async def revoke_agent(pen: Pen, agent_id: int) -> None:
    """Its token is void from now on; what it reported stays."""
    done = await pen.connection.execute(
        agent.update().where(agent.c.id == agent_id, agent.c.revoked_at.is_(None)).values(revoked_at=pen.now_at)
    )
    if done.rowcount == 0:
        raise NotFound(f"no agent {agent_id} that could be revoked")


async def make_token(pen: Pen, name: str | None, role: Role) -> str:
    """A token for the API; a name that has one already is a Conflict, without a name it is called after its role."""
    taken = set(await pen.connection.scalars(select(token.c.name).where(token.c.revoked_at.is_(None))))
    if name in taken:
        raise Conflict(f'there is a token "{name}" already: revoke it first, or give another --name')
    called = name or next(each for each in _names_after(role) if each not in taken)
    secret = new_secret()
    await pen.connection.execute(
        token.insert().values(name=called, role=role.value, hash=digest(secret), made_at=pen.now_at)
    )
    return secret


async def lend(pen: Pen, name: str, role: Role) -> str:
    """A token for one question of a command, called as whoever types; to be taken back."""
    secret = new_secret()
    await pen.connection.execute(
        token.insert().values(name=name[:200], role=role.value, hash=digest(secret), made_at=pen.now_at)
    )
    return secret


async def take_back(pen: Pen, secret: str) -> None:
    """As if it had never been."""
    await pen.connection.execute(token.delete().where(token.c.hash == digest(secret)))


def _names_after(role: Role) -> Iterator[str]:
    yield role.value
    for number in count(2):
        yield f"{role.value}-{number}"


async def revoke_token(pen: Pen, name: str) -> None:
    """The token of that name is void from now on."""
    if not await _void(pen, token.c.name == name):
        raise NotFound(f'no token "{name}" that could be revoked: see `mezzora token list`')


async def void_token(pen: Pen, id: int) -> None:
    """The token of that number is void from now on."""
    if not await _void(pen, token.c.id == id):
        raise NotFound(f"no token {id} that could be revoked")


async def _void(pen: Pen, which: ColumnElement[bool]) -> bool:
    voided = token.update().where(which, token.c.revoked_at.is_(None)).values(revoked_at=pen.now_at)
    return (await pen.connection.execute(voided)).rowcount > 0


async def make_link(pen: Pen, name: str, role: Role) -> str:
    """The code of a sign-in link: good once, for a quarter of an hour."""
    code = new_secret()
    await pen.connection.execute(
        signin.insert().values(hash=digest(code), role=role.value, name=name, expires_at=pen.now_at + LINK_LASTS_MS)
    )
    return code


async def use_link(pen: Pen, code: str, device: Device = NO_DEVICE) -> str | None:
    """The secret of a new browser session, for a link that is still good; None for any other."""
    good = (
        signin.update()
        .where(
            signin.c.hash == digest(code),
            signin.c.account_id.is_(None),
            signin.c.used_at.is_(None),
            signin.c.expires_at > pen.now_at,
        )
        .values(used_at=pen.now_at)
        .returning(signin.c.name, signin.c.role)
    )
    row = (await pen.connection.execute(good)).one_or_none()
    return None if row is None else await open_browser(pen, device, name=row.name, role=row.role)


async def sign_in(pen: Pen, secret: str, device: Device = NO_DEVICE) -> str | None:
    """The secret of a new browser session, for an API token that is still good; None for any other."""
    good = select(token.c.id, token.c.name, token.c.role).where(
        token.c.hash == digest(secret), token.c.revoked_at.is_(None)
    )
    row = (await pen.connection.execute(good)).one_or_none()
    return None if row is None else await open_browser(pen, device, name=row.name, role=row.role, token_id=row.id)


async def sign_out(pen: Pen, secret: str) -> None:
    """The browser session is over."""
    await pen.connection.execute(browser_session.delete().where(browser_session.c.hash == digest(secret)))


async def end_browser(pen: Pen, id: int) -> None:
    """The browser session of that number is over."""
    done = await pen.connection.execute(browser_session.delete().where(browser_session.c.id == id))
    if done.rowcount == 0:
        raise NotFound(f"no sign-in {id}: it may be over already")


async def note_browser_seen(pen: Pen, id: int) -> None:
    await pen.connection.execute(browser_session.update().where(browser_session.c.id == id).values(seen_at=pen.now_at))


async def open_browser(
    pen: Pen, device: Device, *, name: str, role: str, account_id: int | None = None, token_id: int | None = None
) -> str:
    """The secret of a new browser session; those that are over are forgotten."""
    await pen.connection.execute(browser_session.delete().where(browser_session.c.expires_at <= pen.now_at))
    secret = new_secret()
    await pen.connection.execute(
        browser_session.insert().values(
            hash=digest(secret),
            account_id=account_id,
            token_id=token_id,
            role=role,
            name=name,
            browser=device.browser[:200],
            address=device.address[:64],
            made_at=pen.now_at,
            seen_at=pen.now_at,
            expires_at=pen.now_at + BROWSER_LASTS_MS,
        )
    )
    return secret
