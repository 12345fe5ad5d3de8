"""From the bell to everybody who is looking: reads once, encodes once, gathers, and waits for nobody."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager

from collector.errors import Unavailable
from collector.ledger.bell import Bell
from collector.ledger.board import Seen
from collector.live import wall
from shared.clock import Clock

GATHER_MS = 200  # so long it is silent once it has looked: what is committed meanwhile goes out together
RETRY_MS = 1_000  # after a board that could not be read
PULSE_MS = 10_000
ROOM = 64  # frames that may wait for one viewer; whoever is slower is told everything anew


class Viewer:
    """One who is looking, and the frames that wait for him."""

    def __init__(self) -> None:
        self.behind = True  # must be told everything: has just come, or was too slow
        self._frames: deque[bytes] = deque()
        self._any = asyncio.Event()

    def put(self, frame: bytes) -> None:
        """Never waits: a viewer without room falls behind instead."""
        if not self.behind:
            self._frames.append(frame)
            if len(self._frames) > ROOM:
                self._frames.clear()
                self.behind = True
        self._any.set()

    async def take(self) -> bytes | None:
        """The next frame; None when he must be told everything."""
        while not (self.behind or self._frames):
            self._any.clear()
            await self._any.wait()
        return None if self.behind else self._frames.popleft()


class Hub:
    """Knows what was told last. `look` gives the board as it is now; while nobody looks, it is not asked."""

    def __init__(self, look: Callable[[], Awaitable[Seen]], bell: Bell, clock: Clock) -> None:
        self._look = look
        self._bell = bell
        self._clock = clock
        self._viewers: set[Viewer] = set()
        self._someone = asyncio.Event()
        self._reading = asyncio.Lock()
        self._told: Seen | None = None
        self._body: bytes | None = None  # of what was told, encoded once for all who come
        self._spoke_ms = 0  # steady

    @property
    def watched(self) -> bool:
        """Whether anybody is looking."""
        return bool(self._viewers)

    @contextmanager
    def joined(self) -> Iterator[Viewer]:
        """Somebody looks for as long as the block lasts."""
        viewer = Viewer()
        self._viewers.add(viewer)
        self._someone.set()
        try:
            yield viewer
        finally:
            self._viewers.discard(viewer)
            if not self._viewers:
                self._someone.clear()
                self._know(None)

    async def frames(self, viewer: Viewer) -> AsyncIterator[bytes]:
        """What he is to be told, in order and without end: everything first, then what changes."""
        while True:
            frame = await viewer.take()
            yield await self._everything(viewer) if frame is None else frame

    async def run(self) -> None:
        """Listens to the bell until it is cancelled."""
        listener, read = self._bell.listen(), True
        try:
            while True:
                await self._someone.wait()
                await listener.wait((self._rest_ms() if read else RETRY_MS) / 1000)
                read = await self._tell()
                await asyncio.sleep(GATHER_MS / 1000)
        finally:
            self._bell.leave(listener)

    async def now(self) -> bytes:
        """Everything as it is at this instant, for one who does not stay."""
        async with self._reading:
            seen = await self._look()
        return wall.all_of(wall.body_of(seen), seen.now_at)

    async def _everything(self, viewer: Viewer) -> bytes:
        async with self._reading:
            if self._told is None:
                self._told = await self._look()
            if self._body is None:
                self._body = wall.body_of(self._told)
            viewer.behind = False  # from here on he gets every difference to what he is told now
            return wall.all_of(self._body, self._clock.wall_ms())

    async def _tell(self) -> bool:
        """Say what differs from what was told; whether the board could be read."""
        async with self._reading:
            if self._told is None:
                return True
            try:
                seen = await self._look()
            except Unavailable:  # what is shown stays, and is a little old
                return False
            if self._told is None:  # the last one went away meanwhile
                return True
            frame, knows = wall.changes(self._told, seen)
            self._know(knows if self._viewers else None)
        now_ms = self._clock.steady_ms()
        if frame is None and now_ms - self._spoke_ms >= PULSE_MS:
            frame = wall.pulse(self._clock.wall_ms())
        if frame is not None:
            self._spoke_ms = now_ms
            for viewer in self._viewers:
                viewer.put(frame)
        return True

    def _know(self, told: Seen | None) -> None:
        self._told, self._body = told, None

    def _rest_ms(self) -> int:
        """How long nothing can become true without the bell, and never past the next pulse."""
        rests = [self._spoke_ms + PULSE_MS - self._clock.steady_ms()]
        if self._told is not None and self._told.until_at is not None:
            rests.append(self._told.until_at - self._clock.wall_ms())
        return max(0, min(rests))
