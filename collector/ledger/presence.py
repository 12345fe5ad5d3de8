"""Which agents are heard right now. Memory only: after a restart nobody is, until he speaks."""

SILENCE_MS = 15_000
"""An agent of whom nothing was heard for so long is silent, its line up or not."""


class Presence:
    """The agents whose line is up, and when each was last heard, on the collector's steady clock."""

    def __init__(self) -> None:
        self._heard: dict[int, int] = {}

    def hear(self, agent_id: int, steady_ms: int) -> bool:
        """Something was heard; True when it was silent before."""
        news = agent_id not in self._heard
        self._heard[agent_id] = steady_ms
        return news

    def lose(self, agent_id: int) -> None:
        """Its line is down."""
        self._heard.pop(agent_id, None)

    def fall_silent(self, steady_ms: int) -> frozenset[int]:
        """Those of whom nothing was heard for too long; each is told once."""
        silent = frozenset(id for id, heard in self._heard.items() if steady_ms - heard >= SILENCE_MS)
        for id in silent:
            del self._heard[id]
        return silent

    @property
    def linked(self) -> frozenset[int]:
        """The agents that are heard."""
        return frozenset(self._heard)

    def next_silence_ms(self) -> int | None:
        """The steady instant at which the next one falls silent, if it is not heard before."""
        return min(self._heard.values()) + SILENCE_MS if self._heard else None
