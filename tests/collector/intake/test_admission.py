"""How far a clock is off, and who guesses too often."""

from hypothesis import given
from hypothesis import strategies as st

from collector.intake.admission import GUESSES, Guesses, offset_ms
from shared.moments import MINUTE_MS


@given(st.integers(0, 10**13), st.integers(-1_999, 1_999))
def test_a_clock_that_is_a_little_off_is_believed(sent_at: int, off_ms: int) -> None:
    assert offset_ms(sent_at, sent_at + off_ms) == 0


@given(st.integers(0, 10**13), st.integers(2_000, 10**12), st.booleans())
def test_a_clock_that_is_far_off_is_corrected(sent_at: int, off_ms: int, behind: bool) -> None:
    now_at = sent_at + (off_ms if behind else -off_ms)
    assert sent_at + offset_ms(sent_at, now_at) == now_at


def test_who_guesses_too_often_is_not_heard_for_a_while() -> None:
    guesses = Guesses()
    for n in range(GUESSES):
        assert not guesses.too_many("192.0.2.1", n)
        guesses.note("192.0.2.1", n)
    assert guesses.too_many("192.0.2.1", GUESSES)
    assert not guesses.too_many("192.0.2.2", GUESSES)
    assert not guesses.too_many("192.0.2.1", MINUTE_MS + GUESSES)
