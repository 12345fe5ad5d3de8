"""Whoever listens hears every change once, busy or not."""

from collector.ledger.bell import Bell
from collector.ledger.growth import Growth
from shared.session import SessionState


def growth(intervention_id: int, session_id: str, *, nth: int = 0, lasted_ms: int = 5) -> Growth:
    return Growth(intervention_id, session_id, nth, 1, lasted_ms, 9, SessionState.LIVE)


async def test_what_rang_meanwhile_is_heard_together_and_once() -> None:
    bell = Bell()
    listener = bell.listen()
    bell.ring(frozenset({1}))
    bell.ring(frozenset({1, 2}))
    assert await listener.wait() == frozenset({1, 2})
    assert await listener.wait(0.001) == frozenset()


async def test_a_change_of_nothing_in_particular_wakes_too() -> None:
    bell = Bell()
    listener = bell.listen()
    bell.ring(frozenset())
    assert await listener.wait() == frozenset()


async def test_what_only_grew_is_told_apart_unless_it_changed_too() -> None:
    bell = Bell()
    listener, other = bell.listen(), bell.listen()
    older, newer, changed = growth(1, "a", lasted_ms=5), growth(1, "a", lasted_ms=7), growth(2, "b")
    bell.ring(frozenset(), [older, changed])
    bell.ring(frozenset({2}), [newer])
    assert listener.heard_apart() == (frozenset({2}), [newer])
    assert (listener.heard(), other.heard()) == (frozenset(), frozenset({1, 2}))


async def test_of_which_two_stretches_grew_in_between_is_read() -> None:
    bell = Bell()
    listener = bell.listen()
    bell.ring(frozenset(), [growth(1, "a"), growth(2, "b")])
    bell.ring(frozenset(), [growth(1, "a", nth=1)])
    assert listener.heard_apart() == (frozenset({1}), [growth(2, "b")])


async def test_who_has_left_hears_nothing() -> None:
    bell = Bell()
    stays, leaves = bell.listen(), bell.listen()
    bell.leave(leaves)
    bell.ring(frozenset({1}))
    assert (stays.heard(), leaves.heard()) == (frozenset({1}), frozenset())
