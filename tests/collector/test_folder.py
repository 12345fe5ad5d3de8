"""The ledger of a folder, for one command."""

from decimal import Decimal
from pathlib import Path

import pytest

from collector import folder
from collector.errors import CannotStart, Conflict
from collector.ledger import keys
from collector.ledger.keys import Role
from collector.ledger.lock import FolderLock
from collector.ledger.pen import Pen
from collector.ledger.reading import Reading
from collector.settings import Settings
from collector.tariffs.files import shipped_text
from tests import postgres


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
    (tmp_path / "mezzora.sqlite3").write_bytes(b"this is not a database, whatever its name says" * 100)
    with pytest.raises(CannotStart, match="cannot be used"):
        folder.read(settings, names)


def test_on_postgresql_it_is_the_same_for_commands_in_any_folder(tmp_path: Path) -> None:
    url = postgres.server().new()
    one, other = Settings(tmp_path / "one", postgres=url), Settings(tmp_path / "other", postgres=url)
    assert folder.write(one, lambda pen: keys.make_token(pen, "Laura", Role.OFFICE))
    assert folder.read(other, names) == ["Laura"]


def test_a_postgresql_that_does_not_answer_is_said_in_a_line_without_its_password(tmp_path: Path) -> None:
    settings = Settings(tmp_path, postgres="postgresql://anna:geheim@127.0.0.1:1/mezzora")
    with pytest.raises(CannotStart, match=r"postgresql://anna@127\.0\.0\.1:1/mezzora cannot be used") as refused:
        folder.read(settings, names)
    assert "geheim" not in str(refused.value)


def test_a_command_that_means_another_database_than_the_collector_beside_it_is_refused(tmp_path: Path) -> None:
    told = Settings(tmp_path, postgres="postgresql://anna:geheim@localhost/mezzora")
    with FolderLock(tmp_path, "http://127.0.0.1:8765", "postgresql://anna@localhost/mezzora"):
        with pytest.raises(CannotStart, match=r"writes postgresql://anna@localhost/mezzora, and .*mezzora\.sqlite3"):
            folder.read(Settings(tmp_path), names)
    with FolderLock(tmp_path, "http://127.0.0.1:8765", str(tmp_path / "mezzora.sqlite3")):
        with pytest.raises(CannotStart, match="tell both the same") as refused:
            folder.read(told, names)
        assert "geheim" not in str(refused.value)


def test_beside_a_collector_its_price_list_holds(tmp_path: Path) -> None:
    dearer = tmp_path / "dearer.toml"
    dearer.write_text(shipped_text().replace('"45.00"', '"60.00"'), encoding="utf-8")
    settings = Settings(tmp_path)
    with FolderLock(tmp_path, "http://127.0.0.1:8765", str(tmp_path / "mezzora.sqlite3"), dearer):
        assert [each.contract.price for _, each in folder.price_lists(settings).current] == [Decimal("60.00")]
    assert [each.contract.price for _, each in folder.price_lists(settings).current] == [Decimal("45.00")]
