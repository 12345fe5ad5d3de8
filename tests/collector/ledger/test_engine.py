"""Every connection is durable and strict, and readers cannot write."""

import pytest
from sqlalchemy.exc import OperationalError

from collector.ledger.engine import answers
from tests.collector.room import Room


async def test_commits_survive_a_power_cut(room: Room) -> None:
    async with room.engines.writer.begin() as connection:
        told = [
            (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")
        ]
    assert told == ["wal", 2]


async def test_a_reader_cannot_write(room: Room) -> None:
    async with room.engines.readers.connect() as connection:
        assert await answers(connection)
        with pytest.raises(OperationalError, match="readonly"):
            await connection.exec_driver_sql("DELETE FROM token")


async def test_what_is_read_in_one_go_is_of_one_moment(room: Room) -> None:
    async with room.engines.readers.connect() as connection:
        before = (await connection.exec_driver_sql("SELECT count(*) FROM customer")).scalar()
        await room.customer()
        assert (await connection.exec_driver_sql("SELECT count(*) FROM customer")).scalar() == before
