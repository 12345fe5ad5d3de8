"""TightVNC, gvncviewer and remote-viewer (SPICE) over loopback: what is told against what was."""

import time
from collections.abc import Callable

import pytest

from tests.real import viewers
from tests.real.line import Line
from tests.real.program import Program
from tests.real.watching import Watch

Viewer = Callable[..., Program]


@pytest.fixture(params=["tightvnc", "gvncviewer", "remote-viewer"])
def started(request: pytest.FixtureRequest) -> tuple[str, Line, Program]:
    """The tool, and its viewer on its way to a line."""
    tool = request.param
    line: Line = request.getfixturevalue("spice_line" if tool == "remote-viewer" else "vnc_line")
    start: Viewer = request.getfixturevalue(tool.replace("-", "_"))
    return tool, line, start(_address(tool, line.port))


def _address(tool: str, port: int) -> str | int:
    return {"tightvnc": viewers.to(port), "gvncviewer": port, "remote-viewer": f"spice://127.0.0.1:{port}"}[tool]


def test_a_session_is_seen_from_its_start_to_its_end(watch: Watch, started: tuple[str, Line, Program]) -> None:
    tool, line, viewer = started
    with watch.patience() as patience:
        start = watch.start_of(line.peer)
        patience.assert_told_in_time(start, line.opened())
    assert (start.line["tool"], start.line["evidence"]) == (tool, "socket")
    time.sleep(2)
    viewer.must_run()
    with watch.patience() as patience:
        viewer.end()
        stop = watch.stop_of(line.peer)
        patience.assert_told_in_time(stop, line.closed())
        patience.assert_observed(stop, [(line.opened(), line.closed())])
    assert [told.session for told in watch.starts(line.peer)] == [stop.session]


def test_two_at_once_are_measured_each_for_itself(
    watch: Watch, vnc_line: Line, other_vnc_line: Line, tightvnc: Viewer, gvncviewer: Viewer
) -> None:
    lines = (vnc_line, other_vnc_line)
    with watch.patience() as patience:
        first, second = tightvnc(viewers.to(vnc_line.port)), gvncviewer(other_vnc_line.port)
        starts = [watch.start_of(line.peer) for line in lines]
        for start, line in zip(starts, lines, strict=True):
            patience.assert_told_in_time(start, line.opened())
        time.sleep(1)
        first.kill()
        one = watch.stop_of(vnc_line.peer)
        time.sleep(1.5)
        second.end()
        other = watch.stop_of(other_vnc_line.peer)
        for stop, line in zip((one, other), lines, strict=True):
            patience.assert_told_in_time(stop, line.closed())
            patience.assert_observed(stop, [(line.opened(), line.closed())])
    assert one.session != other.session
    assert other.observed_s > one.observed_s + 1
