"""What `mezzora-agent watch --json` owes to whoever reads it, whatever it sees."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.real.line import Line
from tests.real.program import Program
from tests.real.viewers import to
from tests.real.watching import ROOT, Watch

Viewer = Callable[..., Program]
FIELDS = {"event", "session", "tool", "peer", "at", "observed_seconds", "evidence"}


def test_its_output_is_json_lines_and_what_lives_at_the_end_gets_a_last_progress(
    tmp_path: Path, vnc_line: Line, tigervnc: Viewer
) -> None:
    with Watch(tmp_path, "--seconds", "4") as watch:
        tigervnc(to(vnc_line.port))
        start = watch.start_of(vnc_line.peer)
        assert watch.wait() == 0
        told = watch.told_of(vnc_line.peer)
        assert [each.event for each in told] == ["start", "progress"]
        assert told[-1].session == start.session
        assert told[-1].observed_s > 1
        for text in watch.raw:
            assert text.endswith("}\n") and json.loads(text).keys() >= FIELDS


def test_it_ends_when_its_seconds_are_over(tmp_path: Path) -> None:
    with Watch(tmp_path, "--seconds", "1.5") as watch:
        began = time.monotonic()
        assert watch.wait() == 0
        assert time.monotonic() - began < 10


def test_ctrl_c_ends_it_well_with_a_last_progress_and_no_stop(tmp_path: Path, vnc_line: Line, tigervnc: Viewer) -> None:
    with Watch(tmp_path) as watch:
        tigervnc(to(vnc_line.port))
        watch.start_of(vnc_line.peer)
        time.sleep(2)
        assert watch.interrupt() == 0
        assert [told.event for told in watch.told_of(vnc_line.peer)] == ["start", "progress"]
        assert "Traceback" not in "".join(watch.notices)


def test_a_session_that_was_live_before_it_began_starts_when_it_is_seen(
    tmp_path: Path, vnc_line: Line, tigervnc: Viewer
) -> None:
    tigervnc(to(vnc_line.port))
    vnc_line.opened()
    time.sleep(3)
    began = time.monotonic()
    with Watch(tmp_path) as watch:
        start = watch.start_of(vnc_line.peer)
        assert start.observed_s <= time.monotonic() - began
        time.sleep(2)
        watch.interrupt()
        last = watch.told_of(vnc_line.peer)[-1]
        assert 0 < last.observed_s <= time.monotonic() - began


def test_two_watches_do_not_disturb_each_other(tmp_path: Path, vnc_line: Line, tigervnc: Viewer) -> None:
    with Watch(tmp_path) as one, Watch(tmp_path) as other:
        viewer = tigervnc(to(vnc_line.port))
        for watch in (one, other):
            assert watch.start_of(vnc_line.peer).line["tool"] == "tigervnc"
        viewer.end()
        for watch in (one, other):
            watch.stop_of(vnc_line.peer)


def test_it_waits_for_no_key_and_does_not_mind_a_reader_who_leaves(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "agent", "watch", "--json", "--seconds", "1"]
    environment = {**os.environ, "HOME": str(tmp_path)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.wait(30) == 0
        assert b"Traceback" not in process.stderr.read()


@pytest.mark.parametrize("seconds", ["soon", "-1", "nan", ""])
def test_a_number_of_seconds_that_is_none_is_refused_in_words(seconds: str) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "agent", "watch", "--json", "--seconds", seconds],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert "--seconds" in answer.stderr.splitlines()[-1]
    assert "Traceback" not in answer.stderr
