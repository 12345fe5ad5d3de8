"""Which agents are heard right now. Memory only: after a restart nobody is, until he speaks."""

from dataclasses import dataclass, field

SILENCE_MS = 15_000
"""An agent of whom nothing was heard for so long is silent, its line up or not."""


@dataclass
class Presence:
    """The lines that are up, and when each was last heard, on the collector's steady clock."""

    _heard: dict[int, int] = field(default_factory=dict)

    def hear(self, agent_id: int, steady_ms: int) -> bool:
        """Something was heard; True when that is news."""
        news = not self.linked(agent_id, steady_ms)
        self._heard[agent_id] = steady_ms
        return news

    def lose(self, agent_id: int) -> None:
        """Its line is down."""
        self._heard.pop(agent_id, None)

    def linked(self, agent_id: int, steady_ms: int) -> bool:
        heard = self._heard.get(agent_id)
        return heard is not None and steady_ms - heard < SILENCE_MS

    def next_silence_ms(self) -> int | None:
        """The steady instant at which the next one falls silent, if it is not heard before."""
        return min(self._heard.values(), default=None)
