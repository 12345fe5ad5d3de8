"""Every connection is durable and strict, and readers cannot write."""

import pytest
from sqlalchemy.exc import DBAPIError

from collector.ledger.engine import answers
from tests.collector.room import Room


async def test_commits_survive_a_power_cut(room: Room) -> None:
    words = ("SHOW synchronous_commit",) if room.engines.shared else ("PRAGMA journal_mode", "PRAGMA synchronous")
    async with room.engines.writer.begin() as connection:
        told = [(await connection.exec_driver_sql(each)).scalar() for each in words]
    assert told == (["on"] if room.engines.shared else ["wal", 2])


async def test_a_reader_cannot_write(room: Room) -> None:
    async with room.engines.readers.connect() as connection:
        assert await answers(connection)
        with pytest.raises(DBAPIError, match=r"read-?only"):
            await connection.exec_driver_sql("DELETE FROM token")


async def test_what_is_read_in_one_go_is_of_one_moment(room: Room) -> None:
    async with room.engines.readers.connect() as connection:
        before = (await connection.exec_driver_sql("SELECT count(*) FROM customer")).scalar()
        await room.customer()
        assert (await connection.exec_driver_sql("SELECT count(*) FROM customer")).scalar() == before
