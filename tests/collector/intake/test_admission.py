"""Who may come in, how far a clock is off, and who guesses too often."""

from hypothesis import given
from hypothesis import strategies as st

from collector.intake.admission import GUESSES, Admitted, Denied, Guesses, admit, offset_ms
from shared.messages import Hello, Reason
from shared.moments import HOUR_MS, MINUTE_MS
from tests.collector.intake.line import Door


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


def a_hello(token: str, *, sent_at: int, version: int = 1) -> Hello:
    return Hello(version=version, token=token, sent_at=sent_at, agent_version="0.1", system="Windows 11")


async def test_who_comes_in_is_noted_with_what_it_says_of_itself(door: Door) -> None:
    token, now = await door.token("PC Anna"), door.room.clock.wall_ms()
    match await admit(door.room.ledger, a_hello(token, sent_at=now - HOUR_MS), now):
        case Admitted(name="PC Anna", offset_ms=off_ms):
            assert off_ms == HOUR_MS
        case other:
            raise AssertionError(other)
    (seen,) = await door.room.reading.agents()
    assert (seen.system, seen.version, seen.clock_offset_ms) == ("Windows 11", "0.1", HOUR_MS)


async def test_a_revoked_token_does_not_come_in(door: Door) -> None:
    token, now = await door.token(), door.room.clock.wall_ms()
    (known,) = await door.room.reading.agents()
    await door.room.ledger.revoke_agent(known.id)
    match await admit(door.room.ledger, a_hello(token, sent_at=now), now):
        case Denied(reason=Reason.BAD_TOKEN, why=why):
            assert "enrol" in why
        case other:
            raise AssertionError(other)


async def test_a_version_that_is_not_understood_is_refused_before_its_token_is_looked_at(door: Door) -> None:
    now = door.room.clock.wall_ms()
    for version in (0, -1):
        denied = await admit(door.room.ledger, a_hello("guessed", sent_at=now, version=version), now)
        assert isinstance(denied, Denied) and denied.reason is Reason.BAD_VERSION
