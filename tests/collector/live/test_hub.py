"""From the bell to everybody who is looking."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from collector.errors import Unavailable
from collector.ledger.bell import Bell
from collector.ledger.board import Seen
from collector.live import hub as hub_module
from collector.live import wall
from collector.live.hub import PULSE_MS, ROOM, Hub, Viewer
from tests.collector.live.builders import a_board, a_row
from tests.fakes.clock import FakeClock

PATIENCE_S = 5


@dataclass
class Stage:
    """A hub whose board is set by hand."""

    clock: FakeClock = field(default_factory=FakeClock)
    bell: Bell = field(default_factory=Bell)
    board: Seen = field(default_factory=a_board)
    looks: int = 0
    away: bool = False
    slow: asyncio.Event | None = None  # a look waits for it
    reading: asyncio.Event = field(default_factory=asyncio.Event)  # a slow look has begun

    async def look(self) -> Seen:
        self.looks += 1
        if self.away:
            raise Unavailable("the database is away")
        if self.slow is not None:
            self.reading.set()
            await self.slow.wait()
        return self.board

    def show(self, board: Seen) -> None:
        """Something else is committed."""
        self.board = board
        self.bell.ring(frozenset({1}))


@asynccontextmanager
async def running(stage: Stage) -> AsyncIterator[Hub]:
    hub = Hub(stage.look, stage.bell, stage.clock)
    task = asyncio.create_task(hub.run())
    try:
        yield hub
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def hear(frames: AsyncIterator[bytes]) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE_S):
        told: dict[str, Any] = json.loads(await anext(frames))
    return told


async def test_a_viewer_is_told_everything_and_then_what_changes() -> None:
    stage = Stage()
    async with running(stage) as hub:
        with hub.joined() as viewer:
            frames = hub.frames(viewer)
            assert (await hear(frames))["rows"] == []
            stage.show(a_board(a_row()))
            told = await hear(frames)
    assert (told["type"], [row["id"] for row in told["rows"]]) == ("changes", ["1" * 32])


async def test_what_rings_together_goes_out_together() -> None:
    stage = Stage()
    async with running(stage) as hub:
        with hub.joined() as viewer:
            frames = hub.frames(viewer)
            await hear(frames)
            for n in range(5):
                stage.show(a_board(*(a_row(str(i) * 32) for i in range(n + 1))))
            assert len((await hear(frames))["rows"]) == 5
    assert stage.looks == 2


async def test_all_viewers_hear_the_same_bytes() -> None:
    stage = Stage()
    async with running(stage) as hub:
        with hub.joined() as one, hub.joined() as other:
            first, second = hub.frames(one), hub.frames(other)
            await hear(first)
            await hear(second)
            stage.show(a_board(a_row()))
            async with asyncio.timeout(PATIENCE_S):
                assert await anext(first) is await anext(second)


async def test_all_who_come_at_once_are_told_what_was_encoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stage, encoded, body_of = Stage(), list[Seen](), wall.body_of
    monkeypatch.setattr(wall, "body_of", lambda seen: encoded.append(seen) or body_of(seen))
    async with running(stage) as hub:
        with hub.joined() as one, hub.joined() as other:
            assert await hear(hub.frames(one)) == await hear(hub.frames(other))
    assert len(encoded) == 1


async def test_while_the_board_cannot_be_read_what_is_shown_stays_and_it_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage()
    monkeypatch.setattr(hub_module, "RETRY_MS", 10)
    async with running(stage) as hub:
        with hub.joined() as viewer:
            frames = hub.frames(viewer)
            await hear(frames)
            stage.away = True
            stage.show(a_board(a_row(customer="Studio Verdi")))
            while stage.looks < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            stage.away = False
            assert (await hear(frames))["rows"][0]["customer"] == "Studio Verdi"


async def test_what_a_row_says_by_itself_is_told_at_its_instant_without_a_word_from_anybody() -> None:
    stage = Stage()
    async with running(stage) as hub:
        with hub.joined() as viewer:
            frames = hub.frames(viewer)
            await hear(frames)
            stage.show(a_board(a_row(), until_at=stage.clock.wall + 20))
            await hear(frames)
            stage.board = a_board(a_row(standing="near"))
            assert (await hear(frames))["rows"][0]["standing"] == "near"


async def test_while_nobody_looks_nothing_is_read() -> None:
    stage = Stage()
    async with running(stage) as hub:
        stage.show(a_board(a_row()))
        await asyncio.sleep(0)
        assert (stage.looks, hub.watched) == (0, False)


async def test_whoever_comes_after_everybody_left_is_told_what_is_now() -> None:
    stage = Stage()
    async with running(stage) as hub:
        with hub.joined() as viewer:
            await hear(hub.frames(viewer))
        stage.show(a_board(a_row()))
        with hub.joined() as viewer:
            assert len((await hear(hub.frames(viewer)))["rows"]) == 1


async def test_whoever_leaves_while_the_board_is_read_stops_nothing() -> None:
    stage = Stage()
    async with running(stage) as hub:
        with hub.joined() as viewer:
            await hear(hub.frames(viewer))
            stage.slow = asyncio.Event()
            stage.show(a_board(a_row()))
            async with asyncio.timeout(PATIENCE_S):
                await stage.reading.wait()
        stage.slow.set()
        with hub.joined() as viewer:
            frames = hub.frames(viewer)
            assert len((await hear(frames))["rows"]) == 1
            stage.show(a_board())
            assert (await hear(frames))["gone"] == ["1" * 32]


async def test_a_quiet_hub_says_that_it_is_still_there() -> None:
    stage = Stage()
    async with running(stage) as hub:
        with hub.joined() as viewer:
            frames = hub.frames(viewer)
            await hear(frames)
            stage.clock.advance(PULSE_MS)
            stage.bell.ring(frozenset())
            assert await hear(frames) == {"type": "pulse", "now": stage.clock.wall}


async def test_a_slow_viewer_holds_up_nobody_and_is_told_everything_anew() -> None:
    viewer = Viewer()
    viewer.behind = False
    for _ in range(ROOM):
        viewer.put(b"change")
    assert not viewer.behind
    viewer.put(b"one too many")
    assert viewer.behind
    assert await viewer.take() is None


async def test_what_is_true_now_can_be_asked_without_staying() -> None:
    stage = Stage(board=a_board(a_row()))
    async with running(stage) as hub:
        assert json.loads(await hub.now())["type"] == "all"
        assert not hub.watched
