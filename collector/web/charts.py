"""Bars of a chart as positions of a drawing; the template draws them, and a table beside them says the same. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 100.0  # percent
SHORTEST = 0.4  # of what is there at all


@dataclass(frozen=True)
class Bar:
    """One of them: its name, its length in percent of the longest, and what is written beside it."""

    name: str
    length: float
    value: str
    facts: object  # what the table says beyond that


@dataclass(frozen=True)
class Chart:
    bars: tuple[Bar, ...]
    empty: bool  # nothing in it is above zero


def bars(told: Sequence[tuple[str, float, str]], facts: Sequence[object] = ()) -> Chart:
    """Of these (name, amount, words), in their order."""
    most = max((amount for _, amount, _ in told), default=0.0)
    made = tuple(
        Bar(name, _length(amount, most), words, facts[i] if facts else None)
        for i, (name, amount, words) in enumerate(told)
    )
    return Chart(made, empty=most <= 0)


def _length(amount: float, most: float) -> float:
    return round(max(SHORTEST, LONGEST * amount / most), 2) if amount > 0 and most > 0 else 0.0
