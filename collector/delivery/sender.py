"""The one loop that tells: for each channel it takes what is due, sends it, and writes down what became of it.

A crash between sending and writing down means that the same message goes out again, under the same id.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from zoneinfo import ZoneInfo

from collector.delivery.channel import Channel, NotDelivered
from collector.delivery.message import Item, Message
from collector.delivery.schedule import next_try_at
from collector.delivery.secret import redacted
from collector.errors import Unavailable
from collector.ledger import outbox
from collector.ledger.bell import Bell
from collector.ledger.ledger import Ledger
from collector.ledger.outbox import Envelope, Failed, Told
from collector.ledger.reading import Reading
from shared.clock import Clock
from shared.moments import MINUTE_MS, SECOND_MS

GATHER_S = 0.2
"""What comes within it after the first goes out together with it."""

SEND_S = 30.0
"""A receiver that has not answered by then is not waited for."""

RETRY_MS = 1_000
"""What could not be written is tried again after it."""

TURN_MS = 2 * SECOND_MS
"""So often it looks whether a channel that another collector tells over has become free."""

LONGEST_REST_MS = 60 * SECOND_MS
"""The wall clock may be set, and another process may put something out: it looks so often at least."""

LONGEST_TROUBLE = 500

_log = logging.getLogger(__name__)


class Sender:
    """Sends over every channel, each at its own pace; `chance` and `new_id` are where randomness comes in."""

    def __init__(
        self,
        ledger: Ledger,
        reading: Reading,
        channels: Sequence[Channel],
        bell: Bell,
        zone: ZoneInfo,
        clock: Clock,
        chance: Callable[[], float],
        new_id: Callable[[], str],
        has_turn: Callable[[str], Awaitable[bool]] | None = None,
    ) -> None:
        """`has_turn`: whether it is this collector that tells over a channel, where there may be others."""
        self._ledger = ledger
        self._reading = reading
        self._channels = channels
        self._bell = bell
        self._zone = zone
        self._clock = clock
        self._chance = chance
        self._new_id = new_id
        self._has_turn = has_turn
        self._sent: Mapping[str, deque[int]] = {each.name: deque() for each in channels}
        self._troubled: set[str] = set()

    async def run(self) -> None:
        """Until cancelled."""
        await self._abandon()
        async with asyncio.TaskGroup() as group:
            for channel in self._channels:
                group.create_task(self._serve(channel), name=f"channel {channel.name}")

    async def _abandon(self) -> None:
        """What waits for a channel that was taken out of the settings would wait for ever."""
        channels = [each.name for each in self._channels]
        try:
            given_up = await self._ledger.write(lambda pen: outbox.abandon(pen, channels, self._new_id))
        except Unavailable:
            return
        for channel, count in given_up.items():
            _log.error("%s: %d alerts that waited are given up: %s", channel, count, outbox.REMOVED)

    async def _serve(self, channel: Channel) -> None:
        listener = self._bell.listen()
        while True:
            rest_ms = await self.step(channel)
            if rest_ms:
                await listener.wait(rest_ms / SECOND_MS)
                await asyncio.sleep(GATHER_S)
                listener.heard()

    async def step(self, channel: Channel) -> int:
        """Send one message where one is due; how long there is nothing to do after it."""
        if self._has_turn is not None and not await self._has_turn(channel.name):
            return TURN_MS
        if (rest_ms := self._quiet_ms(channel)) > 0:
            return rest_ms
        try:
            new_id = self._new_id()
            due = await self._ledger.write(lambda pen: outbox.take(pen, channel.name, new_id, channel.most))
            if not isinstance(due, Envelope):
                return LONGEST_REST_MS if due is None else min(max(1, due - self._clock.wall_ms()), LONGEST_REST_MS)
            alerts = await self._reading.alerts_of([owed.alert_id for owed in due.owed])
        except Unavailable:
            return RETRY_MS
        self._sent[channel.name].append(self._clock.steady_ms())
        items = tuple(Item(alerts[owed.alert_id], owed.why) for owed in due.owed)
        await self._settle(channel, due, await self._send(channel, due, items))
        return 0

    def _quiet_ms(self, channel: Channel) -> int:
        """How long the channel has to be left alone, so as not to flood people."""
        sent, now_ms = self._sent[channel.name], self._clock.steady_ms()
        while sent and sent[0] <= now_ms - MINUTE_MS:
            sent.popleft()
        if channel.per_minute is None or len(sent) < channel.per_minute:
            return 0
        return sent[-channel.per_minute] + MINUTE_MS - now_ms

    async def _send(self, channel: Channel, due: Envelope, items: tuple[Item, ...]) -> Told | Failed:
        try:
            trouble = await send(channel, Message(due.id, due.made_at, items, self._zone))
        except NotDelivered as error:
            now_at = self._clock.wall_ms()
            next_at = next_try_at(due.tries + 1, due.made_at, now_at, self._chance(), error.asked_ms)
            return Failed(str(error), next_at, error.holds)
        return Told(trouble)

    async def _settle(self, channel: Channel, due: Envelope, outcome: Told | Failed) -> None:
        """Write it down, however long that takes: what was sent must not be sent again for want of a disk."""
        self._say(channel, due, outcome)
        while True:
            try:
                return await self._ledger.write(lambda pen: outbox.settle(pen, due.id, outcome))
            except Unavailable:
                await asyncio.sleep(RETRY_MS / SECOND_MS)

    def _say(self, channel: Channel, due: Envelope, outcome: Told | Failed) -> None:
        """One line for each change."""
        if isinstance(outcome, Failed) and outcome.next_at is None:
            _log.error("%s: a message of %d alerts is given up: %s", channel.name, len(due.owed), outcome.trouble)
        elif isinstance(outcome, Failed) and channel.name not in self._troubled:
            _log.warning("%s does not deliver, and is tried again: %s", channel.name, outcome.trouble)
        elif isinstance(outcome, Told) and channel.name in self._troubled:
            _log.warning("%s delivers again", channel.name)
        (self._troubled.add if isinstance(outcome, Failed) else self._troubled.discard)(channel.name)


async def send(channel: Channel, message: Message) -> str | None:
    """Over this channel, within its time; what it says of trouble holds no secret."""
    try:
        async with asyncio.timeout(SEND_S):
            trouble = await channel.send(message)
    except TimeoutError:
        raise NotDelivered(f"no answer within {SEND_S:.0f} s") from None
    except NotDelivered as error:
        told = _short(str(error), channel)
        raise NotDelivered(told, holds=error.holds, asked_ms=error.asked_ms) from None
    return None if trouble is None else _short(trouble, channel)


def _short(trouble: str, channel: Channel) -> str:
    return " ".join(redacted(trouble, channel.secrets).split())[:LONGEST_TROUBLE]
