"""The ledger of a folder, for one command."""

from pathlib import Path

import pytest

from collector import folder
from collector.errors import CannotStart, Conflict
from collector.ledger import keys
from collector.ledger.keys import Role
from collector.ledger.pen import Pen
from collector.ledger.reading import Reading
from collector.settings import Settings


async def names(reading: Reading) -> list[str]:
    return [each.name for each in await reading.tokens()]


def test_what_one_command_writes_the_next_one_reads(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "new")
    assert folder.read(settings, names) == []
    assert folder.write(settings, lambda pen: keys.make_token(pen, "Laura", Role.OFFICE))
    assert folder.read(settings, names) == ["Laura"]


def test_an_act_that_fails_leaves_nothing(tmp_path: Path) -> None:
    settings = Settings(tmp_path)

    async def twice(pen: Pen) -> str:
        await keys.make_token(pen, "Laura", Role.OFFICE)
        return await keys.make_token(pen, "Laura", Role.OFFICE)

    with pytest.raises(Conflict):
        folder.write(settings, twice)
    assert folder.read(settings, names) == []


def test_a_file_that_is_no_database_is_said_in_a_line(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    settings.database.write_bytes(b"this is not a database, whatever its name says" * 100)
    with pytest.raises(CannotStart, match="cannot be used"):
        folder.read(settings, names)
