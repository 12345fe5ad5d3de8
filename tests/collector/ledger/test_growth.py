"""What is said of a session that only goes on is what one would read."""

import pytest
from msgspec import structs

from collector.ledger.decisions import Outcome
from collector.ledger.growth import Growth, grown
from shared.moments import SECOND_MS
from shared.session import Mark, Session, SessionState
from tests.collector.room import S1, S2, Room, a_session

BEGAN = 1_795_000_000_000 - 3_600_000


def lasting(seconds: int) -> Session:
    return a_session(S1, (BEGAN, 5_000), (BEGAN + 9_000, seconds * SECOND_MS))


async def test_an_intervention_with_what_was_said_is_the_one_that_would_be_read(room: Room) -> None:
    await room.tell(lasting(1))
    await room.tell(a_session(S2, (BEGAN, 2_000)))
    before = (await room.reading.whole([1]))[1]
    heard = room.bell.listen()
    room.clock.advance(SECOND_MS)
    await room.tell(lasting(2))
    await room.tell(lasting(2))
    changed, (growth,) = heard.heard_apart()
    assert (changed, growth.intervention_id) == (frozenset(), 1)
    now = grown(before, growth)
    assert now == (await room.reading.whole([1]))[1] != before
    assert grown(now, structs.replace(growth, lasted_ms=1_500, heard_at=BEGAN)) == now


async def test_what_does_not_fit_has_to_be_read(room: Room) -> None:
    await room.tell(lasting(1))
    of = (await room.reading.whole([1]))[1]
    assert grown(of, Growth(1, S2, 1, 9_000, BEGAN)) is None
    assert grown(of, Growth(1, S1, 0, 9_000, BEGAN)) is None


@pytest.mark.parametrize(
    "told",
    [
        a_session(S1, (BEGAN, 5_000), (BEGAN + 9_000, 2_000), state=SessionState.PAUSED),
        a_session(S1, (BEGAN, 5_000), (BEGAN + 9_000, 2_000), state=SessionState.ENDED),
        a_session(S1, (BEGAN, 5_000), (BEGAN + 9_000, 2_000), marks=(Mark.UNCONFIRMED_END,)),
        a_session(S1, (BEGAN, 6_000), (BEGAN + 9_000, 2_000)),
        a_session(S1, (BEGAN, 5_000), (BEGAN + 9_000, 1_000), (BEGAN + 20_000, 1_000)),
    ],
)
async def test_any_other_news_is_read(room: Room, told: Session) -> None:
    await room.tell(lasting(1))
    heard = room.bell.listen()
    await room.tell(told)
    assert heard.heard_apart() == (frozenset({1}), [])


async def test_on_another_line_a_split_one_and_one_of_a_closed_intervention_are_read(room: Room) -> None:
    await room.tell(lasting(1))
    heard = room.bell.listen()
    await room.tell(lasting(2), line=7)
    assert heard.heard_apart() == (frozenset({1}), [])
    await room.tell(lasting(3), line=7)
    assert heard.heard_apart()[0] == frozenset()
    await room.ledger.close_intervention(1, Outcome.SOLVED, by="Laura")
    heard.heard()
    await room.tell(lasting(4), line=7)
    assert heard.heard_apart() == (frozenset({1}), [])
    await room.ledger.new_intervention(S1, BEGAN + 12_500, by="Laura")
    heard.heard()
    await room.tell(lasting(5), line=7)
    assert heard.heard_apart() == (frozenset({1, 2}), [])


async def test_what_else_changed_in_the_same_moment_is_read(room: Room) -> None:
    await room.tell(lasting(1))
    heard = room.bell.listen()
    await room.tell(lasting(2))
    await room.ledger.set_category(1, "download", by="Laura")
    assert heard.heard_apart() == (frozenset({1}), [])
