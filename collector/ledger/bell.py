"""Rings after each commit and says which interventions changed; whoever cares listens."""

import asyncio
from collections.abc import Collection

from collector.ledger.growth import Growth


class Listener:
    """One who hears the bell; what rang while he was busy is kept for him, once each."""

    def __init__(self) -> None:
        self._heard: set[int] = set()
        self._grown: dict[str, Growth] = {}
        self._rang = asyncio.Event()

    def ring(self, interventions: frozenset[int], grown: Collection[Growth]) -> None:
        self._heard |= interventions
        for each in grown:
            before = self._grown.get(each.session_id, each)
            if before.nth != each.nth:  # how the stretch before ended is said by neither
                self._heard.add(each.intervention_id)
            self._grown[each.session_id] = each
        self._rang.set()

    async def wait(self, seconds: float | None = None) -> frozenset[int]:
        """The interventions that changed since the last time; empty when nothing rang for so long."""
        return self.heard() if await self.rings(seconds) else frozenset()

    async def rings(self, seconds: float | None = None) -> bool:
        """Wait until it rings; whether it did within so long."""
        try:
            async with asyncio.timeout(seconds):
                return await self._rang.wait()
        except TimeoutError:
            return False

    @property
    def rang(self) -> bool:
        return self._rang.is_set()

    def heard(self) -> frozenset[int]:
        """The same without waiting."""
        changed, grown = self.heard_apart()
        return changed | {each.intervention_id for each in grown}

    def heard_apart(self) -> tuple[frozenset[int], list[Growth]]:
        """The interventions that have to be read to know what changed, and what is known of the others."""
        self._rang.clear()
        heard, self._heard = frozenset(self._heard), set()
        grown, self._grown = self._grown, {}
        return heard, [each for each in grown.values() if each.intervention_id not in heard]


class Bell:
    """The ledger rings it, never anybody else but presence: what is true has changed."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self) -> Listener:
        listener = Listener()
        self._listeners.append(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        self._listeners.remove(listener)

    def ring(self, interventions: frozenset[int], grown: Collection[Growth] = ()) -> None:
        """These changed (none of them in particular is a change too: a customer, a token, an alert), or only grew."""
        for listener in self._listeners:
            listener.ring(interventions, grown)
