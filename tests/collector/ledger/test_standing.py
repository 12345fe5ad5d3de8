"""Where an intervention stands: what the wall says of each session."""

from collector.domain.entitlement import Version
from collector.ledger.views import Row
from shared.session import SessionState
from tests.collector.room import S1, S2, Room, a_session, minutes

PEER = (("tigervnc", "192.0.2.7:5900"),)


async def the_row(room: Room, id: str = S1) -> Row:
    return next(row for row in (await room.board().look()).rows if row.id == id)


async def test_within_near_and_over(room: Room) -> None:
    await room.customer(peers=PEER)
    board = room.board()
    await room.connect(seconds=14 * 60)
    said = []
    for ahead_ms in (0, minutes(1), minutes(5), 1_000):
        room.clock.advance(ahead_ms)
        row = (await board.look()).rows[0]
        said.append((row.standing, row.half_hours, row.cost, row.actions))
    assert said == [
        ("within", 0, "45.00", ()),
        ("near", 0, "45.00", ("agree", "new-intervention")),
        ("near", 0, "45.00", ("agree", "new-intervention")),
        ("over", 1, "80.00", ("agree", "new-intervention")),
    ]


async def test_the_time_is_as_observed_and_ticks_from_when_it_was_heard(room: Room) -> None:
    await room.connect(seconds=60)
    heard_at = room.clock.wall_ms()
    room.clock.advance(4_000)
    row = await the_row(room)
    assert (row.connected_ms, row.as_of, row.ticking, row.state) == (60_000, heard_at, True, "live")


async def test_where_another_session_lasted_longer_what_ticks_goes_on_from_its_end(room: Room) -> None:
    await room.customer(peers=PEER)
    await room.connect(seconds=60)
    room.clock.advance(minutes(10))
    room.presence.hear(room.agents["PC Anna"], room.clock.steady_ms())
    await room.connect(S2, seconds=600, agent="PC Bruno", state=SessionState.PAUSED)
    row = await the_row(room)
    assert (row.connected_ms, row.as_of, row.ticking) == (minutes(11), room.clock.wall_ms(), True)


async def test_a_silent_agents_time_stands_still(room: Room) -> None:
    await room.connect(seconds=60)
    room.presence.lose(room.agents["PC Anna"])
    row = await the_row(room)
    assert (row.state, row.ticking, row.connected_ms) == ("silent", False, 60_000)
    assert row.next is not None and row.next.at is None


async def test_a_paused_session_does_not_tick(room: Room) -> None:
    await room.connect(seconds=60, state=SessionState.PAUSED)
    row = await the_row(room)
    assert (row.state, row.ticking) == ("paused", False)


async def test_the_next_fact_is_when_and_how_much(room: Room) -> None:
    await room.customer(peers=PEER)
    await room.connect(seconds=19 * 60)
    row = await the_row(room)
    assert row.next is not None
    assert (row.next.kind, row.next.at, row.next.amount) == ("cap", room.clock.wall_ms() + minutes(1), "35.00")
    room.clock.advance(minutes(2))
    await room.connect(seconds=21 * 60)
    row = await the_row(room)
    assert row.next is not None
    assert (row.next.kind, row.next.n, row.next.amount) == ("half-hour", 2, "35.00")
    assert row.next.at == room.clock.wall_ms() + minutes(29) + 1_000


async def test_without_a_contract_a_previous_version_needs_a_decision(room: Room) -> None:
    await room.customer(peers=PEER, contract=False, version=Version.PREVIOUS)
    await room.connect(seconds=30 * 60 + 1)
    row = await the_row(room)
    assert (row.standing, row.cost, row.overtime, row.actions) == ("over", "160.00", "0.00", ("decide",))
    assert row.next is not None and (row.next.kind, row.next.amount) == ("decision", None)


async def test_an_unknown_peer_waits_to_be_assigned(room: Room) -> None:
    await room.connect(seconds=60)
    row = await the_row(room)
    assert (row.standing, row.service, row.actions, row.cap_ms) == ("unknown", "unassigned", ("assign",), minutes(20))


async def test_gaps_lie_where_the_time_stood_still(room: Room) -> None:
    now = room.clock.wall_ms()
    await room.tell(a_session(S1, (now - 100_000, 30_000), (now - 50_000, 50_000)))
    row = await the_row(room)
    assert (row.connected_ms, row.gaps) == (80_000, ((30_000, 20_000),))


async def test_the_second_connection_is_numbered_and_shares_the_time(room: Room) -> None:
    await room.customer(peers=PEER)
    await room.connect(S1, seconds=8 * 60, ended_ago_s=600, state=SessionState.ENDED)
    await room.connect(S2, seconds=8 * 60)
    row = await the_row(room, S2)
    assert (row.nth, row.connected_ms, row.session_ms) == (2, minutes(16), minutes(8))


async def test_a_session_split_just_now_starts_from_nothing(room: Room) -> None:
    await room.customer(peers=PEER)
    await room.connect(seconds=12 * 60)
    room.clock.advance(1_000)
    await room.ledger.new_intervention(S1, room.clock.wall_ms(), by="Laura")
    row = await the_row(room)
    assert (row.intervention, row.connected_ms, row.ticking) == (2, 0, True)
