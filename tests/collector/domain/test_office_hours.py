"""When somebody is there: by the clock on the wall, also where it is moved."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.domain.office_hours import Hours, Shifts, is_there
from shared.moments import HOUR_MS, MINUTE_MS, to_at

ROME = ZoneInfo("Europe/Rome")
OFFICE = Hours(ROME, frozenset(range(5)), ((9 * 60, 13 * 60), (14 * 60, 18 * 60)), frozenset({date(2026, 12, 25)}))
OTHERWISE = Hours(OFFICE.zone, OFFICE.days, OFFICE.minutes, OFFICE.closed, outside=True)


def at(text: str) -> int:
    return to_at(datetime.fromisoformat(text).replace(tzinfo=ROME))


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        ("2026-11-24T09:00", "2026-11-24T09:00"),
        ("2026-11-24T08:59:59", "2026-11-24T09:00"),
        ("2026-11-24T13:00", "2026-11-24T14:00"),
        ("2026-11-27T18:00", "2026-11-30T09:00"),  # Friday evening
        ("2026-12-24T18:00", "2026-12-28T09:00"),  # Christmas, and the weekend
        ("2026-10-24T12:00", "2026-10-26T09:00"),  # over the night that has 25 hours
    ],
)
def test_the_office_opens(now: str, begins: str) -> None:
    assert OFFICE.next_at(at(now)) == at(begins)


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        ("2026-11-24T08:00", "2026-11-24T08:00"),
        ("2026-11-24T09:00", "2026-11-24T13:00"),
        ("2026-12-25T10:00", "2026-12-25T10:00"),
    ],
)
def test_outside_the_office_is_all_the_rest(now: str, begins: str) -> None:
    assert OTHERWISE.next_at(at(now)) == at(begins)


@settings(max_examples=50)
@given(st.integers(at("2026-01-01T00:00"), at("2027-01-01T00:00")))
def test_somebody_is_in_the_office_or_outside_it_and_never_both(now: int) -> None:
    assert is_there(OFFICE, now) is not is_there(OTHERWISE, now)
    for hours in (OFFICE, OTHERWISE):
        begins = hours.next_at(now)
        assert begins is not None and begins >= now and is_there(hours, begins)


def test_hours_up_to_midnight_meet_the_next_day() -> None:
    always = Hours(ROME, frozenset(range(7)), ((0, 24 * 60),))
    assert is_there(always, at("2026-10-25T02:30")) and is_there(always, at("2026-10-25T23:59:59"))
    nobody_outside = Hours(ROME, frozenset(range(7)), ((0, 24 * 60),), outside=True)
    assert not is_there(nobody_outside, at("2026-11-24T12:00"))


@pytest.mark.parametrize("first_minute", [2 * 60, 2 * 60 + 30])
def test_an_hour_that_the_night_leaves_out_has_nobody(first_minute: int) -> None:
    night = Hours(ROME, frozenset({6}), ((first_minute, 3 * 60),))
    assert night.next_at(at("2026-03-29T01:30")) == at("2026-04-05T02:00") + (first_minute - 2 * 60) * MINUTE_MS
    assert is_there(night, at("2026-10-25T02:45")) and not is_there(night, at("2026-10-25T03:00"))


def test_a_shift_ends() -> None:
    shifts = Shifts(((at("2026-11-24T18:00"), at("2026-11-25T08:00")),))
    assert not is_there(shifts, at("2026-11-24T17:59"))
    assert shifts.next_at(at("2026-11-24T17:59")) == at("2026-11-24T18:00")
    assert is_there(shifts, at("2026-11-25T08:00") - MINUTE_MS)
    assert shifts.next_at(at("2026-11-25T08:00") + HOUR_MS) is None


def test_where_nobody_comes_any_more_there_is_no_next_time() -> None:
    assert Hours(ROME, frozenset(), OFFICE.minutes).next_at(at("2026-11-24T08:00")) is None


def test_the_day_is_that_of_the_office_wherever_the_program_runs() -> None:
    far = ZoneInfo("America/Los_Angeles")
    evening = to_at(datetime(2026, 11, 23, 20, tzinfo=far))  # a Monday there, a Tuesday in Greenwich
    assert is_there(Hours(far, frozenset({0}), ((0, 24 * 60),)), evening)


def test_a_shift_is_over_at_its_end() -> None:
    shifts = Shifts(((5, 10), (20, 30)))
    assert [shifts.next_at(now) for now in (0, 5, 9, 10, 29, 30)] == [5, 5, 9, 20, 29, None]
