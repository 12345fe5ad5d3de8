"""One agent for one data folder, also between real processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.errors import AlreadyRunning
from agent.lock import held, holder

HOLD = """
import sys
from pathlib import Path
from agent.lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_second_is_told_who_runs_and_death_frees_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "agent.lock"
    first = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert first.stdout is not None
        assert first.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunning, match=str(first.pid)), held(path):
            pass
    finally:
        first.kill()
        first.communicate()
    with held(path):
        assert path.read_text(encoding="utf-8") == str(os.getpid())


ASK = """
import sys
from pathlib import Path
from agent.lock import holder
print("asks", flush=True)
while sys.stdin.readable():
    holder(Path(sys.argv[1]))
"""


def test_whoever_asks_again_and_again_who_runs_keeps_no_agent_from_beginning(tmp_path: Path) -> None:
    path = tmp_path / "agent.lock"
    path.touch()
    asks = [sys.executable, "-c", ASK, str(path)]
    with subprocess.Popen(asks, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as asking:
        assert asking.stdout is not None
        assert asking.stdout.readline() == b"asks\n"
        try:
            for _ in range(200):
                with held(path):
                    pass
        finally:
            asking.kill()
    assert holder(path) is None


def test_a_folder_that_cannot_be_written_is_locked_elsewhere_and_still_for_one_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere, taken = tmp_path / "elsewhere", tmp_path / "no-folder"
    monkeypatch.setenv("TEMP" if sys.platform == "win32" else "TMPDIR", str(elsewhere))
    taken.touch()
    path = taken / "agent.lock"
    with held(path):  # nowhere: it goes on all the same
        assert holder(path) is None
    elsewhere.mkdir()
    assert ["cannot be written" in each.message for each in caplog.records] == [True, False]
    first = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert first.stdout is not None
        assert first.stdout.readline() == b"held\n"
        assert holder(path) == str(first.pid)
        taken.unlink()  # the disk is mended meanwhile
        with pytest.raises(AlreadyRunning, match=str(first.pid)), held(path):
            pass
    finally:
        first.kill()
        first.communicate()
