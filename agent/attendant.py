"""Stands between collector and technician: reminds him, takes his word, and ends a session only after announcing it.

The meter's thread brings the sessions as they are, the loop brings what the collector says; the quotas pass from the
one to the other through a queue.
"""

import asyncio
import logging
import queue
from collections.abc import Callable, Mapping

import msgspec

from agent.desk import Desk, Notice
from agent.machine import LEFT
from agent.reminder import Reminder, Reminders
from agent.reminding import closing, declined, disconnecting, notice_of
from agent.signature import Holds, Signature
from agent.tracker import Tracked, Tracks
from agent.words import Words
from shared.clock import Clock
from shared.messages import Order, Quota, What
from shared.moments import MINUTE_MS, SECOND_MS
from shared.session import SessionState

LEAST_COUNTDOWN_MS = MINUTE_MS
"""No session is ended sooner after it was announced, whatever the collector says."""

log = logging.getLogger(__name__)

End = Callable[[int, int, Callable[[], bool]], str]
"""Ends the process with this id and birth, blocking: how, as "closed" or "killed"; OSError when it cannot be.

While it waits for it to close it asks whether it may stay after all: then it is "left"."""

SPOKEN_FOR = "agreed to, or critical work"


class Holder(msgspec.Struct, frozen=True):
    """The process that holds one session and nothing else."""

    pid: int
    born: int


class Attendant:
    """One for a running agent."""

    def __init__(
        self,
        reminders: Reminders,
        words: Words,
        desk: Desk,
        signatures: Mapping[str, Signature],
        clock: Clock,
        language: str,
        end: End,
        ring: Callable[[], None],
        least_countdown_ms: int = LEAST_COUNTDOWN_MS,
    ) -> None:
        """Inside the running loop; `ring` says that there is a word to be sent."""
        self._reminders, self._words, self._desk, self._signatures = reminders, words, desk, signatures
        self._clock, self._language, self._end, self._ring = clock, language, end, ring
        self._least_ms = least_countdown_ms
        self._loop = asyncio.get_running_loop()
        self._quotas: queue.SimpleQueue[Quota] = queue.SimpleQueue()
        self._newest: dict[str, Quota] = {}
        self._tracks: Tracks = ()
        self._stops: dict[str, asyncio.Event] = {}
        self._countdowns: set[asyncio.Task[None]] = set()

    # What the collector says.

    def heed(self, message: Quota | Order) -> None:
        """A quota counts from the next look on; an order begins its countdown."""
        if isinstance(message, Quota):
            before = self._newest.get(message.session) or self._reminders.quota_of(message.session)
            self._quotas.put(message)
            self._newest[message.session] = message
            if message.declined and not (before is not None and before.declined):
                who = message.customer or "Mezzora"
                self._show(declined(who, message.session, self._language, self.say))
            if message.agreed or message.critical:
                self._stop(message.session)
        elif message.session not in self._stops:
            self._stops[message.session] = asyncio.Event()
            task = self._loop.create_task(self._carry_out(message), name="countdown")
            self._countdowns.add(task)
            task.add_done_callback(self._countdowns.discard)

    # What the meter sees, in its thread.

    def followed(self, tracks: Tracks) -> None:
        """Remind of what is due by now."""
        self._tracks = tracks
        while not self._quotas.empty():
            self._reminders.grant(self._quotas.get())
        live = [each.session for each in tracks if each.session.state is SessionState.LIVE]
        for reminder in self._reminders.due(live):
            self._loop.call_soon_threadsafe(self._remind, reminder)
        self._reminders.forget(each.session.id for each in tracks if each.session.state is SessionState.ENDED)

    def _remind(self, reminder: Reminder) -> None:
        tool = self._name_of(reminder.session.tool)
        is_ending = reminder.session.id in self._stops
        self._show(notice_of(reminder, tool, self._clock.wall_ms(), self._language, self.say, is_ending=is_ending))

    def _show(self, notice: Notice) -> None:
        showing = self._loop.create_task(self._desk.tell(notice), name="reminder")
        self._countdowns.add(showing)
        showing.add_done_callback(self._countdowns.discard)

    def _name_of(self, tool: str) -> str:
        signature = self._signatures.get(tool)
        return tool if signature is None else signature.name

    # What the technician says.

    def say(self, session_id: str, what: What, why: str = "") -> None:
        """Keep his word, send it, and heed it at once."""
        try:
            self._words.say(session_id, what, why)
        except OSError as error:
            log.error("what was said cannot be kept: %s", error)
        if what in (What.AGREED, What.CRITICAL):
            self._stop(session_id)
        self._ring()

    def _stop(self, session_id: str) -> None:
        if (stop := self._stops.get(session_id)) is not None:
            stop.set()

    # The end of a session, on order.

    async def _carry_out(self, order: Order) -> None:
        try:
            said, why = await self._count_down(order)
        finally:
            del self._stops[order.session]
        self.say(order.session, said, why)

    async def _count_down(self, order: Order) -> tuple[What, str]:
        """What came of it, and why."""
        holder = self._holder(order.session)
        if isinstance(holder, str):
            return What.NOT_DISCONNECTED, holder
        quota = self._newest.get(order.session)
        if quota is not None and (quota.agreed or quota.critical):
            return What.NOT_DISCONNECTED, "agreed to" if quota.agreed else "critical work"
        left_ms = max(order.countdown_ms, self._least_ms)
        self.say(order.session, What.ANNOUNCED, f"{left_ms // SECOND_MS} s before")
        for step_ms in _steps(left_ms):
            await self._announce(order.session, left_ms)
            if await self._is_stopped(order.session, step_ms):
                return What.STOPPED, SPOKEN_FOR
            left_ms -= step_ms
        if self._holder(order.session) != holder:
            return What.STOPPED, "the session is over, or another process holds it"
        self._show(closing(self._whom(order.session), order.session, self._language, self.say))
        may_stay = self._stops[order.session].is_set
        try:
            how = await asyncio.to_thread(self._end, holder.pid, holder.born, may_stay)
        except OSError as error:
            return What.NOT_DISCONNECTED, f"the system refuses: {error}"
        if how == LEFT:
            return What.STOPPED, f"{SPOKEN_FOR}, after the viewer was asked to close"
        return What.DISCONNECTED, how

    async def _announce(self, session_id: str, left_ms: int) -> None:
        who = self._whom(session_id)
        await self._desk.tell(disconnecting(who, left_ms // SECOND_MS, session_id, self._language, self.say))

    def _whom(self, session_id: str) -> str:
        session = next(each.session for each in self._tracks if each.session.id == session_id)
        quota = self._newest.get(session_id)
        named = session.peer_name or session.peer or self._name_of(session.tool)
        return (quota and quota.customer) or named

    async def _is_stopped(self, session_id: str, within_ms: int) -> bool:
        try:
            async with asyncio.timeout(within_ms / SECOND_MS):
                return await self._stops[session_id].wait()
        except TimeoutError:
            return False

    def _holder(self, session_id: str) -> Holder | str:
        """The one process that holds this live session, or why there is none that may be ended."""
        live = [each for each in self._tracks if each.session.state is SessionState.LIVE]
        track = next((each for each in live if each.session.id == session_id), None)
        if track is None:
            return "the session is not live any more"
        signature = self._signatures.get(track.session.tool)
        if signature is None or any(rule.holds is not Holds.ONE for rule in signature.process):
            return f"a process of {self._name_of(track.session.tool)} may hold several sessions"
        holder = _holder_of(track)
        if holder is None:
            return "nobody knows which process holds it"
        if any(each is not track and each.pid == holder.pid for each in live):
            return "its process holds another session too"
        return holder


def _steps(countdown_ms: int) -> tuple[int, ...]:
    """It is announced at once, half way, and ten seconds before (a sixth, where it is shorter)."""
    last_ms = countdown_ms // 6
    half_ms = countdown_ms // 2
    return half_ms, countdown_ms - half_ms - last_ms, last_ms


def _holder_of(track: Tracked) -> Holder | None:
    """As the evidence names it: id and birth, that none other has."""
    for key in (*track.vouching, *track.beside):
        pid, _, rest = key.partition(":")
        born = rest.partition(":")[0]
        if pid.isdigit() and born.isdigit() and int(pid) == track.pid:
            return Holder(int(pid), int(born))
    return None
