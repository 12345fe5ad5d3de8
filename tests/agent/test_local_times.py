"""Local times in order → instants: the hour that comes twice, the one that never comes, and a law."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from agent.local_times import HOUR_MS, LocalTimes
from shared.moments import to_at

ROME = ZoneInfo("Europe/Rome")
AUTUMN = to_at(datetime(2026, 10, 25, 1, tzinfo=UTC))  # when the clocks in Rome go back


def in_rome() -> LocalTimes:
    return LocalTimes(lambda local: to_at(local.replace(tzinfo=ROME)))


def written(at: int) -> datetime:
    """What a clock in Rome shows at this instant, without saying whether it is summer time."""
    return (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=at)).astimezone(ROME).replace(tzinfo=None, fold=0)


@given(st.lists(st.integers(0, 59 * 60_000), min_size=1, max_size=200))
def test_a_log_that_is_never_silent_for_an_hour_tells_each_instant_over_any_change_of_the_clocks(
    steps: list[int],
) -> None:
    times, at = in_rome(), AUTUMN - 2 * HOUR_MS
    told = [(at, times.at(written(at)))]
    for step in steps:
        at += step
        told.append((at, times.at(written(at))))
    wrong = [(true, said) for true, said in told if true != said]
    assert all(said == true - HOUR_MS for true, said in wrong), (
        "never later than the truth, nor by anything but the hour"
    )


def test_lines_each_minute_leave_no_doubt_but_in_the_first_of_the_two_hours() -> None:
    times = in_rome()
    for minute in range(-180, 180):
        at = AUTUMN + minute * 60_000
        assert times.at(written(at)) == at


def test_an_offset_is_believed_where_the_zone_has_another() -> None:
    times = in_rome()
    assert times.learn(timedelta(hours=3), datetime(2026, 7, 1, 12)) is False  # noqa: DTZ001 - local on purpose
    assert times.at(datetime(2026, 7, 1, 12)) == to_at(datetime(2026, 7, 1, 9, tzinfo=UTC))  # noqa: DTZ001


def test_stamps_that_go_back_by_day_are_a_clock_that_was_set_and_no_change_of_the_offset() -> None:
    times = in_rome()
    times.learn(timedelta(hours=3), None)
    times.at(datetime(2026, 10, 25, 12, 50))  # noqa: DTZ001
    told = times.at(datetime(2026, 10, 25, 12, 0))  # noqa: DTZ001
    assert told == to_at(datetime(2026, 10, 25, 9, 0, tzinfo=UTC))
