"""The agent's other verbs on Windows: it starts, keeps what it sees, lets no second one in, and stops at Ctrl-C."""

import time
from pathlib import Path

from agent.config import Enrolment, write_enrolment
from tests.windows.pc import PATIENCE_S, WindowsPc, on_windows
from tests.windows.remote_desktop import a_server, connected

NOBODY = Enrolment("ws://127.0.0.1:9/agent", "reception", "a-token")


async def test_a_pc_that_is_not_enrolled_is_told_how_in_one_line(pc: WindowsPc) -> None:
    agent = await pc.python("-m", "agent", "run")
    assert await agent.ended() == 1
    complaint = await agent.complaints()
    assert "mezzora-agent enrol URL CODE" in complaint
    assert len(complaint.splitlines()) == 1


async def test_the_agent_runs_once_keeps_a_session_and_stops_at_ctrl_c(pc: WindowsPc, tmp_path: Path) -> None:
    data = tmp_path / "agent data"
    write_enrolment(data, NOBODY)
    here = ("-m", "agent", "--data", on_windows(data))
    async with a_server() as peer:
        viewer = await connected(pc, peer)
        agent = await pc.python(*here, "run")

        await told(pc, here, f"mstsc  {peer}")
        second = await pc.python(*here, "run")
        assert await second.ended() == 1
        assert "an agent already runs" in await second.complaints()

        assert await agent.stop() == 0
        await viewer.close()


async def told(pc: WindowsPc, here: tuple[str, ...], text: str) -> None:
    """Ask for the agent's standing until it tells this."""
    deadline = time.monotonic() + PATIENCE_S
    while text not in (status := "\n".join(await (await pc.python(*here, "status")).rest())):
        assert time.monotonic() < deadline, f"{text!r} is not told by: {status}"
