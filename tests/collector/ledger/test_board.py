"""The board says what is committed, however little of it was read again."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.domain.entitlement import Version
from collector.errors import Conflict
from collector.ledger import handling
from collector.ledger.board import Board
from collector.ledger.customers import CustomerEntry
from shared.moments import HOUR_MS
from shared.session import SessionState
from tests.collector.room import S1, S2, S3, Room, a_room, minutes

PEER = (("tigervnc", "192.0.2.7:5900"),)
LIVE, PAUSED, ENDED = SessionState.LIVE, SessionState.PAUSED, SessionState.ENDED
FOUR = (S1, S2, S3, "4" * 32)
OF_ANNA = FOUR[:2]  # on one PC; each of the others is on its own
TIMES_S = (1, 30, 299, 300, 901, 1_201, 3_000, 7 * 3_600, 13 * 3_600)

DEEDS = ("lost", "agreed", "assigned", "exempt", "another", "critical", "by-hand", "given-up", "nothing")
Happens = list[tuple[int, SessionState | str, str]]

days = st.lists(
    st.tuples(
        st.sampled_from(TIMES_S), st.sampled_from((LIVE, LIVE, LIVE, PAUSED, ENDED, *DEEDS)), st.sampled_from(FOUR)
    ),
    min_size=4,
    max_size=14,
)


@dataclass
class Day:
    """What happens in a room, deed by deed."""

    room: Room
    owner: int
    board: Board
    lasted: dict[str, int] = field(default_factory=dict)

    async def hear(self, id: str, state: SessionState, passed_s: int) -> None:
        self.lasted[id] = self.lasted.get(id, 0) + passed_s
        await self.room.connect(id, seconds=self.lasted[id], state=state, peer=peer_of(id), agent=pc_of(id))

    async def do(self, deed: str, id: str) -> None:
        ledger, critical = self.room.ledger, handling.Facts(critical=True)
        of = (await self.room.session(id)).interventions[-1]
        match deed:
            case "lost":
                self.room.presence.lose(self.room.agents[pc_of(id)])
            case "agreed":
                await ledger.agree_overtime(of, by="Laura", how="by telephone")
            case "assigned":
                await ledger.assign_customer(of, self.owner, by="Laura")
            case "exempt":
                await ledger.set_category(of, "installation", by="Laura")
            case "another":
                with contextlib.suppress(Conflict):
                    await ledger.new_intervention(id, self.room.clock.wall_ms() - 500, by="Laura")
            case "critical":
                named = frozenset({"critical"})
                await ledger.write(lambda pen: handling.describe(pen, of, critical, named, by="Laura"))
            case "by-hand":
                await written_down(self.room)
            case "given-up":
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0):
                        await self.board.look()


async def written_down(room: Room) -> None:
    """A request that comes in otherwise than by a session."""
    facts, named = handling.Facts(problem="The index is broken"), frozenset({"problem"})
    await room.ledger.write(lambda pen: handling.open_by_hand(pen, None, None, facts, named, by="Laura"))


def pc_of(id: str) -> str:
    return "PC Anna" if id in OF_ANNA else f"PC {id[0]}"


def peer_of(id: str) -> str:
    """The first two are the same customer's, the others nobody's yet."""
    return f"a{id[0]}" if id in OF_ANNA else id[0]


async def kept_is_fresh(happens: Happens) -> None:
    with TemporaryDirectory() as folder:
        async with a_room(Path(folder)) as room:
            kept = room.board()
            day = Day(room, await room.customer(peers=(("tigervnc", "a1"), ("tigervnc", "a2"))), kept)
            for id in FOUR:
                await day.hear(id, LIVE, 60)
            await kept.look()
            for passed_s, deed, id in happens:
                room.clock.advance(passed_s * 1_000)
                await (day.hear(id, deed, passed_s) if isinstance(deed, SessionState) else day.do(deed, id))
                seen, afresh = await kept.look(), await room.board().look()
                assert sorted(seen.rows, key=lambda row: row.id) == sorted(afresh.rows, key=lambda row: row.id)
                assert (seen.summary, seen.recent) == (afresh.summary, afresh.recent)
                assert (seen.now_at, seen.until_at) == (afresh.now_at, afresh.until_at)


@settings(max_examples=6, deadline=None)
@given(days)
def test_what_is_read_bit_by_bit_is_what_is_read_at_once(happens: Happens) -> None:
    asyncio.run(kept_is_fresh(happens))


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(days)
def test_what_is_read_bit_by_bit_is_what_is_read_at_once_on_very_many_days(happens: Happens) -> None:
    asyncio.run(kept_is_fresh(happens))


async def test_what_nothing_has_touched_is_neither_read_nor_computed_again(room: Room) -> None:
    await room.customer(peers=PEER)
    await room.connect(S1, seconds=60)
    await room.connect(S2, seconds=60, peer="192.0.2.8:5900")
    board = room.board()
    before = {row.id: row for row in (await board.look()).rows}
    room.clock.advance(1_000)
    await room.connect(S2, seconds=61, peer="192.0.2.8:5900", state=PAUSED)
    after = {row.id: row for row in (await board.look()).rows}
    assert after[S1] is before[S1]
    assert (before[S2].state, after[S2].state) == ("live", "paused")


async def test_a_request_that_was_only_written_down_is_not_on_the_board(room: Room) -> None:
    board = room.board()
    await board.look()
    await written_down(room)
    seen = await board.look()
    assert (seen.rows, seen.recent) == ([], [])


async def test_the_newest_alert_is_told_by_its_number(room: Room) -> None:
    board = room.board()
    await room.connect(S1, seconds=60)
    assert (await board.look()).summary.newest_alert == 0
    await room.alert("1/a", "1/b")
    assert (await board.look()).summary.newest_alert == 2


async def test_a_look_that_was_given_up_loses_no_change(room: Room) -> None:
    board = room.board()
    await board.look()
    await room.connect(S1, seconds=60)
    looking = asyncio.create_task(board.look())
    await asyncio.sleep(0)
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    assert [row.id for row in (await board.look()).rows] == [S1]


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
