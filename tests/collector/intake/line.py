"""A real door behind a real port on loopback, and agents that speak to it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from collector.intake.endpoint import AgentsDoor, install
from shared.messages import CollectorMessage, Enrol, Enrolled, Hello, Progress, Quota, Welcome
from shared.protocol import AgentSide
from shared.session import Session
from tests.collector.room import Room, a_room


@dataclass
class Agent:
    """The agent's end of one line."""

    line: ClientConnection
    side: AgentSide = field(default_factory=AgentSide)

    async def greet(self, token: str, *, sent_at: int, version: int = 1) -> list[CollectorMessage]:
        hello = Hello(version=version, token=token, sent_at=sent_at, agent_version="0.1", system="Linux")
        await self.line.send(self.side.greet(hello))
        return await self.hear()

    async def enrol(self, code: str) -> list[CollectorMessage]:
        await self.line.send(self.side.enrol(Enrol(code=code, computer="pc")))
        return await self.hear()

    async def report(self, *told: tuple[int, Session]) -> list[CollectorMessage]:
        """What the collector answers; a quota, which it grants when it likes, is none."""
        await self.say(told)
        answer: list[CollectorMessage] = []
        while not answer:
            answer = [each for each in await self.hear() if not isinstance(each, Quota)]
        return answer

    async def say(self, told: Sequence[tuple[int, Session]]) -> None:
        await self.line.send(self.side.report([Progress(seq=seq, session=session) for seq, session in told]))

    async def hear(self) -> list[CollectorMessage]:
        async with asyncio.timeout(10):
            return self.side.receive(await self.line.recv())

    async def hung_up(self) -> int:
        """The code with which the collector hangs up."""
        async with asyncio.timeout(15):
            try:
                while True:
                    await self.line.recv()
            except ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd else 1006


@dataclass
class Door:
    """The collector as agents see it."""

    room: Room
    url: str
    door: AgentsDoor

    @asynccontextmanager
    async def agent(self) -> AsyncIterator[Agent]:
        async with connect(self.url, compression=None) as line:
            yield Agent(line)

    async def token(self, name: str = "PC Anna") -> str:
        async with self.agent() as agent:
            match await agent.enrol(await self.room.ledger.make_code(name)):
                case [Enrolled(token=token)]:
                    return token
        raise AssertionError("not enrolled")

    @asynccontextmanager
    async def open_line(self, token: str) -> AsyncIterator[Agent]:
        async with self.agent() as agent:
            answer = await agent.greet(token, sent_at=self.room.clock.wall_ms())
            assert isinstance(answer[0], Welcome)
            yield agent


@asynccontextmanager
async def a_door(folder: Path) -> AsyncIterator[Door]:
    """Open while the block lasts."""
    async with a_room(folder) as room:
        app = FastAPI()
        door = AgentsDoor(room.ledger, room.presence, room.bell, room.clock)
        install(app, door)
        listening = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(
            app, ws="websockets-sansio", lifespan="off", log_config=None, timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve([listening]))
        try:
            yield Door(room, f"ws://127.0.0.1:{listening.getsockname()[1]}/agent", door)
        finally:
            await door.close()
            server.should_exit = True
            await serving
