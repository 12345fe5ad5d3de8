"""What the web room is given."""

from datetime import UTC, date, datetime

import pytest
from fastapi import FastAPI
from starlette.requests import Request

from collector.web.parts import parts_of
from shared.moments import to_at
from tests.collector.web.house import House


async def test_today_is_the_day_where_the_firm_is(house: House) -> None:
    parts = house.app.state.parts
    house.room.clock.wall = to_at(datetime(2026, 7, 1, 21, 59, tzinfo=UTC))
    assert parts.today() == date(2026, 7, 1)
    house.room.clock.advance(60_000)
    assert parts.today() == date(2026, 7, 2)


def test_a_room_that_was_not_installed_is_our_mistake() -> None:
    with pytest.raises((AssertionError, AttributeError)):
        parts_of(Request({"type": "http", "app": FastAPI()}))
