"""`kill -9` of collector and agent while a session runs: no acknowledged second is lost, no alert made twice."""

from collections.abc import Callable

from tests.journeys.firm import Firm
from tests.real.line import Line
from tests.real.program import Program, until
from tests.real.viewers import to

Viewer = Callable[..., Program]


def observed_s(firm: Firm, peer: str) -> float:
    session = firm.session(peer)
    return float(session["observed_seconds"]) if session else 0.0


def test_what_was_acknowledged_survives_and_the_session_goes_on(firm: Firm, vnc_line: Line, tigervnc: Viewer) -> None:
    viewer = tigervnc(to(vnc_line.port))
    until(lambda: observed_s(firm, vnc_line.peer) >= 4, "the first seconds at the collector")
    known = observed_s(firm, vnc_line.peer)
    assert firm.collector is not None
    firm.collector.kill()
    firm.start_collector()
    assert observed_s(firm, vnc_line.peer) >= known
    until(lambda: observed_s(firm, vnc_line.peer) > known + 4, "the seconds from while the collector was away")
    known = observed_s(firm, vnc_line.peer)
    assert firm.agent is not None
    firm.agent.kill()
    firm.start_agent()
    until(lambda: observed_s(firm, vnc_line.peer) > known + 2, "the seconds after the agent came back")
    viewer.end()
    until(lambda: (firm.session(vnc_line.peer) or {})["state"] == "paused", "the end of the session")
    session = firm.session(vnc_line.peer)
    assert session is not None
    opened, closed = vnc_line.opened(), vnc_line.closed()
    assert known <= session["observed_seconds"] <= closed.not_after - opened.not_before
    assert len(session["stretches"]) == 2
    (intervention,) = session["interventions"]
    alerts = firm.alerts(intervention)
    assert len(alerts) == len(set(alerts))
    assert alerts[:3] == ["warning-5000ms", "warning-1000ms", "cap"]
