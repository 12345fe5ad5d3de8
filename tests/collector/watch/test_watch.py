"""Each mark becomes an alert exactly once: over kills at any moment, late deliveries and silent agents."""

import asyncio
import random
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from collector.domain.caps import deadlines_passed
from collector.domain.entitlement import Version
from collector.errors import Unavailable
from collector.ledger.alerts import NewAlert
from collector.ledger.customers import Acceptance
from collector.ledger.intervention import Intervention
from collector.ledger.views import AlertView
from collector.tariffs.files import shipped_text
from collector.watch.findings import DAY_MS
from collector.watch.watch import Watch
from shared.messages import CLOSING_MS, Order, Quota
from shared.moments import SECOND_MS
from shared.session import SessionState
from tests.collector.room import S1, S2, S3, Room, a_room, minutes

PEER = (("tigervnc", "192.0.2.7:5900"),)
EVERYTHING = ["warning", "warning", "cap", "half-hour"]


def a_watch(room: Room) -> Watch:
    return Watch(room.ledger, room.reading, room.presence, room.bell, room.clock)


async def alerts(room: Room) -> list[AlertView]:
    """Oldest first."""
    return (await room.reading.alerts(limit=500))[0][::-1]


async def kinds(room: Room) -> list[str]:
    return [alert.kind for alert in await alerts(room)]


async def test_the_marks_of_a_session_are_told_as_they_come(room: Room) -> None:
    await room.customer(peers=PEER)
    watch = a_watch(room)
    await room.connect(seconds=14 * 60 + 59)
    await watch.start()
    assert await kinds(room) == []
    assert watch.rest_ms() == 1_000
    for ahead_ms, expected in ((1_000, 1), (minutes(4), 2), (minutes(1), 3), (1_000, 4), (minutes(30), 5)):
        room.clock.advance(ahead_ms - 1)
        await watch.look(frozenset())
        assert len(await kinds(room)) == expected - 1
        room.clock.advance(1)
        await watch.look(frozenset())
        assert len(await kinds(room)) == expected
    told = await alerts(room)
    assert [alert.kind for alert in told] == [*EVERYTHING, "half-hour"]
    assert all(alert.confirmed and not alert.late for alert in told)
    assert [alert.n for alert in told] == [300_000, 60_000, 0, 1, 2]


async def test_a_session_that_only_goes_on_is_not_read_again_and_its_marks_come_on_time(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.customer(peers=PEER)
    watch = a_watch(room)
    await room.connect(seconds=14 * 60)
    await watch.start()

    async def never(ids: Collection[int]) -> dict[int, Intervention]:
        raise AssertionError(f"{ids} are read again")

    monkeypatch.setattr(room.reading, "whole", never)
    for seconds in range(14 * 60 + 5, 22 * 60, 5):
        room.clock.advance(5 * SECOND_MS)
        await watch.look(frozenset())
        await room.connect(seconds=seconds - 0.5)
    told = await alerts(room)
    assert [alert.kind for alert in told] == EVERYTHING
    assert [alert.connected_ms for alert in told] == [minutes(15), minutes(19), minutes(20), minutes(20) + 1_000]
    assert all(alert.made_at - alert.due_at <= 5 * SECOND_MS and alert.confirmed for alert in told)


async def test_a_session_that_pauses_and_resumes_is_not_read_again_either(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.customer(peers=PEER)
    quotas: list[Quota] = []
    watch = Watch(
        room.ledger, room.reading, room.presence, room.bell, room.clock, tell=lambda _, told: quotas.append(told)
    )
    await room.connect(seconds=14 * 60)
    await watch.start()

    async def never(ids: Collection[int]) -> dict[int, Intervention]:
        raise AssertionError(f"{ids} are read again")

    monkeypatch.setattr(room.reading, "whole", never)
    room.clock.advance(50 * SECOND_MS)
    for state, expected in ((SessionState.PAUSED, []), (SessionState.LIVE, EVERYTHING[:1])):
        quotas.clear()
        await room.connect(seconds=14 * 60 + 50, state=state)
        await watch.look(frozenset())
        room.clock.advance(20 * SECOND_MS)
        await watch.look(frozenset())
        assert (await kinds(room), len(quotas)) == (expected, 1)


async def test_looking_again_and_again_makes_none_twice(room: Room) -> None:
    await room.customer(peers=PEER)
    await room.connect(seconds=21 * 60)
    for _ in range(3):
        watch = a_watch(room)
        await watch.start()
        await watch.look(frozenset({1}))
    assert await kinds(room) == EVERYTHING


async def test_what_passed_while_nobody_watched_is_told_late(room: Room) -> None:
    await room.customer(peers=PEER)
    await room.connect(seconds=25 * 60, state=SessionState.ENDED)
    await a_watch(room).start()
    told = await alerts(room)
    assert [alert.kind for alert in told] == EVERYTHING
    assert all(alert.late and alert.confirmed for alert in told)
    assert told[2].due_at == room.clock.wall_ms() - minutes(5)


async def test_a_silent_agent_is_watched_on_and_its_marks_are_unconfirmed(room: Room) -> None:
    await room.customer(peers=PEER)
    watch = a_watch(room)
    await room.connect(seconds=19 * 60 + 30)
    await watch.start()
    room.presence.lose(room.agents["PC Anna"])
    room.clock.advance(31 * SECOND_MS)
    await watch.look(frozenset())
    assert [(a.kind, a.confirmed) for a in await alerts(room)][2:] == [("cap", False), ("half-hour", False)]
    await room.connect(seconds=20 * 60)
    await watch.look(frozenset({1}))
    assert [(a.kind, a.confirmed) for a in await alerts(room)][2:] == [("cap", True), ("half-hour", False)]


async def test_what_was_foretold_of_a_silent_agent_and_did_not_come_is_taken_back(room: Room) -> None:
    await room.customer(peers=PEER)
    watch = a_watch(room)
    await room.connect(seconds=19 * 60 + 30)
    await watch.start()
    room.presence.lose(room.agents["PC Anna"])
    room.clock.advance(31 * SECOND_MS)
    await watch.look(frozenset())
    await room.connect(seconds=20 * 60)
    await watch.look(frozenset({1}))
    assert [a.withdrawn_at for a in await alerts(room)] == [None] * 4, "it may come true yet"
    await room.connect(seconds=20 * 60, state=SessionState.ENDED)
    await a_watch(room).look(frozenset({1}))
    cap, half_hour = (await alerts(room))[2:]
    assert (cap.confirmed, cap.withdrawn_at) == (True, None)
    assert (half_hour.confirmed, half_hour.withdrawn_at) == (False, room.clock.wall_ms())
    await room.connect(S2, seconds=60)
    for each in (watch, a_watch(room)):
        await each.look(frozenset({1}))
    assert [(a.kind, a.withdrawn_at) for a in (await alerts(room))[4:]] == [("half-hour", None)], "now it has come true"


async def test_where_time_is_taken_away_what_it_reached_is_taken_back_and_told_anew_when_it_comes(room: Room) -> None:
    await room.customer(peers=PEER)
    watch = a_watch(room)
    await room.connect(S1, seconds=10 * 60, state=SessionState.ENDED)
    room.clock.advance(minutes(11))
    await room.connect(S2, seconds=11 * 60)
    await watch.start()
    assert await kinds(room) == EVERYTHING
    await room.ledger.new_intervention(S1, room.clock.wall_ms() - minutes(20), by="Anna")
    await watch.look(frozenset({1}))
    assert all(alert.withdrawn_at is not None for alert in await alerts(room)), "only 12 minutes are left"
    room.clock.advance(minutes(8))
    for each in (watch, a_watch(room), watch):
        await each.look(frozenset({1}))
    anew = [alert for alert in await alerts(room) if alert.withdrawn_at is None]
    assert [alert.kind for alert in anew] == EVERYTHING[:3]
    assert anew[-1].due_at == room.clock.wall_ms() and not anew[-1].late


async def test_whoever_was_away_himself_does_not_call_an_agent_silent(room: Room) -> None:
    await room.customer(peers=PEER)
    watch = a_watch(room)
    await room.connect(seconds=60)
    await watch.start()
    meant_at = room.clock.wall_ms() + SECOND_MS
    room.clock.advance(minutes(2))
    room.presence.lose(room.agents["PC Anna"])
    watch.awake(meant_at)
    await watch.look(frozenset())
    assert await kinds(room) == []
    room.clock.advance(minutes(1))
    watch.awake(room.clock.wall_ms())
    await watch.look(frozenset())
    assert await kinds(room) == ["agent-silent"]


async def test_an_agent_that_stays_silent_is_not_believed_for_ever(room: Room) -> None:
    await room.customer(peers=PEER)
    await room.connect(seconds=60)
    room.presence.lose(room.agents["PC Anna"])
    room.clock.advance(minutes(13 * 60))
    await a_watch(room).start()
    assert await kinds(room) == []


async def test_what_ended_before_the_mark_is_not_told(room: Room) -> None:
    await room.customer(peers=PEER)
    watch = a_watch(room)
    await room.connect(seconds=14 * 60)
    await watch.start()
    await room.connect(seconds=14 * 60, state=SessionState.ENDED)
    await watch.look(frozenset({1}))
    room.clock.advance(minutes(60))
    await watch.look(frozenset())
    assert await kinds(room) == []
    assert watch.rest_ms() == 60_000


async def test_two_at_once_reach_the_cap_once(room: Room) -> None:
    await room.customer(peers=PEER)
    await room.connect(S1, seconds=19 * 60)
    await room.connect(S2, seconds=19 * 60, agent="PC Marco")
    watch = a_watch(room)
    await watch.start()
    room.clock.advance(minutes(1))
    await watch.look(frozenset())
    assert await kinds(room) == ["warning", "warning", "cap"]


async def test_a_customer_without_entitlement_is_told_at_the_start(room: Room) -> None:
    await room.customer(peers=PEER, contract=False)
    await room.connect(seconds=0)
    await a_watch(room).start()
    assert await kinds(room) == ["not-entitled"]


async def test_an_unknown_peer_is_told_after_two_minutes_and_no_more_once_assigned(room: Room) -> None:
    owner = await room.customer()
    watch = a_watch(room)
    await room.connect(S1, seconds=119, peer="a")
    await room.connect(S2, seconds=119, peer="b")
    await watch.start()
    assert await kinds(room) == []
    await room.ledger.assign_customer((await room.intervention_of(S2)).id, owner, by="Laura")
    room.clock.advance(SECOND_MS)
    await watch.look(frozenset({1, 2}))
    told = await alerts(room)
    assert [(alert.kind, alert.session) for alert in told] == [("unknown-peer", S1)]


async def test_another_cap_after_assigning_has_marks_of_its_own(room: Room) -> None:

    owner = await room.customer(version=Version.PREVIOUS)
    watch = a_watch(room)
    await room.connect(seconds=20 * 60, peer="a")
    await watch.start()
    assert await kinds(room) == ["unknown-peer", "warning", "warning", "cap"]
    await room.ledger.assign_customer(1, owner, by="Laura")
    room.clock.advance(minutes(10))
    await watch.look(frozenset({1}))
    assert (await kinds(room))[4:] == ["warning", "warning", "cap"]
    assert [alert.connected_ms for alert in (await alerts(room))[4:]] == [minutes(25), minutes(29), minutes(30)]


async def test_what_could_not_be_written_is_tried_again(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    await room.customer(peers=PEER)
    await room.connect(seconds=21 * 60)
    watch = a_watch(room)

    async def full_disk(new: Sequence[NewAlert]) -> int:
        raise Unavailable("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(room.ledger, "make_alerts", full_disk)
        again = await watch.start()
    assert again == frozenset({1})
    assert await watch.look(again) == frozenset()
    assert await kinds(room) == EVERYTHING


async def test_with_a_cap_for_each_connection_half_hours_are_told_of_all_together(tmp_path: Path) -> None:
    text = shipped_text().replace('cap_applies_to = "intervention"', 'cap_applies_to = "connection"')
    async with a_room(tmp_path, tariff=text) as room:
        await room.customer(peers=PEER)
        for session_id in (S1, S2):
            await room.connect(session_id, seconds=40 * 60, state=SessionState.ENDED)
            await a_watch(room).start()
            room.clock.advance(minutes(60))
        await a_watch(room).start()
        each = ["warning", "warning", "cap", "half-hour"]
        assert await kinds(room) == each + each
        told = [alert for alert in await alerts(room) if alert.kind == "half-hour"]
        assert [(alert.n, alert.connected_ms) for alert in told] == [(1, minutes(20) + 1_000), (2, minutes(30) + 1_000)]


async def test_what_could_not_be_read_is_tried_again(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    await room.customer(peers=PEER)
    await room.connect(seconds=20 * 60 - 1)
    watch = a_watch(room)
    await watch.start()
    made = len(await kinds(room))

    async def away(ids: Collection[int]) -> dict[int, Intervention]:
        raise Unavailable("the database is away")

    await room.connect(seconds=20 * 60 - 1)
    room.clock.advance(minutes(1))
    with monkeypatch.context() as broken:
        broken.setattr(room.reading, "whole", away)
        again = await watch.look(frozenset({1}))
    assert again == frozenset({1}) and len(await kinds(room)) == made
    assert await watch.look(again) == frozenset()
    assert len(await kinds(room)) > made


async def test_with_a_cap_for_each_connection_each_has_its_marks(tmp_path: Path) -> None:
    text = shipped_text().replace('cap_applies_to = "intervention"', 'cap_applies_to = "connection"')
    assert text != shipped_text()
    async with a_room(tmp_path, tariff=text) as room:
        await room.customer(peers=PEER)
        await room.connect(S1, seconds=16 * 60, state=SessionState.ENDED)
        room.clock.advance(minutes(60))
        await room.connect(S2, seconds=16 * 60, state=SessionState.ENDED)
        await a_watch(room).start()
        assert await kinds(room) == ["warning", "warning"]
        assert len({alert.key for alert in await alerts(room)}) == 2


async def test_a_request_that_nobody_touches_is_told_after_the_days_and_once(room: Room) -> None:
    await room.customer(peers=PEER)
    await room.connect(seconds=60, state=SessionState.ENDED)
    await a_watch(room).start()
    room.clock.advance(14 * DAY_MS - 1)
    assert await room.reading.without_contact(room.clock.wall_ms() - 14 * DAY_MS) == frozenset()
    room.clock.advance(2)
    for _ in range(2):
        await a_watch(room).start()
    assert [(alert.kind, alert.n) for alert in await alerts(room)] == [("no-contact", 14)]
    assert await room.reading.without_contact(room.clock.wall_ms() - 14 * DAY_MS) == frozenset()


async def test_the_terms_that_a_customer_accepted_and_the_clock_of_a_pc_are_known(tmp_path: Path) -> None:
    async with a_room(tmp_path, tariff='terms_version = "2026"\n' + shipped_text()) as room:
        owner = await room.customer(peers=PEER)
        told = Acceptance("2025", "0" * 64, "Dr. Bianchi", room.clock.wall_ms(), "e-mail")
        await room.ledger.accept_terms(owner, told, by="Laura")
        token = (await room.ledger.enrol(await room.ledger.make_code("PC Anna")) or ("", ""))[1]
        await room.ledger.admit(token, system="Linux", version="1", clock_offset_ms=3_000)
        room.agents = {each.name: each.id for each in await room.reading.agents()}
        await room.connect(seconds=60)
        await a_watch(room).start()
        assert {(alert.kind, alert.n) for alert in await alerts(room)} == {("terms", 1), ("clock-off", 3_000)}


async def test_over_splits_pauses_and_kills_each_intervention_has_its_own_marks_once(tmp_path: Path) -> None:
    dice = random.Random(5)
    async with a_room(tmp_path) as room:
        await room.customer(peers=(("tigervnc", "a"),))
        seconds, began_at = dict.fromkeys((S1, S2), 0), room.clock.wall_ms()
        for step in range(18):
            watch = a_watch(room)
            killed = asyncio.create_task(watch.start())
            for _ in range(dice.randrange(30)):
                await asyncio.sleep(0)
            killed.cancel()
            await asyncio.gather(killed, return_exceptions=True)
            room.clock.advance(minutes(4))
            going = dice.choice([(S1,), (S2,), (S1, S2), ()])
            for id in going:
                seconds[id] = (room.clock.wall_ms() - began_at) // SECOND_MS - (60 if id == S2 else 0)
                state = dice.choice([SessionState.LIVE, SessionState.PAUSED])
                await room.connect(id, seconds=seconds[id], peer="a", state=state)
            if step in (6, 12) and going:
                await room.ledger.new_intervention(going[0], room.clock.wall_ms() - 1, by="Anna")
        for id in seconds:
            await room.connect(id, seconds=seconds[id], peer="a", state=SessionState.ENDED)
        await a_watch(room).start()
        told = [alert for alert in await alerts(room) if alert.kind in EVERYTHING and alert.withdrawn_at is None]
        assert len({alert.key for alert in told}) == len(told)
        views, _ = await room.reading.interventions()
        for of in (await room.reading.whole([view.id for view in views])).values():
            owed = {f"{of.id}/{mark.key}@{mark.at_ms}" for mark in deadlines_passed(0, of.connected_ms, of.terms)}
            assert owed == {alert.key for alert in told if alert.intervention == of.id}


async def test_the_order_to_end_a_session_goes_out_once_and_never_late(tmp_path: Path) -> None:
    text = shipped_text().replace('# at_cap = "remind"', 'at_cap = "disconnect"')
    async with a_room(tmp_path, tariff=text) as room:
        told: list[tuple[int, Quota | Order]] = []
        await room.customer(peers=PEER)
        await room.customer("Studio Verdi", peers=(("tigervnc", "b"),))

        async def started() -> Watch:
            watch = Watch(
                room.ledger, room.reading, room.presence, room.bell, room.clock, tell=lambda *said: told.append(said)
            )
            await watch.start()
            return watch

        watch = await started()
        await room.connect(seconds=19 * 60 - CLOSING_MS / SECOND_MS - 1)
        await watch.look(frozenset({1}))
        room.clock.advance(SECOND_MS)
        await watch.look(frozenset())
        await watch.look(frozenset({1}))
        await started()
        orders = [(agent, said) for agent, said in told if isinstance(said, Order)]
        assert orders == [(room.agents["PC Anna"], Order(session=S1, countdown_ms=60_000))]
        quota = next(said for _, said in told if isinstance(said, Quota))
        assert (quota.session, quota.policy, quota.agreed) == (S1, "disconnect", False)
        await room.connect(S2, seconds=19 * 60 + 30, peer="b")
        await started()
        assert [said for _, said in told if isinstance(said, Order)] == [orders[0][1]]
        assert [a.session for a in await alerts(room) if a.kind == "disconnect"] == [S1]


@asynccontextmanager
async def watched(room: Room) -> AsyncIterator[Watch]:
    """The watch's loop runs inside the block, and is killed at its end."""
    watch = a_watch(room)
    running = asyncio.create_task(watch.run())
    try:
        yield watch
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_over_random_kills_each_alert_is_made_once(tmp_path: Path) -> None:
    dice = random.Random(20)
    async with a_room(tmp_path) as room:
        await room.customer("A", peers=(("tigervnc", "a"),))
        await room.customer("B", peers=(("tigervnc", "b"),))
        seconds = dict.fromkeys((S1, S2, S3), 0)
        peers = {S1: "a", S2: "b", S3: "unknown"}
        for _ in range(60):
            watch = a_watch(room)
            step = asyncio.create_task(watch.start())
            for _ in range(dice.randrange(40)):  # killed somewhere on its way
                await asyncio.sleep(0)
            step.cancel()
            await asyncio.gather(step, return_exceptions=True)
            room.clock.advance(minutes(1))
            for id in dice.sample(sorted(seconds), 2):
                seconds[id] += 60
                await room.connect(id, seconds=seconds[id], peer=peers[id])
        await a_watch(room).start()
        told = await alerts(room)
        assert len({alert.key for alert in told}) == len(told)
        for id in seconds:
            owed = _owed(seconds[id], unknown=id == S3)
            mine = [a for a in told if a.session == id and a.connected_ms <= seconds[id] * SECOND_MS]
            assert [(a.kind, a.connected_ms // SECOND_MS) for a in sorted(mine, key=lambda a: a.connected_ms)] == owed


def _owed(seconds: int, *, unknown: bool) -> list[tuple[str, int]]:
    marks = [("unknown-peer", 120)] if unknown else []
    marks += [("warning", 900), ("warning", 1140), ("cap", 1200), ("half-hour", 1201), ("half-hour", 3001)]
    return [mark for mark in marks if mark[1] <= seconds]


async def alerted(room: Room, many: int, *, step_ms: int = 0) -> None:
    """Wait until there are so many alerts."""
    heard = room.bell.listen()
    async with asyncio.timeout(20):
        while len(await kinds(room)) < many:
            room.clock.advance(step_ms)
            await heard.wait(0.02)
    room.bell.leave(heard)


async def test_the_loop_tells_a_mark_when_it_comes(room: Room) -> None:
    """On the real loop: the bell wakes it, the clock is read, and nothing is asked twice."""
    await room.customer(peers=PEER)
    async with watched(room):
        await room.connect(seconds=20 * 60)
        room.clock.advance(SECOND_MS)
        await alerted(room, 4, step_ms=100)
    assert await kinds(room) == EVERYTHING


async def test_what_comes_due_while_an_alert_is_written_goes_out_together_after_it(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n, id in enumerate((S1, S2, S3)):
        await room.customer(f"Studio {n}", peers=(("tigervnc", str(n)),))
        await room.connect(id, seconds=20 * 60 - 1 - n, peer=str(n))
    async with watched(room) as watch:
        await alerted(room, 6)
        heard = room.bell.listen()
        make, go_on, written = room.ledger.make_alerts, asyncio.Event(), list[list[int]]()

        async def slowly(new: Sequence[NewAlert]) -> int:
            written.append([alert.intervention_id for alert in new if alert.kind == "cap"])
            await go_on.wait()
            return await make(new)

        monkeypatch.setattr(room.ledger, "make_alerts", slowly)
        for _ in range(3):
            room.clock.advance(SECOND_MS)
            room.bell.ring(frozenset())
            async with asyncio.timeout(20):
                while watch.rest_ms() == 0 or not written:
                    await heard.wait(0.01)
        go_on.set()
        await alerted(room, 6 + 3 + 2)
    assert written == [[1], [2, 3]]
    assert [a.made_at - a.due_at for a in await alerts(room) if a.kind == "cap"] == [2_000, 1_000, 0]
