"""Pauses grow to a limit and are never zero."""

from hypothesis import given
from hypothesis import strategies as st

from agent.backoff import LONGEST_MS, pause_ms


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_a_pause_is_between_half_and_all_of_its_limit(failures: int, chance: float) -> None:
    assert 250 <= pause_ms(failures, chance) <= LONGEST_MS


def test_it_doubles() -> None:
    assert [pause_ms(failures, 0) for failures in (1, 2, 3)] == [250, 500, 1_000]
