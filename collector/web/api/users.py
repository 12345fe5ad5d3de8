"""Users: who signs in with a password of his own. Nobody but a supervisor has to do with them."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request

from collector.errors import NotFound
from collector.ledger import users
from collector.ledger.keys import Role
from collector.ledger.users import Invitation
from collector.ledger.views import Visitor
from collector.web import told
from collector.web.auth import Act, May
from collector.web.parts import Given, Parts
from collector.web.schemas import Invited, Key, NewUser, User, UserChange
from shared.moments import from_at

router = APIRouter(prefix="/users", tags=["users"])
Looks = Annotated[Visitor, Depends(May(Act.USERS))]


@router.get("")
async def list_users(_: Looks, parts: Given) -> list[User]:
    """All of them, by name."""
    return [told.user(view) for view in await parts.reading.users()]


@router.get("/{user_id}")
async def get_user(_: Looks, parts: Given, user_id: Key) -> User:
    """One user."""
    return await _told(parts, user_id)


@router.post("", status_code=201)
async def add_user(request: Request, who: Looks, parts: Given, asked: NewUser) -> Invited:
    """A new one, and the one-time link with which he chooses his password; the link is shown this once."""
    role = Role(asked.role)
    id, invitation = await parts.ledger.write(lambda pen: users.add(pen, asked.name, role, by=who.name))
    return _invited(request, await _told(parts, id), invitation)


@router.patch("/{user_id}")
async def change_user(who: Looks, parts: Given, user_id: Key, asked: UserChange) -> User:
    """His role, and whether he may come in: at once, in his open browsers too. The last supervisor stays one."""
    if asked.role is not None:
        role = Role(asked.role)
        await parts.ledger.write(lambda pen: users.change_role(pen, user_id, role, by=who.name))
    if asked.disabled is not None:
        act = users.disable if asked.disabled else users.enable
        await parts.ledger.write(lambda pen: act(pen, user_id, by=who.name))
    return await _told(parts, user_id)


@router.post("/{user_id}/invitation", status_code=201)
async def invite(request: Request, _: Looks, parts: Given, user_id: Key) -> Invited:
    """A new one-time link for another password, for one that was forgotten; the old password is good until then."""
    invitation = await parts.ledger.write(lambda pen: users.invite(pen, user_id))
    return _invited(request, await _told(parts, user_id), invitation)


def _invited(request: Request, user: User, invitation: Invitation) -> Invited:
    url = f"{str(request.base_url).rstrip('/')}/welcome?code={invitation.code}"
    return Invited(user=user, url=url, expires_at=from_at(invitation.expires_at))


async def _told(parts: Parts, user_id: int) -> User:
    view = await parts.reading.user(user_id)
    if view is None:
        raise NotFound(f"no user {user_id}")
    return told.user(view)
