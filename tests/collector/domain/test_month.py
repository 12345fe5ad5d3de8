"""Months are the firm's own: written 2026-10, bounded where the firm is."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.month import Month, month_of, read_month
from collector.errors import BadInput
from shared.moments import HOUR_MS, from_at

ROME = ZoneInfo("Europe/Rome")


def test_a_month_is_written_with_year_and_number() -> None:
    assert read_month("2026-10") == Month(2026, 10) and str(Month(2026, 3)) == "2026-03"


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "26-10", "2026-10-05", "", "٢٠٢٦-10", "1969-12", "9999-01"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadInput, match=r'^month: .*no month.*"2026-10"'):
        read_month(text)


def test_december_is_followed_by_january() -> None:
    assert Month(2026, 12).next == Month(2027, 1) and Month(2026, 9).next == Month(2026, 10)


def test_the_month_in_which_clocks_go_back_is_an_hour_longer() -> None:
    start_at, end_at = Month(2026, 10).bounds(ROME)
    assert end_at - start_at == (31 * 24 + 1) * HOUR_MS
    assert from_at(start_at).isoformat() == "2026-09-30T22:00:00+00:00"


@given(st.integers(0, 4_000_000_000_000))
def test_every_instant_is_in_exactly_the_month_that_it_is_said_to_be_in(at: int) -> None:
    month = month_of(at, ROME)
    start_at, end_at = month.bounds(ROME)
    assert start_at <= at < end_at and month.next.bounds(ROME)[0] == end_at
