"""One transaction: all that a pen wrote is there, or none of it."""

import pytest

from collector.ledger import keys
from collector.ledger.ledger import writing
from tests.collector.room import Room


async def test_an_error_undoes_the_page(room: Room) -> None:
    with pytest.raises(ZeroDivisionError):
        async with writing(room.engines.writer, room.lists, room.clock) as pen:
            await keys.make_token(pen, "x", keys.Role.OFFICE)
            raise ZeroDivisionError
    assert await room.reading.tokens() == []


async def test_leaving_it_commits(room: Room) -> None:
    async with writing(room.engines.writer, room.lists, room.clock) as pen:
        await keys.make_token(pen, "x", keys.Role.OFFICE)
        assert pen.now_at == room.clock.wall_ms()
    assert len(await room.reading.tokens()) == 1
