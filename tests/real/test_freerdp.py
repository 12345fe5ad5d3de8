"""FreeRDP's viewer against FreeRDP's shadow server."""

import time
from collections.abc import Callable

from tests.real.line import Line
from tests.real.program import Program
from tests.real.watching import Watch

Viewer = Callable[[int], Program]


def test_a_remote_desktop_is_seen_from_its_start_to_its_end(watch: Watch, rdp_line: Line, freerdp: Viewer) -> None:
    with watch.patience() as patience:
        viewer = freerdp(rdp_line.port)
        start = watch.start_of(rdp_line.peer)
        patience.assert_told_in_time(start, rdp_line.opened())
    assert (start.line["tool"], start.line["evidence"]) == ("freerdp", "socket")
    time.sleep(2)
    viewer.must_run()
    with watch.patience() as patience:
        viewer.end()
        stop = watch.stop_of(rdp_line.peer)
        patience.assert_told_in_time(stop, rdp_line.closed())
        patience.assert_observed(stop, [(rdp_line.opened(), rdp_line.closed())])
    assert [told.event for told in watch.told_of(rdp_line.peer)] == ["start", "stop"]


def test_a_remote_desktop_whose_line_drops_has_ended(watch: Watch, rdp_line: Line, freerdp: Viewer) -> None:
    freerdp(rdp_line.port)
    watch.start_of(rdp_line.peer)
    time.sleep(2)
    with watch.patience() as patience:
        rdp_line.cut()
        stop = watch.stop_of(rdp_line.peer)
        patience.assert_told_in_time(stop, rdp_line.closed())
        patience.assert_observed(stop, [(rdp_line.opened(), rdp_line.closed())])
