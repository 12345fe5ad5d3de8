"""The command line: what it takes, and one line for what it does not."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from agent.__main__ import main


def fails(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 1
    written = capsys.readouterr()
    assert written.out == ""
    assert len(written.err.splitlines()) == 1
    return written.err


def test_a_pc_that_is_not_enrolled_is_told_how(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for verb in ("run", "status"):
        assert "mezzora-agent enrol" in fails(capsys, verb, "--data", str(tmp_path))


def test_an_address_in_the_clear_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "https://" in fails(capsys, "enrol", "http://mezzora.example", "code", "--data", str(tmp_path))


def test_a_collector_that_does_not_answer_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "does not answer" in fails(capsys, "enrol", "http://127.0.0.1:9", "code", "--data", str(tmp_path))


@pytest.mark.parametrize("seconds", ["-1", "soon", "nan", "1e300", ""])
def test_nonsense_seconds_are_refused(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["watch", f"--seconds={seconds}"])
    assert ended.value.code == 2
    assert "no number of seconds" in capsys.readouterr().err


def test_the_tools_are_listed_with_what_proves_their_sessions(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tools"]) == 0
    out = capsys.readouterr().out
    assert "tigervnc" in out
    assert "socket" in out


def test_explain_says_something_on_any_machine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    assert capsys.readouterr().out


def test_watch_writes_nothing_but_json_and_ends_with_0() -> None:
    command = [sys.executable, "-m", "agent", "watch", "--json", "--seconds", "1.5"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0
    for line in done.stdout.splitlines():
        json.loads(line)


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f'"{sys.executable}" -m agent tools | head -n 1; exit ${{PIPESTATUS[0]}}'
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_the_agent_need_not_load_is_not_in_its_memory() -> None:
    needless = {
        "email",
        "http.client",
        "importlib.metadata",
        "json",
        "shutil",
        "tempfile",
        "urllib.request",
        "xml.sax",
        "zipfile",
        "zoneinfo",
    }
    needless |= {f"agent.{verb}" for verb in ("autostart", "reconcile", "recording", "replay", "tool_list")}
    asked = "import sys, agent.__main__ as agent; agent._parser(['run']).parse_args(['run']); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert not needless.intersection(loaded)
