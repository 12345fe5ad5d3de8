"""The system's own clocks, and the one for tests, keep the same promises."""

import pytest

from shared.clock import Clock, SystemClock
from tests.fakes.clock import FakeClock


@pytest.mark.parametrize("clock", [SystemClock(), FakeClock()], ids=["system", "fake"])
def test_the_steady_clock_never_goes_back_and_the_wall_clock_tells_our_time(clock: Clock) -> None:
    readings = [clock.steady_ms() for _ in range(1_000)]
    assert readings == sorted(readings)
    assert clock.wall_ms() > 1_700_000_000_000


def test_the_fake_moves_only_when_told() -> None:
    clock = FakeClock()
    before = clock.wall_ms(), clock.steady_ms()
    clock.advance(5)
    assert (clock.wall_ms(), clock.steady_ms()) == (before[0] + 5, before[1] + 5)
