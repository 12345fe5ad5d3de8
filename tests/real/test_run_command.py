"""`mezzora-agent run`: what a live collector knows of real sessions, against what was."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.journeys.firm import Firm
from tests.real.desk import Server
from tests.real.line import Line
from tests.real.program import Program, until
from tests.real.ssh import Ssh
from tests.real.viewers import Remmina, to
from tests.real.watching import SHORT_BY_S, TOLD_WITHIN_S, Patience

Viewer = Callable[..., Program]


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    firm = Firm(tmp_path)
    try:
        firm.open()
        yield firm
    finally:
        firm.close()


def test_five_tools_at_once_reach_the_collector_as_they_were(
    firm: Firm,
    vnc_server: Server,
    vnc_line: Line,
    other_vnc_line: Line,
    rdp_line: Line,
    spice_line: Line,
    tigervnc: Viewer,
    tightvnc: Viewer,
    freerdp: Viewer,
    remote_viewer: Viewer,
    remmina: Remmina,
    ssh: Ssh,
    ended: Callable[[Program], Program],
) -> None:
    assert firm.agent is not None
    with Line(vnc_server.port) as tunnelled_line:
        tunnel, mouth = ssh.tunnel(tunnelled_line.port)
        ended(tunnel)
        patience = Patience.with_(firm.agent.pid)
        tools: tuple[tuple[str, Line, str, Callable[[], Program]], ...] = (
            ("tigervnc", tunnelled_line, f"127.0.0.1:{mouth}", lambda: tigervnc(to(mouth))),
            ("tightvnc", other_vnc_line, other_vnc_line.peer, lambda: tightvnc(to(other_vnc_line.port))),
            ("freerdp", rdp_line, rdp_line.peer, lambda: freerdp(rdp_line.port)),
            ("remote-viewer", spice_line, spice_line.peer, lambda: remote_viewer(f"spice://{spice_line.peer}")),
            ("remmina", vnc_line, vnc_line.peer, lambda: remmina.connect(vnc_line.port)),
        )
        viewers = []
        for _, _, peer, start in tools:
            viewers.append(start())
            until(lambda peer=peer: firm.session(peer) is not None, f"{peer} at the collector")  # type: ignore[misc]
        for viewer in viewers:
            viewer.must_run()
            viewer.end()
        until(lambda: all(state_of(firm, peer) == "paused" for _, _, peer, _ in tools), "their ends")
        forgiven_s = patience.forgiven_s()
        assert len(firm.get("sessions")["items"]) == len(tools)
        for tool, line, peer, _ in tools:
            told = firm.session(peer)
            assert told is not None
            assert told["tool"] == tool
            opened, closed = line.opened(), line.closed()
            assert told["observed_seconds"] <= closed.not_after - opened.not_before
            at_least = closed.not_before - opened.not_after
            assert told["observed_seconds"] >= at_least - SHORT_BY_S - forgiven_s, (tool, forgiven_s)
            late_s = steady(told["first_seen_at"]) - opened.not_after
            assert late_s <= TOLD_WITHIN_S + forgiven_s, (tool, forgiven_s)


def state_of(firm: Firm, peer: str) -> str:
    told = firm.session(peer)
    assert told is not None
    return str(told["state"])


def steady(instant: str) -> float:
    """An instant of the wall clock on the steady one."""
    now = datetime.now(UTC)
    return time.monotonic() - (now - datetime.fromisoformat(instant)).total_seconds()
