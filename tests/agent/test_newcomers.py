"""Real processes of this test, told by the number that Linux gave out last."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from agent import newcomers
from agent.newcomers import MANY, Newcomers, last_number

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such number")


@pytest.fixture
def asked() -> Newcomers:
    newcomers = Newcomers(psutil.pid_exists)
    assert newcomers.since_last() is None  # nothing to compare with yet
    return newcomers


def seen(asked: Newcomers, wanted: int) -> bool:
    """Whether a process is told; where others start too many of theirs at the same time, a list of all is wanted."""
    told = asked.since_last()
    return told is None or wanted in told


def test_a_new_process_is_told_once(asked: Newcomers) -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        assert seen(asked, process.pid)
        assert process.pid not in (asked.since_last() or ())
        process.kill()


def test_a_thread_is_no_process(asked: Newcomers) -> None:
    until = threading.Event()
    thread = threading.Thread(target=until.wait)
    thread.start()
    assert thread.native_id not in (asked.since_last() or ())
    until.set()
    thread.join()


def test_many_new_ones_want_a_list_of_all(asked: Newcomers) -> None:
    for _ in range(MANY):
        os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)
    assert asked.since_last() is None


def test_a_number_given_out_before_its_process_can_be_seen_is_told_later() -> None:
    visible: set[int] = set()
    asked = Newcomers(visible.__contains__)
    asked.since_last()
    with subprocess.Popen(["sleep", "60"]) as process:
        assert process.pid not in (asked.since_last() or ())
        visible.add(process.pid)
        assert seen(asked, process.pid)
        process.kill()


def test_a_number_that_a_list_of_all_may_have_missed_is_told_later() -> None:
    visible: set[int] = set()
    asked = Newcomers(visible.__contains__)
    with subprocess.Popen(["sleep", "60"]) as process:
        assert asked.since_last() is None
        visible.add(process.pid)
        assert seen(asked, process.pid)
        process.kill()


@pytest.mark.parametrize("text", [b"0.10 0.20 0.30 1/100 0\n", b"rubbish\n", b""])
def test_a_kernel_that_does_not_tell_the_number_is_not_trusted(text: bytes) -> None:
    assert last_number(text) is None


def test_a_file_laid_over_the_kernels_own_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "loadavg").write_text("0.10 0.20 0.30 1/100 4711\n", encoding="ascii")
    monkeypatch.setattr(newcomers, "SOURCE", str(tmp_path / "loadavg"))
    asked = Newcomers(psutil.pid_exists)
    assert [asked.since_last(), asked.since_last()] == [None, None]
