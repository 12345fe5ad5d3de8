"""When an intervention was connected, as positions of a drawing: one lane for each connection. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.moments import HOUR_MS, MINUTE_MS, SECOND_MS

LEFT, WIDTH = 1.5, 97.0  # percent
STEPS_MS = tuple(SECOND_MS * n for n in (1, 5, 15, 30)) + tuple(MINUTE_MS * n for n in (1, 2, 5, 10, 15, 30))
STEPS_MS += tuple(HOUR_MS * n for n in (1, 2, 3, 6, 12, 24))
MOST_TICKS = 7


@dataclass(frozen=True)
class Bar:
    """One unbroken piece; places in percent of the width."""

    x: float
    width: float
    start_at: int
    end_at: int


@dataclass(frozen=True)
class Tick:
    x: float
    at: int


@dataclass(frozen=True)
class Line:
    """The drawing: lanes from top to bottom, and the ticks beneath them."""

    lanes: tuple[tuple[Bar, ...], ...]
    ticks: tuple[Tick, ...]


def draw(lanes: Sequence[Sequence[tuple[int, int]]]) -> Line | None:
    """The drawing of these pieces (start, end); None when there is nothing to draw."""
    pieces = [piece for lane in lanes for piece in lane]
    if not pieces:
        return None
    first_at, last_at = min(start for start, _ in pieces), max(end for _, end in pieces)
    whole_ms = max(SECOND_MS, last_at - first_at)

    def place(at: int) -> float:
        return round(LEFT + WIDTH * (at - first_at) / whole_ms, 3)

    return Line(
        lanes=tuple(
            tuple(Bar(place(start), max(0.3, round(place(end) - place(start), 3)), start, end) for start, end in lane)
            for lane in lanes
        ),
        ticks=tuple(Tick(place(at), at) for at in _ticks(first_at, first_at + whole_ms)),
    )


def _ticks(first_at: int, last_at: int) -> range:
    """Round instants between both, not too many of them."""
    step_ms = next((step for step in STEPS_MS if (last_at - first_at) // step < MOST_TICKS), last_at - first_at)
    return range(-(-first_at // step_ms) * step_ms, last_at + 1, step_ms)
