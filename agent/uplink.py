"""Loop two: spool → socket → ack; retries for ever."""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit

from agent.backoff import pause_ms
from agent.errors import TurnedAway, Unreachable
from agent.line import Line, line_to
from agent.link import Link
from agent.spool import SpoolState
from shared.clock import Clock
from shared.errors import Refused
from shared.messages import (
    VERSION,
    Ack,
    Backlog,
    Enrol,
    Enrolled,
    Hello,
    Noted,
    Order,
    Progress,
    Quota,
    Refusal,
    Rejected,
    Welcome,
    Word,
)
from shared.protocol import AgentSide

BATCH = 20  # progresses in one frame: replays a spool five times as fast as one by one
IN_FLIGHT = 400  # progresses sent and not yet confirmed
ON_ITS_WAY_MS = 5_000  # what waits for less than this is on its way, and not told as waiting
CLOCK_MOVED_MS = 1_000  # a wall clock that moved this far against the steady one makes a new line, and a new offset
TURNED_AWAY_PAUSE_S = 60.0

log = logging.getLogger(__name__)


class Waiting(Protocol):
    """What the uplink asks of the spool."""

    def oldest(self, after_seq: int = 0, limit: int = BATCH) -> list[Progress]: ...

    def forget(self, upto: int) -> None: ...

    def refuse(self, seq: int, why: str) -> None: ...

    def state(self) -> SpoolState: ...


class Spoken(Protocol):
    """What the uplink asks of the technician's words."""

    def waiting(self) -> list[Word]: ...

    def forget(self, id: str) -> None: ...


def agents_door(address: str) -> str:
    """The WebSocket address of a collector's door for agents; ValueError with the remedy where it is none."""
    url = urlsplit(address if "//" in address else f"//{address}")
    scheme = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss", "": "wss"}.get(url.scheme)
    host = url.hostname or ""
    if scheme is None or not host:
        raise ValueError(f"{address!r} is no address of a collector: give one like https://mezzora.example:8765")
    if scheme == "ws" and host not in ("127.0.0.1", "::1", "localhost"):
        raise ValueError(f"{address!r} would send everything readable over the network: use https:// beyond this PC")
    shown = f"[{host}]" if ":" in host else host
    port = f":{url.port}" if url.port else ""
    return f"{scheme}://{shown}{port}{url.path.rstrip('/')}/agent"


async def enrol(url: str, code: str, computer: str) -> Enrolled:
    """Hand in a one-time code; returns this agent's name and token. Unreachable or TurnedAway says why not."""
    side = AgentSide()
    async with line_to(url) as line:
        await line.send(side.enrol(Enrol(code=code, computer=computer)))
        async with asyncio.timeout(10):
            messages = side.receive(await line.recv())
    match messages:
        case [Enrolled() as enrolled, *_]:
            return enrolled
        case [Refusal(why=why), *_]:
            raise TurnedAway(why)
        case _:
            raise Unreachable(f"{url} did not answer the code")


class Uplink:
    """Keeps the line to the collector, and sends what the spool holds until it is confirmed."""

    def __init__(
        self,
        url: str,
        spool: Waiting,
        words: Spoken,
        clock: Clock,
        hello: Callable[[int], Hello],
        note: Callable[[Link], None],
        heed: Callable[[Quota | Order], None],
    ) -> None:
        """`note` is told whenever the line opens or is lost, `heed` what the collector says unasked."""
        self._url, self._spool, self._words, self._clock, self._hello = url, spool, words, clock, hello
        self._note, self._heed = note, heed
        self._said: set[str] = set()  # words, on this line
        self._lost_at: int | None = None
        self._news = asyncio.Event()
        self._sent_seq = 0
        self._confirmed = asyncio.Event()
        self._unconfirmed: list[int] = []
        self._answered = False
        self._stirred = False  # the spool may hold something else than was told of it on this line
        self._told: Backlog | None = None

    def ring(self) -> None:
        """There is something new in the spool."""
        self._stirred = True
        self._news.set()

    async def run(self) -> None:
        """For ever; ends only when cancelled."""
        failures, lost_ms, said = 0, self._clock.steady_ms(), ""
        while True:
            try:
                await self._keep_line()
            except (Unreachable, Refused, TurnedAway) as error:
                if self._answered:
                    failures, lost_ms, said, self._answered = 0, self._clock.steady_ms(), "", False
                failures += 1
                pause_s = pause_ms(failures, random.random()) / 1000
                if isinstance(error, TurnedAway):
                    pause_s = TURNED_AWAY_PAUSE_S
                if str(error) != said:
                    log.warning("uplink lost: %s; everything is kept and goes out later", error)
                    said = str(error)
                    self._lost_at = self._lost_at or self._clock.wall_ms()
                    self._note(Link(open=False, since_at=self._lost_at, why=said))
                await asyncio.sleep(pause_s)
            else:
                continue
            if self._clock.steady_ms() - lost_ms > 3_600_000:
                said, lost_ms = "", self._clock.steady_ms()

    async def _keep_line(self) -> None:
        side = AgentSide()
        async with line_to(self._url) as line:
            await line.send(side.greet(self._hello(self._clock.wall_ms())))
            async with asyncio.timeout(10):
                answer = side.receive(await line.recv())
            match answer[:1]:
                case [Welcome() as welcome]:
                    log.info("uplink open: %s as %s", self._url, welcome.agent)
                    self._lost_at = None
                    self._note(Link(open=True, since_at=self._clock.wall_ms()))
                case [Refusal(why=why)]:
                    raise TurnedAway(why)
                case _:
                    raise Unreachable(f"{self._url} did not answer the greeting")
            self._answered = True
            self._sent_seq, self._unconfirmed = 0, []
            self._said.clear()
            self._told, self._stirred = None, True
            self._news.set()
            await self._converse(line, side)

    async def _converse(self, line: Line, side: AgentSide) -> None:
        hearing = asyncio.create_task(self._hear(line, side))
        saying = asyncio.create_task(self._say(line, side))
        try:
            done, _ = await asyncio.wait((hearing, saying), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            hearing.cancel()
            saying.cancel()
            await asyncio.gather(hearing, saying, return_exceptions=True)

    async def _say(self, line: Line, side: AgentSide) -> None:
        apart_ms = self._clock.wall_ms() - self._clock.steady_ms()
        await self._tell_backlog(line, side)
        while True:
            self._news.clear()
            while batch := await asyncio.to_thread(self._spool.oldest, self._sent_seq, BATCH):
                await line.send(side.report(batch))
                self._sent_seq = batch[-1].seq
                self._unconfirmed += [progress.seq for progress in batch]
                while len(self._unconfirmed) >= IN_FLIGHT:
                    self._confirmed.clear()
                    await self._confirmed.wait()
                if len(batch) < BATCH:
                    break  # that was all; whatever came since has rung
            await self._say_words(line, side)
            while not self._news.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(5):
                        await self._news.wait()
                await self._say_words(line, side)
                await self._tell_backlog(line, side)
                if abs(self._clock.wall_ms() - self._clock.steady_ms() - apart_ms) > CLOCK_MOVED_MS:
                    log.warning("the clock of this PC was set: greeting the collector anew")
                    return

    async def _say_words(self, line: Line, side: AgentSide) -> None:
        """Each once on this line; on the next one again, unless it was noted."""
        news = [word for word in self._words.waiting() if word.id not in self._said]
        if news:
            self._said.update(word.id for word in news)
            await line.send(side.say(news))

    async def _tell_backlog(self, line: Line, side: AgentSide) -> None:
        """What waits, where that is something else than was told on this line."""
        if not self._stirred:
            return
        self._stirred = False
        state = await asyncio.to_thread(self._spool.state)
        now = backlog_of(state, self._clock.wall_ms())
        self._stirred |= state.waiting > 0
        if now != self._told:
            self._told = now
            await line.send(side.say([now]))

    async def _hear(self, line: Line, side: AgentSide) -> None:
        async for frame in line:
            for message in side.receive(frame):
                match message:
                    case Ack(seq=seq):
                        await asyncio.to_thread(self._spool.forget, seq)
                        self._unconfirmed = [each for each in self._unconfirmed if each > seq]
                        self._confirmed.set()
                    case Rejected(seq=seq, why=why):
                        log.error("the collector will not take progress %d: %s; it is set aside", seq, why)
                        await asyncio.to_thread(self._spool.refuse, seq, why)
                        self._stirred = True
                    case Quota() | Order():
                        self._heed(message)
                    case Noted(id=id, why=None):
                        self._words.forget(id)
                    case Noted(id=id, why=why):
                        log.error("the collector will not take what was said: %s", why)
                        self._words.forget(id)
                    case Refusal(why=why):
                        raise TurnedAway(why)
        raise Unreachable(f"{self._url} hung up")


def backlog_of(state: SpoolState, now_at: int) -> Backlog:
    """What is told of the spool; what has only just come in is on its way and waits for nobody."""
    if state.since_at is None or now_at - state.since_at < ON_ITS_WAY_MS:
        return Backlog(waiting=0, refused=state.refused, on_disk=state.on_disk)
    return Backlog(waiting=state.waiting, since_at=state.since_at, refused=state.refused, on_disk=state.on_disk)


def hello_with(token: str, agent_version: str, system: str) -> Callable[[int], Hello]:
    """What this agent says first, given the time."""

    def hello(sent_at: int) -> Hello:
        return Hello(version=VERSION, token=token, sent_at=sent_at, agent_version=agent_version, system=system)

    return hello
