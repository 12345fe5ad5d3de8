"""An ack means committed; what can never be taken is named."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event

from collector.errors import Unavailable
from collector.intake.admission import Admitted
from collector.intake.commits import answer, commit
from collector.ledger.views import SessionView
from shared.codec import from_collector
from shared.messages import Ack, Progress, Rejected
from shared.protocol import CollectorSide
from shared.session import SessionState
from tests.collector.intake.line import Door
from tests.collector.room import S1, S2, a_room, a_session

BEGAN = 1_795_000_000_000 - 3_600_000


async def test_good_ones_are_committed_and_bad_ones_named(door: Door) -> None:
    room = door.room
    now = room.clock.wall_ms()
    anna = Admitted(await room.agent(), "PC Anna", 0)
    told = [
        Progress(seq=1, session=a_session(S1, (now - 9_000, 9_000))),
        Progress(seq=2, session=a_session(S2, (now, 99_000))),
    ]
    rejected = await commit(room.ledger, anna, told)
    assert [each.seq for each in rejected] == [2]
    assert (await room.session(S1)).observed_ms == 9_000
    side = CollectorSide()
    match from_collector(answer(side, told, rejected)):
        case [Rejected(seq=2), Ack(seq=2)]:
            pass
        case other:
            raise AssertionError(other)


async def test_the_agents_clock_is_corrected(door: Door) -> None:
    room = door.room
    an_hour = 3_600_000
    anna = Admitted(await room.agent(), "PC Anna", an_hour)
    started_at = room.clock.wall_ms() - an_hour - 9_000
    await commit(room.ledger, anna, [Progress(seq=1, session=a_session(S1, (started_at, 9_000)))])
    assert (await room.session(S1)).last_seen_at == room.clock.wall_ms()


async def test_a_commit_that_fails_at_the_last_moment_is_not_taken_for_done(door: Door) -> None:
    room = door.room
    anna = Admitted(await room.agent(), "PC Anna", 0)
    told = [Progress(seq=1, session=a_session(S1, (BEGAN, 9_000)))]
    writer = room.engines.writer.sync_engine

    def full_disk(_: Connection) -> None:
        raise OSError("no space left on device")

    event.listen(writer, "commit", full_disk)
    try:
        with pytest.raises(Unavailable, match="no space left"):
            await commit(room.ledger, anna, told)
    finally:
        event.remove(writer, "commit", full_disk)
    assert await room.reading.session(S1) is None
    assert await commit(room.ledger, anna, told) == []
    assert (await room.session(S1)).observed_ms == 9_000


def as_it_went() -> list[Progress]:
    """One session as its agent told it: it goes on, pauses, resumes, and ends."""
    live, paused, ended = SessionState.LIVE, SessionState.PAUSED, SessionState.ENDED
    later = BEGAN + 60_000
    sessions = [
        a_session(S1, (BEGAN, 0), peer=None),
        a_session(S1, (BEGAN, 10_000), peer=None),
        a_session(S1, (BEGAN, 20_000)),
        a_session(S1, (BEGAN, 20_000), state=paused),
        a_session(S1, (BEGAN, 20_000), (later, 1_000), state=live),
        a_session(S1, (BEGAN, 20_000), (later, 9_000), state=live),
        a_session(S1, (BEGAN, 20_000), (later, 9_500), state=ended),
    ]
    return [Progress(seq=seq, session=session) for seq, session in enumerate(sessions, start=1)]


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_in_whatever_frames_and_order_they_come_the_last_one_decides(data: st.DataObject) -> None:
    """Lost, repeated, late and gathered in frames as it happens: the record is that of each heard once, in order."""
    told = as_it_went()[: data.draw(st.integers(3, 7), label="so far")]
    some = st.lists(st.sampled_from(told), max_size=5)
    frames = data.draw(st.lists(some.filter(bool), max_size=3), label="frames")
    with_the_last = [*data.draw(some, label="before the last"), told[-1], *data.draw(some, label="after it")]
    late = data.draw(st.sampled_from(told), label="late")
    in_order = asyncio.run(_kept([[each] for each in told]))
    assert asyncio.run(_kept([*frames, with_the_last, [late]])) == in_order


async def _kept(frames: list[list[Progress]]) -> SessionView:
    """The session as it is kept, when these frames came one after the other."""
    with TemporaryDirectory() as folder:
        async with a_room(Path(folder)) as room:
            anna = Admitted(await room.agent(), "PC Anna", 0)
            for frame in frames:
                assert await commit(room.ledger, anna, frame) == []
            return await room.session(S1)
