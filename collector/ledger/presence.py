"""Which agents are heard right now. Memory only: after a restart nobody is, until he speaks."""

SILENCE_MS = 15_000
"""An agent whose line is up but of whom nothing was heard for so long is silent all the same."""


class Presence:
    """The agents whose line is up, and when each was last heard, on the collector's steady clock."""

    def __init__(self) -> None:
        self._up: set[int] = set()
        self._heard: dict[int, int] = {}

    def hear(self, agent_id: int, steady_ms: int) -> bool:
        """Something was heard; True when it was silent before."""
        news = agent_id not in self._heard
        self._up.add(agent_id)
        self._heard[agent_id] = steady_ms
        return news

    def lose(self, agent_id: int) -> None:
        """Its line is down."""
        self._up.discard(agent_id)
        self._heard.pop(agent_id, None)

    def fall_silent(self, steady_ms: int) -> frozenset[int]:
        """Those of whom nothing was heard for too long; each is told once."""
        silent = frozenset(id for id, heard in self._heard.items() if steady_ms - heard >= SILENCE_MS)
        for id in silent:
            del self._heard[id]
        return silent

    @property
    def up(self) -> frozenset[int]:
        """The agents whose line is up: idle ones have nothing to say."""
        return frozenset(self._up)

    @property
    def linked(self) -> frozenset[int]:
        """The agents whose word on their sessions is fresh."""
        return frozenset(self._heard)
