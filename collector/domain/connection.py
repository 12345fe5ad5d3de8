"""Connection time: the length of the union of an intervention's spans.

Two tools at once, or two technicians at once, are time once. Page, alert and bill all ask
`connected_ms` or `connected_seconds`: there is no second way to measure.
"""

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

SECOND_MS = 1_000

Moment = int | Fraction
"""Milliseconds since 1970 UTC: whole inside the program, a fraction where the source is finer."""


@dataclass(frozen=True, slots=True)
class Span:
    """The part of one observed stretch that is credited to one intervention.

    `connection` names the connection that it belongs to, where that is known.
    """

    start_at: Moment
    end_at: Moment
    connection: str | None = None
    declared: bool = False  # a technician's word, not observed

    def __post_init__(self) -> None:
        if self.end_at < self.start_at:
            raise AssertionError(f"a span that ends ({self.end_at}) before it starts ({self.start_at})")


@dataclass(frozen=True, slots=True)
class Block:
    """An unbroken piece of a union."""

    start_at: Moment
    end_at: Moment


def union(spans: Sequence[Span]) -> tuple[Block, ...]:
    """The time covered by at least one span, in order; spans that overlap or touch are one block."""
    blocks: list[Block] = []
    for span in sorted(spans, key=lambda s: (s.start_at, s.end_at)):
        if blocks and span.start_at <= blocks[-1].end_at:
            blocks[-1] = Block(blocks[-1].start_at, max(blocks[-1].end_at, span.end_at))
        else:
            blocks.append(Block(span.start_at, span.end_at))
    return tuple(blocks)


def connected_ms(spans: Sequence[Span]) -> int:
    """Connection time in whole milliseconds, rounded down once, on the sum."""
    return sum(block.end_at - block.start_at for block in union(spans)) // 1


def connected_seconds(spans: Sequence[Span]) -> int:
    """Connection time in whole seconds, rounded down once, on the sum: the customer's favour."""
    return connected_ms(spans) // SECOND_MS


def instant_of(spans: Sequence[Span], reached_ms: int) -> Moment | None:
    """When the connection time reached this length; None when it never did."""
    missing: Moment = reached_ms
    for block in union(spans):
        if block.end_at - block.start_at >= missing:
            return block.start_at + missing
        missing -= block.end_at - block.start_at
    return None


def until(spans: Sequence[Span], at: int) -> tuple[Span, ...]:
    """What of the spans lies before this instant."""
    return tuple(replace(span, end_at=min(span.end_at, at)) for span in spans if span.start_at < at)


def after(spans: Sequence[Span], reached_ms: int) -> tuple[Span, ...]:
    """What of the union comes after its connection time has reached this length, in order."""
    at = instant_of(spans, reached_ms)
    if at is None:
        return ()
    return tuple(Span(max(block.start_at, at), block.end_at) for block in union(spans) if block.end_at > at)


def connections(spans: Sequence[Span]) -> tuple[tuple[int, ...], ...]:
    """The indices of the spans of each connection, in order of time.

    A named connection lasts from its first span to its last, its pauses included. Connections that
    overlap or touch are one: what happened at once, or without a break, is not two.
    """
    order = sorted(range(len(spans)), key=lambda i: (spans[i].start_at, spans[i].end_at))
    starts = [block.start_at for block in union([*spans, *_whole(spans)])]
    groups = groupby(order, key=lambda i: bisect(starts, spans[i].start_at))
    return tuple(tuple(group) for _, group in groups)


def _whole(spans: Sequence[Span]) -> Iterator[Span]:
    """Each named connection from its start to its end."""
    named: dict[str, Span] = {}
    for span in spans:
        if span.connection is not None:
            known = named.get(span.connection, span)
            start_at, end_at = min(known.start_at, span.start_at), max(known.end_at, span.end_at)
            named[span.connection] = Span(start_at, end_at)
    yield from named.values()
