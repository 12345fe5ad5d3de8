"""Real files: new lines, rotation, truncation, halves of lines."""

from pathlib import Path

import pytest

from agent.sighting import LoggedSession
from agent.toollogs import LOOK_FOR_ALL_FILES_MS, ToolLogs, expand
from tests.agent.pictures import LOGGER, a_catalogue
from tests.fakes.clock import FakeClock


class Followed:
    """A log in a folder of its own, followed."""

    def __init__(self, home: Path) -> None:
        self.log = home / "logger" / "log1.txt"
        self.log.parent.mkdir()
        self.clock = FakeClock()
        self.runs = {"logger"}
        self.logs = ToolLogs(a_catalogue(LOGGER), self.clock, {"home": str(home)})

    def write(self, text: str, mode: str = "ab") -> None:
        with self.log.open(mode) as file:
            file.write(text.encode())

    def look(self) -> list[tuple[str | None, bool]]:
        self.clock.advance(1_000)
        return [(each.peer, each.ended_at is not None) for each in self.all()]

    def all(self) -> tuple[LoggedSession, ...]:
        return self.logs.look(self.runs)


@pytest.fixture
def followed(tmp_path: Path) -> Followed:
    return Followed(tmp_path)


def test_a_log_that_appears_later_is_followed_from_its_start(followed: Followed) -> None:
    assert followed.look() == []
    followed.write("2026-10-05 09:30:00.000 connected to 7\n")
    assert followed.look() == [("7", False)]
    followed.write("2026-10-05 09:31:00.000 closed 7\n")
    assert followed.look() == [("7", True)]
    assert followed.look() == []


def test_half_a_line_waits_for_its_other_half(followed: Followed) -> None:
    followed.look()
    followed.write("2026-10-05 09:30:00.000 connec")
    assert followed.look() == []
    followed.write("ted to 7\r\n")
    assert followed.look() == [("7", False)]


def test_a_renamed_log_is_read_to_its_end(followed: Followed) -> None:
    followed.look()
    followed.write("2026-10-05 09:30:00.000 connected to 7\n")
    followed.look()
    followed.write("2026-10-05 09:30:01.000 closed 7\n")
    followed.log.rename(followed.log.with_name("old-log.txt"))
    followed.write("2026-10-05 09:30:02.000 connected to 8\n")
    assert sorted(followed.look()) == [("7", True), ("8", False)]


def test_an_emptied_log_is_read_anew(followed: Followed) -> None:
    followed.look()
    followed.write("2026-10-05 09:30:00.000 a long line that makes the file long\n" * 3)
    followed.look()
    followed.write("2026-10-05 09:30:00.000 connected to 7\n", mode="wb")
    assert followed.look() == [("7", False)]


def test_what_a_log_left_open_before_the_agent_has_no_known_start(followed: Followed) -> None:
    followed.write("2026-10-05 09:30:00.000 connected to 7\n2026-10-05 09:30:00.000 connected to 8\n")
    followed.write("2026-10-05 09:30:00.000 closed 8\n")
    assert [(each.peer, each.began_at) for each in followed.all()] == [("7", None)]


def test_the_part_of_a_record_from_before_the_agent_is_left_out(followed: Followed, tmp_path: Path) -> None:
    followed.clock.wall = 1_791_193_800_000  # 2026-10-05 09:50:00 UTC
    followed.look()
    (tmp_path / "logger" / "records.txt").write_text("7  05-10-2026 09:00:00  05-10-2026 09:51:00\n", encoding="utf-8")
    followed.clock.advance(120_000)
    (session,) = followed.all()
    assert (session.began_at, session.ended_at) == (1_791_193_801_000, 1_791_193_860_000)


def test_a_log_in_another_encoding_s_rubbish_does_no_harm(followed: Followed) -> None:
    followed.look()
    with followed.log.open("ab") as file:
        file.write(b"\xff\xfe\x00\x81 rubbish \xc3\x28\n2026-10-05 09:30:00.000 connected to 7\n")
    assert followed.look() == [("7", False)]


def test_a_log_of_a_tool_that_does_not_run_is_looked_for_less_often(followed: Followed) -> None:
    followed.runs = set()
    followed.look()
    followed.write("2026-10-05 09:30:00.000 connected to 7\n")
    assert followed.look() == []
    followed.clock.advance(LOOK_FOR_ALL_FILES_MS)
    assert followed.look() == [("7", False)]


def test_variables_and_home_are_filled_in_and_missing_ones_rule_a_path_out() -> None:
    assert expand("%APPDATA%/X[1]/*.log", {"AppData": "C:/Users/Åsa [1]"}) == "C:/Users/Åsa [[]1]/X[1]/*.log"
    assert expand("%APPDATA%/X", {}) is None
    assert "~" not in (expand("~/x", {}) or "~")
