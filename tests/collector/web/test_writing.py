"""How times and money are written."""

from zoneinfo import ZoneInfo

import pytest

from collector.web import writing
from shared.moments import HOUR_MS

ROME = ZoneInfo("Europe/Rome")


@pytest.mark.parametrize(
    ("ms", "written"),
    [(0, "0:00"), (999, "0:00"), (1_201_000, "20:01"), (3_599_999, "59:59"), (3_600_000, "1:00:00"), (-1, "0:00")],
)
def test_a_length_is_whole_seconds_rounded_down(ms: int, written: str) -> None:
    assert writing.length(ms) == written


def test_ninety_five_minutes_are_not_two_hours() -> None:
    assert writing.length(95 * 60_000) == "1:35:00"


def test_money_is_as_in_italy() -> None:
    assert writing.euro("1035.00", "it") == "€ 1.035,00"
    assert writing.euro("35.00", "en") == "€ 35.00"


def test_an_instant_is_written_in_the_firm_s_zone_on_both_sides_of_a_change_of_clocks() -> None:
    before = 1_792_886_400_000  # 2026-10-25T00:00:00Z, summer time for another hour
    assert writing.clock(before, ROME) == "02:00"
    assert writing.clock(before + HOUR_MS, ROME) == "02:00"
    assert writing.moment(before, "it", ROME) == "25 ott 2026, 02:00:00"


def test_a_day_is_a_day_everywhere() -> None:
    assert writing.day("2026-12-31", "it") == "31 dic 2026"


def test_a_month_is_written_out() -> None:
    assert writing.month("2026-10", "it") == "ottobre 2026"
    assert writing.month("2026-10", "en") == "October 2026"
