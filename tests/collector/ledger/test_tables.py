"""The tables and their migrations say the same."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from collector.ledger.tables import metadata
from tests.collector.room import Room


async def test_the_migrations_make_what_the_tables_say(room: Room) -> None:
    async with room.engines.writer.begin() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), metadata)
        )
    assert differences == []
