"""What the technician declares, from the command to the look that tells it."""

import os
from pathlib import Path

import pytest

from agent.declared import (
    KEPT_ENDED,
    TELEPHONE,
    Declarations,
    begin,
    end,
    name_given,
    read_declarations,
    run_begin,
    run_end,
)
from agent.errors import NothingDeclared
from agent.sighting import LoggedSession
from shared.session import Evidence
from tests.fakes.clock import FakeClock

NOW = 1_795_000_000_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "agent" / "declared.json"


class Technician:
    """Declares by the same clock as the agent's looks."""

    def __init__(self, path: Path) -> None:
        self.path, self.clock = path, FakeClock(NOW)
        self.agent = Declarations(path, self.clock)

    def begins(self, tool: str = TELEPHONE, peer: str | None = None) -> None:
        begin(self.path, tool, peer, self.clock.wall_ms())

    def ends(self, tool: str | None = None, peer: str | None = None) -> None:
        end(self.path, tool, peer, self.clock.wall_ms())

    def look(self, after_ms: int = 400) -> tuple[LoggedSession, ...]:
        self.clock.advance(after_ms)
        return self.agent.look(())


def test_a_declared_session_is_told_from_its_begin_to_its_end(path: Path) -> None:
    anna = Technician(path)
    assert anna.look() == ()
    anna.begins("aeroadmin", "123 456 789")
    (begun,) = anna.look()
    assert (begun.tool, begun.peer, begun.evidence, begun.began_at) == (
        "aeroadmin",
        "123 456 789",
        Evidence.DECLARED,
        NOW + 400,
    )
    (on,) = anna.look(10_000)
    assert (on.key, on.ended_at) == (begun.key, None)
    anna.ends()
    (ended,) = anna.look()
    assert (ended.key, ended.ended_at) == (begun.key, NOW + 10_800)
    assert anna.look() == ()


def test_what_was_begun_before_the_agent_ran_counts_from_its_first_look(path: Path) -> None:
    anna = Technician(path)
    anna.begins()
    (begun,) = anna.look(3_600_000)
    assert begun.began_at is None


def test_what_began_and_ended_while_no_agent_ran_is_not_told(path: Path) -> None:
    anna = Technician(path)
    anna.begins()
    anna.clock.advance(60_000)
    anna.ends()
    assert anna.look() == ()
    assert anna.look() == ()


def test_what_began_and_ended_between_two_looks_is_told_once(path: Path) -> None:
    anna = Technician(path)
    anna.look()
    anna.begins()
    anna.clock.advance(100)
    anna.ends()
    (told,) = anna.look()
    assert told.began_at is not None
    assert told.ended_at == told.began_at + 100
    assert anna.look() == ()


def test_a_clock_that_was_set_tells_no_instant_outside_the_two_looks(path: Path) -> None:
    anna = Technician(path)
    anna.look()
    begin(path, TELEPHONE, None, NOW + 3_600_000)
    (begun,) = anna.look()
    assert begun.began_at == anna.clock.wall_ms()


def test_rubbish_in_the_file_stops_no_look_and_is_said_once_and_by_the_next_command(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    anna = Technician(path)
    anna.begins()
    path.write_text("{", encoding="utf-8")
    assert [anna.look() for _ in range(3)] == [(), (), ()]
    (said,) = caplog.records
    assert f"{path} cannot be read" in said.getMessage()
    with pytest.raises(NothingDeclared, match="remove it"):
        anna.begins()


def test_a_disk_that_takes_nothing_is_said_and_nothing_is_declared(path: Path) -> None:
    path.with_name(f"{path.name}.{os.getpid()}").mkdir(parents=True)  # stands where the fresh file would be
    with pytest.raises(NothingDeclared, match=r"cannot be written .*nothing is declared"):
        begin(path, TELEPHONE, None, 0)


def test_the_same_session_is_not_declared_twice(path: Path) -> None:
    anna = Technician(path)
    anna.begins(TELEPHONE, "Studio Bianchi")
    with pytest.raises(NothingDeclared, match="declared already"):
        anna.begins(TELEPHONE, "Studio Bianchi")
    anna.begins(TELEPHONE, "Studio Verdi")
    assert len(anna.look()) == 2


def test_an_end_that_could_mean_several_asks_which(path: Path) -> None:
    anna = Technician(path)
    anna.begins(TELEPHONE, "Studio Bianchi")
    anna.begins("aeroadmin")
    with pytest.raises(NothingDeclared, match="telephone to Studio Bianchi, aeroadmin; say which one"):
        anna.ends()
    anna.ends("aeroadmin")
    anna.ends()
    with pytest.raises(NothingDeclared, match="begin one with"):
        anna.ends()


def test_an_end_before_the_begin_is_no_negative_length(path: Path) -> None:
    begin(path, TELEPHONE, None, NOW)
    assert end(path, None, None, NOW - 5_000).ended_at == NOW


def test_what_ended_long_ago_does_not_pile_up_and_what_is_open_stays(path: Path) -> None:
    begin(path, "aeroadmin", None, NOW)
    for number in range(KEPT_ENDED + 20):
        begin(path, TELEPHONE, None, NOW + number)
        end(path, TELEPHONE, None, NOW + number)
    declared = read_declarations(path)
    assert len(declared) <= KEPT_ENDED + 1
    assert declared[0].tool == "aeroadmin"


@pytest.mark.parametrize("text", ["", "   ", "x" * 201, "two\nlines"])
def test_a_name_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="--peer"):
        name_given(text, "peer")


def test_the_commands_say_what_they_did(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clock = FakeClock(NOW)
    run_begin(path, TELEPHONE, "Studio Bianchi", clock, is_running=False)
    clock.advance(125_000)
    run_end(path, None, None, clock)
    written = capsys.readouterr()
    assert written.out == (
        "begun: telephone to Studio Bianchi, on your word; it ends with: mezzora-agent end\n"
        "ended: telephone to Studio Bianchi, 2:05 after it was begun\n"
    )
    assert "no agent runs" in written.err
