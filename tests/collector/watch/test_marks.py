"""What an intervention owes at an instant, and when the next is due."""

from collector.domain.entitlement import Version
from collector.watch.marks import judge
from shared.session import SessionState
from tests.collector.room import S1, Room, a_session, minutes

PEER = (("tigervnc", "192.0.2.7:5900"),)


async def test_the_next_mark_is_due_when_the_time_reaches_it(room: Room) -> None:
    await room.customer(peers=PEER)
    await room.connect(seconds=60)
    of = (await room.reading.whole([1]))[1]
    judged = judge(of, room.clock.wall_ms(), room.presence.linked)
    assert (judged.passed, judged.due_at) == ((), room.clock.wall_ms() + minutes(14))


async def test_nothing_is_due_while_the_time_stands_still(room: Room) -> None:
    await room.customer(peers=PEER)
    await room.connect(seconds=60, state=SessionState.PAUSED)
    of = (await room.reading.whole([1]))[1]
    assert judge(of, room.clock.wall_ms(), room.presence.linked).due_at is None


async def test_an_alert_says_what_comes_next_and_what_it_costs(room: Room) -> None:
    await room.customer(peers=PEER)
    await room.connect(seconds=20 * 60)
    of = (await room.reading.whole([1]))[1]
    cap = judge(of, room.clock.wall_ms(), room.presence.linked).passed[-1]
    assert (cap.kind, cap.key, cap.session_id) == ("cap", "1/cap@1200000", S1)
    assert (cap.told.next_at, cap.told.next_amount) == (room.clock.wall_ms() + 1_000, "35.00")


async def test_a_previous_version_without_a_contract_has_no_overtime_to_buy(room: Room) -> None:

    await room.customer(peers=PEER, contract=False, version=Version.PREVIOUS)
    await room.connect(seconds=30 * 60 + 1)
    of = (await room.reading.whole([1]))[1]
    half_hour = judge(of, room.clock.wall_ms(), room.presence.linked).passed[-1]
    assert (half_hour.kind, half_hour.told.sellable, half_hour.told.amount) == ("half-hour", False, None)


async def test_a_warning_that_would_not_be_ahead_of_the_start_is_left_out(room: Room) -> None:
    await room.customer(peers=PEER)
    await room.connect(seconds=20 * 60)
    of = (await room.reading.whole([1]))[1]
    passed = judge(of, room.clock.wall_ms(), room.presence.linked).passed
    assert [alert.n for alert in passed if alert.kind == "warning"] == [300_000, 60_000]


async def test_a_clock_that_is_a_little_off_hastens_nothing(room: Room) -> None:
    """The agent's instants may be up to two seconds early: what it observed counts, not what its clock says."""

    await room.customer(peers=PEER)
    await room.tell(a_session(S1, (room.clock.wall_ms() - 61_900, 60_000)))
    of = (await room.reading.whole([1]))[1]
    assert judge(of, room.clock.wall_ms(), room.presence.linked).due_at == room.clock.wall_ms() + minutes(14)
