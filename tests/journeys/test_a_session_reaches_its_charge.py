"""A technician helps a customer for longer than the price includes; the customer is told what it costs, and why."""

from collections.abc import Callable

from tests.journeys.firm import Firm
from tests.real.line import Line
from tests.real.program import Program, until
from tests.real.viewers import to

Viewer = Callable[..., Program]


def test_a_session_is_seen_streamed_capped_alerted_shown_and_rated(
    firm: Firm, vnc_line: Line, tigervnc: Viewer
) -> None:
    viewer = tigervnc(to(vnc_line.port))
    until(lambda: firm.session(vnc_line.peer) is not None, "the session at the collector")
    session = firm.session(vnc_line.peer)
    assert session is not None
    (row,) = firm.get("live")["rows"]
    assert (row["tool"], row["peer"], row["standing"], row["actions"]) == (
        "tigervnc",
        vnc_line.peer,
        "unknown",
        ["assign"],
    )
    customer = firm.post("customers", {"name": "Studio Bassi", "contract": True, "version": "current"})
    (intervention,) = session["interventions"]
    firm.post(f"interventions/{intervention}/assign", {"customer": customer["id"]})
    until(lambda: "half-hour-1" in firm.alerts(intervention), "the first half hour begun")
    # The alert is told when the clock says so; the bill waits for what was observed.
    until(lambda: (firm.session(vnc_line.peer) or {})["observed_seconds"] >= 9, "the observed second that begins it")
    viewer.end()
    until(lambda: (firm.session(vnc_line.peer) or {})["state"] == "paused", "the end of the session")
    assert firm.alerts(intervention) == ["warning-5000ms", "warning-1000ms", "cap", "half-hour-1"]
    charge = firm.get(f"interventions/{intervention}")["charge"]
    assert (charge["service"], charge["cap_seconds"], charge["overtime_half_hours"]) == ("contract", 8, 1)
    assert [line["amount"] for line in charge["lines"]] == ["45.00", "35.00"]
    assert (charge["net"], charge["flags"]) == ("80.00", ["overtime-not-agreed"])


def test_the_peer_is_learnt_and_a_second_connection_joins_the_intervention(
    firm: Firm, vnc_line: Line, tigervnc: Viewer
) -> None:
    customer = firm.post("customers", {"name": "Studio Marini", "contract": True, "version": "current"})
    viewer = tigervnc(to(vnc_line.port))
    until(lambda: firm.session(vnc_line.peer) is not None, "the session at the collector")
    (first,) = (firm.session(vnc_line.peer) or {})["interventions"]
    firm.post(f"interventions/{first}/assign", {"customer": customer["id"]})
    viewer.end()
    second = tigervnc(to(vnc_line.port))
    until(lambda: len(firm.get("live")["rows"]) == 1 and firm.get("live")["rows"][0]["ticking"], "it to be live again")
    (row,) = firm.get("live")["rows"]
    assert (row["customer"]["name"], row["intervention"]) == ("Studio Marini", first)
    second.end()
