"""The agent put together, as a real process."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.app import NOTICE, new_id, show_notice
from agent.config import Enrolment, write_enrolment
from agent.paths import Paths
from agent.spool import beside
from shared.session import Session, SessionState
from tests.fakes.clock import FakeClock

NOBODY = Enrolment("ws://127.0.0.1:9/agent", "reception", "secret")


def an_agent(data: Path, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "agent", "--data", str(data), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_the_notice_is_shown_once_and_that_is_written_down(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [show_notice(tmp_path / "notice.json", FakeClock()) for _ in range(2)] == [True, False]
    assert capsys.readouterr().err == NOTICE
    assert json.loads((tmp_path / "notice.json").read_text(encoding="utf-8"))["notice"] == NOTICE


def test_rubbish_is_no_proof_that_the_notice_was_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notice.json").write_text("rubbish", encoding="utf-8")
    assert [show_notice(tmp_path / "notice.json", FakeClock()) for _ in range(2)] == [True, False]
    assert capsys.readouterr().err == NOTICE


def test_ids_differ() -> None:
    assert len({new_id() for _ in range(1_000)}) == 1_000


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has them")
def test_a_system_without_event_channels_does_not_pay_for_reading_them() -> None:
    dear = ("agent.channels", "agent.eventlog", "agent.wevtapi", "xml.parsers.expat")
    command = f"import sys, agent.__main__; print([each for each in {dear} if each in sys.modules])"
    assert subprocess.run([sys.executable, "-c", command], capture_output=True, text=True).stdout == "[]\n"


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("asked_by", [signal.SIGINT, signal.SIGTERM])
def test_a_running_agent_stops_when_asked_and_leaves_no_complaint(tmp_path: Path, asked_by: signal.Signals) -> None:
    write_enrolment(tmp_path, NOBODY)
    with an_agent(tmp_path, "run") as agent:
        assert agent.stderr is not None
        assert agent.stderr.readline() == NOTICE.splitlines(keepends=True)[0]
        for line in agent.stderr:
            if "uplink lost" in line:
                break
        agent.send_signal(asked_by)
        rest = agent.communicate(timeout=20)
    assert (agent.returncode, rest) == (0, ("", ""))


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_second_agent_says_who_runs_and_stops(tmp_path: Path) -> None:
    write_enrolment(tmp_path, NOBODY)
    with an_agent(tmp_path, "run") as first:
        assert first.stderr is not None
        for line in first.stderr:
            if "uplink lost" in line:
                break
        with an_agent(tmp_path, "run") as second:
            out, err = second.communicate(timeout=20)
        first.terminate()
    assert (second.returncode, out) == (1, "")
    assert (str(first.pid) in err, len(err.splitlines())) == (True, 1)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_of_several_agents_started_at_once_one_runs_and_the_others_say_which(tmp_path: Path) -> None:
    write_enrolment(tmp_path, NOBODY)
    agents = [an_agent(tmp_path, "run") for _ in range(4)]
    try:
        until(lambda: sum(each.poll() is None for each in agents) == 1)
        (runs,) = (each for each in agents if each.poll() is None)
        for each in agents:
            if each is not runs:
                out, err = each.communicate(timeout=20)
                assert (each.returncode, out, len(err.splitlines())) == (1, "", 1)
                assert f"(process {runs.pid})" in err
        assert runs.poll() is None
    finally:
        for each in agents:
            each.kill()
            each.communicate(timeout=20)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_an_agent_that_is_killed_takes_up_its_session_after_a_gap_and_doubles_nothing(tmp_path: Path) -> None:
    write_enrolment(tmp_path, NOBODY)
    spool, began = Paths(tmp_path).spool, time.monotonic()

    def live() -> list[Session]:
        with beside(spool) as reader:
            found = [session for _, session in reader.unfinished()]
        return [each for each in found if each.peer == "Rossi"]  # whoever works at this computer has sessions too

    with an_agent(tmp_path, "run") as first:
        until(spool.exists)
        with an_agent(tmp_path, "begin", "--peer", "Rossi") as begin:
            begin.communicate(timeout=20)
        try:
            until(lambda: any(each.observed_ms > 0 for each in live()))
        finally:
            first.kill()
        first.communicate(timeout=20)
    (before,) = live()
    with an_agent(tmp_path, "run") as second:
        try:
            until(lambda: len(live()[0].stretches) == 2)
            with an_agent(tmp_path, "end") as end:
                end.communicate(timeout=20)
            until(lambda: live()[0].state is SessionState.PAUSED)
        finally:
            second.kill()
        second.communicate(timeout=20)
    (after,), went_by_ms = live(), (time.monotonic() - began) * 1000
    assert (after.id, after.stretches[0]) == (before.id, before.stretches[0])
    assert after.stretches[1].started_at > after.stretches[0].ended_at
    assert 0 < after.observed_ms < went_by_ms


def until(is_so: Callable[[], bool], within_s: float = 30) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline, f"not so within {within_s} s"
        time.sleep(0.1)
