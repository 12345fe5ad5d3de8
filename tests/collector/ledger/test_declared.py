"""Time declared by hand: somebody's word, marked as such, and never more than can have been."""

import pytest

from collector.errors import BadInput, NotFound
from collector.ledger import declared
from shared.session import SessionState
from tests.collector.room import S1, Room, minutes

PEER = (("tigervnc", "192.0.2.7:5900"),)


async def declare(room: Room, from_minutes_ago: float, to_minutes_ago: float, tool: str = "telephone") -> str:
    now_at = room.clock.wall_ms()
    start_at, end_at = now_at - minutes(from_minutes_ago), now_at - minutes(to_minutes_ago)
    return await room.ledger.write(
        lambda pen: declared.declare(pen, 1, start_at, end_at, tool=tool, told="with Rossi", by="Anna")
    )


async def test_work_by_telephone_counts_and_is_marked_as_declared(room: Room) -> None:
    await room.customer(peers=PEER)
    await room.connect(S1, seconds=15 * 60, state=SessionState.ENDED)
    room.clock.advance(minutes(10))
    id = await declare(room, 10, 3)
    view = await room.intervention_of(S1)
    assert (view.charge.net, view.charge.connection_seconds) == ("80.00", 22 * 60)
    assert "of which 7 min declared by the technician" in view.charge.lines[0].why
    session = await room.session(id)
    assert (session.evidence, session.tool, session.peer_name) == ("declared", "telephone", "with Rossi")
    assert session.agent == "Anna (by hand)"
    assert [each.name for each in await room.reading.agents()] == ["PC Anna"]


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [(3, 10, "not after the start"), (3, 3, "not after"), (3, -1, "in the future"), (40 * 24 * 60, 0, "40.0 days")],
)
async def test_time_that_cannot_have_been_is_refused(room: Room, start: float, end: float, says: str) -> None:
    await room.connect(S1, seconds=60, state=SessionState.ENDED)
    with pytest.raises(BadInput, match=says):
        await declare(room, start, end)
    with pytest.raises(BadInput, match="telephone"):
        await declare(room, 10, 3, tool="smoke")
    assert len((await room.intervention_of(S1)).sessions) == 1


async def test_what_was_declared_by_mistake_is_withdrawn_and_what_was_observed_is_not(room: Room) -> None:
    await room.connect(S1, seconds=60, state=SessionState.ENDED)
    id = await declare(room, 10, 3)
    await room.ledger.write(lambda pen: declared.withdraw(pen, 1, id, by="Anna"))
    assert [each.id for each in (await room.intervention_of(S1)).sessions] == [S1]
    for other in (S1, id):
        with pytest.raises(NotFound):
            await room.ledger.write(lambda pen, other=other: declared.withdraw(pen, 1, other, by="Anna"))
