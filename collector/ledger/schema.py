"""Brings the tables to what this version of the program expects; finds its changes in the installed package."""

from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine


async def migrate(engine: AsyncEngine) -> None:
    """Run what has not run yet, in one transaction; a database of a newer program is left alone and refused."""
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade)


def newest() -> str | None:
    """The change that this program expects to be the last."""
    with as_file(files("collector.ledger") / "migrations") as folder:
        return ScriptDirectory.from_config(_config(str(folder))).get_current_head()


def _upgrade(connection: Connection) -> None:
    with as_file(files("collector.ledger") / "migrations") as folder:
        config = _config(str(folder))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _config(folder: str) -> Config:
    config = Config()
    config.set_main_option("script_location", folder.replace("%", "%%"))
    return config
