"""The board says what is committed, however little of it was read again."""

from collector.domain.entitlement import Version
from collector.ledger.customers import CustomerEntry
from shared.moments import HOUR_MS
from shared.session import SessionState
from tests.collector.room import S1, S2, S3, Room, minutes

PEER = (("tigervnc", "192.0.2.7:5900"),)
LIVE, PAUSED, ENDED = SessionState.LIVE, SessionState.PAUSED, SessionState.ENDED
A_DAY = (
    (S1, 600, LIVE, "heard"),
    (S2, 840, LIVE, "heard"),
    (S1, 900, LIVE, "lost"),
    (S2, 61, LIVE, "assigned"),
    (S3, 30, PAUSED, "heard"),
    (S2, 300, LIVE, "agreed"),
    (S3, 20, LIVE, "heard"),
    (S2, 1_900, ENDED, "heard"),
    (S1, 1, LIVE, "assigned"),
    (S3, 7_200, ENDED, "lost"),
)


async def test_what_is_read_bit_by_bit_is_what_is_read_at_once(room: Room) -> None:
    owner = await room.customer(peers=(("tigervnc", "a"),))
    kept = room.board()
    lasted = dict.fromkeys((S1, S2, S3), 0)
    for id, more, state, then in A_DAY:
        lasted[id] += more
        room.clock.advance(more * 1_000)
        await room.connect(id, seconds=lasted[id], state=state, peer=id[0], agent=f"PC {id[0]}")
        match then:
            case "lost":
                room.presence.lose(room.agents[f"PC {id[0]}"])
            case "agreed":
                await room.ledger.agree_overtime((await room.intervention_of(id)).id, by="Laura", how="by telephone")
            case "assigned":
                await room.ledger.assign_customer((await room.intervention_of(id)).id, owner, by="Laura")
        seen, afresh = await kept.look(), await room.board().look()
        assert sorted(seen.rows, key=lambda row: row.id) == sorted(afresh.rows, key=lambda row: row.id)
        assert (seen.summary, seen.recent) == (afresh.summary, afresh.recent)


async def test_the_summary_counts_what_is_live_and_adds_up_todays_overtime(room: Room) -> None:
    await room.customer(peers=PEER)
    await room.connect(S1, seconds=51 * 60)
    await room.connect(S2, seconds=60, peer="unknown")
    summary = (await room.board().look()).summary
    assert (summary.live, summary.over, summary.unknown, summary.near) == (2, 1, 1, 0)
    assert (summary.overtime_today, summary.overtime_open, summary.overtime_agreed) == ("70.00", "70.00", "0.00")
    await room.ledger.agree_overtime(1, by="Laura", how="by telephone")
    assert (await room.board().look()).summary.overtime_agreed == "70.00"


async def test_what_ended_is_recent_and_falls_off_in_time(room: Room) -> None:
    await room.customer(peers=PEER)
    board = room.board()
    await room.connect(S1, seconds=60, state=SessionState.ENDED)
    seen = await board.look()
    assert (seen.rows, [each.cost for each in seen.recent]) == ([], ["45.00"])
    room.clock.advance(25 * HOUR_MS)
    assert (await board.look()).recent == []


async def test_a_renamed_customer_is_renamed_on_the_board(room: Room) -> None:
    owner = await room.customer(peers=PEER)
    board = room.board()
    await room.connect(S1, seconds=60)
    await board.look()
    entry = CustomerEntry("Studio Verdi", None, None, Version.CURRENT)
    await room.ledger.update_customer(owner, entry, None)
    customer = (await board.look()).rows[0].customer
    assert customer is not None and customer.name == "Studio Verdi"


async def test_rows_turn_over_without_a_word_from_anybody(room: Room) -> None:
    await room.customer(peers=PEER)
    board = room.board()
    await room.connect(S1, seconds=20 * 60)
    assert (await board.look()).rows[0].standing == "near"
    room.clock.advance(minutes(30))
    row = (await board.look()).rows[0]
    assert (row.standing, row.half_hours, row.overtime) == ("over", 1, "35.00")
    room.clock.advance(1_000)
    assert (await board.look()).rows[0].half_hours == 2
