"""`mezzora-agent run` on a technician's Windows PC, and the firm's collector on Linux."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.journeys.firm import Firm
from tests.windows.pc import Program, WindowsPc, comes, on_windows
from tests.windows.remote_desktop import a_server, connected


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Firm]:
    """The firm with a collector that runs, and no technician yet."""
    folder = tmp_path / "office"
    folder.mkdir()
    firm = Firm(folder)
    try:
        firm.open_office()
        yield firm
    finally:
        firm.close()


class Technician:
    """A technician's PC whose agent is enrolled; its data folder has blanks and accents in its name."""

    def __init__(self, pc: WindowsPc, data: Path) -> None:
        self._pc, self.data = pc, data

    @property
    def _here(self) -> tuple[str, ...]:
        return ("-m", "agent", "--data", on_windows(self.data))

    async def enrol(self, office: Firm) -> None:
        enrolled = await self._pc.python(*self._here, "enrol", office.address, office.code("reception"))
        assert await enrolled.line() == "enrolled as reception; start with: mezzora-agent run"
        assert await enrolled.ended() == 0

    async def start_agent(self) -> Program:
        return await self._pc.python(*self._here, "run")


@pytest_asyncio.fixture
async def technician(pc: WindowsPc, office: Firm, tmp_path: Path) -> AsyncIterator[Technician]:
    technician = Technician(pc, tmp_path / "Nicolò's agent data")
    await technician.enrol(office)
    yield technician


def in_state(office: Firm, peer: str, state: str) -> Callable[[], dict[str, Any] | None]:
    def asked() -> dict[str, Any] | None:
        session = office.session(peer)
        return session if session is not None and session["state"] == state else None

    return asked


async def test_a_session_is_streamed_capped_alerted_and_rated(
    pc: WindowsPc, office: Firm, technician: Technician
) -> None:
    agent = await technician.start_agent()
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
