"""The collector's rooms on a real database, without its process: what the tests of pages and API stand in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from fastapi import FastAPI

from collector.ledger.bell import Bell
from collector.ledger.board import Board
from collector.ledger.engine import open_engines
from collector.ledger.keys import Role
from collector.ledger.ledger import Ledger
from collector.ledger.presence import Presence
from collector.ledger.price_lists import PriceLists
from collector.ledger.reading import Reading
from collector.ledger.schema import migrate
from collector.ledger.sessions import Report
from collector.live.hub import Hub
from collector.tariffs.files import shipped_text
from collector.web.parts import Parts
from collector.web.routes import install
from shared.messages import Progress
from shared.moments import MINUTE_MS
from shared.session import Evidence, Session, SessionState, Stretch
from tests.fakes.clock import FakeClock

ROME = ZoneInfo("Europe/Rome")


@dataclass
class House:
    """Everything, and short ways to make things happen."""

    app: FastAPI
    ledger: Ledger
    reading: Reading
    bell: Bell
    hub: Hub
    presence: Presence
    clock: FakeClock
    agent: int = 0
    told: int = 0

    async def connect(
        self,
        *,
        session: str = "a" * 32,
        minutes: float = 8,
        peer: str | None = "123456789",
        tool: str = "teamviewer",
        state: SessionState = SessionState.LIVE,
        ended_ago_ms: int = 0,
    ) -> str:
        """A session that has lasted so long, as its agent would report it; said again it goes on."""
        self.told += 1
        lasted_ms = int(minutes * MINUTE_MS)
        told = Session(
            id=session,
            tool=tool,
            peer=peer,
            evidence=Evidence.SOCKET,
            state=state,
            stretches=(Stretch(self.clock.wall - ended_ago_ms - lasted_ms, lasted_ms),),
        )
        refusals = await self.ledger.record([Report(self.agent, 0, Progress(seq=self.told, session=told))])
        assert refusals == [None]
        return session

    async def token(self, role: Role = Role.SUPERVISOR) -> dict[str, str]:
        """The header of somebody in that role."""
        name = {Role.SUPERVISOR: "Laura", Role.OFFICE: "Olga", Role.TECHNICIAN: "Tino", Role.READ_ONLY: "Rita"}[role]
        return {"Authorization": f"Bearer {await self.ledger.make_token(name, role)}"}

    def browser(self, **headers: str) -> httpx.AsyncClient:
        """Somebody at http://house; nothing is sent over a network."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app), base_url="http://house", headers=headers, timeout=60
        )


@asynccontextmanager
async def a_house(folder: Path, *, secure: bool = False, tariff: str | None = None) -> AsyncIterator[House]:
    """Opened on a database in the folder, closed when the block is left."""
    clock, bell, presence = FakeClock(), Bell(), Presence()
    engines = open_engines(folder / "ledger.sqlite")
    await migrate(engines.writer)
    lists = PriceLists([tariff or shipped_text()], ROME)
    async with engines.writer.begin() as connection:
        await lists.keep(connection)
    reading = Reading(engines.readers, lists, presence, clock)
    ledger = Ledger(engines.writer, lists, bell, clock)
    hub = Hub(Board(reading, lists, presence, bell, clock, demo=False).look, bell, clock)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    install(app, Parts(clock, ledger, reading, hub, ROME, secure))
    writing, telling = asyncio.create_task(ledger.run()), asyncio.create_task(hub.run())
    house = House(app, ledger, reading, bell, hub, presence, clock)
    try:
        await _enrol(house)
        yield house
    finally:
        telling.cancel()
        ledger.close()
        await asyncio.gather(writing, telling, return_exceptions=True)
        await engines.close()


async def _enrol(house: House) -> None:
    enrolled = await house.ledger.enrol(await house.ledger.make_code("PC Bianchi"))
    assert enrolled is not None
    agent = await house.ledger.admit(enrolled[1], system="Linux", version="1", clock_offset_ms=0)
    assert agent is not None
    house.agent = agent.id
    house.presence.hear(agent.id, house.clock.steady)
