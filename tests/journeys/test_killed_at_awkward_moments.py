"""Collector and agent are killed when it hurts most: around each alert, and both while the session ends unseen."""

import time
from collections.abc import Callable

from tests.journeys.firm import Firm
from tests.real.line import Line
from tests.real.program import Program, until
from tests.real.viewers import to

Viewer = Callable[..., Program]


def test_each_alert_is_made_once_though_the_collector_is_killed_around_it(
    firm: Firm, vnc_line: Line, tigervnc: Viewer
) -> None:
    tigervnc(to(vnc_line.port))
    until(lambda: firm.session(vnc_line.peer) is not None, "the session at the collector")
    (intervention,) = (firm.session(vnc_line.peer) or {})["interventions"]
    customer = firm.post("customers", {"name": "Studio Bassi", "contract": True, "version": "current"})
    firm.post(f"interventions/{intervention}/assign", {"customer": customer["id"]})
    for last in ("warning-5000ms", "cap", "half-hour-1"):
        until(lambda last=last: last in firm.alerts(intervention), last)  # type: ignore[misc]
        assert firm.collector is not None
        firm.collector.kill()
        firm.start_collector()
    until(lambda: "half-hour-2" in firm.alerts(intervention), "the second half hour")
    alerts = firm.alerts(intervention)
    assert alerts[:5] == ["warning-5000ms", "warning-1000ms", "cap", "half-hour-1", "half-hour-2"]
    assert len(alerts) == len(set(alerts))


def test_what_the_agent_had_kept_arrives_though_both_were_killed_and_the_session_ended_unseen(
    firm: Firm, vnc_line: Line, tigervnc: Viewer
) -> None:
    viewer = tigervnc(to(vnc_line.port))
    until(lambda: firm.session(vnc_line.peer) is not None, "the session at the collector")
    known = (firm.session(vnc_line.peer) or {})["observed_seconds"]
    assert firm.agent is not None and firm.collector is not None
    firm.collector.kill()
    time.sleep(8)  # in which the agent can tell nobody, and keeps at least one more progress
    firm.agent.kill()
    killed = time.monotonic()
    viewer.end()
    firm.start_collector()
    firm.start_agent()
    until(lambda: (firm.session(vnc_line.peer) or {})["state"] in {"paused", "ended"}, "the end of the session")
    session = firm.session(vnc_line.peer)
    assert session is not None
    assert max(known, 4) <= session["observed_seconds"] <= killed - vnc_line.opened().not_before
    assert "unconfirmed-end" in session["marks"]
