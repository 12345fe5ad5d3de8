"""TigerVNC's viewer and server over loopback: what is told against what was."""

import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.real import desk
from tests.real.line import Line
from tests.real.program import Program, until
from tests.real.viewers import tigervnc as tigervnc_viewer
from tests.real.viewers import to
from tests.real.watching import Watch

Viewer = Callable[..., Program]
GRACE_S = 17.0  # the grace time, and some more


@pytest.fixture(scope="module")
def long_line(vnc_server: desk.Server) -> Iterator[Line]:
    """A line with a viewer for as long as this file's tests run."""
    with Line(vnc_server.port) as line:
        yield line


@pytest.fixture(scope="module")
def ended_line(vnc_server: desk.Server) -> Iterator[Line]:
    """A line with a session that has ended, and its viewer gone, before this file's tests run."""
    with Line(vnc_server.port) as line:
        yield line


@pytest.fixture(scope="module", autouse=True)
def beside(
    tmp_path_factory: pytest.TempPathFactory, screen: desk.Screen, watch: Watch, long_line: Line, ended_line: Line
) -> Iterator[None]:
    """What takes long goes on beside the other tests: a session of many seconds, and the grace time of another."""
    if shutil.which("xtigervncviewer") is None:
        yield  # each test says so itself
        return
    lasting, ending = (
        tigervnc_viewer(tmp_path_factory.mktemp("beside"), screen, to(line.port)) for line in (long_line, ended_line)
    )
    watch.start_of(ended_line.peer)
    ending.end()
    watch.stop_of(ended_line.peer)
    yield
    lasting.end()


def test_start_and_end_are_told_within_a_second_and_nothing_is_observed_that_was_not(
    watch: Watch, vnc_line: Line, tigervnc: Viewer
) -> None:
    with watch.patience() as patience:
        viewer = tigervnc(to(vnc_line.port))
        opened = vnc_line.opened()
        start = watch.start_of(vnc_line.peer)
        patience.assert_told_in_time(start, opened)
    time.sleep(6)
    viewer.must_run()
    with watch.patience() as patience:
        viewer.end()
        closed = vnc_line.closed()
        stop = watch.stop_of(vnc_line.peer)
        patience.assert_told_in_time(stop, closed)
        patience.assert_observed(stop, [(opened, closed)])
    assert [told.event for told in watch.told_of(vnc_line.peer)] == ["start", "progress", "stop"]
    assert {told.session for told in watch.told_of(vnc_line.peer)} == {start.session}


def test_a_line_of_the_watch_says_which_tool_to_whom_since_when_and_why(
    watch: Watch, vnc_line: Line, tigervnc: Viewer
) -> None:
    before = datetime.now(UTC)
    tigervnc(to(vnc_line.port))
    line = watch.start_of(vnc_line.peer).line
    assert line["tool"] == "tigervnc"
    assert line["peer"] == f"127.0.0.1:{vnc_line.port}"
    assert line["evidence"] == "socket"
    at = datetime.fromisoformat(line["at"])
    assert at.utcoffset() is not None and before <= at <= datetime.now(UTC)
    assert 0 <= line["observed_seconds"] <= 1.5


def test_two_viewers_to_one_peer_are_two_sessions(watch: Watch, vnc_line: Line, tigervnc: Viewer) -> None:
    first = tigervnc(to(vnc_line.port))
    one = watch.start_of(vnc_line.peer, 0)
    second = tigervnc(to(vnc_line.port))
    other = watch.start_of(vnc_line.peer, 1)
    assert one.session != other.session
    second.end()
    assert watch.stop_of(vnc_line.peer, 0).session == other.session
    first.end()
    assert watch.stop_of(vnc_line.peer, 1).session == one.session


def test_a_viewer_that_is_killed_has_ended(watch: Watch, vnc_line: Line, tigervnc: Viewer) -> None:
    viewer = tigervnc(to(vnc_line.port))
    opened = vnc_line.opened()
    watch.start_of(vnc_line.peer)
    time.sleep(2)
    with watch.patience() as patience:
        viewer.kill()
        stop = watch.stop_of(vnc_line.peer)
        patience.assert_told_in_time(stop, vnc_line.closed())
        patience.assert_observed(stop, [(opened, vnc_line.closed())])


def test_a_server_that_is_closed_ends_the_session(
    watch: Watch, tmp_path: Path, ended: Callable[[Program], Program], tigervnc: Viewer
) -> None:
    server = desk.vnc_server(tmp_path)
    ended(server.program)
    with Line(server.port) as line:
        tigervnc(to(line.port))
        watch.start_of(line.peer)
        time.sleep(2)
        with watch.patience() as patience:
            server.program.end()
            stop = watch.stop_of(line.peer)
            patience.assert_told_in_time(stop, line.closed())
            patience.assert_observed(stop, [(line.opened(), line.closed())])


def test_a_reconnect_within_the_grace_time_goes_on_with_the_session(
    watch: Watch, vnc_line: Line, tigervnc: Viewer
) -> None:
    with watch.patience() as patience:
        first = tigervnc(to(vnc_line.port))
        start = watch.start_of(vnc_line.peer)
        time.sleep(2)
        vnc_line.cut()
        stop = watch.stop_of(vnc_line.peer)
        first.end()
        time.sleep(2)  # a gap that must not be counted
        second = tigervnc(to(vnc_line.port))
        again = watch.start_of(vnc_line.peer, 1)
        assert again.session == start.session
        assert stop.observed_s <= again.observed_s <= stop.observed_s + 0.5
        time.sleep(2)
        second.end()
        stretches = [(vnc_line.opened(number), vnc_line.closed(number)) for number in (0, 1)]
        last = watch.stop_of(vnc_line.peer, 1)
        patience.assert_told_in_time(last, vnc_line.closed(1))
        patience.assert_observed(last, stretches)


def test_progress_comes_every_five_seconds_and_only_grows(watch: Watch, long_line: Line) -> None:
    start = watch.start_of(long_line.peer)
    until(lambda: len(watch.told_of(long_line.peer)) >= 3, "twice progress")
    progress = watch.told_of(long_line.peer)[1:3]
    assert {told.event for told in progress} == {"progress"}
    assert {told.session for told in progress} == {start.session}
    for number, told in enumerate(progress, 1):
        assert 5 * number - 1.5 <= told.observed_s <= 5 * number + 1


def test_a_session_after_the_grace_time_is_another(watch: Watch, ended_line: Line, tigervnc: Viewer) -> None:
    first = watch.start_of(ended_line.peer)
    time.sleep(max(0.0, watch.stop_of(ended_line.peer).at + GRACE_S - time.monotonic()))
    tigervnc(to(ended_line.port))
    second = watch.start_of(ended_line.peer, 1)
    assert second.session != first.session
    assert second.observed_s <= 0.5
