"""The sender on a real ledger: nothing lost, nothing twice at an idempotent receiver, in order, whatever crashes."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest

from collector.delivery import sender as sending
from collector.delivery.channel import Channel, NotDelivered
from collector.delivery.channels.webhook import Webhook
from collector.delivery.message import Message
from collector.delivery.schedule import GIVE_UP_MS
from collector.delivery.secret import Secret
from collector.delivery.sender import LONGEST_REST_MS, Sender
from collector.domain.routes import Route, Routes
from collector.ledger.ledger import Ledger
from collector.ledger.pen import Pen
from collector.ledger.post import Post
from shared.moments import MINUTE_MS
from tests.collector.command import started
from tests.collector.delivery.receivers import an_http_receiver
from tests.collector.room import ROME, S1, S2, S3, Room, a_room

_Told = TypeVar("_Told")


class Crash(BaseException):
    """The process is gone."""


@dataclass
class Receiver:
    """Keeps what it is told once for each id; fails as its script says, and crashes the sender where it is asked to."""

    told: dict[str, list[int]] = field(default_factory=dict)
    tries: list[str] = field(default_factory=list)
    script: list[NotDelivered | None] = field(default_factory=list)
    crash: Callable[[], None] = lambda: None

    async def send(self, message: Message) -> None:
        self.crash()
        self.tries.append(message.id)
        trouble = self.script.pop(0) if self.script else None
        if trouble is not None:
            raise trouble
        self.told.setdefault(message.id, [item.alert.id for item in message.items])
        self.crash()

    @property
    def alerts(self) -> list[int]:
        return [alert for alerts in self.told.values() for alert in alerts]

    def channel(self, per_minute: int | None = None, most: int = 100) -> Channel:
        return Channel("desk", "it", per_minute, most, self.send, (Secret("t0ps3cret"),))


def a_sender(room: Room, *channels: Channel, ledger: Ledger | None = None, chance: float = 0.5) -> Sender:
    numbers = count(len(channels) * 1_000)
    return Sender(
        ledger or room.ledger,
        room.reading,
        channels,
        room.post.bell,
        ROME,
        room.clock,
        lambda: chance,
        lambda: f"{next(numbers):032x}",
    )


@asynccontextmanager
async def a_desk(folder: Path, file: str = "ledger.sqlite3") -> AsyncIterator[Room]:
    """A ledger with three interventions whose alerts go to one channel."""
    async with a_room(folder, file=file, post=Post(Routes((Route(("desk",)),)))) as room:
        for n, session in enumerate((S1, S2, S3)):
            await room.connect(session, seconds=60, peer=f"192.0.2.{n}:5900")
        yield room


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with a_desk(tmp_path) as opened:
        yield opened


async def test_what_was_refused_is_said_again_under_its_id(room: Room) -> None:
    receiver = Receiver(script=[NotDelivered("t0ps3cret is busy", asked_ms=90_000), NotDelivered("still")])
    sender, channel = a_sender(room, receiver.channel()), receiver.channel()
    await room.alert("1/a")
    assert await sender.step(channel) == 0
    assert await sender.step(channel) == LONGEST_REST_MS, "it wants to be left alone for longer"
    room.clock.advance(90_000)
    await sender.step(channel)
    room.clock.advance(MINUTE_MS)
    await room.alert("1/b")
    await sender.step(channel)
    assert len(set(receiver.tries)) == 1 and len(receiver.tries) == 3 and receiver.alerts == [1]
    await sender.step(channel)
    assert receiver.alerts == [1, 2]


async def test_what_waits_for_a_channel_that_is_gone_is_given_up_at_the_start_and_said_so(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    await room.alert("1/a")
    await a_sender(room).run()
    ((told,),) = (await room.reading.deliveries([1])).values()
    assert (told.state, told.due_at) == ("given-up", None)
    assert [each.message for each in caplog.records] == [
        "desk: 1 alerts that waited are given up: the channel is not in channels.toml any more"
    ]


async def test_after_three_days_it_is_given_up_and_said_so(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    receiver = Receiver(script=[NotDelivered("t0ps3cret is wrong")] * 3)
    sender, channel = a_sender(room, receiver.channel()), receiver.channel()
    await room.alert("1/a")
    for after_ms in (0, MINUTE_MS, GIVE_UP_MS - MINUTE_MS):
        room.clock.advance(after_ms)
        assert (await room.reading.deliveries([1]))[1][0].state == "waiting"
        assert await sender.step(channel) == 0
    (delivery,) = (await room.reading.deliveries([1]))[1]
    assert (delivery.state, delivery.trouble) == ("given-up", "*** is wrong")
    assert delivery.tries == len(receiver.tries) == 3
    assert [record.levelname for record in caplog.records] == ["WARNING", "ERROR"]
    assert "t0ps3cret" not in caplog.text
    assert await sender.step(channel) == LONGEST_REST_MS


async def test_a_storm_of_500_alerts_is_a_few_messages(room: Room) -> None:
    receiver = Receiver()
    sender, channel = a_sender(room, receiver.channel()), receiver.channel(per_minute=6, most=500)
    for n in range(0, 500, 25):
        await room.alert(*(f"{1 + each % 3}/{each}" for each in range(n, n + 25)))
        await sender.step(channel)
        room.clock.advance(2_000)
    while receiver.alerts[-1] < 500:
        room.clock.advance(await sender.step(channel))
    assert receiver.alerts == list(range(1, 501))
    assert len(receiver.told) <= 8


async def test_one_that_does_not_answer_is_not_waited_for(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    async with an_http_receiver("200", "hang") as receiver:
        hook = Webhook(Secret(receiver.url), Secret("shared"), "it", room.clock)
        channel = replace(Receiver().channel(), send=hook.send)
        sender = a_sender(room, channel)
        await room.alert("1/a")
        await sender.step(channel)
        monkeypatch.setattr(sending, "SEND_S", 0.2)
        await room.alert("1/b")
        await sender.step(channel)
        monkeypatch.undo()
        room.clock.advance(MINUTE_MS)
        await sender.step(channel)
    assert len(receiver.calls) == 3 and len(receiver.taken) == 2


async def test_every_bad_receiver_gets_every_alert_once_and_in_order(room: Room) -> None:
    words = ["500", "429 Retry-After=9", "half", "302 Location=http://127.0.0.1:1/", "close", "503", "400"]
    async with an_http_receiver(*words) as receiver:
        hook = Webhook(Secret(receiver.url), Secret("shared"), "it", room.clock)
        channel = replace(Receiver().channel(most=2), send=hook.send)
        sender = a_sender(room, channel)
        for n in range(12):
            await room.alert(f"{1 + n % 3}/{n}")
            room.clock.advance(await sender.step(channel))
        while receiver.script or len((await room.reading.alerts())[0]) > sum(map(alerts_in, receiver.taken.values())):
            room.clock.advance(await sender.step(channel))
    assert not receiver.script
    told = [(each["intervention"], each["id"]) for call in receiver.taken.values() for each in call["alerts"]]
    assert sorted(id for _, id in told) == list(range(1, 13))
    for intervention in (1, 2, 3):
        mine = [id for owner, id in told if owner == intervention]
        assert mine == sorted(mine)


def alerts_in(call: dict[str, Any]) -> int:
    return len(call["alerts"])


async def test_the_loop_wakes_when_an_alert_is_made_and_one_channel_waits_for_no_other(room: Room) -> None:
    slow, fast = Receiver(), Receiver()
    stuck, arrived = asyncio.Event(), asyncio.Event()

    async def never(message: Message) -> None:
        stuck.set()
        await asyncio.Event().wait()

    async def soon(message: Message) -> None:
        await fast.send(message)
        arrived.set()

    room.post = Post(Routes((Route(("desk", "stuck")),)), room.post.bell)
    room.ledger._post = room.post
    channels = (replace(slow.channel(), name="stuck", send=never), replace(fast.channel(), send=soon))
    running = asyncio.create_task(a_sender(room, *channels).run())
    await room.alert("1/a")
    async with asyncio.timeout(10):
        await asyncio.gather(stuck.wait(), arrived.wait())
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert fast.alerts == [1]


@dataclass
class Mortal:
    """A ledger whose process may be gone before or after any commit."""

    ledger: Ledger
    crash: Callable[[], None]

    async def write(self, act: Callable[[Pen], Awaitable[_Told]]) -> _Told:
        self.crash()
        told = await self.ledger.write(act)
        self.crash()
        return told


@pytest.mark.parametrize("kills", [60, pytest.param(1_000, marks=pytest.mark.slow)])
async def test_whatever_crashes_no_alert_is_lost_or_told_twice(tmp_path: Path, kills: int) -> None:
    chance = random.Random(kills)
    left = kills

    def crash() -> None:
        nonlocal left
        if left and chance.random() < 0.3:
            left -= 1
            raise Crash

    receiver = Receiver(crash=crash)
    made = 0
    channel = receiver.channel(most=3)
    async with a_desk(tmp_path) as room:
        mortal = Mortal(room.ledger, crash)
        names = count()
        while left or set(receiver.alerts) != set(range(1, made + 1)):
            if left and chance.random() < 0.5:
                made += 1
                await room.alert(f"{1 + made % 3}/{made}")
            if left and not receiver.script and chance.random() < 0.2:
                receiver.script.append(NotDelivered("busy", holds=chance.random() < 0.5))
            reborn = a_sender(room, channel, ledger=mortal)  # type: ignore[arg-type]
            reborn._new_id = lambda: f"{next(names):032x}"
            with suppress(Crash):
                while (rest_ms := await reborn.step(channel)) == 0:
                    pass
                room.clock.advance(rest_ms)
    assert left == 0 and len(receiver.alerts) == made == len(set(receiver.alerts))
    owner = {id: 1 + id % 3 for id in receiver.alerts}
    for intervention in (1, 2, 3):
        mine = [id for id in receiver.alerts if owner[id] == intervention]
        assert mine == sorted(mine)


async def test_killed_between_sending_and_writing_down_it_says_the_same_again(tmp_path: Path) -> None:
    async with a_desk(tmp_path, "mezzora.sqlite3") as room:
        await room.alert("1/a")
    (tmp_path / "key").write_text("shared", encoding="utf-8")
    async with an_http_receiver("hang") as receiver:
        hook = f'[channels.desk]\nkind = "webhook"\nurl = "{receiver.url}"\nsecret = {{ file = "key" }}\n'
        (tmp_path / "channels.toml").write_text(hook, encoding="utf-8")
        for _ in range(2):
            receiver.arrived.clear()
            with ExitStack() as stack:
                collector = await asyncio.to_thread(lambda: stack.enter_context(started("serve", tmp_path)))
                async with asyncio.timeout(30):
                    await receiver.arrived.wait()
                collector.process.kill()
    assert len(receiver.calls) == 2 and len(receiver.taken) == 1
