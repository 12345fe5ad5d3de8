"""The outbox: written with the alert, in order for each intervention, and nothing of it is ever lost."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from collector.domain.office_hours import Shifts
from collector.domain.routes import Route, Routes, Why
from collector.errors import BadInput, Conflict, NotFound
from collector.ledger import outbox
from collector.ledger.alerts import NewAlert, Told
from collector.ledger.outbox import Envelope, Failed, Owed
from collector.ledger.post import Post
from shared.moments import MINUTE_MS
from tests.collector.room import S1, S2, Room, a_room
from tests.fakes.clock import FakeClock

ROUTE = Route(("mail",), escalate_after_ms=10 * MINUTE_MS, escalate_to=("phone",))


@pytest.fixture
async def room(kind: None, tmp_path: Path) -> AsyncIterator[Room]:
    async with a_room(tmp_path, post=Post(Routes((ROUTE,)))) as opened:
        await opened.connect(S1, seconds=60)
        await opened.connect(S2, seconds=60, peer="192.0.2.8:5900")
        yield opened


async def take(room: Room, id: str, channel: str = "mail", most: int = 100) -> Envelope | int | None:
    return await room.ledger.write(lambda pen: outbox.take(pen, channel, id, most))


async def settle(room: Room, id: str, outcome: outbox.Told | Failed | None = None) -> None:
    await room.ledger.write(lambda pen: outbox.settle(pen, id, outcome or outbox.Told()))


def alerts_of(found: Envelope | int | None) -> list[int]:
    assert isinstance(found, Envelope)
    return [owed.alert_id for owed in found.owed]


async def test_what_waits_goes_out_as_one_message_of_one_id(room: Room) -> None:
    await room.alert("1/a", "1/b", "2/a")
    await room.alert("1/a")
    first = await take(room, "A")
    assert alerts_of(first) == [1, 2, 3]
    assert await take(room, "B") == first, "not settled: said again under its own id"
    await settle(room, "A")
    assert await take(room, "C") is None


async def test_what_waits_for_a_channel_that_was_removed_is_given_up_with_its_reason(room: Room) -> None:
    await room.alert("1/a", "1/b")
    await take(room, "A", most=1)
    ids = iter(["G", "H"])
    assert await room.ledger.write(lambda pen: outbox.abandon(pen, ["phone"], lambda: next(ids))) == {"mail": 2}
    assert await room.ledger.write(lambda pen: outbox.abandon(pen, ["phone"], lambda: next(ids))) == {}
    told = await room.reading.deliveries([1, 2])
    assert [(each.channel, each.why, each.state, each.trouble, each.message) for id in (1, 2) for each in told[id]] == [
        ("mail", "made", "given-up", "the channel is not in channels.toml any more", message)
        if channel == "mail"
        else ("phone", "escalation", "waiting", None, None)
        for message in ("A", "G")
        for channel in ("mail", "phone")
    ]
    assert await take(room, "B") is None


async def test_a_message_takes_no_more_than_it_may_and_the_rest_follows(room: Room) -> None:
    await room.alert("1/a", "1/b", "2/a")
    assert alerts_of(await take(room, "A", most=2)) == [1, 2]
    await settle(room, "A")
    assert alerts_of(await take(room, "B")) == [3]


async def test_what_comes_later_of_an_intervention_waits_for_what_came_before(room: Room) -> None:
    await room.alert("1/a")
    await take(room, "A")
    await settle(room, "A", Failed("refused", room.clock.wall + MINUTE_MS, holds=False))
    await room.alert("1/b", "2/a")
    assert alerts_of(await take(room, "B")) == [3], "another intervention goes on"
    await settle(room, "B")
    assert await take(room, "C") == room.clock.wall + MINUTE_MS
    room.clock.advance(MINUTE_MS)
    assert alerts_of(await take(room, "D")) == [1]
    await settle(room, "A", Failed("refused again", None, holds=False))
    assert alerts_of(await take(room, "E")) == [2], "given up: the next one has its turn"


async def test_a_channel_that_is_held_tries_nothing_else(room: Room) -> None:
    await room.alert("1/a")
    await take(room, "A")
    await settle(room, "A", Failed("busy", room.clock.wall + MINUTE_MS, holds=True))
    await room.alert("2/a")
    assert await take(room, "B") == room.clock.wall + MINUTE_MS
    room.clock.advance(MINUTE_MS)
    again = await take(room, "C")
    assert isinstance(again, Envelope) and (again.id, again.tries) == ("A", 1)


async def test_nobody_acknowledges_and_a_second_one_is_told(room: Room) -> None:
    await room.alert("1/a", "2/a")
    due_at = room.clock.wall + 10 * MINUTE_MS
    assert await take(room, "A", "phone") == due_at
    await room.ledger.acknowledge_alert(1, by="Laura")
    room.clock.advance(10 * MINUTE_MS)
    assert alerts_of(await take(room, "B", "phone")) == [2]
    assert alerts_of(await take(room, "C", "mail")) == [1, 2], "what is owed at once is told all the same"


async def test_a_snoozed_alert_is_told_again_and_its_escalation_waits(room: Room) -> None:
    await room.alert("1/a")
    await take(room, "A")
    await settle(room, "A")
    for minutes in (20, 30):
        await room.ledger.snooze_alert(1, room.clock.wall + minutes * MINUTE_MS, by="Laura")
    assert await take(room, "B", "phone") == room.clock.wall + (30 + 10) * MINUTE_MS
    room.clock.advance(30 * MINUTE_MS)
    again = await take(room, "C")
    assert isinstance(again, Envelope) and [owed.why for owed in again.owed] == ["reminder"]


async def test_a_reminder_waits_for_the_hours_of_its_route(tmp_path: Path) -> None:
    clock = FakeClock()
    opens_at = clock.wall + 60 * MINUTE_MS
    route = Route(("mail",), hours=Shifts(((clock.wall, clock.wall + MINUTE_MS), (opens_at, opens_at + MINUTE_MS))))
    async with a_room(tmp_path, clock=clock, post=Post(Routes((route,)))) as room:
        await room.connect(S1, seconds=60)
        await room.alert("1/a")
        await take(room, "A")
        await settle(room, "A")
        await room.ledger.snooze_alert(1, room.clock.wall + 10 * MINUTE_MS, by="Laura")
        room.clock.advance(10 * MINUTE_MS)
        assert await take(room, "B") == opens_at
        room.clock.advance(opens_at - room.clock.wall)
        assert alerts_of(await take(room, "B")) == [1]


async def test_what_cannot_be_snoozed_says_why(room: Room) -> None:
    await room.alert("1/a")
    with pytest.raises(BadInput, match="lies in the past"):
        await room.ledger.snooze_alert(1, room.clock.wall, by="Laura")
    with pytest.raises(BadInput, match="more than 7 days away"):
        await room.ledger.snooze_alert(1, room.clock.wall + 7 * 24 * 60 * MINUTE_MS + 1, by="Laura")
    await room.ledger.acknowledge_alert(1, by="Laura")
    with pytest.raises(Conflict, match="nobody is reminded of it any more"):
        await room.ledger.snooze_alert(1, room.clock.wall + 1, by="Laura")
    with pytest.raises(NotFound):
        await room.ledger.snooze_alert(7, room.clock.wall + 1, by="Laura")


async def test_the_outbox_rings_only_when_something_was_put_into_it(room: Room) -> None:
    listener = room.post.bell.listen()
    await room.ledger.note_seen(1)
    assert not listener.rang
    await room.alert("1/a")
    assert listener.rang


async def test_whoever_was_told_of_what_is_taken_back_is_told_so_and_nobody_else(room: Room) -> None:
    told = Told("Studio Bianchi", "TigerVNC", "x", 1_200_000)
    await room.ledger.make_alerts(
        [NewAlert(f"{n}/cap", n, None, "cap", 0, room.clock.wall, False, False, told) for n in (1, 2)]
    )
    assert alerts_of(await take(room, "A", most=1)) == [1]
    await room.ledger.withdraw_alerts(["1/cap", "2/cap"])
    assert await room.ledger.write(lambda pen: outbox.take(pen, "phone", "X", 100)) is None, "no escalation of it"
    assert alerts_of(await take(room, "B")) == [1], "told again until it arrives"
    await settle(room, "A")
    put_right = await take(room, "B")
    assert isinstance(put_right, Envelope) and put_right.owed == (Owed(1, Why.WITHDRAWN),)
    await settle(room, "B")
    assert await take(room, "C") is None
    states = [[(each.why, each.state) for each in told] for told in (await room.reading.deliveries([1, 2])).values()]
    spared = [("made", "spared"), ("escalation", "spared")]
    assert states == [[("made", "told"), spared[1], ("withdrawn", "told")], spared]
    with pytest.raises(Conflict, match="taken back"):
        await room.ledger.snooze_alert(1, room.clock.wall + MINUTE_MS, by="Laura")
