"""When an intervention was connected, as positions of a drawing: one lane for each connection. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.moments import HOUR_MS, MINUTE_MS, SECOND_MS

LEFT, WIDTH = 1.5, 97.0  # percent
NARROWEST = 0.3
STEPS_MS = tuple(SECOND_MS * n for n in (1, 5, 15, 30)) + tuple(MINUTE_MS * n for n in (1, 2, 5, 10, 15, 30))
STEPS_MS += tuple(HOUR_MS * n for n in (1, 2, 3, 6, 12, 24))
MOST_TICKS = 7

Reach = tuple[int, int]  # from an instant to another


class Kind(StrEnum):
    """What a piece of a lane is."""

    OWN = "own"
    ELSEWHERE = "elsewhere"  # observed, and another intervention's
    GAP = "gap"  # nobody saw it
    UNSURE = "unsure"  # the end was not seen: it lies somewhere here


@dataclass(frozen=True)
class Piece:
    start_at: int
    end_at: int
    kind: Kind = Kind.OWN


@dataclass(frozen=True)
class Bar:
    """One unbroken piece; places in percent of the width."""

    x: float
    width: float
    start_at: int
    end_at: int
    kind: Kind


@dataclass(frozen=True)
class Tick:
    x: float
    at: int


@dataclass(frozen=True)
class Line:
    """The drawing: lanes from top to bottom, the ticks beneath them, and one instant that is marked."""

    from_at: int
    until_at: int
    lanes: tuple[tuple[Bar, ...], ...]
    ticks: tuple[Tick, ...]
    mark: Tick | None

    @property
    def kinds(self) -> list[Kind]:
        """What is to be seen, in the order of their meaning."""
        seen = {bar.kind for lane in self.lanes for bar in lane}
        return [kind for kind in Kind if kind in seen]


def pieces_of(stretches: Sequence[Reach], own: Sequence[Reach], unsure_ms: int | None) -> list[Piece]:
    """A connection's pieces in order: what of its stretches is own and what is not, and the gaps between them.

    `unsure_ms`: how long after its last moment it may have gone on unseen; None where its end is known.
    """
    pieces: list[Piece] = []
    for start_at, end_at in sorted(stretches):
        if pieces and start_at > pieces[-1].end_at:
            pieces.append(Piece(pieces[-1].end_at, start_at, Kind.GAP))
        pieces += _cut(start_at, end_at, sorted(own))
    if pieces and unsure_ms is not None:
        pieces.append(Piece(pieces[-1].end_at, pieces[-1].end_at + unsure_ms, Kind.UNSURE))
    return pieces


def _cut(start_at: int, end_at: int, own: Sequence[Reach]) -> Iterator[Piece]:
    at = start_at
    for mine_at, until_at in own:
        first_at, last_at = max(mine_at, start_at), min(until_at, end_at)
        if first_at > last_at or (first_at == last_at and start_at < end_at):
            continue
        if at < first_at:
            yield Piece(at, first_at, Kind.ELSEWHERE)
        yield Piece(first_at, last_at)
        at = last_at
    if at < end_at:
        yield Piece(at, end_at, Kind.ELSEWHERE)


def draw(lanes: Sequence[Sequence[Piece]], mark_at: int | None = None) -> Line | None:
    """The drawing of these pieces; None when there is nothing to draw."""
    pieces = [piece for lane in lanes for piece in lane]
    if not pieces:
        return None
    first_at, last_at = min(piece.start_at for piece in pieces), max(piece.end_at for piece in pieces)
    whole_ms = max(SECOND_MS, last_at - first_at)

    def place(at: int) -> float:
        return round(LEFT + WIDTH * (at - first_at) / whole_ms, 3)

    def bar(piece: Piece) -> Bar:
        width = max(NARROWEST, round(place(piece.end_at) - place(piece.start_at), 3))
        return Bar(place(piece.start_at), width, piece.start_at, piece.end_at, piece.kind)

    marked = mark_at is not None and first_at <= mark_at <= last_at
    return Line(
        from_at=first_at,
        until_at=first_at + whole_ms,
        lanes=tuple(tuple(map(bar, lane)) for lane in lanes),
        ticks=tuple(Tick(place(at), at) for at in _ticks(first_at, first_at + whole_ms)),
        mark=Tick(place(mark_at), mark_at) if marked and mark_at is not None else None,
    )


def _ticks(first_at: int, last_at: int) -> range:
    """Round instants between both, not too many of them."""
    step_ms = next((step for step in STEPS_MS if (last_at - first_at) // step < MOST_TICKS), last_at - first_at)
    return range(-(-first_at // step_ms) * step_ms, last_at + 1, step_ms)
