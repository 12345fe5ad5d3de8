"""By which peers a customer is known: a remote ID as the tool names it, or a pattern of them with `*`.

An exact one wins over a pattern, and of two patterns the one that says more. Two that say equally much and could both
fit one peer would leave it to chance whose session it is: they are refused.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from collector.domain.fault import Fault

ANY = "*"
MIN_SAID = 3
"""Characters that a pattern says at least beside its open places."""


@dataclass(frozen=True, slots=True, order=True)
class Peer:
    """The other end as the tool names it; `name` may hold `*` for any characters."""

    tool: str
    name: str

    @property
    def key(self) -> str:
        return key_of(self.name)

    @property
    def pattern(self) -> bool:
        return ANY in self.name

    def __str__(self) -> str:
        return f"{self.tool}:{self.name}"


def key_of(name: str) -> str:
    """What two spellings of one peer share: no blanks between digits, no capitals ("123 456 789", "PC-Anna")."""
    tight = "".join(name.split())
    return tight if re.fullmatch(r"[\d*]+", tight, re.ASCII) else name.strip().casefold()


def says(pattern_key: str) -> int:
    """How much a pattern says: the characters that are not left open."""
    return len(pattern_key.replace(ANY, ""))


def fits(pattern_key: str, key: str) -> bool:
    """Whether the pattern takes this peer, both as keys."""
    first, *rest = pattern_key.split(ANY)
    if not rest:
        return pattern_key == key
    *middle, last = rest
    if len(key) < len(first) + len(last) or not (key.startswith(first) and key.endswith(last)):
        return False
    at, end = len(first), len(key) - len(last)
    for part in middle:
        found = key.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def best(pattern_keys: Iterable[str], key: str) -> str | None:
    """The pattern that says most about this peer; None when none takes it."""
    return max((each for each in pattern_keys if fits(each, key)), key=lambda each: (says(each), each), default=None)


def could_share(one: str, other: str) -> bool:
    """Whether there could be a peer that both patterns take."""
    reached = {(0, 0)}
    waiting = [(0, 0)]
    while waiting:
        i, j = waiting.pop()
        if i == len(one) and j == len(other):
            return True
        for place in _steps(one, other, i, j):
            if place not in reached:
                reached.add(place)
                waiting.append(place)
    return False


def _steps(one: str, other: str, i: int, j: int) -> Iterator[tuple[int, int]]:
    """From both patterns read up to i and j: an open place ends, or takes what the other says next."""
    mine, yours = one[i : i + 1], other[j : j + 1]
    if mine == ANY:
        yield i + 1, j
        if yours:
            yield i, j + 1
    if yours == ANY:
        yield i, j + 1
        if mine:
            yield i + 1, j
    if mine and mine == yours and mine != ANY:
        yield i + 1, j + 1


def equal_rank(one: Peer, other: Peer) -> bool:
    """Whether both are patterns that say equally much, and some peer would fit both."""
    return (
        one.tool == other.tool
        and one.pattern
        and other.pattern
        and says(one.key) == says(other.key)
        and could_share(one.key, other.key)
    )


def peer_faults(place: str, peers: Iterable[Peer]) -> Iterator[Fault]:
    """Every peer that cannot be written down."""
    for peer in peers:
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,63}", peer.tool):
            yield Fault(place, f'"{peer.tool[:80]}" is no tool', "write it as in teamviewer:123456789")
        elif not 0 < len(peer.name.strip()) <= 200 or not peer.name.isprintable() or "|" in peer.name:
            yield Fault(place, f'"{peer.name[:60]}" is no peer', "1 to 200 characters on one line, without |")
        elif peer.pattern and says(peer.key) < MIN_SAID:
            yield Fault(
                place, f"{peer} would take nearly every peer", f"say at least {MIN_SAID} characters beside the *"
            )
