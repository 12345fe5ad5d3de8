"""`mezzora-agent run` on a technician's Windows PC, and the firm's collector on Linux."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from agent.app import enrol
from agent.link import read_link
from tests.journeys.firm import Firm
from tests.windows.pc import Program, WindowsPc, comes, on_windows
from tests.windows.remote_desktop import a_server, connected
from tests.windows.watching import STEP

HOLD = """
import sqlite3, sys
spool = sqlite3.connect(sys.argv[1], isolation_level=None)
spool.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""
SOON_S = 4.0  # some looks


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """The firm with a collector that runs, and no technician yet."""
    firm = Firm(tmp_path_factory.mktemp("office"))
    try:
        firm.open_office()
        yield firm
    finally:
        firm.close()


class Technician:
    """A technician's PC whose agent is enrolled; its data folder has blanks and accents in its name."""

    def __init__(self, pc: WindowsPc, data: Path) -> None:
        self._pc, self.data = pc, data

    async def run(self, *words: str) -> Program:
        """His agent, with these words."""
        return await self._pc.python("-m", "agent", "--data", on_windows(self.data), *words)

    async def told(self, *words: str) -> str:
        """What a verb of it says."""
        program = await self.run(*words)
        told = await program.rest()
        assert await program.ended() == 0, await program.complaints()
        return "\n".join(told)


@pytest_asyncio.fixture
async def technician(pc: WindowsPc, office: Firm, tmp_path: Path) -> Technician:
    technician = Technician(pc, tmp_path / "Nicolò's agent data")
    await asyncio.to_thread(lambda: enrol(technician.data, office.address, office.code("reception")))
    return technician


def in_state(office: Firm, peer: str, state: str) -> Callable[[], dict[str, Any] | None]:
    def asked() -> dict[str, Any] | None:
        session = office.session(peer)
        return session if session is not None and session["state"] == state else None

    return asked


def stretches(office: Firm, peer: str) -> list[tuple[datetime, datetime]]:
    """From when to when it was seen live, as the collector knows it."""
    told = (office.session(peer) or {})["stretches"]
    starts = [(datetime.fromisoformat(each["start"]), each["observed_seconds"]) for each in told]
    return [(start, start + timedelta(seconds=seconds)) for start, seconds in starts]


def goes_on_after(office: Firm, peer: str, moment: datetime) -> Callable[[], bool]:
    return lambda: any(start > moment and end > start for start, end in stretches(office, peer))


async def test_it_is_enrolled_and_what_nothing_shows_is_declared(pc: WindowsPc, office: Firm, tmp_path: Path) -> None:
    technician = Technician(pc, tmp_path / "Nicolò's agent data")
    enrolled = await technician.told("enrol", office.address, await asyncio.to_thread(office.code, "reception"))
    assert enrolled == "enrolled as reception; start with: mezzora-agent run"
    agent = await technician.run("run")
    await technician.told("begin", "--tool", "telephone", "--peer", "Caffè Però")
    session = await comes(in_state(office, "Caffè Però", "live"), "the call at the collector")
    assert (session["tool"], session["evidence"]) == ("telephone", "declared")
    assert "Caffè Però" in await technician.told("status")
    await technician.told("end")
    await comes(in_state(office, "Caffè Però", "ended"), "its end")
    assert await agent.stop() == 0
    assert "Traceback" not in await agent.complaints()


async def test_an_agent_that_was_killed_takes_up_what_is_live_and_bills_no_gap(
    pc: WindowsPc, office: Firm, technician: Technician
) -> None:
    async with a_server() as peer:
        viewer = await connected(pc, peer)
        agent = await technician.run("run")
        before = await comes(in_state(office, peer, "live"), "the session at the collector")
        await comes(lambda: (office.session(peer) or {})["observed_seconds"] >= 1, "some time of it")
        await agent.kill()
        killed_at = datetime.now(UTC)
        again = await technician.run("run")
        started_at = datetime.now(UTC)
        await comes(goes_on_after(office, peer, killed_at), "it to go on")
        assert (office.session(peer) or {})["id"] == before["id"]
        for start, end in stretches(office, peer):
            assert end <= killed_at + STEP or start >= started_at
        await viewer.close()
        await comes(in_state(office, peer, "paused"), "its end")
        assert await again.stop() == 0


async def test_a_spool_that_another_program_holds_keeps_nothing_back_and_invents_nothing(
    pc: WindowsPc, office: Firm, technician: Technician
) -> None:
    """As when a backup or a scanner holds the file: the agent says so and goes on in memory."""
    agent = await technician.run("run")
    await comes((technician.data / "spool.sqlite3-wal").exists, "the spool")
    holder = await pc.python("-c", HOLD, on_windows(technician.data / "spool.sqlite3"))
    assert await holder.line() == "held"
    async with a_server() as peer:
        before = datetime.now(UTC)
        viewer = await connected(pc, peer)
        await comes(in_state(office, peer, "live"), "the session at the collector")
        await holder.close()
        await viewer.close()
        after = datetime.now(UTC)
        await comes(in_state(office, peer, "paused"), "its end")
        assert all(before - STEP < start <= end < after + STEP for start, end in stretches(office, peer))
    assert await agent.stop() == 0
    complaints = await agent.complaints()
    assert "going on in memory" in complaints
    assert "Traceback" not in complaints


async def test_what_the_collector_missed_while_it_was_down_is_told_when_it_is_back(
    pc: WindowsPc, office: Firm, technician: Technician
) -> None:
    agent = await technician.run("run")
    await comes(lambda: getattr(read_link(technician.data / "link.json"), "open", False), "the line")
    assert office.collector is not None
    await asyncio.to_thread(office.collector.kill)
    async with a_server() as peer:
        before = datetime.now(UTC)
        viewer = await connected(pc, peer)
        await asyncio.sleep(SOON_S)
        await viewer.close()
        after = datetime.now(UTC)
        await asyncio.to_thread(office.start_collector)
        await comes(in_state(office, peer, "paused"), "the session at the collector")
        [(start, end)] = stretches(office, peer)
        assert before - STEP < start < end < after + STEP
    assert await agent.stop() == 0


async def test_a_session_is_streamed_capped_alerted_and_rated(
    pc: WindowsPc, office: Firm, technician: Technician
) -> None:
    agent = await technician.run("run")
    async with a_server() as peer:
        viewer = await connected(pc, peer)
        session = await comes(in_state(office, peer, "live"), "the session at the collector")
        assert (session["tool"], session["evidence"]) == ("mstsc", "socket")
        customer = office.post("customers", {"name": "Studio Bassi", "contract": True, "version": "current"})
        (intervention,) = session["interventions"]
        office.post(f"interventions/{intervention}/assign", {"customer": customer["id"]})
        await comes(lambda: (office.session(peer) or {})["observed_seconds"] >= 9, "a second beyond the cap")
        await viewer.close()
        await comes(in_state(office, peer, "paused"), "its end")
        assert "half-hour-1" in office.alerts(intervention)
        charge = office.get(f"interventions/{intervention}")["charge"]
        assert [line["amount"] for line in charge["lines"]][:2] == ["45.00", "35.00"]

    assert await agent.stop() == 0
    assert "Traceback" not in await agent.complaints()
