"""Where the price list ends a session at the cap: announced for a minute, stopped by a word, and that session alone."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.journeys.firm import SHORT, Firm
from tests.real.desk import Server
from tests.real.line import Line
from tests.real.program import Program, until
from tests.real.viewers import Remmina, to

Viewer = Callable[..., Program]
STRICT = {**SHORT, '# at_cap = "remind"': 'at_cap = "disconnect"'}
COUNTDOWN_S = 60.0
POLITE_S = 10.0
CASES = ("closed", "hung", "agreed", "critical", "shared")


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    firm = Firm(tmp_path, STRICT)
    try:
        firm.open()
        yield firm
    finally:
        firm.close()


def told_of(firm: Firm, intervention: int) -> list[tuple[str, str]]:
    """What was said and done about it, and why, in order."""
    decided = firm.get(f"interventions/{intervention}")["decisions"]
    return [(each["what"], each["told"]) for each in decided if each["what"] not in ("created", "customer")]


@pytest.mark.slow
def test_it_is_announced_stopped_by_a_word_closed_politely_killed_at_last_and_refused_where_others_would_go_too(
    firm: Firm, vnc_server: Server, tigervnc: Viewer, remmina: Remmina
) -> None:
    """All at once, since each takes its minute."""
    with ExitStack() as lines:
        line = {case: lines.enter_context(Line(vnc_server.port)) for case in CASES}
        for case, each in line.items():
            peer = {"tool": "remmina" if case == "shared" else "tigervnc", "peer": each.peer}
            firm.post("customers", {"name": case, "contract": True, "version": "current", "peers": [peer]})
        viewer = {case: tigervnc(to(line[case].port)) for case in CASES[:-1]}
        viewer["shared"] = remmina.connect(line["shared"].port)
        found = {}
        for case, each in line.items():
            until(lambda each=each: firm.session(each.peer) is not None, f"the session of {case}")  # type: ignore[misc]
            (found[case],) = (firm.session(each.peer) or {})["interventions"]
        until(lambda: all("disconnect" in firm.alerts(each) for each in found.values()), "the announcements")
        assert firm.agent is not None
        until(lambda: firm.agent.log.read_text().count("ends in 60 s") == 4, "the notices")  # type: ignore[union-attr]
        os.kill(viewer["hung"].pid, signal.SIGSTOP)
        firm.say("agreed", line["agreed"].peer)
        firm.say("critical", line["critical"].peer)
        until(lambda: not viewer["closed"].is_running, "the viewer to close", COUNTDOWN_S + POLITE_S)
        until(lambda: not viewer["hung"].is_running, "the hung viewer to be killed", 3 * POLITE_S)
        until(lambda: len(told_of(firm, found["hung"])) == 2, "the word on it")
        assert {case for case, each in viewer.items() if each.is_running} == {"agreed", "critical", "shared"}
        assert {case: told_of(firm, each) for case, each in found.items()} == {
            "closed": [("disconnect-announced", "60 s before"), ("disconnected", "closed")],
            "hung": [("disconnect-announced", "60 s before"), ("disconnected", "killed")],
            "agreed": [
                ("disconnect-announced", "60 s before"),
                ("overtime-agreed", "technician"),
                ("disconnect-stopped", "agreed to, or critical work"),
            ],
            "critical": [
                ("disconnect-announced", "60 s before"),
                ("critical", f"session {firm.session(line['critical'].peer)['id']}"),  # type: ignore[index]
                ("disconnect-stopped", "agreed to, or critical work"),
            ],
            "shared": [("disconnect-refused", "a process of Remmina may hold several sessions")],
        }
