"""The link by which a customer sees what is his own: off until one is made, good until it is taken back."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from collector.errors import NotFound
from collector.ledger.keys import digest, new_secret
from collector.ledger.pen import Pen
from collector.ledger.tables import customer, customer_link


async def make(pen: Pen, customer_id: int, *, by: str) -> str:
    """The code of the link; an older one of the same customer is void."""
    there = select(customer.c.id).where(customer.c.id == customer_id, customer.c.merged_into.is_(None))
    if (await pen.connection.execute(there)).scalar() is None:
        raise NotFound(f"no customer {customer_id}")
    await _void(pen, customer_id)
    code = new_secret()
    values = {"customer_id": customer_id, "hash": digest(code), "made_at": pen.now_at, "made_by": by}
    await pen.connection.execute(customer_link.insert().values(values))
    return code


async def take_back(pen: Pen, customer_id: int) -> None:
    """Whoever has it sees nothing more from now on."""
    if not await _void(pen, customer_id):
        raise NotFound(f"customer {customer_id} has no link")


async def owner(connection: AsyncConnection, code: str) -> int | None:
    """Whose link it is; None where it is nobody's, was taken back, or its customer turned out to be another."""
    query = (
        select(customer_link.c.customer_id)
        .join(customer, customer.c.id == customer_link.c.customer_id)
        .where(
            customer_link.c.hash == digest(code),
            customer_link.c.revoked_at.is_(None),
            customer.c.merged_into.is_(None),
        )
    )
    return (await connection.execute(query)).scalar()


async def since(connection: AsyncConnection, customer_id: int) -> int | None:
    """When the customer's link was made; None where he has none."""
    mine = (customer_link.c.customer_id == customer_id) & customer_link.c.revoked_at.is_(None)
    return (await connection.execute(select(customer_link.c.made_at).where(mine))).scalar()


async def _void(pen: Pen, customer_id: int) -> bool:
    mine = (customer_link.c.customer_id == customer_id) & customer_link.c.revoked_at.is_(None)
    done = await pen.connection.execute(customer_link.update().where(mine).values(revoked_at=pen.now_at))
    return done.rowcount > 0
