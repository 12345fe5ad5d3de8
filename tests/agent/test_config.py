"""The enrolment on disk."""

import stat
import sys
from pathlib import Path

import pytest

from agent.config import FILE, Enrolment, read_enrolment, write_enrolment
from agent.errors import NotEnrolled

ENROLMENT = Enrolment("ws://127.0.0.1:8765/agent", "reception", "secret")


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_enrolment(tmp_path / "new", ENROLMENT)
    assert read_enrolment(tmp_path / "new") == ENROLMENT


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps files of a user's profile to that user")
def test_only_this_user_may_read_it(tmp_path: Path) -> None:
    write_enrolment(tmp_path, ENROLMENT)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [None, b"", b"rubbish", b'{"url": 1}'])
def test_a_missing_or_broken_one_says_what_to_do(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / FILE).write_bytes(content)
    with pytest.raises(NotEnrolled, match="enrol"):
        read_enrolment(tmp_path)
