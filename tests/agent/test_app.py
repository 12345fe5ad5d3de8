"""The agent put together, as a real process."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from agent.app import NOTICE, new_id, show_notice
from agent.config import Enrolment, write_enrolment
from tests.fakes.clock import FakeClock

NOBODY = Enrolment("ws://127.0.0.1:9/agent", "reception", "secret")


def an_agent(data: Path, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "agent", "--data", str(data), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_the_notice_is_shown_once_and_that_is_written_down(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [show_notice(tmp_path / "notice.json", FakeClock()) for _ in range(2)] == [True, False]
    assert capsys.readouterr().err == NOTICE
    assert json.loads((tmp_path / "notice.json").read_text(encoding="utf-8"))["notice"] == NOTICE


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
