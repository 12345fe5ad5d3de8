"""A contract on a line of time."""

from datetime import date

from collector.domain.contract import SINCE_EVER, Contract, Period, Suspension, VersionFrom
from collector.domain.customer import CustomerCard
from collector.domain.entitlement import Version
from collector.web.contracts import draw, draw_whole

TODAY = date(2026, 7, 1)


def test_the_line_goes_from_last_year_to_the_next_and_marks_today() -> None:
    line = draw(CustomerCard("Studio"), TODAY)
    assert [tick.year for tick in line.years] == [2025, 2026, 2027]
    assert line.years[0].x == 0 and 33 < line.years[1].x < 34
    assert line.years[1].x < line.today < line.years[2].x
    assert (line.contract, line.suspended, line.previous) == ((), (), ())


def test_periods_suspensions_and_versions_lie_where_they_belong() -> None:
    contract = Contract(
        (Period(SINCE_EVER, date(2025, 12, 31)), Period(date(2026, 1, 1)), Period(date(2019, 1, 1), date(2020, 1, 1))),
        (Suspension(date(2026, 3, 1), date(2026, 3, 31), "unpaid"),),
    )
    versions = (VersionFrom(SINCE_EVER, Version.PREVIOUS), VersionFrom(date(2026, 1, 1), Version.CURRENT))
    line = draw(CustomerCard("Studio", contract=contract, versions=versions), TODAY)
    before, now = line.contract
    assert (before.x, before.first, now.first, now.until) == (0, None, date(2026, 1, 1), None)
    assert abs(before.x + before.width - now.x) < 0.01 and abs(now.x + now.width - 100) < 0.01
    (suspended,) = line.suspended
    assert now.x < suspended.x < line.today and 2 < suspended.width < 4
    (previous,) = line.previous
    assert (previous.x, round(previous.x + previous.width, 1)) == (0, round(now.x, 1))


def test_the_whole_line_shows_every_period_and_names_as_many_years_as_there_is_room_for() -> None:
    versions = (VersionFrom(SINCE_EVER, Version.PREVIOUS), VersionFrom(date(2013, 1, 1), Version.CURRENT))
    contract = Contract((Period(date(2016, 1, 1), date(2016, 12, 31)), Period(date(2024, 1, 1), date(2029, 5, 1))))
    line = draw_whole(CustomerCard("Studio", contract=contract, versions=versions), TODAY)
    assert [tick.year for tick in line.years] == list(range(2013, 2030))
    assert [tick.year for tick in line.years if tick.named] == [2014, 2017, 2020, 2023, 2026, 2029]
    assert len(line.contract) == 2
    assert [tick.year for tick in draw_whole(CustomerCard("Studio"), TODAY).years] == [2025, 2026, 2027]


def test_a_day_is_wide_enough_to_be_seen() -> None:
    card = CustomerCard("Studio", contract=Contract((Period(TODAY, TODAY),)))
    assert draw(card, TODAY).contract[0].width >= 0.4
