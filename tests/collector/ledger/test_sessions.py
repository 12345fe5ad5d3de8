"""Hearing a thing twice, late or out of order changes nothing; starts never move, lengths only grow."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from collector.ledger.views import SessionView
from shared.messages import Progress
from shared.session import Evidence, Mark, Session, SessionState, Stretch
from tests.collector.room import S1, S2, Room, a_room, a_session

NOW = 1_795_000_000_000
BEGAN = NOW - 3_600_000


async def test_a_session_is_kept_as_it_was_told(room: Room) -> None:
    assert await room.tell(a_session(S1, (BEGAN, 5_000), (BEGAN + 9_000, 1_000))) is None
    seen = await room.session()
    assert [(s.started_at, s.lasted_ms) for s in seen.stretches] == [(BEGAN, 5_000), (BEGAN + 9_000, 1_000)]
    assert (seen.observed_ms, seen.state, seen.agent, seen.tool_name) == (6_000, "live", "PC Anna", "TigerVNC")


async def test_what_it_rests_on_and_how_unsure_its_ends_are_is_kept(room: Room) -> None:
    live = structs.replace(a_session(S1, (BEGAN, 5_000)), start_unsure_ms=400, also=(Evidence.SOCKET,))
    await room.tell(live)
    ended = structs.replace(live, state=SessionState.ENDED, start_unsure_ms=None, end_unsure_ms=1_000)
    await room.tell(structs.replace(ended, also=(Evidence.SOCKET, Evidence.PROCESS)))
    seen = await room.session()
    assert (seen.also, seen.start_unsure_ms, seen.end_unsure_ms) == (("socket", "process"), 400, 1_000)


async def test_an_older_progress_is_no_news(room: Room) -> None:
    await room.tell(a_session(S1, (BEGAN, 9_000), state=SessionState.ENDED), seq=7)
    assert await room.tell(a_session(S1, (BEGAN, 4_000)), seq=6) is None
    seen = await room.session()
    assert (seen.observed_ms, seen.state) == (9_000, "ended")


async def test_a_stretch_never_shrinks_and_never_disappears(room: Room) -> None:
    await room.tell(a_session(S1, (BEGAN, 9_000), (BEGAN + 20_000, 2_000)))
    await room.tell(a_session(S1, (BEGAN, 8_000)))
    assert [s.lasted_ms for s in (await room.session()).stretches] == [9_000, 2_000]


async def test_a_start_is_corrected_once_and_never_moved(room: Room) -> None:
    await room.tell(a_session(S1, (BEGAN - 60_000, 1_000)), offset_ms=60_000)
    await room.tell(a_session(S1, (BEGAN - 60_000, 8_000)), offset_ms=61_500)
    seen = await room.session()
    assert [(s.started_at, s.lasted_ms) for s in seen.stretches] == [(BEGAN, 8_000)]


async def test_nobody_is_billed_for_the_future(room: Room) -> None:
    why = await room.tell(a_session(S1, (NOW, 5_001)))
    assert why is not None and "clock" in why
    assert await room.reading.session(S1) is None
    assert await room.tell(a_session(S1, (NOW, 5_000))) is None
    assert await room.tell(a_session(S1, (NOW, 60_000))) is not None
    assert (await room.session()).observed_ms == 5_000


async def test_a_session_of_another_agent_is_not_taken(room: Room) -> None:
    await room.tell(a_session(S1, (BEGAN, 1_000)))
    assert await room.tell(a_session(S1, (BEGAN, 9_000)), agent="PC Marco") == "this session belongs to another agent"
    assert (await room.session()).observed_ms == 1_000


async def test_two_agents_that_tell_of_one_new_session_together_do_not_share_it(room: Room) -> None:
    await room.agent("PC Anna")
    await room.agent("PC Marco")
    told = [room.tell(a_session(S1, (BEGAN, 1_000)), agent=name) for name in ("PC Anna", "PC Marco")]
    assert sorted(map(str, await asyncio.gather(*told))) == ["None", "this session belongs to another agent"]


async def test_an_end_that_was_seen_stays_an_end(room: Room) -> None:
    await room.tell(a_session(S1, (BEGAN, 5_000), state=SessionState.ENDED))
    await room.tell(a_session(S1, (BEGAN, 6_000), state=SessionState.LIVE))
    assert ((await room.session()).state, (await room.session()).observed_ms) == ("ended", 6_000)


async def test_an_unconfirmed_end_may_be_taken_back(room: Room) -> None:
    ended = a_session(S1, (BEGAN, 5_000), state=SessionState.ENDED, marks=(Mark.UNCONFIRMED_END,))
    await room.tell(ended)
    assert (await room.session()).marks == ("unconfirmed-end",)
    await room.tell(a_session(S1, (BEGAN, 6_000)))
    assert ((await room.session()).state, (await room.session()).marks) == ("live", ())


async def test_a_peer_that_is_told_later_finds_its_customer(room: Room) -> None:
    owner = await room.customer(peers=(("tigervnc", "192.0.2.9"),))
    await room.tell(a_session(S1, (BEGAN, 1_000), peer=None))
    assert (await room.intervention_of()).customer is None
    await room.tell(a_session(S1, (BEGAN, 2_000), peer="192.0.2.9"))
    intervention = await room.intervention_of()
    assert intervention.customer is not None and intervention.customer.id == owner
    assert intervention.charge.service == "contract"


async def test_after_a_restart_what_is_known_is_read_again(tmp_path: Path) -> None:
    async with a_room(tmp_path) as before:
        await before.tell(a_session(S1, (BEGAN, 5_000)), seq=4)
        await before.tell(a_session(S2, (BEGAN, 5_000)), seq=5)
    async with a_room(tmp_path) as room:
        await room.tell(a_session(S1, (BEGAN, 3_000)), seq=3)
        assert (await room.session()).observed_ms == 5_000
        await room.tell(a_session(S1, (BEGAN, 5_000), (BEGAN + 8_000, 500)), seq=6)
        assert (await room.session()).observed_ms == 5_500
        assert len((await room.session()).interventions) == 1


def growing(lengths: list[tuple[int, int]]) -> list[Progress]:
    """What an agent says of one session as it goes on: each stretch grows, then the next begins."""
    told: list[Progress] = []
    done: tuple[Stretch, ...] = ()
    at = BEGAN
    for length, gap in lengths:
        for part in (length // 2, length):
            session = Session(
                id=S1,
                tool="tigervnc",
                peer="192.0.2.7",
                evidence=Evidence.SOCKET,
                state=SessionState.LIVE,
                stretches=(*done, Stretch(at, part)),
            )
            told.append(Progress(seq=len(told) + 1, session=session))
        done = (*done, Stretch(at, length))
        at += length + gap
    return told


lengths = st.lists(st.tuples(st.integers(0, 60_000), st.integers(1, 60_000)), min_size=1, max_size=4)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lengths, st.data())
def test_however_they_arrive_the_last_one_decides(told: list[tuple[int, int]], data: st.DataObject) -> None:
    """Any permutation, repetition or loss that ends with the last one delivered gives the same record."""
    progresses = growing(told)
    heard = data.draw(st.lists(st.sampled_from(progresses), max_size=8), label="heard before")
    assert asyncio.run(_record(heard, progresses[-1])) == asyncio.run(_record(progresses, progresses[-1]))


async def _record(heard: list[Progress], last: Progress) -> SessionView:
    with TemporaryDirectory() as folder:
        async with a_room(Path(folder)) as room:
            for progress in (*heard, last, last):
                assert await room.tell(progress.session, seq=progress.seq) is None
            return await room.session()
