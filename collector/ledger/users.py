"""Users: who signs in with a password of his own, and in which role. Passwords come here as Argon2id texts alone."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select

from collector.errors import Conflict, NotFound
from collector.ledger import audit, keys
from collector.ledger.keys import Device, Role, digest, new_secret
from collector.ledger.pen import Pen
from collector.ledger.tables import account, agent, browser_session, signin
from collector.ledger.witness import Subject, Told, as_is
from shared.moments import HOUR_MS

INVITATION_LASTS_MS = 24 * HOUR_MS


@dataclass(frozen=True, slots=True)
class Invitation:
    """With its code the user chooses his password, once."""

    code: str
    expires_at: int


def key_of(name: str) -> str:
    """What every spelling of a name shares."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())[:200]


async def add(pen: Pen, name: str, role: Role, *, by: str) -> tuple[int, Invitation]:
    """His number, and the link with which he chooses his password; a name that somebody has is a Conflict."""
    taken = select(account.c.name).where(account.c.key == key_of(name))
    other = (await pen.connection.execute(taken)).scalar()
    if other is not None:
        raise Conflict(f'there is a user "{other}" already')
    values = {"name": name, "key": key_of(name), "role": role.value, "made_at": pen.now_at}
    id = (await pen.connection.execute(account.insert().values(values).returning(account.c.id))).scalar_one()
    await audit.enter(pen, "user-added", Subject("user", id), by=by, before=None)
    return id, await invite(pen, id)


async def invite(pen: Pen, id: int) -> Invitation:
    """A link with which he chooses a password, and sees until then with the one that he has; older links are void."""
    row = await _the(pen, account.c.id == id)
    if row.disabled_at is not None:
        raise Conflict(f'the user "{row.name}" is disabled: enable him first')
    await _void_links(pen, id)
    code, expires_at = new_secret(), pen.now_at + INVITATION_LASTS_MS
    await pen.connection.execute(
        signin.insert().values(hash=digest(code), role=row.role, name=row.name, expires_at=expires_at, account_id=id)
    )
    return Invitation(code, expires_at)


async def choose_password(pen: Pen, code: str, password: str, device: Device) -> str | None:
    """The secret of a browser session, for a link that is still good; his other sessions are over. None for no good."""
    good = (
        signin.update()
        .where(good_invitation(code, pen.now_at))
        .values(used_at=pen.now_at)
        .returning(signin.c.account_id)
    )
    id = (await pen.connection.execute(good)).scalar()
    if id is None:
        return None
    await set_password(pen, id, password, keeping=None)
    return await open_for(pen, id, device)


def good_invitation(code: str, now_at: int) -> ColumnElement[bool]:
    """Whether a link of that code lets its user choose a password."""
    return (
        (signin.c.hash == digest(code))
        & signin.c.account_id.is_not(None)
        & signin.c.used_at.is_(None)
        & (signin.c.expires_at > now_at)
    )


async def set_password(pen: Pen, id: int, password: str, *, keeping: int | None) -> None:
    """The one that counts from now on; all his browser sessions but the kept one are over."""
    row = await _the(pen, account.c.id == id)
    await pen.connection.execute(account.update().where(account.c.id == row.id).values(password=password))
    await _void_links(pen, id)
    await _end_sessions(pen, id, keeping=keeping)


async def renew_password(pen: Pen, id: int, before: str, password: str) -> None:
    """The same password, kept in today's way; nothing where it was changed meanwhile."""
    same = (account.c.id == id) & (account.c.password == before)
    await pen.connection.execute(account.update().where(same).values(password=password))


async def open_for(pen: Pen, id: int, device: Device) -> str | None:
    """The secret of a new browser session of this user; None when he may not come in any more."""
    row = await _the(pen, account.c.id == id)
    if row.disabled_at is not None:
        return None
    return await keys.open_browser(pen, device, name=row.name, role=row.role, account_id=id)


async def change_role(pen: Pen, id: int, role: Role, *, by: str) -> None:
    """At once, in his open sessions too. The last supervisor stays one."""
    before = await _change(pen, id, role=role.value)
    await audit.enter(pen, "user-role", Subject("user", id), by=by, before=before)


async def disable(pen: Pen, id: int, *, by: str) -> None:
    """He does not come in any more, and his sessions are over; what he did stays his. Not the last supervisor."""
    before = await _change(pen, id, disabled_at=pen.now_at)
    await _void_links(pen, id)
    await _end_sessions(pen, id, keeping=None)
    await audit.enter(pen, "user-disabled", Subject("user", id), by=by, before=before)


async def enable(pen: Pen, id: int, *, by: str) -> None:
    before = await _change(pen, id, disabled_at=None)
    await audit.enter(pen, "user-enabled", Subject("user", id), by=by, before=before)


async def named(pen: Pen, name: str) -> int:
    """The number of the user of that name."""
    his = select(account.c.id).where(account.c.key == key_of(name))
    found: int | None = (await pen.connection.execute(his)).scalar()
    if found is None:
        raise NotFound(f'no user "{name}": see `mezzora user list`')
    return found


async def give_pc(pen: Pen, agent_id: int, account_id: int | None) -> None:
    """Whose PC it is."""
    if account_id is not None:
        await _the(pen, account.c.id == account_id)
    done = await pen.connection.execute(agent.update().where(agent.c.id == agent_id).values(account_id=account_id))
    if done.rowcount == 0:
        raise NotFound(f"no agent {agent_id}")


async def _the(pen: Pen, which: ColumnElement[bool]) -> Any:
    row = (await pen.connection.execute(select(account).where(which))).one_or_none()
    if row is None:
        raise NotFound("there is no such user")
    return row


async def _change(pen: Pen, id: int, **values: object) -> Told | None:
    """What he was before; a Conflict where nobody would be left who may do everything."""
    before = await as_is(pen.connection, Subject("user", id))
    await _the(pen, account.c.id == id)
    boss = (account.c.role == Role.SUPERVISOR.value) & account.c.disabled_at.is_(None)
    count = select(func.count()).select_from(account).where(boss)
    had = (await pen.connection.execute(count)).scalar_one()
    await pen.connection.execute(account.update().where(account.c.id == id).values(values))
    if had and not (await pen.connection.execute(count)).scalar_one():
        raise Conflict("he is the last supervisor: make somebody else one first")
    return before


async def _void_links(pen: Pen, id: int) -> None:
    mine = (signin.c.account_id == id) & signin.c.used_at.is_(None)
    await pen.connection.execute(signin.update().where(mine).values(used_at=pen.now_at))


async def _end_sessions(pen: Pen, id: int, *, keeping: int | None) -> None:
    his = browser_session.c.account_id == id
    over = his if keeping is None else his & (browser_session.c.id != keeping)
    await pen.connection.execute(browser_session.delete().where(over))
