from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.connection import (
    Block,
    Span,
    after,
    connected_ms,
    connected_seconds,
    connections,
    instant_of,
    union,
    until,
)
from tests.collector.domain.builders import START_AT, a_span, length

instants = st.integers(0, 100_000)
some_spans = st.lists(st.tuples(instants, instants).map(lambda ends: Span(min(ends), max(ends))), max_size=12)


def test_no_spans_are_no_time() -> None:
    assert connected_seconds([]) == 0
    assert union([]) == ()


def test_two_tools_at_once_are_time_once() -> None:
    assert connected_seconds([a_span("0m", "10m"), a_span("5m", "12m"), a_span("6m", "7m")]) == 12 * 60


def test_spans_that_touch_are_one_block() -> None:
    assert union([Span(5, 9), Span(0, 5), Span(10, 12)]) == (Block(0, 9), Block(10, 12))


def test_what_begins_at_an_instant_is_not_before_it() -> None:
    assert until([Span(0, 5), Span(5, 9), Span(2, 7)], 5) == (Span(0, 5), Span(2, 5))


def test_pauses_are_not_time() -> None:
    assert connected_seconds([a_span("30m", "38m"), a_span("0m", "8m"), a_span("15m", "23m")]) == 24 * 60


def test_seconds_are_rounded_down_once_on_the_sum() -> None:
    spans = [Span(0, 600), Span(1_000, 1_600), Span(2_000, 2_799)]
    assert connected_ms(spans) == 1_999
    assert connected_seconds(spans) == 1


def test_time_finer_than_a_millisecond_is_neither_lost_nor_won() -> None:
    third = Fraction(1, 3)
    assert connected_ms([Span(0, third), Span(1, 1 + third), Span(2, 2 + third)]) == 1
    assert connected_ms([Span(Fraction(9, 10), 1_000 + Fraction(1, 10))]) == 999
    assert connected_ms([Span(0, 500 + third), Span(500 + third, 1_000)]) == 1_000


def test_a_span_that_ends_before_it_starts_is_our_mistake() -> None:
    with pytest.raises(AssertionError, match="before it starts"):
        Span(2, 1)


def test_the_instant_of_a_length_is_found_across_pauses() -> None:
    spans = [a_span("0m", "8m"), a_span("20m", "28m")]
    minute = 60_000
    assert instant_of(spans, 8 * minute) == START_AT + 8 * minute
    assert instant_of(spans, 8 * minute + 1) == START_AT + 20 * minute + 1
    assert instant_of(spans, 16 * minute) == START_AT + 28 * minute
    assert instant_of(spans, 16 * minute + 1) is None
    assert instant_of([], 0) is None


def test_spans_that_name_one_connection_belong_together() -> None:
    spans = [a_span("0m", "1m", "a"), a_span("6m", "7m", "b"), a_span("4m", "5m", "a")]
    assert connections(spans) == ((0, 2), (1,))


def test_a_connection_within_the_pause_of_another_is_at_once_with_it() -> None:
    spans = [
        a_span("0m", "1m", "a"),
        a_span("2m", "3m", "b"),
        a_span("4m", "5m", "a"),
        a_span("5m", "6m"),
        a_span("7m", "8m"),
    ]
    assert connections(spans) == ((0, 1, 2, 3), (4,))


def test_what_comes_after_a_length_is_what_lies_beyond_its_instant() -> None:
    spans = [a_span("20m", "28m"), a_span("0m", "8m"), a_span("26m", "30m")]
    assert after(spans, 0) == (a_span("0m", "8m"), a_span("20m", "30m"))
    assert after(spans, length("8m")) == (a_span("20m", "30m"),)
    assert after(spans, length("10m")) == (a_span("22m", "30m"),)
    assert after(spans, length("18m")) == after(spans, length("19m")) == ()


def test_spans_without_a_name_are_one_connection_while_they_touch() -> None:
    spans = [a_span("9m", "10m"), a_span("0m", "5m"), a_span("5m", "6m"), a_span("1m", "2m")]
    assert connections(spans) == ((1, 3, 2), (0,))


def test_connections_at_once_are_one_and_bring_their_other_spans_along() -> None:
    spans = [a_span("0m", "1m", "a"), a_span("2m", "3m", "b"), a_span("5m", "8m", "a"), a_span("6m", "9m", "b")]
    assert [sorted(group) for group in connections(spans)] == [[0, 1, 2, 3]]


@given(some_spans, instants)
def test_cutting_spans_keeps_the_connection_time(spans: list[Span], cut: int) -> None:
    pieces = [
        piece
        for span in spans
        for middle in [min(span.end_at, max(span.start_at, cut))]
        for piece in (Span(span.start_at, middle), Span(middle, span.end_at))
    ]
    assert connected_ms(pieces) == connected_ms(spans)
    assert len(connections(pieces)) == len(connections(spans))


@given(some_spans, st.randoms())
def test_order_changes_nothing(spans: list[Span], random: st.DataObject) -> None:
    shuffled = list(spans)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert union(shuffled) == union(spans)


@given(some_spans, some_spans)
def test_more_spans_are_never_less_time_and_never_more_than_their_sum(spans: list[Span], more: list[Span]) -> None:
    both = connected_ms(spans + more)
    assert max(connected_ms(spans), connected_ms(more)) <= both <= connected_ms(spans) + connected_ms(more)


@given(some_spans)
def test_saying_everything_twice_changes_nothing(spans: list[Span]) -> None:
    assert connected_ms(spans + spans) == connected_ms(spans)


@given(some_spans)
def test_the_union_counts_every_millisecond_once(spans: list[Span]) -> None:
    small = [Span(s.start_at // 500, s.end_at // 500) for s in spans]
    covered = {at for s in small for at in range(int(s.start_at), int(s.end_at))}
    assert connected_ms(small) == len(covered)


@given(some_spans, instants)
def test_time_before_and_after_an_instant_add_up(spans: list[Span], at: int) -> None:
    after = [Span(max(s.start_at, at), s.end_at) for s in spans if s.end_at > at]
    assert connected_ms(until(spans, at)) + connected_ms(after) == connected_ms(spans)


@given(some_spans, st.integers(1, 100_000))
def test_until_its_instant_a_length_has_just_been_reached(spans: list[Span], reached_ms: int) -> None:
    at = instant_of(spans, reached_ms)
    if at is None:
        assert connected_ms(spans) < reached_ms
    else:
        assert connected_ms(until(spans, int(at))) == reached_ms


@given(some_spans, instants)
def test_time_up_to_a_length_and_after_it_add_up(spans: list[Span], reached_ms: int) -> None:
    over_ms = connected_ms(after(spans, reached_ms))
    assert over_ms == max(0, connected_ms(spans) - reached_ms)


@given(some_spans)
def test_every_span_is_in_exactly_one_connection(spans: list[Span]) -> None:
    assert sorted(i for group in connections(spans) for i in group) == list(range(len(spans)))
