"""Watches over the lines that stay open: whoever may not come in any more is out at once, not when he asks again."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager

from collector.errors import Unavailable
from collector.ledger.bell import Bell

LOOK_S = 1.0  # so often it is looked whether a command beside the collector has sent somebody away
REST_S = 0.8  # between two looks, however often the bell rings

StillIn = Callable[[Collection[str]], Awaitable[dict[str, str]]]  # of these keys, those that are good, and their roles


class Guest:
    """One line that stays open."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.out = asyncio.Event()


class Doorkeeper:
    """One question for all lines together; while none is open, none is asked."""

    def __init__(
        self,
        still_in: Callable[[Collection[str]], Awaitable[dict[str, str]]],
        may_stay: Callable[[str], bool],
        bell: Bell,
    ) -> None:
        self._still_in = still_in
        self._may_stay = may_stay
        self._bell = bell
        self._guests: set[Guest] = set()
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def watching(self, key: str) -> Iterator[Guest]:
        """The visitor of that key is inside for as long as the block lasts; `out` is set when he has to go."""
        guest = Guest(key)
        self._guests.add(guest)
        if self._task is None:
            self._task = asyncio.create_task(self._watch(), name="doorkeeper")
        try:
            yield guest
        finally:
            self._guests.discard(guest)
            if not self._guests:
                self._task.cancel()
                self._task = None

    async def _watch(self) -> None:
        listener = self._bell.listen()
        try:
            while True:
                await listener.wait(LOOK_S)
                with contextlib.suppress(Unavailable):  # the next look tells
                    await self._look()
                await asyncio.sleep(REST_S)
        finally:
            self._bell.leave(listener)

    async def _look(self) -> None:
        guests = list(self._guests)
        good = await self._still_in({guest.key for guest in guests})
        for guest in guests:
            if guest.key not in good or not self._may_stay(good[guest.key]):
                guest.out.set()
