"""An ack means committed; what can never be taken is named."""

from collector.intake.admission import Admitted
from collector.intake.commits import answer, commit
from shared.codec import from_collector
from shared.messages import Ack, Progress, Rejected
from shared.protocol import CollectorSide
from tests.collector.intake.line import Door
from tests.collector.room import S1, S2, a_session


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
