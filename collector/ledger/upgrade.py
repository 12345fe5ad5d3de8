"""Changes the tables of an older program into this one's: Alembic, loaded only where something is to be changed."""

from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from collector.errors import CannotStart


def upgrade(connection: Connection) -> list[tuple[str, int | str, str]]:
    """Run each change that has not run yet; CannotStart for a database that a newer program has changed.

    Returns kind, id and last word of the subjects that were as the chain had left them, and are told otherwise now.
    """
    with as_file(files("collector.ledger") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            name = connection.engine.url.database
            raise CannotStart(f"{name} was written by a newer Mezzora ({error}): update this one") from error
        as_left: list[tuple[str, int | str, str]] = config.attributes.get("as_left", [])
        return as_left
