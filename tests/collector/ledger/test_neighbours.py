"""What somebody else writes into the same database reaches the writer's memory, and rings its bell."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from collector.ledger import crediting, customers
from shared.moments import SECOND_MS
from tests.collector.room import S1, Room, a_room


@pytest.fixture
async def command(room: Room, tmp_path: Path) -> AsyncIterator[Room]:
    """Another writer on the same database."""
    async with a_room(tmp_path, clock=room.clock) as other:
        yield other


async def test_time_that_somebody_else_split_goes_on_as_his(room: Room, command: Room) -> None:
    await room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    session = await room.connect(seconds=600)
    board = room.board()
    await board.look()
    at = session.first_seen_at + 300 * SECOND_MS
    assert await command.ledger.write(lambda pen: crediting.split(pen, 1, S1, at, None, by="Anna")) == 2
    room.clock.advance(60 * SECOND_MS)
    await room.connect(seconds=660)
    first, second = await room.reading.intervention(1), await room.reading.intervention(2)
    assert first is not None and second is not None
    assert (first.charge.connection_seconds, second.charge.connection_seconds) == (300, 360)
    assert [row.intervention for row in (await board.look()).rows] == [2]


async def test_the_bell_names_what_somebody_else_changed_and_only_once(room: Room, command: Room) -> None:
    await room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await room.connect(seconds=60)
    heard = room.bell.listen()
    await room.ledger.listen()
    assert await heard.wait(0) == frozenset()
    await command.ledger.write(
        lambda pen: customers.change(pen, 1, lambda card: replace(card, name="Studio Verdi"), by="Anna")
    )
    await room.ledger.listen()
    # On PostgreSQL whoever writes says so himself, and nobody has to look.
    assert heard.heard() == (frozenset() if room.engines.shared else frozenset({1}))
    await room.ledger.listen()
    assert heard.heard() == frozenset()
