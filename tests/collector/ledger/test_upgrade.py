"""Tables of an older program are changed; Alembic stays out of memory where nothing is to be changed."""

import subprocess
import sys
from pathlib import Path

import pytest

from collector.errors import CannotStart
from collector.ledger.engine import open_engines
from collector.ledger.upgrade import upgrade
from tests.collector.command import mezzora
from tests.collector.room import Room


async def test_a_change_that_this_program_does_not_know_is_a_newer_one_s(tmp_path: Path) -> None:
    engines = open_engines(tmp_path / "ledger.sqlite3")
    async with engines.writer.begin() as connection:
        await connection.run_sync(upgrade)
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '000x'")
        with pytest.raises(CannotStart, match=r"ledger\.sqlite3 was written by a newer Mezzora .*: update this one"):
            await connection.run_sync(upgrade)
    await engines.close()


async def test_once_it_ran_there_is_nothing_left_to_do(room: Room) -> None:
    async with room.engines.writer.begin() as connection:
        assert await connection.run_sync(upgrade) == []


def test_a_command_on_tables_that_are_up_to_date_does_not_load_it(tmp_path: Path) -> None:
    assert mezzora("customer", "list", "--data", tmp_path).returncode == 0
    command = f"import collector.__main__ as m; m.main(['customer', 'list', '--data', {str(tmp_path)!r}])"
    watched = f"import atexit, sys; atexit.register(lambda: print('alembic' in sys.modules)); {command}"
    done = subprocess.run([sys.executable, "-c", watched], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1:] == ["False"], done
