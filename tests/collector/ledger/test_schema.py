"""A database is brought up to date at the start, or refused in one line."""

import sqlite3
from pathlib import Path

import pytest

from collector.errors import CannotStart
from collector.ledger.schema import newest
from tests.collector.room import Room, a_room


async def test_it_stands_at_the_newest_change(room: Room) -> None:
    assert await room.reading.schema_version() == newest()


async def test_preparing_it_again_changes_nothing(room: Room, tmp_path: Path) -> None:
    await room.customer()
    async with a_room(tmp_path) as again:
        assert await again.reading.customer(1) is not None


async def test_rubbish_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    file.write_bytes(b"no database at all" * 500)
    with pytest.raises(CannotStart, match="restore it"):
        async with a_room(tmp_path):
            pass
    assert file.read_bytes().startswith(b"no database")


async def test_a_database_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    async with a_room(tmp_path):
        pass
    with sqlite3.connect(tmp_path / "ledger.sqlite3") as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(CannotStart, match="newer"):
        async with a_room(tmp_path):
            pass
