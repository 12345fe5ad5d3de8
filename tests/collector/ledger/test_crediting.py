"""Sessions split, spans moved, interventions merged: on a real ledger no second is lost or counted twice."""

import asyncio
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from collector.errors import BadInput, CollectorError, Conflict, NotFound, Stale
from collector.ledger import crediting, declared, handling
from collector.ledger.decisions import Outcome
from collector.ledger.proof import verify
from shared.session import SessionState
from tests.collector.room import S1, S2, Room, a_room, minutes

PEER = (("tigervnc", "192.0.2.7:5900"),)


async def spans(room: Room, id: int) -> list[tuple[int, int]]:
    """Where it has time, in minutes after the first session began."""
    view = await room.reading.intervention(id)
    assert view is not None
    zero_at = (await room.session(S1)).first_seen_at
    return sorted(((s.started_at - zero_at) // 60_000, (s.ended_at - zero_at) // 60_000) for s in view.spans)


async def an_hour(room: Room) -> int:
    """A session of an hour of one intervention; when it began."""
    await room.customer(peers=PEER)
    await room.connect(S1, seconds=3600, state=SessionState.ENDED)
    return room.clock.wall_ms() - minutes(60)


async def test_one_session_is_split_over_several_interventions_new_and_old(room: Room) -> None:
    zero_at = await an_hour(room)
    second = await room.ledger.write(lambda pen: crediting.split(pen, 1, S1, zero_at + minutes(10), None, by="Anna"))
    third = await room.ledger.write(
        lambda pen: crediting.split(pen, second, S1, zero_at + minutes(20), None, by="Anna")
    )
    await room.ledger.write(lambda pen: crediting.split(pen, third, S1, zero_at + minutes(30), 1, by="Anna"))
    assert await spans(room, 1) == [(0, 10), (30, 60)]
    assert await spans(room, second) == [(10, 20)]
    assert await spans(room, third) == [(20, 30)]
    view = await room.reading.intervention(second)
    assert view is not None and view.customer is not None and view.customer.name == "Studio Bianchi"
    assert [each.what for each in view.decisions] == ["time-taken", "next-problem"]


async def test_a_span_is_moved_and_only_what_was_its_own(room: Room) -> None:
    zero_at = await an_hour(room)
    second = await room.ledger.write(lambda pen: crediting.split(pen, 1, S1, zero_at + minutes(40), None, by="Anna"))
    await room.ledger.write(
        lambda pen: crediting.move(pen, 1, S1, zero_at + minutes(5), zero_at + minutes(15), second, by="Laura")
    )
    assert await spans(room, 1) == [(0, 5), (15, 40)]
    assert await spans(room, second) == [(5, 15), (40, 60)]
    with pytest.raises(Conflict, match="no time"):
        await room.ledger.write(
            lambda pen: crediting.move(pen, 1, S1, zero_at + minutes(45), zero_at + minutes(50), second, by="Laura")
        )


async def test_a_merged_intervention_costs_nothing_and_sends_on_to_the_other(room: Room) -> None:
    zero_at = await an_hour(room)
    second = await room.ledger.write(lambda pen: crediting.split(pen, 1, S1, zero_at + minutes(40), None, by="Anna"))
    await room.ledger.write(lambda pen: crediting.merge(pen, second, 1, by="Laura"))
    assert await spans(room, 1) == [(0, 60)]
    gone = await room.reading.intervention(second)
    assert gone is not None
    assert (gone.state, gone.outcome, gone.merged_into, gone.charge.net) == ("closed", "merged", 1, "0.00")
    with pytest.raises(Conflict, match="merged into 1"):
        await room.ledger.agree_overtime(second, by="Laura", how="phone")
    assert [each.id for each in (await room.reading.interventions())[0]] == [1]


async def test_what_does_not_fit_is_refused_and_nothing_is_half_done(room: Room) -> None:
    zero_at = await an_hour(room)
    await room.customer("Other", peers=(("anydesk", "9"),))
    await room.connect(S2, seconds=60, tool="anydesk", peer="9")

    async def refused(kind: type[CollectorError], words: str, at: int, into: int | None, session: str = S1) -> None:
        with pytest.raises(kind, match=words):
            await room.ledger.write(lambda pen: crediting.split(pen, 1, session, at, into, by="Anna"))

    await refused(BadInput, "outside the session", zero_at, None)
    await refused(BadInput, "outside the session", room.clock.wall_ms() + 1, None)
    await refused(BadInput, "when it ended", room.clock.wall_ms(), None)
    await refused(BadInput, "same intervention", zero_at + 1_000, 1)
    await refused(Conflict, "another customer's", zero_at + 1_000, 2)
    await refused(NotFound, "no intervention 7", zero_at + 1_000, 7)
    await refused(NotFound, "no session", zero_at + 1_000, None, "f" * 32)
    await room.ledger.close_intervention(2, Outcome.SOLVED, by="Laura")
    await refused(Conflict, "closed", zero_at + 1_000, 2)
    assert await spans(room, 1) == [(0, 60)]


async def test_what_two_people_do_at_once_is_refused_to_the_second(room: Room) -> None:
    zero_at = await an_hour(room)
    view = await room.reading.intervention(1)
    assert view is not None
    seen = frozenset({view.revision})

    async def split(minute: int) -> int:
        at = zero_at + minutes(minute)
        return await room.ledger.write(lambda pen: crediting.split(pen, 1, S1, at, None, by="Anna", seen=seen))

    done = await asyncio.gather(split(10), split(20), return_exceptions=True)
    assert done[0] == 2 and isinstance(done[1], Stale)


async def test_what_is_split_off_a_closed_intervention_leaves_the_chain_whole(room: Room) -> None:
    await room.customer(peers=PEER)
    await room.connect(S1, seconds=3600, state=SessionState.ENDED)
    at = room.clock.wall_ms() - minutes(30)
    await room.ledger.write(lambda pen: handling.close(pen, 1, Outcome.SOLVED, by="Anna"))
    assert await room.ledger.write(lambda pen: crediting.split(pen, 1, S1, at, None, by="Anna")) == 2
    async with room.engines.readers.connect() as connection:
        assert (await verify(connection)).broken is None


class Supervisors(RuleBasedStateMachine):
    """Several people who do whatever they like to the time of a few sessions."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.opened = a_room(Path(self.folder.name))
        self.interventions = 0

    @initialize()
    def a_morning(self) -> None:
        async def begin() -> Room:
            room = await self.opened.__aenter__()
            await room.customer(peers=(*PEER, ("anydesk", "9")))
            await room.connect(S1, seconds=3600, state=SessionState.ENDED)
            room.clock.advance(minutes(1))
            await room.connect(S2, seconds=1800, tool="anydesk", peer="9", state=SessionState.ENDED)
            return room

        self.room = self.runner.run(begin())
        self.zero_at = self.room.clock.wall_ms() - minutes(61)

    def act(self, what: str, one: int, other: int | None, session: str, at_s: int, until_s: int | None) -> None:
        """Try it; what does not fit is refused."""
        at, until_at = self.zero_at + at_s * 1000, None if until_s is None else self.zero_at + until_s * 1000
        acts = {
            "split": lambda pen: crediting.split(pen, one, session, at, other, by="Anna"),
            "move": lambda pen: crediting.move(pen, one, session, at, until_at, other or 1, by="Laura"),
            "merge": lambda pen: crediting.merge(pen, one, other or 1, by="Laura"),
            "close": lambda pen: handling.close(pen, one, Outcome.SOLVED, by="Anna"),
            "reopen": lambda pen: handling.reopen(pen, one, "again", by="Laura"),
            "declare": lambda pen: declared.declare(pen, one, at - 60_000, at, tool="telephone", told=None, by="Anna"),
        }
        with suppress(CollectorError):
            self.runner.run(self.room.ledger.write(acts[what]))

    @rule(
        what=st.sampled_from(["split", "split", "split", "move", "move", "merge", "close", "reopen", "declare"]),
        one=st.integers(1, 4),
        other=st.none() | st.integers(1, 4),
        session=st.sampled_from([S1, S2]),
        at_s=st.integers(-60, 3700),
        until_s=st.none() | st.integers(0, 3700),
    )
    def does(self, what: str, one: int, other: int | None, session: str, at_s: int, until_s: int | None) -> None:
        self.act(what, one, other, session, at_s, until_s)

    @invariant()
    def all_that_was_observed_is_credited_once(self) -> None:
        if not hasattr(self, "room"):
            return
        observed, credited, broken = self.runner.run(self.sums())
        assert observed == credited
        assert broken is None

    async def sums(self) -> tuple[int, int, str | None]:
        sessions, _ = await self.room.reading.sessions(limit=200)
        whole = await self.room.reading.whole(range(1, 60))
        credited = sum(int(span.end_at - span.start_at) for each in whole.values() for span in each.spans)
        async with self.room.engines.readers.connect() as connection:
            broken = (await verify(connection)).broken
        return sum(each.observed_ms for each in sessions), credited, broken

    def teardown(self) -> None:
        if hasattr(self, "room"):
            self.runner.run(self.opened.__aexit__(None, None, None))
        self.runner.close()
        self.folder.cleanup()


TestAllThatWasObserved = Supervisors.TestCase
TestAllThatWasObserved.settings = settings(
    max_examples=15, stateful_step_count=15, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
