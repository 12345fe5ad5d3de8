"""What is said of a session that goes on, pauses or resumes is what one would read."""

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


PAUSED = SessionState.PAUSED
AT_FIRST, LATER = (BEGAN, 5_000), BEGAN + 9_000


@pytest.mark.parametrize(
    "told",
    [
        lasting(2),
        a_session(S1, AT_FIRST, (LATER, 2_000), state=PAUSED),
        a_session(S1, AT_FIRST, (LATER, 1_000), state=PAUSED),
        a_session(S1, AT_FIRST, (LATER, 1_000), (BEGAN + 20_000, 1_000)),
        a_session(S1, AT_FIRST, (LATER, 1_000), (BEGAN + 20_000, 0), state=PAUSED),
    ],
)
async def test_an_intervention_with_what_was_said_is_the_one_that_would_be_read(room: Room, told: Session) -> None:
    await room.tell(lasting(1))
    await room.tell(a_session(S2, (BEGAN, 2_000)))
    before = (await room.reading.whole([1]))[1]
    heard = room.bell.listen()
    room.clock.advance(SECOND_MS)
    await room.tell(told)
    await room.tell(told)
    changed, (growth,) = heard.heard_apart()
    assert (changed, growth.intervention_id) == (frozenset(), 1)
    now = grown(before, growth)
    assert now == (await room.reading.whole([1]))[1] != before
    assert grown(now, structs.replace(growth, lasted_ms=0)) == now


async def test_what_pauses_and_resumes_is_followed(room: Room) -> None:
    await room.tell(a_session(S1, AT_FIRST, state=PAUSED))
    of = (await room.reading.whole([1]))[1]
    heard = room.bell.listen()
    for told in (lasting(0), lasting(3), a_session(S1, AT_FIRST, (LATER, 4_000), state=PAUSED)):
        await room.tell(told)
        changed, (growth,) = heard.heard_apart()
        now = grown(of, growth)
        assert changed == frozenset() and now is not None
        of = now
    assert of == (await room.reading.whole([1]))[1]


async def test_a_pause_and_a_resumption_that_were_heard_together_are_read(room: Room) -> None:
    await room.tell(a_session(S1, AT_FIRST))
    heard = room.bell.listen()
    await room.tell(a_session(S1, (BEGAN, 6_000), state=PAUSED))
    await room.tell(a_session(S1, (BEGAN, 6_000), (LATER, 1_000)))
    assert heard.heard_apart() == (frozenset({1}), [])


async def test_what_does_not_fit_has_to_be_read(room: Room) -> None:
    await room.tell(lasting(1))
    of = (await room.reading.whole([1]))[1]
    fits = Growth(1, S1, 1, LATER, 9_000, of.sessions[0].heard_at, PAUSED)
    assert grown(of, fits) is not None
    for other in ({"session_id": S2}, {"nth": 0}, {"nth": 3}, {"heard_at": fits.heard_at - 1}):
        assert grown(of, structs.replace(fits, **other)) is None


@pytest.mark.parametrize(
    "told",
    [
        a_session(S1, (BEGAN, 5_000), (BEGAN + 9_000, 2_000), state=SessionState.ENDED),
        a_session(S1, (BEGAN, 5_000), (BEGAN + 9_000, 2_000), marks=(Mark.UNCONFIRMED_END,)),
        a_session(S1, (BEGAN, 6_000), (BEGAN + 9_000, 2_000)),
        a_session(S1, (BEGAN, 5_000), (BEGAN + 9_000, 2_000), (BEGAN + 20_000, 1_000)),
        a_session(S1, (BEGAN, 5_000), (BEGAN + 9_000, 1_000), (BEGAN + 20_000, 1_000), (BEGAN + 30_000, 1_000)),
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
