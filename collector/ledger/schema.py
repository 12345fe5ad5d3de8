"""Brings the tables to what this version of the program expects; finds its changes in the installed package."""

from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from collector.errors import CannotStart
from collector.ledger import audit
from collector.ledger.engine import Engines
from collector.ledger.ledger import writing
from collector.ledger.pen import Pen
from collector.ledger.price_lists import PriceLists
from shared.clock import Clock

THE_CHAIN = "0004"
"""The change that brings the audit chain: what a database from before it holds is entered as it is found."""


async def prepare(engines: Engines, lists: PriceLists, clock: Clock) -> None:
    """Bring the tables up to date, and write down the price lists; CannotStart says what is wrong with the file."""
    file = engines.writer.url.database
    try:
        async with writing(engines.writer, lists, clock) as pen:
            await _migrate(pen)
            await lists.keep(pen)
    except (SQLAlchemyError, UnicodeDecodeError) as error:  # SQLite quotes what it cannot read
        why = getattr(error, "orig", error)
        raise CannotStart(
            f"the database {file} cannot be used ({why}): restore it, or give another --data DIR"
        ) from error
    except CommandError as error:
        raise CannotStart(f"{file} was written by a newer Mezzora ({error}): update this one") from error


async def _migrate(pen: Pen) -> None:
    """Run what has not run yet; a database of a newer program is left alone and refused."""
    stood_at = await pen.connection.run_sync(_stands_at)
    as_left = await pen.connection.run_sync(_upgrade)
    if stood_at is not None and stood_at < THE_CHAIN:
        await audit.found(pen)
    await audit.tell_anew(pen, as_left)


def newest() -> str | None:
    """The change that this program expects to be the last."""
    with as_file(files("collector.ledger") / "migrations") as folder:
        return ScriptDirectory.from_config(_config(str(folder))).get_current_head()


def _stands_at(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection) -> list[tuple[str, int, str]]:
    """Kind, id and last word of the subjects that were as the chain had left them, and are told otherwise now."""
    with as_file(files("collector.ledger") / "migrations") as folder:
        config = _config(str(folder))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        as_left: list[tuple[str, int, str]] = config.attributes.get("as_left", [])
        return as_left


def _config(folder: str) -> Config:
    config = Config()
    config.set_main_option("script_location", folder.replace("%", "%%"))
    return config
