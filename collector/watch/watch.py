"""What is due? Asks the rules, makes the alert. One timer for all, and each alert exactly once.

It keeps nothing that it could not read again: after `kill -9` it starts from the ledger, and the unique key of an alert
lets none be made twice.
"""

import asyncio
import heapq
from collections.abc import Callable, Iterable
from itertools import islice

from collector.errors import Unavailable
from collector.ledger.alerts import NewAlert
from collector.ledger.bell import Bell
from collector.ledger.growth import Growth, grown
from collector.ledger.intervention import Intervention
from collector.ledger.ledger import Ledger
from collector.ledger.presence import Presence
from collector.ledger.reading import Reading
from collector.watch.findings import DAY_MS, Kind, Watching
from collector.watch.marks import Due, due_after, judge
from collector.watch.quotas import orders, quotas
from shared.clock import Clock
from shared.messages import Order, Quota
from shared.moments import HOUR_MS, SECOND_MS

LOOK_BACK_MS = HOUR_MS
"""At the start, what was written in the last hour of the ledger's life is judged anew."""

GATHER_MS = 200
"""What changes within it is read together. What is due by the clock does not wait for that."""

MOST_AT_ONCE = 100
"""So many are read together; what is due need not wait for all that has changed."""

RETRY_MS = 1_000
"""What could not be written is tried again after it."""

CONTACTS_EVERY_MS = HOUR_MS
"""So often it looks which open interventions had no contact for long."""

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
        self._made: dict[int, dict[str, bool]] = {}  # the keys of an intervention's alerts: is it confirmed?
        self._due: dict[int, Due] = {}
        self._set: dict[int, int] = {}  # when the timer is set for it: when it is due, or earlier
        self._heap: list[tuple[int, int]] = []

    async def run(self) -> None:
        """Watch until cancelled; a ledger that cannot be written or read is tried again every second."""
        self._await(await self._started())
        read_ms = self._clock.steady_ms() + GATHER_MS
        while True:
            rest_ms = self.rest_ms()
            if self._waiting:
                rest_ms = min(rest_ms, read_ms - self._clock.steady_ms())
            await self._listener.rings(max(0, rest_ms) / SECOND_MS)
            self._hear()
            if self._clock.steady_ms() >= read_ms:
                self._await(await self._long_quiet())
                failed = await self.look(frozenset(islice(self._waiting, MOST_AT_ONCE)))
                self._await(failed)
                read_ms = self._clock.steady_ms() + (RETRY_MS if failed else GATHER_MS)
            elif self.rest_ms() <= 0:
                self._await(await self.look(frozenset()))

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

    def _hear(self) -> None:
        changed, grown = self._listener.heard_apart()
        self._await(changed)
        for each in grown:
            if not self._follow(each):
                self._await(frozenset({each.intervention_id}))

    def _follow(self, growth: Growth) -> bool:
        """Take it from what was said, where nothing comes of it but what was foretold, a little sooner or later."""
        id = growth.intervention_id
        if id in self._waiting or id not in self._due or not all(self._made[id].values()):
            return False
        before = self._watched[id]
        if (now := grown(before, growth)) is None:
            return False
        if (due := due_after(before, now, self._due[id], self._clock.wall_ms(), self._watching)) is None:
            return False
        self._watched[id] = now
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
        """Read these again, judge them and whatever is due; what could not be written is returned.

        What is due is read too where it has changed: an alert is not made of what is not true any more.
        """
        self._hear()
        due = self._take_due(self._clock.wall_ms())
        fresh = changed | (due & self._waiting.keys())
        for id in fresh:
            self._waiting.pop(id, None)
        try:
            await self._read(fresh)
        except Unavailable:
            return changed | due
        now_at, linked = self._clock.wall_ms(), self._presence.linked
        ids = changed | due
        owed: list[NewAlert] = []
        for id in ids & self._watched.keys():
            for agent_id, quota in quotas(self._watched[id], now_at):
                self._tell(agent_id, quota)
            judged = judge(self._watched[id], now_at, linked, self._watching)
            made = self._made[id]
            owed += [a for a in judged.passed if a.key not in made or (a.confirmed and not made[a.key])]
            self._plan(id, judged.due)
        if not owed:
            self._forget(ids)
            return frozenset()
        try:
            await self._ledger.make_alerts(owed)
        except Unavailable:
            return ids
        for alert in owed:
            made = self._made[alert.intervention_id]
            if alert.kind == Kind.DISCONNECT and alert.key not in made and not alert.late:
                for agent_id, order in orders(self._watched[alert.intervention_id], linked):
                    self._tell(agent_id, order)
            made[alert.key] = made.get(alert.key, False) or alert.confirmed
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
        strangers = ids - self._made.keys()
        read = await self._reading.whole(ids)
        keys = await self._reading.alert_keys(strangers) if strangers else {}
        self._watched |= read
        self._made |= {id: {} for id in strangers}
        for key, (owner, confirmed) in keys.items():
            self._made[owner][key] = confirmed

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
        """Nothing comes of these any more unless something is reported."""
        for id in ids:
            if id not in self._due:
                self._watched.pop(id, None)
                self._made.pop(id, None)
