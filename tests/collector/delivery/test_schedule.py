"""Tried again ever more rarely, for three days."""

from hypothesis import given
from hypothesis import strategies as st

from collector.delivery.schedule import FIRST_MS, GIVE_UP_MS, LONGEST_MS, next_try_at
from shared.moments import HOUR_MS


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True), st.integers(0, GIVE_UP_MS))
def test_a_pause_is_at_least_half_of_its_limit_and_never_beyond_it(tries: int, chance: float, asked_ms: int) -> None:
    at = next_try_at(tries, 0, 0, chance, asked_ms)
    assert at is not None and max(FIRST_MS // 2, asked_ms) <= at <= max(LONGEST_MS, asked_ms)


def test_it_doubles_up_to_an_hour() -> None:
    assert [next_try_at(tries, 0, 0, 0) for tries in (1, 2, 3, 11, 99)] == [2_500, 5_000, 10_000, 1_800_000, 1_800_000]


def test_after_three_days_it_is_given_up_and_so_is_what_would_be_waited_for_longer() -> None:
    tries, now_at = 0, 0
    while (later := next_try_at(tries := tries + 1, 0, now_at, 0.5)) is not None:
        assert later > now_at
        now_at = later
    assert GIVE_UP_MS - HOUR_MS <= now_at <= GIVE_UP_MS and 90 < tries < 120
    assert next_try_at(1, 0, 0, 0, asked_ms=GIVE_UP_MS + 1) is None
