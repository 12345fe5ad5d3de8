"""The collector's rooms with their doors, without a process: what the tests of pages and API stand in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI

from collector.delivery.channel_file import Channels
from collector.ledger.conditions import Difference
from collector.ledger.keys import Role
from collector.ledger.post import Post
from collector.live.hub import Hub
from collector.tariffs.terms_texts import FOLDER
from collector.web.parts import Parts
from collector.web.passwords import Passwords
from collector.web.routes import install
from shared.messages import Order
from tests.collector.office import an_office
from tests.collector.room import ROME, Room, a_room

NAMES = {Role.SUPERVISOR: "Laura", Role.OFFICE: "Olga", Role.TECHNICIAN: "Tino", Role.READ_ONLY: "Rita"}
ADDRESS = "http://house"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # what makes passwords safe makes tests slow


@dataclass
class House:
    """A room, and the application that people and programs ask."""

    room: Room
    app: FastAPI
    hub: Hub
    orders: list[tuple[int, Order]] = field(default_factory=list)  # to end sessions, as agents heard them
    hung_up: list[int] = field(default_factory=list)  # agents
    deaf: bool = False  # no agent hears an order
    differences: tuple[Difference, ...] = ()  # of other collectors

    def furnish(self, channels: Channels) -> None:
        """Alerts are told over these."""
        self.app.state.parts = replace(self.app.state.parts, channels=channels)

    def order(self, agent_id: int, order: Order) -> bool:
        if not self.deaf:
            self.orders.append((agent_id, order))
        return not self.deaf

    async def hang_up(self, agent_id: int) -> None:
        self.hung_up.append(agent_id)

    async def key(self, role: Role = Role.SUPERVISOR) -> dict[str, str]:
        """The header of somebody in that role."""
        return {"Authorization": f"Bearer {await self.room.ledger.make_token(NAMES[role], role)}"}

    def client(self, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
        """Somebody who asks; nothing goes over a network."""
        door = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=door, base_url=ADDRESS, headers=headers)

    async def program(self, role: Role = Role.SUPERVISOR) -> httpx.AsyncClient:
        """A program with a token."""
        return self.client(await self.key(role))

    @asynccontextmanager
    async def browser(self, role: Role = Role.SUPERVISOR) -> AsyncIterator[httpx.AsyncClient]:
        """A browser that has signed in by a link."""
        code = await self.room.ledger.make_link(NAMES[role], role)
        async with self.client({"Accept": "text/html", "Accept-Language": "it"}) as client:
            assert (await client.get("/signin", params={"code": code})).status_code == 200
            yield client


@asynccontextmanager
async def a_house(folder: Path, *, secure: bool = False, post: Post | None = None) -> AsyncIterator[House]:
    """Opened on a database in the folder, closed when the block is left."""
    async with a_room(folder, post=post) as room:
        hub = Hub(room.board().look, room.bell, room.clock)
        app = FastAPI(title="Mezzora", docs_url=None, redoc_url=None, openapi_url=None)
        office = an_office(room)
        house = House(room, app, hub)
        parts = Parts(
            room.clock,
            room.ledger,
            room.reading,
            hub,
            ROME,
            office,
            secure,
            Channels(),
            house.order,
            room.bell,
            house.hang_up,
            lambda: house.differences,
            terms=room.folder / FOLDER,
        )
        install(app, parts)
        app.state.passwords = Passwords(QUICK)
        telling = asyncio.create_task(hub.run())
        try:
            yield house
        finally:
            await office.stop()
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
