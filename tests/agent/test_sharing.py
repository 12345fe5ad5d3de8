"""A file is read while its owner does with it what he likes; tests/windows has the system where that is not a matter of
course."""

from pathlib import Path

import pytest

from agent.sharing import open_shared


def test_an_open_file_is_read_on_after_it_was_renamed_and_deleted(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"before after")
    with open_shared(log) as file:
        assert file.read(7) == b"before "
        log.rename(tmp_path / "old").unlink()
        assert file.read() == b"after"


def test_what_is_no_file_or_not_there_is_an_os_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nothing-here"):
        open_shared(tmp_path / "nothing-here")
