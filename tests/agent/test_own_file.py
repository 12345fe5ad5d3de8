"""What the agent keeps is whole and for this user alone."""

import stat
import sys
from pathlib import Path

import pytest

from agent.own_file import write


def test_it_takes_the_place_of_what_stood_there_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    write(path, b"one")
    write(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_only_this_user_may_read_it_also_where_an_older_one_was_open_to_all(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    path.touch(0o644)
    write(path, b"mine")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_cannot_take_its_place_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "kept.json" / "within").mkdir(parents=True)
    with pytest.raises(OSError, match=r"kept\.json"):
        write(tmp_path / "kept.json", b"new")
    assert [each.name for each in tmp_path.iterdir()] == ["kept.json"]


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        write(tmp_path / "file" / "kept.json", b"")
