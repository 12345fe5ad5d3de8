"""The contract by the calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.contract import (
    SINCE_EVER,
    Contract,
    Period,
    Suspension,
    VersionFrom,
    period_faults,
    version_faults,
    version_on,
)
from collector.domain.entitlement import Version

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
RENEWED = Period(date(2027, 1, 1))
MARCH = Suspension(date(2026, 3, 1), date(2026, 3, 31), "unpaid")

days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
periods = st.builds(
    lambda first, length: Period(first, None if length is None else first + timedelta(days=length)),
    days,
    st.none() | st.integers(0, 900),
)


@pytest.mark.parametrize(
    ("day", "in_force"),
    [("2025-12-31", False), ("2026-01-01", True), ("2026-12-31", True), ("2027-01-01", False)],
)
def test_first_and_last_day_are_covered(day: str, in_force: bool) -> None:
    assert Contract((YEAR,)).in_force(date.fromisoformat(day)) is in_force


@pytest.mark.parametrize(
    ("day", "in_force"),
    [("2026-02-28", True), ("2026-03-01", False), ("2026-03-31", False), ("2026-04-01", True)],
)
def test_a_suspended_contract_is_not_in_force(day: str, in_force: bool) -> None:
    assert Contract((YEAR,), (MARCH,)).in_force(date.fromisoformat(day)) is in_force


def test_it_lasts_to_the_end_of_its_renewals_or_to_the_next_suspension() -> None:
    day = date(2026, 2, 1)
    assert Contract((YEAR,)).last_day(day) == date(2026, 12, 31)
    assert Contract((RENEWED, YEAR)).last_day(day) is None
    assert Contract((YEAR, Period(date(2027, 1, 2)))).last_day(day) == date(2026, 12, 31)
    assert Contract((YEAR, RENEWED), (MARCH,)).last_day(day) == date(2026, 2, 28)
    assert Contract((YEAR,), (MARCH,)).last_day(date(2026, 3, 10)) is None


@given(st.lists(periods, max_size=4), st.lists(periods, max_size=2), days)
def test_up_to_its_last_day_it_is_in_force_every_day_and_on_the_next_it_is_not(
    some: list[Period], off: list[Period], day: date
) -> None:
    contract = Contract(tuple(some), tuple(Suspension(each.first, each.until) for each in off))
    last = contract.last_day(day)
    if contract.in_force(day) and last is not None:
        assert all(contract.in_force(day + timedelta(days=n)) for n in range((last - day).days + 1))
        assert not contract.in_force(last + timedelta(days=1))


def test_the_period_to_show_is_the_present_one_else_the_next_else_the_last() -> None:
    contract = Contract((YEAR, RENEWED))
    assert contract.telling(date(2026, 6, 1)) == YEAR
    assert contract.telling(date(2025, 6, 1)) == YEAR
    assert Contract((YEAR,)).telling(date(2028, 1, 1)) == YEAR
    assert Contract().telling(date(2028, 1, 1)) is None


def test_it_is_the_first_of_what_covers_the_day_in_order_of_time() -> None:
    third = Period(date(2028, 1, 1), date(2028, 12, 31))
    contract = Contract((third, Period(date(2027, 1, 1), date(2027, 12, 31)), YEAR))
    assert contract.telling(date(2026, 12, 31)) == YEAR
    assert contract.telling(date(2027, 12, 31)) == contract.periods[1]
    assert contract.telling(date(2029, 1, 1)) == third


def test_overlapping_periods_are_named_both() -> None:
    assert [str(fault) for fault in period_faults("contracts", [Period(date(2026, 12, 31)), YEAR])] == [
        "contracts: 2026-01-01..2026-12-31 and 2026-12-31.. overlap (end the one before the other begins)"
    ]
    backwards = Period(date(2026, 2, 1), date(2026, 1, 1))
    assert [str(fault) for fault in period_faults("contracts", [backwards])] == [
        "contracts: 2026-02-01..2026-01-01 ends before it begins (give the first day and the last)"
    ]
    assert not list(period_faults("contracts", [RENEWED, YEAR]))
    assert not list(period_faults("contracts", [Period(date(2026, 2, 1), date(2026, 2, 1))]))


def test_a_period_is_written_with_its_ends_as_far_as_they_are_known() -> None:
    assert [str(Period(SINCE_EVER)), str(Period(SINCE_EVER, date(2026, 1, 1)))] == ["..", "..2026-01-01"]
    assert [str(VersionFrom(SINCE_EVER, Version.CURRENT)), str(VersionFrom(date(2026, 3, 1), Version.PREVIOUS))] == [
        "current",
        "2026-03-01 previous",
    ]


def test_two_that_share_a_single_day_meet() -> None:
    last = Period(date(2026, 12, 31), date(2027, 6, 1))
    assert last.meets(YEAR) and YEAR.meets(last)
    assert not RENEWED.meets(YEAR) and not YEAR.meets(RENEWED)


def test_on_its_last_day_it_lasts_that_day_and_one_renewal_within_another_ends_nothing() -> None:
    assert Contract((YEAR,)).last_day(date(2026, 12, 31)) == date(2026, 12, 31)
    within = Period(date(2026, 2, 1), date(2026, 6, 30))
    assert Contract((YEAR, within)).last_day(date(2026, 3, 1)) == date(2026, 12, 31)
    assert Contract((YEAR, Period(date(2027, 1, 1)), within)).last_day(date(2026, 3, 1)) is None


def test_a_suspension_that_ends_before_it_begins_suspends_nothing() -> None:
    never = Suspension(date(2026, 3, 1), date(2026, 2, 1))
    assert Contract((YEAR,), (never,)).last_day(date(2026, 3, 1)) == date(2026, 12, 31)


@given(periods, periods)
def test_two_periods_meet_when_some_day_is_in_both(one: Period, other: Period) -> None:
    later = max(one.first, other.first)
    assert one.meets(other) is (one.covers(later) and other.covers(later)) is other.meets(one)


def test_the_version_changes_on_its_day() -> None:
    steps = [VersionFrom(date(2026, 3, 1), Version.CURRENT), VersionFrom(SINCE_EVER, Version.PREVIOUS)]
    assert version_on(steps, date(2026, 2, 28)) is Version.PREVIOUS
    assert version_on(steps, date(2026, 3, 1)) is Version.CURRENT
    assert version_on(steps[:1], date(2020, 1, 1)) is Version.CURRENT
    assert version_on(steps[1:], date(1969, 12, 31)) is Version.PREVIOUS
    assert version_on([], date(2020, 1, 1)) is Version.CURRENT
    assert not list(version_faults("versions", steps))
    twice = [*steps, VersionFrom(date(2026, 3, 1), Version.PREVIOUS)]
    assert [str(fault) for fault in version_faults("versions", twice)] == [
        'versions: "2026-03-01 current" and "2026-03-01 previous" begin on one day (say one of them)'
    ]
