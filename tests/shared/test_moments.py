"""Instants and lengths go in and out unharmed."""

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.moments import HOUR_MS, day_bounds, from_at, iso, read_length, to_at

ROME = ZoneInfo("Europe/Rome")


@given(st.integers(0, 253_402_300_799_999))
def test_an_instant_survives_the_way_out_and_back(at: int) -> None:
    assert to_at(from_at(at)) == at
    assert to_at(datetime.fromisoformat(iso(at))) == at


@given(st.integers(0, 10**13), st.integers(-23, 23))
def test_the_offset_changes_how_an_instant_is_written_and_not_which_it_is(at: int, hours: int) -> None:
    assert to_at(from_at(at).astimezone(timezone(timedelta(hours=hours)))) == at


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        to_at(from_at(0).replace(tzinfo=None))


@pytest.mark.parametrize(
    ("text", "ms"), [("20m", 1_200_000), ("8s", 8_000), ("1h", 3_600_000), ("500ms", 500), ("0s", 0)]
)
def test_a_length_is_read_with_its_unit(text: str, ms: int) -> None:
    assert read_length(text) == ms


@pytest.mark.parametrize("text", ["", "20", "m", "-1s", "1.5h", "20 m", "20M", "1h30m", "٢s", "9999999999s"])
def test_anything_else_is_no_length(text: str) -> None:
    with pytest.raises(ValueError, match="not a length"):
        read_length(text)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 10, 24), 24), (date(2026, 10, 25), 25), (date(2026, 3, 29), 23)]
)
def test_a_day_has_as_many_hours_as_its_zone_gives_it(day: date, hours: int) -> None:
    start, end = day_bounds(day, ROME)
    assert end - start == hours * HOUR_MS
