"""Which agents are heard right now, here or by another collector. Memory only: after a restart nobody is, until he
speaks."""

from collections.abc import Iterable
from dataclasses import dataclass

SILENCE_MS = 15_000
"""An agent whose line is up but of whom nothing was heard for so long is silent all the same."""


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """What another collector said of its agents, and when, on this collector's steady clock."""

    up: frozenset[int]
    linked: frozenset[int]
    said_ms: int


class Presence:
    """The agents whose line is up, and when each was last heard, on the collector's steady clock."""

    def __init__(self) -> None:
        self._up: set[int] = set()
        self._heard: dict[int, int] = {}
        self._elsewhere: dict[tuple[str, int], _Elsewhere] = {}  # by collector, and part of what it said

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

    def hear_of(self, part: tuple[str, int], of: int, up: Iterable[int], linked: Iterable[int], steady_ms: int) -> bool:
        """Another collector says whom it hears, in so many parts; True when that is news."""
        by, _ = part
        before = (self.up, self.linked)
        self._elsewhere[part] = _Elsewhere(frozenset(up), frozenset(linked), steady_ms)
        for other in [each for each in self._elsewhere if each[0] == by and each[1] >= of]:
            del self._elsewhere[other]
        return before != (self.up, self.linked)

    def fall_silent(self, steady_ms: int) -> frozenset[int]:
        """Those of whom nothing was heard for too long; each is told once. So is a collector that is gone."""
        gone = [part for part, said in self._elsewhere.items() if steady_ms - said.said_ms >= SILENCE_MS]
        lost = frozenset[int]().union(*(self._elsewhere.pop(part).linked for part in gone)) - self.linked
        silent = frozenset(id for id, heard in self._heard.items() if steady_ms - heard >= SILENCE_MS)
        for id in silent:
            del self._heard[id]
        return silent | lost

    @property
    def own_up(self) -> frozenset[int]:
        """The agents whose line is up here: idle ones have nothing to say."""
        return frozenset(self._up)

    @property
    def own_linked(self) -> frozenset[int]:
        """The agents whose word on their sessions is fresh, and came here."""
        return frozenset(self._heard)

    @property
    def up(self) -> frozenset[int]:
        """The agents whose line is up, here or elsewhere."""
        return self.own_up.union(*(each.up for each in self._elsewhere.values()))

    @property
    def linked(self) -> frozenset[int]:
        """The agents whose word on their sessions is fresh."""
        return self.own_linked.union(*(each.linked for each in self._elsewhere.values()))
