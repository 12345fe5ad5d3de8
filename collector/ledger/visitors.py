"""Who is asking, and who may come in: users, sign-ins, tokens, as they are now."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from collector.ledger.keys import digest
from collector.ledger.tables import account, agent, browser_session, signin, token
from collector.ledger.users import good_invitation, key_of
from collector.ledger.views import KnownUser, SignInView, UserView, Visitor


def bearer(secret: str) -> Select[Any]:
    """The question whose API token this is."""
    return _tokens().where(token.c.hash == digest(secret))


def browser(secret: str, now_at: int) -> Select[Any]:
    """The question whose browser session this is."""
    return _browsers(now_at).where(browser_session.c.hash == digest(secret))


async def visitor(connection: AsyncConnection, question: Select[Any]) -> Visitor | None:
    """Who that is; None for nobody."""
    row = (await connection.execute(question)).one_or_none()
    return None if row is None else Visitor(*row)


async def still_in(connection: AsyncConnection, keys: Collection[str], now_at: int) -> dict[str, str]:
    """Those of these that are still good, and the role that each has now."""
    asked = (_tokens().where(token.c.hash.in_(keys)), _browsers(now_at).where(browser_session.c.hash.in_(keys)))
    return {row.hash: row.role for question in asked for row in await connection.execute(question)}


def _tokens() -> Select[Any]:
    return select(token.c.name, token.c.role, token.c.hash).where(token.c.revoked_at.is_(None))


def _browsers(now_at: int) -> Select[Any]:
    """A user's role and name are those that he has now; what was opened with a token is over with it."""
    return (
        select(
            func.coalesce(account.c.name, browser_session.c.name).label("name"),
            func.coalesce(account.c.role, browser_session.c.role).label("role"),
            browser_session.c.hash,
            browser_session.c.id,
            browser_session.c.account_id,
            browser_session.c.seen_at,
        )
        .outerjoin(account, account.c.id == browser_session.c.account_id)
        .outerjoin(token, token.c.id == browser_session.c.token_id)
        .where(
            browser_session.c.expires_at > now_at,
            or_(browser_session.c.account_id.is_(None), account.c.disabled_at.is_(None)),
            or_(browser_session.c.token_id.is_(None), token.c.revoked_at.is_(None)),
        )
    )


async def users(connection: AsyncConnection, only: int | None = None) -> list[UserView]:
    """By name; or the one of that number."""
    seen_at = select(func.max(browser_session.c.seen_at)).where(browser_session.c.account_id == account.c.id)
    query = select(account, seen_at.scalar_subquery().label("seen_at")).order_by(account.c.key)
    pcs: dict[int, list[str]] = {}
    for row in await connection.execute(
        select(agent.c.account_id, agent.c.name).where(agent.c.account_id.is_not(None)).order_by(agent.c.name)
    ):
        pcs.setdefault(row.account_id, []).append(row.name)
    return [
        UserView(
            id=row.id,
            name=row.name,
            role=row.role,
            made_at=row.made_at,
            disabled_at=row.disabled_at,
            has_password=row.password is not None,
            seen_at=row.seen_at,
            pcs=tuple(pcs.get(row.id, ())),
        )
        for row in await connection.execute(query if only is None else query.where(account.c.id == only))
    ]


async def known_user(connection: AsyncConnection, name: str) -> KnownUser | None:
    """Who signs in under that name; None where there is nobody, or nobody who may."""
    query = select(account.c.id, account.c.name, account.c.role, account.c.password).where(
        account.c.key == key_of(name), account.c.disabled_at.is_(None)
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else KnownUser(*row)


async def invited(connection: AsyncConnection, code: str, now_at: int) -> KnownUser | None:
    """Who chooses his password by this link; None when it is not good any more."""
    query = select(account.c.id, account.c.name, account.c.role, account.c.password).join(
        signin, signin.c.account_id == account.c.id
    )
    row = (await connection.execute(query.where(good_invitation(code, now_at)))).one_or_none()
    return None if row is None else KnownUser(*row)


async def sign_ins(connection: AsyncConnection, now_at: int) -> list[SignInView]:
    """Every browser session that is not over, the one seen last first."""
    query = _browsers(now_at).add_columns(
        browser_session.c.browser, browser_session.c.address, browser_session.c.made_at, browser_session.c.expires_at
    )
    return [
        SignInView(
            id=row.id,
            name=row.name,
            role=row.role,
            user=row.account_id,
            browser=row.browser,
            address=row.address,
            made_at=row.made_at,
            seen_at=row.seen_at,
            expires_at=row.expires_at,
        )
        for row in await connection.execute(query.order_by(browser_session.c.seen_at.desc(), browser_session.c.id))
    ]
