"""Viewers through a real ssh: the viewer is the session, with a peer on this PC; what holds the tunnel is none."""

import time
from collections.abc import Callable

from tests.real.line import Line
from tests.real.program import Program, until
from tests.real.ssh import Ssh
from tests.real.viewers import to
from tests.real.watching import Told, Watch

Viewer = Callable[..., Program]


def test_a_viewer_through_a_tunnel_is_one_session(
    watch: Watch, vnc_line: Line, tigervnc: Viewer, ssh: Ssh, ended: Callable[[Program], Program]
) -> None:
    tunnel, mouth = ssh.tunnel(vnc_line.port)
    ended(tunnel)
    viewer = tigervnc(to(mouth))
    _assert_measured(watch, vnc_line, viewer, lambda: watch.starts(f"127.0.0.1:{mouth}"))


def test_a_viewer_that_digs_its_own_tunnel_is_one_session(
    watch: Watch, vnc_line: Line, tigervnc: Viewer, ssh: Ssh
) -> None:
    before = len(watch.heard)
    viewer = tigervnc("-via", "desk", to(vnc_line.port), via=ssh.via)
    _assert_measured(watch, vnc_line, viewer, lambda: [each for each in watch.heard[before:] if each.event == "start"])


def _assert_measured(watch: Watch, line: Line, viewer: Program, starts: Callable[[], list[Told]]) -> None:
    with watch.patience() as patience:
        opened = line.opened()
        until(lambda: len(starts()) > 0, f"a start in {watch.heard[-5:]} {watch.notices}")
        (start,) = starts()
        patience.assert_told_in_time(start, opened)
        assert (start.line["tool"], start.line["marks"]) == ("tigervnc", ["tunnelled"])
        time.sleep(2)
        viewer.end()
        stop = watch.stop_of(start.line["peer"])
        patience.assert_told_in_time(stop, line.closed())
        patience.assert_observed(stop, [(opened, line.closed())])
        assert starts() == [start]
