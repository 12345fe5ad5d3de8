"""What is due? Asks the rules, makes the alert. One timer for all, and each alert exactly once.

It keeps nothing that it could not read again: after `kill -9` it starts from the ledger, and the unique key of an alert
lets none be made twice.
"""

import asyncio
import heapq
from collections.abc import Callable, Iterable
from itertools import islice

from collector.domain.caps import DeadlineKind
from collector.errors import Unavailable
from collector.ledger.alerts import Had, NewAlert
from collector.ledger.bell import Bell
from collector.ledger.growth import Growth, grown
from collector.ledger.intervention import Intervention
from collector.ledger.ledger import Ledger
from collector.ledger.presence import Presence
from collector.ledger.reading import Reading
from collector.watch.findings import DAY_MS, Kind, Watching
from collector.watch.marks import Due, due_after, judge
from collector.watch.quotas import quotas
from shared.clock import Clock
from shared.messages import Order, Quota
from shared.moments import HOUR_MS, SECOND_MS

LOOK_BACK_MS = HOUR_MS
"""At the start, what was written in the last hour of the ledger's life is judged anew."""

GATHER_MS = 200
"""What changes within it is read together. What is due by the clock does not wait for that."""

MOST_AT_ONCE = 50
"""So many are read together; what is due need not wait for all that has changed."""

RETRY_MS = 1_000
"""What could not be written is tried again after it."""

CONTACTS_EVERY_MS = HOUR_MS
"""So often it looks which open interventions had no contact for long."""

AWAY_MS = 5 * SECOND_MS
"""Whoever wakes so much later than he meant to was stopped or asleep."""

LONGEST_REST_MS = 60 * SECOND_MS
"""The wall clock may be set while it rests: it looks at it so often at least."""


class Watch:
    """Knows for each intervention that goes on what is due next, and which alerts it has."""

    def __init__(
        self,
        ledger: Ledger,
        reading: Reading,
        presence: Presence,
        bell: Bell,
        clock: Clock,
        *,
        quiet_days: int = 14,
        tell: Callable[[int, Quota | Order], object] = lambda agent_id, message: None,
    ) -> None:
        """`tell` says something to an agent, where its line is open."""
        self._ledger = ledger
        self._reading = reading
        self._presence = presence
        self._clock = clock
        self._tell = tell
        self._watching = Watching(clock.wall_ms(), quiet_days * DAY_MS)
        self._contacts_ms = clock.steady_ms() + CONTACTS_EVERY_MS
        self._listener = bell.listen()
        self._waiting: dict[int, None] = {}  # changed, and not read again yet
        self._watched: dict[int, Intervention] = {}
        self._made: dict[int, dict[str, Had]] = {}  # the alerts of each
        self._due: dict[int, Due] = {}
        self._set: dict[int, int] = {}  # when the timer is set for it: when it is due, or earlier
        self._heap: list[tuple[int, int]] = []
        self._owed: list[tuple[NewAlert, Intervention]] = []  # judged, and not on its way to the disk yet
        self._untrue: dict[str, int] = {}  # of which intervention; to be taken back
        self._owes = asyncio.Event()

    async def run(self) -> None:
        """Watch until cancelled; a ledger that cannot be written or read is tried again every second."""
        self._await(await self._started())
        async with asyncio.TaskGroup() as group:
            group.create_task(self._write_on(), name="watch writes")
            await self._watch_on()

    async def _watch_on(self) -> None:
        """Judge what is due when it is, and what has changed soon after; an alert that is written holds up none."""
        read_ms = self._clock.steady_ms() + GATHER_MS
        while True:
            rest_ms = self.rest_ms()
            if self._waiting:
                rest_ms = min(rest_ms, read_ms - self._clock.steady_ms())
            meant_at = self._clock.wall_ms() + max(0, rest_ms)
            await self._listener.rings(max(0, rest_ms) / SECOND_MS)
            self.awake(meant_at)
            self._await(await self.judge(frozenset()))
            if self._clock.steady_ms() >= read_ms:
                self._await(await self._long_quiet())
                failed = await self.judge(frozenset(islice(self._waiting, MOST_AT_ONCE)))
                rest_ms = RETRY_MS if failed else 0 if len(self._waiting) >= MOST_AT_ONCE else GATHER_MS
                self._await(failed)
                read_ms = self._clock.steady_ms() + rest_ms

    def awake(self, meant_at: int) -> None:
        """Whoever was away meanwhile heard no agent: he watches from now on."""
        if (now_at := self._clock.wall_ms()) > meant_at + AWAY_MS:
            self._watching = Watching(now_at, self._watching.quiet_ms)

    async def _write_on(self) -> None:
        """Write what is owed; while it is on its way to the disk, the next gathers."""
        while True:
            await self._owes.wait()
            if await self._make():
                await asyncio.sleep(RETRY_MS / SECOND_MS)

    async def _started(self) -> frozenset[int]:
        while True:
            try:
                return await self.start()
            except Unavailable:
                await asyncio.sleep(RETRY_MS / SECOND_MS)

    def _await(self, ids: frozenset[int]) -> None:
        """These have to be read again: who has waited longest comes first."""
        for id in ids:
            self._waiting.setdefault(id)

    def _hear(self) -> frozenset[int]:
        """Note what has to be read again; what is known by what was said, and has to be judged, is returned."""
        changed, grown = self._listener.heard_apart()
        self._await(changed)
        other = {each.intervention_id for each in grown if not self._follow(each)}
        return frozenset(other - self._waiting.keys())

    def _follow(self, growth: Growth) -> bool:
        """Take it from what was said; whether nothing comes of it but what was foretold, a little sooner or later."""
        id = growth.intervention_id
        before = self._watched.get(id) if id in self._made else None
        if id in self._waiting or before is None or (now := grown(before, growth)) is None:
            self._await(frozenset({id}))
            return False
        self._watched[id] = now
        if id not in self._due or not all(each.confirmed for each in self._made[id].values()):
            return False
        if (due := due_after(before, now, self._due[id], self._clock.wall_ms(), self._watching)) is None:
            return False
        self._plan(id, due)
        return True

    async def start(self) -> frozenset[int]:
        """Judge what may have been missed while nobody watched; what could not be written is returned."""
        self._watching = Watching(self._clock.wall_ms(), self._watching.quiet_ms)
        missed = await self._reading.changed_last(LOOK_BACK_MS) | await self._reading.with_open_sessions()
        quiet = await self._reading.without_contact(self._clock.wall_ms() - self._watching.quiet_ms)
        every, failed = iter(missed | quiet), set[int]()
        while some := frozenset(islice(every, MOST_AT_ONCE)):
            failed |= await self.look(some)
        return frozenset(failed)

    async def _long_quiet(self) -> frozenset[int]:
        """Those that had no contact for long, once an hour."""
        if self._clock.steady_ms() < self._contacts_ms:
            return frozenset()
        try:
            quiet = await self._reading.without_contact(self._clock.wall_ms() - self._watching.quiet_ms)
        except Unavailable:
            return frozenset()
        self._contacts_ms = self._clock.steady_ms() + CONTACTS_EVERY_MS
        return quiet

    async def look(self, changed: frozenset[int]) -> frozenset[int]:
        """Judge whatever is due, and these, and write what is owed; what could not be read or written is returned."""
        failed = await self.judge(changed)
        return failed | await self._make()

    async def judge(self, changed: frozenset[int]) -> frozenset[int]:
        """Read these again, judge them and whatever is due; what could not be read is returned.

        What is due is read too where it has changed: an alert is not made of what is not true any more.
        """
        told = self._hear() - changed
        due = self._take_due(self._clock.wall_ms())
        fresh = changed | (due & self._waiting.keys())
        for id in fresh:
            self._waiting.pop(id, None)
        self._judge(due - fresh - told, granting=False)
        self._judge(told, granting=True)
        try:
            await self._read(fresh)
        except Unavailable:
            return fresh
        self._judge(fresh, granting=True)
        return frozenset()

    def _judge(self, ids: frozenset[int], *, granting: bool) -> None:
        """Note what each of these owes, and when it is due again; `granting`: what is left of its cap may be news."""
        now_at, linked = self._clock.wall_ms(), self._presence.linked
        done: list[int] = []
        for id in ids & self._watched.keys() & self._made.keys():
            of, made = self._watched[id], self._made[id]
            judged = judge(of, now_at, linked, self._watching, made)
            self._plan(id, judged.due)
            for key in judged.untrue:
                self._untrue[key] = id
                del made[key]
            if judged.untrue:
                self._owed = [owed for owed in self._owed if owed[0].key not in judged.untrue]
            self._owed += [(each, of) for each in judged.owed]
            made |= {each.key: Had(each.kind, each.confirmed) for each in judged.owed}
            if granting or any(each.kind == DeadlineKind.HALF_HOUR for each in judged.owed):
                for agent_id, quota in quotas(of, now_at):
                    self._tell(agent_id, quota)
            if not judged.owed and not judged.untrue:
                done.append(id)
        self._forget(done)
        if self._owed or self._untrue:
            self._owes.set()

    async def _make(self) -> frozenset[int]:
        """Write all that is owed; what could not be written has to be read and judged anew, and is returned."""
        owed, self._owed = self._owed, []
        untrue, self._untrue = self._untrue, {}
        self._owes.clear()
        ids = frozenset(each.intervention_id for each, _ in owed) | frozenset(untrue.values())
        try:
            if untrue:
                await self._ledger.withdraw_alerts(untrue)
            if owed:
                await self._ledger.make_alerts([each for each, _ in owed])
        except Unavailable:
            self._await(ids)
            for id in ids:
                self._made.pop(id, None)
            return ids
        for each, of in owed:
            if each.kind == Kind.DISCONNECT:
                agent_id = next(session.agent_id for session in of.sessions if session.id == each.session_id)
                self._tell(agent_id, Order(session=str(each.session_id), countdown_ms=each.n))
        self._forget(ids)
        return frozenset()

    def rest_ms(self) -> int:
        """How long nothing becomes due."""
        if not self._heap:
            return LONGEST_REST_MS
        return min(max(0, self._heap[0][0] - self._clock.wall_ms()), LONGEST_REST_MS)

    async def _read(self, ids: frozenset[int]) -> None:
        if not ids:
            return
        read = await self._reading.whole(ids)
        strangers = ids - self._made.keys()
        keys = await self._reading.alert_keys(strangers) if strangers else {}
        self._watched |= read
        self._made |= {id: {} for id in strangers}
        for key, (owner, had) in keys.items():
            self._made[owner][key] = had

    def _take_due(self, now_at: int) -> frozenset[int]:
        taken: set[int] = set()
        while self._heap and self._heap[0][0] <= now_at:
            at, id = heapq.heappop(self._heap)
            if self._set.get(id) != at:
                continue
            del self._set[id]
            due = self._due.get(id)
            if due is not None and due.at is not None and due.at <= now_at:
                del self._due[id]
                taken.add(id)
            elif due is not None:
                self._plan(id, due)
        return frozenset(taken)

    def _plan(self, id: int, due: Due) -> None:
        """Note when it is due; the timer that is set for it stays where it comes before."""
        if due.at is None:
            self._due.pop(id, None)
            return
        self._due[id] = due
        if due.at < self._set.get(id, due.at + 1):
            self._set[id] = due.at
            heapq.heappush(self._heap, (due.at, id))

    def _forget(self, ids: Iterable[int]) -> None:
        """Nothing comes of these any more unless something is reported; what pauses may soon go on."""
        for id in ids:
            of = self._watched.get(id)
            if id not in self._due and not (of and of.open_sessions):
                self._watched.pop(id, None)
                self._made.pop(id, None)
