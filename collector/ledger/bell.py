"""Rings after each commit and says which interventions changed; whoever cares listens."""

import asyncio


class Listener:
    """One who hears the bell; what rang while he was busy is kept for him, once each."""

    def __init__(self) -> None:
        self._heard: set[int] = set()
        self._rang = asyncio.Event()

    def ring(self, interventions: frozenset[int]) -> None:
        self._heard |= interventions
        self._rang.set()

    async def wait(self, seconds: float | None = None) -> frozenset[int]:
        """The interventions that changed since the last time; empty when nothing rang for so long."""
        try:
            async with asyncio.timeout(seconds):
                await self._rang.wait()
        except TimeoutError:
            return frozenset()
        return self.heard()

    @property
    def rang(self) -> bool:
        return self._rang.is_set()

    def heard(self) -> frozenset[int]:
        """The same without waiting."""
        self._rang.clear()
        heard, self._heard = frozenset(self._heard), set()
        return heard


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

    def ring(self, interventions: frozenset[int]) -> None:
        """These changed (none of them in particular is a change too: a customer, a token, an alert)."""
        for listener in self._listeners:
            listener.ring(interventions)
