"""A real ledger on a real database, with a clock that moves when it is told to: what the collector's tests stand in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar
from zoneinfo import ZoneInfo

from collector.domain.entitlement import Version
from collector.ledger.alerts import NewAlert, Told
from collector.ledger.bell import Bell
from collector.ledger.board import Board
from collector.ledger.customers import CustomerEntry
from collector.ledger.engine import Engines, open_engines
from collector.ledger.ledger import Ledger
from collector.ledger.post import Post
from collector.ledger.presence import Presence
from collector.ledger.price_lists import PriceLists
from collector.ledger.reading import Reading
from collector.ledger.schema import prepare
from collector.ledger.sessions import Report
from collector.ledger.views import InterventionView, SessionView
from collector.tariffs.files import shipped_text
from shared.messages import Progress
from shared.moments import MINUTE_MS, SECOND_MS
from shared.session import Evidence, Mark, Session, SessionState, Stretch
from tests import postgres
from tests.fakes.clock import FakeClock

ROME = ZoneInfo("Europe/Rome")
S1, S2, S3 = "1" * 32, "2" * 32, "3" * 32
_made: list[bytes] = []


def a_session(
    id: str = S1,
    *stretches: tuple[int, int],
    tool: str = "tigervnc",
    peer: str | None = "192.0.2.7:5900",
    state: SessionState = SessionState.LIVE,
    marks: tuple[Mark, ...] = (),
) -> Session:
    """A session with these stretches (start, length)."""
    return Session(
        id=id,
        tool=tool,
        peer=peer,
        evidence=Evidence.SOCKET,
        state=state,
        stretches=tuple(Stretch(*each) for each in stretches),
        marks=marks,
    )


@dataclass
class Room:
    """The ledger's parts, and short ways to make things happen."""

    folder: Path
    engines: Engines
    lists: PriceLists
    bell: Bell
    presence: Presence
    clock: FakeClock
    ledger: Ledger
    reading: Reading
    post: Post
    agents: dict[str, int] = field(default_factory=dict)
    seq: int = 0

    async def agent(self, name: str = "PC Anna") -> int:
        """An enrolled agent that is heard."""
        if name not in self.agents:
            enrolled = await self.ledger.enrol(await self.ledger.make_code(name))
            assert enrolled is not None
            self.agents[name] = next(each.id for each in await self.reading.agents() if each.name == name)
        self.presence.hear(self.agents[name], self.clock.steady_ms())
        return self.agents[name]

    async def tell(
        self, session: Session, *, agent: str = "PC Anna", seq: int | None = None, offset_ms: int = 0, line: int = 0
    ) -> str | None:
        """What an agent reports; None, or why it is refused."""
        self.seq += 1
        progress = Progress(seq=seq or self.seq, session=session)
        return (await self.ledger.record([Report(await self.agent(agent), offset_ms, progress, line)]))[0]

    async def connect(
        self,
        id: str = S1,
        *,
        seconds: float,
        ended_ago_s: float = 0,
        agent: str = "PC Anna",
        state: SessionState = SessionState.LIVE,
        tool: str = "tigervnc",
        peer: str | None = "192.0.2.7:5900",
    ) -> SessionView:
        """A session that has lasted so long by now; told again it goes on."""
        lasted_ms = round(seconds * SECOND_MS)
        started_at = self.clock.wall_ms() - round(ended_ago_s * SECOND_MS) - lasted_ms
        told = a_session(id, (started_at, lasted_ms), state=state, tool=tool, peer=peer)
        assert await self.tell(told, agent=agent) is None
        return await self.session(id)

    async def session(self, id: str = S1) -> SessionView:
        found = await self.reading.session(id)
        assert found is not None
        return found

    async def intervention_of(self, id: str = S1) -> InterventionView:
        """The one that the session's time belongs to now."""
        found = await self.reading.intervention((await self.session(id)).interventions[-1])
        assert found is not None
        return found

    async def customer(
        self,
        name: str = "Studio Bianchi",
        *,
        contract: bool = True,
        version: Version = Version.CURRENT,
        peers: tuple[tuple[str, str], ...] = (),
        until_day: date | None = None,
    ) -> int:
        entry = CustomerEntry(name, date(2020, 1, 1) if contract else None, until_day, version)
        return await self.ledger.create_customer(entry, peers)

    async def alert(self, *keys: str) -> None:
        """Caps reached, of these keys; the number before the slash is the intervention."""
        told = Told("Studio Bianchi", "TigerVNC", "x", 1_200_000)
        await self.ledger.make_alerts(
            [
                NewAlert(key, int(key.partition("/")[0]), None, "cap", 0, self.clock.wall, False, True, told)
                for key in keys
            ]
        )

    def board(self) -> Board:
        return Board(self.reading, self.lists, self.presence, self.bell, self.post.bell, self.clock, demo=False)


@asynccontextmanager
async def a_room(
    folder: Path,
    *,
    clock: FakeClock | None = None,
    tariff: str | None = None,
    file: str = "ledger.sqlite3",
    post: Post | None = None,
) -> AsyncIterator[Room]:
    """Opened on the database in the folder, which may be there already; closed when the block is left."""
    clock, bell, presence, post = clock or FakeClock(), Bell(), Presence(), post or Post()
    lists = PriceLists([tariff or shipped_text()], ROME)
    engines = open_engines(await database(folder / file))
    try:
        await prepare(engines, lists, clock)
        ledger = Ledger(engines.writer, lists, bell, clock, post)
        reading = Reading(engines.readers, lists, presence, clock)
        room = Room(folder, engines, lists, bell, presence, clock, ledger, reading, post)
        room.agents = {each.name: each.id for each in await reading.agents()}
        writing = asyncio.create_task(ledger.run())
        try:
            yield room
        finally:
            ledger.close()
            await asyncio.gather(writing, return_exceptions=True)
    finally:
        await engines.close()


async def database(file: Path) -> Path | str:
    """That file; on PostgreSQL the address of a database of its own."""
    if not On.postgres:
        return _there(file, await empty_database())
    if file not in On.urls:
        On.urls[file] = postgres.server().new(like=await empty_on_postgres())
    return On.urls[file]


def _there(file: Path, empty: bytes) -> Path:
    if not file.exists():
        file.write_bytes(empty)
    return file


class On:
    """On which kind of database rooms are opened."""

    postgres = False
    urls: ClassVar[dict[Path, str]] = {}
    empty: ClassVar[list[str]] = []


async def empty_on_postgres() -> str:
    """The name of a database with its tables and nothing in them."""
    if not On.empty:
        url = postgres.server().new()
        engines = open_engines(url)
        try:
            await prepare(engines, PriceLists([], ROME), FakeClock())
        finally:
            await engines.close()
        On.empty.append(postgres.name_of(url))
    return On.empty[0]


async def empty_database() -> bytes:
    """A database with its tables and nothing in them: made once, since a thousand tests begin with one."""
    if not _made:
        with TemporaryDirectory() as folder:
            file = Path(folder, "empty.sqlite3")
            engines = open_engines(file)
            try:
                await prepare(engines, PriceLists([], ROME), FakeClock())
            finally:
                await engines.close()
            _made.append(whole(file))
    return _made[0]


def whole(file: Path) -> bytes:
    """What stands in a database that nobody has open."""
    assert list(file.parent.iterdir()) == [file], "something is not written into it yet"
    return file.read_bytes()


def minutes(number: float) -> int:
    """Milliseconds."""
    return round(number * MINUTE_MS)
