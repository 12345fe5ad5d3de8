"""Remmina: one process, a tab for each session."""

import time

from tests.real.line import Line
from tests.real.viewers import Remmina
from tests.real.watching import Watch


def test_a_session_over_vnc_is_seen_from_its_start_to_its_end(watch: Watch, vnc_line: Line, remmina: Remmina) -> None:
    with watch.patience() as patience:
        viewer = remmina.connect(vnc_line.port)
        start = watch.start_of(vnc_line.peer)
        patience.assert_told_in_time(start, vnc_line.opened())
    assert (start.line["tool"], start.line["evidence"]) == ("remmina", "socket")
    time.sleep(2)
    viewer.must_run()
    with watch.patience() as patience:
        viewer.end()
        stop = watch.stop_of(vnc_line.peer)
        patience.assert_told_in_time(stop, vnc_line.closed())
        patience.assert_observed(stop, [(vnc_line.opened(), vnc_line.closed())])
    assert [told.event for told in watch.told_of(vnc_line.peer)] == ["start", "stop"]


def test_a_session_over_rdp_is_seen(watch: Watch, rdp_line: Line, remmina: Remmina) -> None:
    remmina.connect(rdp_line.port, "RDP")
    assert watch.start_of(rdp_line.peer).line["tool"] == "remmina"


def test_two_tabs_are_two_sessions(watch: Watch, vnc_line: Line, other_vnc_line: Line, remmina: Remmina) -> None:
    remmina.connect(vnc_line.port)
    first = watch.start_of(vnc_line.peer)
    remmina.connect(other_vnc_line.port)
    second = watch.start_of(other_vnc_line.peer)
    assert first.session != second.session
    other_vnc_line.cut()
    other_vnc_line.refuse()
    assert watch.stop_of(other_vnc_line.peer).session == second.session
    assert watch.stops(vnc_line.peer) == []
