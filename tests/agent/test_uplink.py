"""The line, against a real WebSocket server that keeps the collector's side of the protocol."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve

from agent.errors import TurnedAway, Unreachable
from agent.link import Link
from agent.spool import Spool, SpoolState
from agent.uplink import ON_ITS_WAY_MS, Uplink, agents_door, backlog_of, enrol, hello_with
from agent.words import Words
from shared.clock import SystemClock
from shared.messages import Backlog, Enrol, Noted, Order, Progress, Quota, Reason, Rejected, What, Word
from shared.protocol import CollectorSide
from shared.session import SessionState
from tests.agent.test_spool import a_session

Talk = Callable[[ServerConnection, CollectorSide], Awaitable[None]]


@asynccontextmanager
async def a_collector(talk: Talk) -> AsyncIterator[str]:
    async def answer(line: ServerConnection) -> None:
        await talk(line, CollectorSide())

    async with serve(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        yield f"ws://127.0.0.1:{port}/agent"


class Memory:
    """A collector that remembers what it was told, and can hang up before it answers."""

    def __init__(self, hang_up_after: int | None = None, reject: int | None = None) -> None:
        self.heard: list[Progress] = []
        self.backlogs: list[Backlog] = []
        self.lines = 0
        self._hang_up_after, self._reject = hang_up_after, reject

    async def talk(self, line: ServerConnection, side: CollectorSide) -> None:
        self.lines += 1
        side.receive(await line.recv())
        await line.send(side.welcome("reception", 1, 0))
        async for frame in line:
            for said in side.receive(frame):
                if isinstance(said, Backlog):
                    self.backlogs.append(said)
                    continue
                assert isinstance(said, Progress)
                self.heard.append(said)
                if len(self.heard) == self._hang_up_after:
                    await line.close()
                    return
                rejected = [Rejected(seq=said.seq, why="no")] if len(self.heard) == self._reject else []
                await line.send(side.answer(said.seq, rejected))


@asynccontextmanager
async def running(
    url: str,
    spool: Spool,
    note: Callable[[Link], None] = lambda link: None,
    words: Words | None = None,
    heed: Callable[[Quota | Order], None] = lambda message: None,
) -> AsyncIterator[Uplink]:
    words = words or Words(Path("/nowhere"), SystemClock())
    uplink = Uplink(url, spool, words, SystemClock(), hello_with("t", "1", "Linux"), note, heed)
    task = asyncio.create_task(uplink.run())
    try:
        yield uplink
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(what: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not what():  # noqa: ASYNC110 - what it waits for is on a disk or in another process
            await asyncio.sleep(0.01)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool.sqlite3", 0)


async def test_what_the_spool_holds_is_sent_and_forgotten_once_confirmed(spool: Spool) -> None:
    collector = Memory()
    for number in range(1, 101):
        spool.keep(a_session(number, state=SessionState.ENDED), "k")
    async with a_collector(collector.talk) as url, running(url, spool):
        await until(lambda: spool.state().waiting == 0)
    assert [each.session.id for each in collector.heard] == [f"{number:032x}" for number in range(1, 101)]


async def test_news_are_sent_when_the_bell_rings(spool: Spool) -> None:
    collector = Memory()
    async with a_collector(collector.talk) as url, running(url, spool) as uplink:
        await until(lambda: collector.lines == 1)
        spool.keep(a_session(), "k")
        uplink.ring()
        await until(lambda: len(collector.heard) == 1 and spool.state().waiting == 0)


async def test_a_line_cut_before_the_answer_loses_nothing(spool: Spool) -> None:
    collector = Memory(hang_up_after=30)
    for number in range(1, 61):
        spool.keep(a_session(number), "k")
    async with a_collector(collector.talk) as url, running(url, spool):
        await until(lambda: spool.state().waiting == 0)
    assert collector.lines == 2
    assert len({each.session.id for each in collector.heard}) == 60


async def test_what_the_collector_never_takes_is_set_aside(spool: Spool) -> None:
    collector = Memory(reject=1)
    spool.keep(a_session(1), "k")
    spool.keep(a_session(2), "k")
    async with a_collector(collector.talk) as url, running(url, spool):
        await until(lambda: spool.state().waiting == 0)
    assert spool.state().refused == 1


async def test_the_collector_is_told_what_waited_before_it_is_sent_and_that_nothing_does_any_more(spool: Spool) -> None:
    collector = Memory(reject=2)
    for number in (1, 2):
        spool.keep(a_session(number, state=SessionState.ENDED), "k")
    async with a_collector(collector.talk) as url, running(url, spool) as uplink:
        await until(lambda: spool.state().waiting == 0)
        uplink.ring()
        await until(lambda: len(collector.backlogs) == 2)
    before, after = collector.backlogs
    assert (before.waiting, before.refused, before.since_at) == (2, 0, a_session().last_seen_at)
    assert after == Backlog(waiting=0, refused=1)


def test_what_has_only_just_come_in_is_on_its_way_and_does_not_wait() -> None:
    state = SpoolState(waiting=1, live=1, refused=0, on_disk=True, since_at=1_000)
    assert backlog_of(state, 1_000 + ON_ITS_WAY_MS - 1) == Backlog(waiting=0)
    assert backlog_of(state, 1_000 + ON_ITS_WAY_MS) == Backlog(waiting=1, since_at=1_000)


async def test_nobody_there_is_said_once_and_tried_again(spool: Spool, caplog: pytest.LogCaptureFixture) -> None:
    spool.keep(a_session(), "k")
    async with running("ws://127.0.0.1:9/agent", spool):
        await until(lambda: "uplink lost" in caplog.text)
        await asyncio.sleep(1.5)
    assert caplog.text.count("uplink lost") == 1
    assert spool.state().waiting == 1


async def test_whoever_asks_hears_when_the_line_opens_and_when_it_is_lost(spool: Spool) -> None:
    noted: list[Link] = []
    async with a_collector(Memory().talk) as url, running(url, spool, noted.append):
        await until(lambda: len(noted) == 1)
    assert noted[0].open
    async with running("ws://127.0.0.1:9/agent", spool, noted.append):
        await until(lambda: len(noted) == 2)
    assert not noted[1].open
    assert "does not answer" in noted[1].why


async def test_a_code_is_exchanged_for_a_name_and_a_token() -> None:
    async def talk(line: ServerConnection, side: CollectorSide) -> None:
        (said,) = side.receive(await line.recv())
        assert said == Enrol(code="c-1", computer="pc")
        await line.send(side.enrolled("reception", "secret"))

    async with a_collector(talk) as url:
        enrolled = await enrol(url, "c-1", "pc")
    assert (enrolled.agent, enrolled.token) == ("reception", "secret")


async def test_a_wrong_code_is_told_in_the_collector_s_words() -> None:
    async def talk(line: ServerConnection, side: CollectorSide) -> None:
        side.receive(await line.recv())
        await line.send(side.refuse(Reason.BAD_CODE, "this code was used already"))

    async with a_collector(talk) as url:
        with pytest.raises(TurnedAway, match="used already"):
            await enrol(url, "c-1", "pc")


async def test_a_server_that_is_no_collector_is_unreachable() -> None:
    async def talk(line: ServerConnection, side: CollectorSide) -> None:
        await line.close()

    async with a_collector(talk) as url:
        with pytest.raises(Unreachable):
            await enrol(url, "c-1", "pc")


@pytest.mark.parametrize(
    ("address", "door"),
    [
        ("http://127.0.0.1:8765", "ws://127.0.0.1:8765/agent"),
        ("http://[::1]:8765/", "ws://[::1]:8765/agent"),
        ("https://mezzora.example", "wss://mezzora.example/agent"),
        ("mezzora.example:8765", "wss://mezzora.example:8765/agent"),
    ],
)
def test_the_agents_door_is_found_from_the_address(address: str, door: str) -> None:
    assert agents_door(address) == door


@pytest.mark.parametrize(
    "address", ["http://mezzora.example", "ftp://mezzora.example", "", "http://", "https://x:port"]
)
def test_an_address_in_the_clear_or_of_nothing_is_refused(address: str) -> None:
    with pytest.raises(ValueError):
        agents_door(address)


async def test_a_word_is_said_on_every_line_until_it_is_noted(spool: Spool, tmp_path: Path) -> None:
    words, heard = Words(tmp_path / "words", SystemClock()), list[Word]()
    first, second = words.say("1" * 32, What.AGREED), words.say("2" * 32, What.CRITICAL)

    async def talk(line: ServerConnection, side: CollectorSide) -> None:
        side.receive(await line.recv())
        await line.send(side.welcome("reception", 1, 0))
        async for frame in line:
            said = [each for each in side.receive(frame) if isinstance(each, Word)]
            heard.extend(said)
            if not said:
                continue
            if len(heard) < 3:
                await line.close()
                return
            await line.send(side.tell(Noted(id=first.id)))
            await line.send(side.tell(Noted(id=second.id, why="no session is called so")))

    async with a_collector(talk) as url, running(url, spool, words=words):
        await until(lambda: not words.waiting())
    assert [each.id for each in heard].count(first.id) == 2


async def test_what_the_collector_says_unasked_is_heeded(spool: Spool) -> None:
    told, heeded = [Quota(session="1" * 32, marks=()), Order(session="1" * 32, countdown_ms=60_000)], list[object]()

    async def talk(line: ServerConnection, side: CollectorSide) -> None:
        side.receive(await line.recv())
        await line.send(side.welcome("reception", 1, 0))
        for each in told:
            await line.send(side.tell(each))
        await line.wait_closed()

    async with a_collector(talk) as url, running(url, spool, heed=heeded.append):
        await until(lambda: len(heeded) == 2)
    assert heeded == told
