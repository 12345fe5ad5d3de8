"""Months are the firm's own: written 2026-10, bounded where the firm is."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.month import Month, month_of, read_month, span_of
from collector.errors import BadInput
from shared.moments import HOUR_MS, from_at

ROME = ZoneInfo("Europe/Rome")


def test_a_month_is_written_with_year_and_number() -> None:
    assert read_month("2026-10") == Month(2026, 10) and str(Month(2026, 3)) == "2026-03"


def test_the_first_and_the_last_month_that_can_be_told() -> None:
    assert (read_month("1970-01"), read_month("9998-12")) == (Month(1970, 1), Month(9998, 12))


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "26-10", "2026-10-05", "", "٢٠٢٦-10", "1969-12", "9999-01"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_month(text)
    assert str(refused.value) == f'month: "{text}" is no month (write year and month, as in "2026-10")'


def test_what_is_far_too_long_is_shown_as_far_as_it_fits_and_where_it_was_written() -> None:
    with pytest.raises(BadInput, match=rf'^--month: "{"x" * 20}" is no month'):
        read_month("x" * 21, "--month")


def test_december_is_followed_by_january() -> None:
    assert Month(2026, 12).next == Month(2027, 1) and Month(2026, 9).next == Month(2026, 10)


def test_the_month_in_which_clocks_go_back_is_an_hour_longer() -> None:
    start_at, end_at = Month(2026, 10).bounds(ROME)
    assert end_at - start_at == (31 * 24 + 1) * HOUR_MS
    assert from_at(start_at).isoformat() == "2026-09-30T22:00:00+00:00"


def test_the_month_is_that_of_the_firm_wherever_the_program_runs() -> None:
    at = Month(2026, 10).bounds(ROME)[0]
    kathmandu, sao_paulo = ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/Sao_Paulo")
    assert [month_of(at, zone).number for zone in (ROME, kathmandu, sao_paulo)] == [10, 10, 9]


@given(st.integers(0, 4_000_000_000_000))
def test_every_instant_is_in_exactly_the_month_that_it_is_said_to_be_in(at: int) -> None:
    month = month_of(at, ROME)
    start_at, end_at = month.bounds(ROME)
    assert start_at <= at < end_at and month.next.bounds(ROME)[0] == end_at


def test_a_report_is_of_the_months_asked_for_else_of_a_year_up_to_this_one() -> None:
    this = Month(2026, 10)
    assert span_of(None, None, this) == (Month(2025, 11), this)
    assert span_of(None, "2026-03", this) == (Month(2025, 4), Month(2026, 3))
    assert span_of("2026-10", "2026-10", this) == (this, this)
    assert span_of("2023-11", None, this) == (Month(2023, 11), this)
    for first, last, places, named in (
        ("2023-10", None, ("from", "until"), r"^from: 2023-10 to 2026-10 cannot be shown \(write at most 36 months"),
        ("2026-11", None, ("--from", "--to"), "^--from: 2026-11 to 2026-10"),
        (None, "x", ("from", "until"), "^until: "),
        ("x", None, ("from", "until"), "^from: "),
    ):
        with pytest.raises(BadInput, match=named):
            span_of(first, last, this, places)


def test_months_before_cross_the_year() -> None:
    assert Month(2026, 2).months_before(3) == Month(2025, 11)
    assert Month(2026, 12).months_before(11) == Month(2026, 1)
    assert Month(2026, 1).months_before(0) == Month(2026, 1)
