"""A database is brought up to date at the start, or refused in one line."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from collector.errors import CannotStart
from collector.ledger import migrations, proof
from collector.ledger.engine import open_engines
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


async def test_customers_of_before_keep_contract_version_and_peers(tmp_path: Path) -> None:
    engines = open_engines(tmp_path / "ledger.sqlite3")
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    async with engines.writer.begin() as connection:

        def to_the_first(sync: Any) -> None:
            config.attributes["connection"] = sync
            command.upgrade(config, "0001")

        await connection.run_sync(to_the_first)
        for row in ("'A', '2020-01-01', '2030-12-31', 'current'", "'B', NULL, NULL, 'previous'"):
            columns = "name, contract_from_day, contract_until_day, version, made_at"
            await connection.exec_driver_sql(f"INSERT INTO customer ({columns}) VALUES ({row}, 0)")
        for peer in ("123 456 789", "123456789"):
            await connection.exec_driver_sql(f"INSERT INTO peer VALUES ('teamviewer', '{peer}', 1)")
    await engines.close()
    async with a_room(tmp_path) as room:
        (one, other), _ = await room.reading.customers()
        assert (one.contract_from_day, one.contract_until_day, one.version) == ("2020-01-01", "2030-12-31", "current")
        assert (other.contract_from_day, other.version) == (None, "previous")
        assert [peer.peer for peer in one.peers] == ["123456789"]
        async with room.engines.readers.connect() as connection:
            assert (await proof.verify(connection)).broken is None


@pytest.mark.parametrize("tampered", [None, "UPDATE customer SET contract_from_day = '2019-01-01' WHERE id = 2"])
async def test_a_chain_of_before_customers_were_told_in_full_still_verifies_and_hides_nothing(
    tmp_path: Path, tampered: str | None
) -> None:
    sample = Path(__file__).parent / "samples" / "at_0004.sql"  # as the program of that time wrote it
    with sqlite3.connect(tmp_path / "ledger.sqlite3") as file:
        file.executescript(sample.read_text(encoding="utf-8"))
        if tampered is not None:
            file.execute(tampered)
    for _ in range(2):  # the second time nothing is left to be done
        async with a_room(tmp_path) as room, room.engines.readers.connect() as connection:
            verdict = await proof.verify(connection)
            anew = await connection.scalar(text("SELECT count(*) FROM audit WHERE what = 'told-anew'"))
        if tampered is None:
            assert (verdict.broken, anew) == (None, 5)
        else:
            assert verdict.broken is not None and "customer 2 was changed behind" in verdict.broken
