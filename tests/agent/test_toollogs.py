"""Real files: new lines, rotation, truncation, halves of lines."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.sighting import LoggedSession
from agent.toollogs import (
    GONE_MS,
    LOOK_BYTES,
    LOOK_FOR_ALL_FILES_MS,
    STALE_MS,
    TAIL_BYTES,
    WARM,
    ToolLogs,
)
from shared.moments import to_at
from tests.agent.pictures import LOGGER, a_catalogue
from tests.fakes.clock import FakeClock


def at(text: str) -> int:
    return to_at(datetime.fromisoformat(text).replace(tzinfo=UTC))


class Followed:
    """A log in a folder of its own, followed."""

    def __init__(self, home: Path, signature: str = LOGGER) -> None:
        self.log = home / "logger" / "log1.txt"
        self.log.parent.mkdir()
        self.clock = FakeClock(wall=at("2026-10-05 09:30:00"))
        self._written = 0
        self.runs = {"logger"}
        self.logs = ToolLogs(a_catalogue(signature), self.clock, {"home": str(home)})

    def write(self, text: str, mode: str = "ab", encoding: str = "utf-8") -> None:
        self.write_bytes(text.encode(encoding), mode)

    def write_bytes(self, data: bytes, mode: str = "ab") -> None:
        with self.log.open(mode) as file:
            file.write(data)
        self.touch(self.log)

    def touch(self, path: Path) -> None:
        """As written now, on the clock of the test."""
        self._written += 1  # two writes at one instant differ
        os.utime(path, ns=(0, self.clock.wall * 1_000_000 + self._written))

    def look(self) -> list[tuple[str | None, bool]]:
        self.clock.advance(1_000)
        return [(each.peer, each.ended_at is not None) for each in self.all() if not each.is_lost]

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


def test_what_a_program_had_open_is_over_when_it_no_longer_runs_and_stays_so(followed: Followed) -> None:
    followed.look()
    followed.write("2026-10-05 09:30:00.000 connected to 7\n")
    assert followed.look() == [("7", False)]
    followed.runs = set()
    assert followed.look() == []
    followed.runs = {"logger"}
    assert followed.look() == []
    followed.write("2026-10-05 09:30:04.000 closed 7\n2026-10-05 09:30:05.000 connected to 8\n")
    assert followed.look() == [("8", False)]


def test_what_was_begun_before_the_program_ran_is_not_taken_for_its_own(followed: Followed) -> None:
    followed.write("2026-10-05 09:30:00.000 hello\n")
    followed.look()
    followed.write("2026-10-05 09:30:01.000 connected to 7\n")
    followed.runs = set()
    assert followed.look() == [("7", False)], "a program that has just come may write before it is seen"
    followed.look()
    followed.runs = {"logger"}
    assert followed.look() == []


def test_the_end_that_a_program_wrote_before_it_went_is_its_end(followed: Followed) -> None:
    followed.look()
    followed.write("2026-10-05 09:30:00.000 connected to 7\n")
    followed.look()
    followed.write("2026-10-05 09:30:01.500 closed 7\n")
    followed.runs = set()
    assert followed.look() == [("7", True)]


def test_a_session_whose_place_another_one_takes_is_told_as_lost_once(followed: Followed) -> None:
    followed.look()
    followed.write("2026-10-05 09:30:00.000 trying 7\n2026-10-05 09:30:00.100 connected to 7\n")
    assert followed.look() == [("7", False)]
    followed.write("2026-10-05 09:30:02.000 trying 7\n2026-10-05 09:30:02.100 connected to 7\n")
    assert [(each.peer, each.is_lost, each.ended_at) for each in followed.all()] == [
        ("7", True, None),
        ("7", False, None),
    ]
    assert followed.look() == [("7", False)]


OPENED = "2026-10-05 09:30:00.000 connected to 7\n"
CLOSED = "2026-10-05 09:30:01.000 closed 7\n"


def test_an_emptied_log_that_has_grown_beyond_what_was_read_is_read_anew(followed: Followed) -> None:
    followed.look()
    followed.write("2026-10-05 09:30:00.000 short\n")
    followed.look()
    followed.write("2026-10-05 09:30:00.000 longer than what stood here before\n" + OPENED, mode="wb")
    assert followed.look() == [("7", False)]


def test_a_log_that_is_copied_and_emptied_is_read_to_its_end_in_the_copy(followed: Followed) -> None:
    followed.look()
    followed.write(OPENED)
    followed.look()
    followed.write(CLOSED)
    copy = followed.log.with_name("copy-of-log.1")
    copy.write_bytes(followed.log.read_bytes())
    followed.write(OPENED.replace("7", "8"), mode="wb")
    assert sorted(followed.look()) == [("7", True), ("8", False)]


def test_another_file_under_the_same_number_is_another_file(followed: Followed) -> None:
    """Systems give the number of a deleted file to the next one, and some give none at all."""
    followed.look()
    followed.write(OPENED)
    followed.look()
    other = "2026-10-05 09:30:00.500 connected to 8\n2026-10-05 09:30:00.500 connected to 9\n"
    with followed.log.open("r+b") as file:  # the number stays
        file.write(other.encode())
    followed.touch(followed.log)
    assert sorted(peer for peer, _ in followed.look()) == ["7", "8", "9"]


def test_a_rotation_of_which_one_look_sees_nothing_but_the_missing_file(followed: Followed) -> None:
    followed.look()
    followed.write(OPENED)
    followed.look()
    followed.log.rename(followed.log.with_name("old-log.txt"))
    assert followed.look() == [("7", False)]
    followed.write(CLOSED)
    assert followed.look() == [("7", True)]


def test_what_a_log_that_cannot_be_read_tells_stands_as_of_when_it_was_read_last(followed: Followed) -> None:
    followed.look()
    followed.write(OPENED)
    followed.look()
    read_at, aside = followed.clock.wall, followed.log.with_name("old-log.txt")
    followed.log.rename(aside)
    followed.look()
    followed.clock.advance(1_000)
    assert [each.open_until_at for each in followed.all()] == [read_at]
    aside.rename(followed.log)
    assert [each.open_until_at for each in followed.all()] == [None]


def test_a_log_that_stays_away_tells_nothing_any_more_and_may_come_back(followed: Followed) -> None:
    followed.look()
    followed.write(OPENED)
    followed.look()
    followed.log.unlink()
    followed.clock.advance(GONE_MS)
    followed.look()
    followed.clock.advance(GONE_MS)
    assert followed.look() == []
    followed.write(OPENED.replace("7", "8"))
    assert followed.look() == [("8", False)]


def test_a_program_that_empties_its_log_when_it_starts_has_nothing_open_then(tmp_path: Path) -> None:
    followed = Followed(tmp_path, LOGGER.replace("ignore = 'incoming'", "emptied_at_start = true"))
    followed.look()
    followed.write(OPENED + "2026-10-05 09:30:00.000 more\n")
    followed.look()
    followed.write("2026-10-05 09:40:00.000 hello\n", mode="wb")
    assert followed.look() == []


def test_a_letter_cut_in_two_waits_for_its_other_half(followed: Followed) -> None:
    followed.look()
    line = "2026-10-05 09:30:00.000 name of 7 is PERCHÉ\n".encode()
    followed.write(OPENED)
    followed.write_bytes(line[:-2])
    followed.look()
    followed.write_bytes(line[-2:])
    assert [each.peer_name for each in followed.all()] == ["PERCHÉ"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252", "utf-16-le", "utf-16-be"])
def test_a_log_in_any_encoding_is_followed(followed: Followed, encoding: str) -> None:
    followed.look()
    whole = ("2026-10-05 09:30:00.000 perché\r\n" + OPENED.replace("\n", "\r\n")).encode(encoding)
    followed.write_bytes(whole[:41])
    followed.look()
    followed.write_bytes(whole[41:])
    assert followed.look() == [("7", False)]
    followed.write_bytes(CLOSED.encode(encoding.removesuffix("-sig") if encoding != "utf-16" else "utf-16-le"))
    assert followed.look() == [("7", True)]


def test_a_utf_16_log_older_than_the_agent_is_taken_up_in_its_middle(followed: Followed) -> None:
    filler = "2026-10-05 09:30:00.000 idle\n" * (TAIL_BYTES // 50)
    followed.write(filler + OPENED, encoding="utf-16")
    for _ in range(2 + TAIL_BYTES // LOOK_BYTES):
        told = followed.look()
    assert told == [("7", False)]


def test_empty_bytes_and_a_line_of_megabytes_do_no_harm(followed: Followed) -> None:
    followed.look()
    followed.write_bytes(b"\0" * 5_000 + b"x" * 3_000_000 + b"\n" + OPENED.encode())
    told = [followed.look() for _ in range(5)]
    assert told[-1] == [("7", False)]


def test_one_look_reads_a_bounded_part_and_tells_nothing_before_it_has_read_all(followed: Followed) -> None:
    followed.write(OPENED + "2026-10-05 09:30:00.000 idle\n" * (2 * LOOK_BYTES // 29) + CLOSED)
    assert [followed.look() for _ in range(4)] == [[], [], [], []]
    assert not followed.logs.is_behind


def test_what_a_look_could_not_read_any_more_keeps_its_true_time(followed: Followed) -> None:
    followed.look()
    first, last = (at("2026-10-05 09:30:01") + ms for ms in (200, 900))
    idle = "2026-10-05 09:30:01.300 idle\n" * (2 * LOOK_BYTES // 29)
    followed.write(f"2026-10-05 09:30:01.200 connected to 7\n{idle}2026-10-05 09:30:01.900 closed 7\n")
    ended: list[LoggedSession] = []
    for _ in range(4):
        followed.clock.advance(1_000)
        ended += followed.all()
    assert [(each.began_at, each.ended_at) for each in ended] == [(first, last)]


def test_a_log_that_nobody_wrote_for_a_day_has_nothing_open(followed: Followed) -> None:
    followed.write(OPENED)
    followed.clock.advance(STALE_MS + 1)
    assert followed.look() == []
    followed.write(OPENED.replace("7", "8"))
    assert followed.look() == [("8", False)]


def test_an_old_log_that_is_moved_here_later_begins_no_session_now(followed: Followed) -> None:
    followed.look()
    followed.write(OPENED + CLOSED)
    followed.clock.advance(2 * STALE_MS)
    followed.logs = ToolLogs(a_catalogue(LOGGER), followed.clock, {"home": str(followed.log.parents[1])})
    aside = followed.log.rename(followed.log.with_name("elsewhere"))
    followed.look()
    aside.rename(followed.log)
    assert followed.look() == []


def test_of_thousands_of_logs_the_one_that_is_written_to_is_read_at_once(followed: Followed) -> None:
    folder = followed.log.parent
    for number in range(2_000):
        old = folder / f"log-{number}.txt"
        old.write_text("2026-10-01 09:30:00.000 connected to 9\n")
        os.utime(old, ns=(0, (followed.clock.wall - 2 * STALE_MS) * 1_000_000))
    followed.write("2026-10-05 09:30:00.000 idle\n")
    for _ in range(3):
        followed.look()
    followed.write(OPENED)
    assert followed.look() == [("7", False)]
    cold = folder / "log-1500.txt"
    with cold.open("a") as file:
        file.write(OPENED.replace("7", "8"))
    followed.touch(cold)
    told = [peer for _ in range(2 + 2_000 // WARM) for peer, _ in followed.look()]
    assert "8" in told, "the others are looked at in turn"


def test_a_record_without_an_end_of_line_is_read_once(followed: Followed, tmp_path: Path) -> None:
    records = tmp_path / "logger" / "records.txt"
    records.write_text("\n1  05-10-2026 08:00:00  05-10-2026 08:10:00 {old}")
    followed.look()
    followed.clock.advance(60_000)
    for number, line in enumerate(
        ("\n7  05-10-2026 09:30:00  05-10-2026 09:30:40 {a}", "\n8  05-10-2026 09:30:00  05-10")
    ):
        with records.open("a") as file:
            file.write(line)
        followed.touch(records)
        assert [each.peer for each in followed.all()] == ["7"][number:]
    with records.open("a") as file:
        file.write("-2026 09:30:40 {b}\n")
    followed.touch(records)
    assert [each.peer for each in followed.all()] == ["8"]
    assert followed.all() == ()


def test_a_log_that_cannot_be_read_is_said_and_what_it_told_last_is_not_believed_for_long(followed: Followed) -> None:
    followed.look()
    followed.write(OPENED)
    followed.look()
    followed.log.unlink()
    followed.log.mkdir()
    followed.look()
    assert "cannot be read" in followed.logs.states()[0].why
    followed.clock.advance(GONE_MS)
    assert followed.look() == []
    followed.log.rmdir()
    followed.write(OPENED.replace("7", "8"))
    assert followed.look() == [("8", False)]


def test_a_folder_in_the_place_of_a_log_is_none(followed: Followed) -> None:
    followed.log.mkdir()
    assert followed.look() == []


def test_every_place_where_a_log_may_be_is_explained_without_a_word_of_what_it_says(followed: Followed) -> None:
    followed.write("2026-10-05 09:29:00.000 secret words\n" + OPENED)
    followed.look()
    there, missing = followed.logs.states()
    assert (there.tool, there.place) == ("logger", str(followed.log))
    assert "sessions open in it: 1" in there.why
    assert there.last is not None and there.last.peer == "7"
    assert "secret" not in repr(there)
    assert (missing.place.endswith("records.txt"), missing.why, missing.last) == (True, "there is none", None)
    followed.write(CLOSED)
    followed.look()
    assert "no session that is open" in followed.logs.states()[0].why


def test_a_log_in_a_language_that_is_not_understood_is_explained(tmp_path: Path) -> None:
    signature = LOGGER.replace("start = ", "any_language = '<.+>'\nstart = ", 1)
    assert signature != LOGGER
    followed = Followed(tmp_path, signature)
    followed.look()
    followed.write("2026-10-05 09:30:00.000 <verbunden mit 7>\n")
    assert followed.look() == []
    assert "a language that is not understood" in followed.logs.states()[0].why
