"""One collector on one folder, and everybody can learn which."""

from pathlib import Path

import pytest

from collector.errors import CannotStart
from collector.ledger.lock import FolderLock, who_runs


def test_the_second_is_told_who_runs(tmp_path: Path) -> None:
    with FolderLock(tmp_path, "http://127.0.0.1:8765", str(tmp_path / "x.sqlite3")):
        with pytest.raises(CannotStart, match=r"http://127\.0\.0\.1:8765"):
            with FolderLock(tmp_path, "http://127.0.0.1:1", str(tmp_path / "x.sqlite3")):
                pass
        running = who_runs(tmp_path)
        assert running is not None
        assert (running.address, running.database) == ("http://127.0.0.1:8765", str(tmp_path / "x.sqlite3"))


def test_nobody_runs_before_and_after(tmp_path: Path) -> None:
    assert who_runs(tmp_path) is None
    with FolderLock(tmp_path, "http://127.0.0.1:8765", str(tmp_path / "x.sqlite3")):
        pass
    assert who_runs(tmp_path) is None
    with FolderLock(tmp_path, "http://127.0.0.1:8765", str(tmp_path / "x.sqlite3")):
        pass
