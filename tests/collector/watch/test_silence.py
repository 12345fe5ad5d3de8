"""An agent that has gone silent is noticed, though its line is up."""

import asyncio

import pytest

from collector.ledger.presence import SILENCE_MS
from collector.watch import silence
from tests.collector.room import Room


async def test_who_falls_silent_rings_the_bell(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silence, "LOOK_EVERY_S", 0.001)
    agent = await room.agent()
    heard = room.bell.listen()
    looking = asyncio.create_task(silence.run(room.presence, room.bell, room.clock))
    room.clock.advance(SILENCE_MS)
    async with asyncio.timeout(10):
        await heard.wait()
    looking.cancel()
    assert agent not in room.presence.linked and agent in room.presence.up
