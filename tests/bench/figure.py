"""One line of the report: what was measured, what the machine does at best, and how the two compare."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A measurement and its bare limit, in the same unit."""

    what: str
    ours: float
    bare: float
    unit: str
    against: str  # what the bare limit is
    at_most: float | None = None  # the ratio that is aimed at

    def __str__(self) -> str:
        ratio = f"{self.ours / self.bare:.2f}" if self.bare else "-"
        aim = f" (aim: at most {self.at_most:g})" if self.at_most is not None else ""
        return (
            f"{self.what:<52} {self.ours:>12,.3f} {self.unit:<10} {self.bare:>12,.3f}  x {ratio:<8} {self.against}{aim}"
        )


def in_turn(ours: Callable[[], object], bare: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Milliseconds of each, the median over rounds that take turns, so that a busy moment hits both."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for act, times in zip((ours, bare), taken, strict=True):
            began = time.perf_counter()
            act()
            times.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken[0]), statistics.median(taken[1])
