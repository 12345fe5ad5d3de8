"""Brings the tables to what this version of the program expects; finds its changes in the installed package."""

from importlib.resources import files

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from collector.errors import CannotStart
from collector.ledger import audit, postgres
from collector.ledger.engine import Engines
from collector.ledger.ledger import writing
from collector.ledger.pen import Pen
from collector.ledger.price_lists import PriceLists
from shared.clock import Clock

THE_CHAIN = "0004"
"""The change that brings the audit chain: what a database from before it holds is entered as it is found."""


async def prepare(engines: Engines, lists: PriceLists, clock: Clock) -> None:
    """Bring the tables up to date, and write down the price lists; CannotStart says what is wrong with it."""
    try:
        async with writing(engines.writer, lists, clock) as pen:
            if engines.shared:
                await postgres.refuse_unfit(pen.connection)
            await _migrate(pen)
            await lists.keep(pen)
    except (SQLAlchemyError, OSError, UnicodeDecodeError) as error:  # SQLite quotes what it cannot read
        why = getattr(error, "orig", error)
        remedy = postgres.remedy(why) if engines.shared else "restore it, or give another --data DIR"
        raise CannotStart(f"the database {engines.name} cannot be used ({why}): {remedy}") from error


async def _migrate(pen: Pen) -> None:
    """Run what has not run yet; a database of a newer program is left alone and refused."""
    stood_at = await pen.connection.run_sync(_stands_at)
    if stood_at == newest():
        return
    # Alembic takes as long to load as a command to run: it is loaded for those that need it.
    from collector.ledger.upgrade import upgrade

    as_left = await pen.connection.run_sync(upgrade)
    if stood_at is not None and stood_at < THE_CHAIN:
        await audit.found(pen)
    await audit.tell_anew(pen, as_left)


def newest() -> str:
    """The change that this program expects to be the last; their files begin with their numbers."""
    changes = (files("collector.ledger") / "migrations" / "versions").iterdir()
    return max(change.name[:4] for change in changes if change.name[0].isdecimal())


def _stands_at(connection: Connection) -> str | None:
    """The last change that was run on this database; None when none was."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    stands_at: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return stands_at
