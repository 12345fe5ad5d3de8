"""Collectors on one PostgreSQL hear of each other what they need, take turns, and miss nothing for good."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import msgspec
import pytest
from msgspec import structs

from collector.ledger import postgres, proof
from collector.ledger.conditions import Conditions
from collector.ledger.exchange import Exchange, Word, words_of, words_of_presence
from collector.ledger.growth import Growth
from collector.ledger.pen import Pen
from collector.ledger.presence import SILENCE_MS, Presence
from shared.messages import Order
from shared.moments import SECOND_MS
from shared.session import SessionState
from tests import postgres as servers
from tests.collector.room import S1, S2, On, Room, a_room, database

ALIKE = Conditions("b.example (/data)", "1", "2", "3")
LONGEST = 7_999  # bytes that PostgreSQL passes on at once
PATIENCE_S = 20.0


@dataclass
class One:
    """A collector among others, as far as this is about it."""

    room: Room
    exchange: Exchange
    orders: list[tuple[int, Order]]
    mine: set[int]  # agents whose line is here

    def order(self, agent_id: int, order: Order) -> bool:
        if agent_id in self.mine:
            self.orders.append((agent_id, order))
        return agent_id in self.mine


@asynccontextmanager
async def a_collector(folder: Path, under: Conditions = ALIKE) -> AsyncIterator[One]:
    async with a_room(folder) as room:
        url = cast(str, await database(folder / "ledger.sqlite3"))

        async def missed() -> frozenset[int]:
            return await room.reading.with_open_sessions()

        me = postgres.writer_of(room.engines.writer)
        exchange = Exchange(
            url, me, under, room.bell, room.presence, room.post, room.clock, missed, lambda *told: one.order(*told)
        )
        one = One(room, exchange, [], set())
        running = asyncio.create_task(exchange.run())
        try:
            await until(lambda: exchange.listens)
            yield one
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def until(true: Callable[[], bool]) -> None:
    async def is_true() -> bool:
        return true()

    await until_it_is(is_true)


async def until_it_is(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await true():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[tuple[One, One]]:
    On.postgres = True
    try:
        async with a_collector(tmp_path) as one, a_collector(tmp_path) as other:
            yield one, other
    finally:
        On.postgres = False


def test_whatever_was_written_is_said_in_words_that_are_short_enough() -> None:
    pen = Pen(None, 0, None)  # type: ignore[arg-type]
    pen.changed = set(range(10**9, 10**9 + 1_000))
    longest = Growth(10**9, "", 4_999, 10**14, 10**10, 10**14, SessionState.PAUSED)
    pen.grown = {id: structs.replace(longest, session_id=id) for id in (f"{n:032x}" for n in range(500))}
    words = words_of("0" * 16, pen)
    assert max(len(msgspec.json.encode(word)) for word in words) <= LONGEST
    assert {id for word in words for id in word.changed} == pen.changed
    assert {each for word in words for each in word.grown} == set(pen.grown.values())
    assert words_of("me", Pen(None, 0, None)) == [Word("me")]  # type: ignore[arg-type]


def test_whom_a_collector_hears_is_said_in_words_that_are_short_enough() -> None:
    presence, told = Presence(), Presence()
    for id in range(10**9, 10**9 + 1_000):
        presence.hear(id, 0)
    words = words_of_presence("0" * 16, presence, ALIKE)
    assert max(len(msgspec.json.encode(word)) for word in words) <= LONGEST
    for word in words:
        assert word.heard is not None
        told.hear_of((word.by, word.heard.part), word.heard.of, word.heard.up, word.heard.linked, 0)
    assert (told.up, told.linked) == (presence.up, presence.linked)


async def test_what_one_writes_rings_the_bell_of_the_other(two: tuple[One, One]) -> None:
    one, other = two
    await one.room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    heard = other.room.bell.listen()
    await one.room.connect(S1, seconds=60)
    await until(lambda: heard.rang)
    await asyncio.sleep(0)
    assert heard.heard() == frozenset({1})
    await one.room.connect(S1, seconds=61)
    await until(lambda: heard.rang)
    changed, grown = heard.heard_apart()
    assert (changed, [each.lasted_ms for each in grown]) == (frozenset(), [61_000])


async def test_an_agent_that_one_hears_is_heard_and_its_orders_reach_it(two: tuple[One, One]) -> None:
    one, other = two
    one.room.presence.hear(7, one.room.clock.steady_ms())
    one.mine.add(7)
    one.room.bell.ring(frozenset())
    await until(lambda: other.room.presence.linked == {7})
    assert other.exchange.pass_on(7, Order(session=S1, countdown_ms=60_000))
    assert not other.exchange.pass_on(8, Order(session=S1, countdown_ms=60_000))
    await until(lambda: bool(one.orders))
    one.room.presence.lose(7)
    one.room.bell.ring(frozenset())
    await until(lambda: other.room.presence.up == frozenset())


async def test_who_runs_under_something_else_is_named_once_and_as_long_as_he_is_there(
    two: tuple[One, One], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    one, other = two
    async with a_collector(tmp_path, msgspec.structs.replace(ALIKE, name="c.example", channels="9")) as third:
        await until(lambda: len(one.exchange.differences()) == len(other.exchange.differences()) == 1)
        assert [each.parts for each in one.exchange.differences()] == [("channels.toml",)]
        third.room.presence.hear(7, third.room.clock.steady_ms())
        third.room.bell.ring(frozenset())
        await until(lambda: one.room.presence.up == other.room.presence.up == {7})
    assert sum("c.example runs under other channels.toml" in message for message in caplog.messages) == 2, (
        "by each once"
    )
    one.room.clock.advance(SILENCE_MS)
    assert one.exchange.differences() == ()


async def test_a_channel_is_one_collector_s_until_it_is_gone(two: tuple[One, One], tmp_path: Path) -> None:
    one, other = two
    async with a_collector(tmp_path) as third:
        assert await third.exchange.has_turn("desk")
        assert not await one.exchange.has_turn("desk")
        assert await third.exchange.has_turn("desk")
        assert await other.exchange.has_turn("phone")
    await until_it_is(lambda: one.exchange.has_turn("desk"))


async def test_who_lost_his_line_to_the_others_hears_what_he_missed(two: tuple[One, One]) -> None:
    one, other = two
    await one.room.connect(S1, seconds=60)
    assert await other.exchange.has_turn("desk")
    heard = other.room.bell.listen()
    name = servers.name_of(cast(str, await database(one.room.folder / "ledger.sqlite3")))
    servers.server().execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = '{name}' AND application_name = '{postgres.LISTENER}'"
    )
    await until(lambda: not other.exchange.listens)
    await until(lambda: other.exchange.listens)
    await until(lambda: heard.heard() == frozenset({1}))


async def test_a_session_whose_agent_goes_to_and_fro_never_shrinks_and_the_chain_is_whole(
    two: tuple[One, One],
) -> None:
    one, other = two
    other.room.agents = {"PC Anna": await one.room.agent()}
    for n, at in enumerate((one, other, other, one, other)):
        at.room.seq = n * 10
        await at.room.connect(S1, seconds=60 + n)
        await at.room.connect(S2, seconds=10 + n, state=SessionState.ENDED if n == 2 else SessionState.LIVE)
        one.room.clock.advance(SECOND_MS)
        other.room.clock.advance(SECOND_MS)
    one.room.seq = 3
    await one.room.connect(S1, seconds=20)  # long ago, and late
    first = await one.room.reading.session(S1)
    assert first is not None and first.observed_ms == 64_000
    async with one.room.engines.readers.connect() as connection:
        assert (await proof.verify(connection)).broken is None
