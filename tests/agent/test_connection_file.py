"""What the file that a viewer was opened with says of the peer."""

import os
import sys
from pathlib import Path

import pytest

from agent.connection_file import MOST_BYTES, peer_lines
from agent.signature import ArgumentRule, Confidence

RULE = ArgumentRule(
    pattern=r"^full address:s:(?P<host>[\w.-]+)(?::(?P<port>\d+))?\s*$",
    file=r"\.rdp$",
    source="made up",
    confidence=Confidence.VERIFIED,
)
WRITTEN = "screen mode id:i:2\r\nusername:s:FIRM\\anna\r\nFull Address:s:srv1.example.it:3390\r\npassword 51:b:0123\r\n"


def told(name: str, folder: Path | str = "") -> tuple[str, ...]:
    return peer_lines(("/admin", name), (RULE,), lambda: str(folder))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_line_that_names_the_peer_is_told_and_none_other(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "Ufficio perché.RDP"
    path.write_bytes(WRITTEN.encode(encoding))
    assert told(str(path)) == told(path.name, tmp_path) == ("Full Address:s:srv1.example.it:3390",)


def test_a_last_line_without_an_end_is_read_and_what_lies_far_behind_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.rdp"
    path.write_text("full address:s:srv1")
    assert told(str(path)) == ("full address:s:srv1",)
    path.write_text("x:i:1\n" * MOST_BYTES + "full address:s:srv1\n")
    assert told(str(path)) == ()


@pytest.mark.parametrize(
    "name", ["missing.rdp", "folder.rdp", "\\\\server\\share\\a.rdp", "//server/share/a.rdp", "a\0.rdp", "b.txt"]
)
def test_what_cannot_be_read_tells_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.rdp").mkdir()
    (tmp_path / "b.txt").write_text(WRITTEN)
    assert told(name, tmp_path) == ()


def test_where_it_is_looked_for_is_not_told_it_is_not_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.rdp").write_text(WRITTEN)
    monkeypatch.chdir(tmp_path)
    assert told("a.rdp") == ()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such files there")
def test_a_pipe_keeps_nobody_waiting(tmp_path: Path) -> None:
    if sys.platform != "win32":
        os.mkfifo(tmp_path / "a.rdp")
    assert told("a.rdp", tmp_path) == ()
