"""Whoever listens hears every change once, busy or not."""

from collector.ledger.bell import Bell
from collector.ledger.growth import Growth


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
    older, newer, changed = Growth(1, "a", 0, 5, 9), Growth(1, "a", 0, 7, 10), Growth(2, "b", 0, 5, 9)
    bell.ring(frozenset(), [older, changed])
    bell.ring(frozenset({2}), [newer])
    assert listener.heard_apart() == (frozenset({2}), [newer])
    assert (listener.heard(), other.heard()) == (frozenset(), frozenset({1, 2}))


async def test_who_has_left_hears_nothing() -> None:
    bell = Bell()
    stays, leaves = bell.listen(), bell.listen()
    bell.leave(leaves)
    bell.ring(frozenset({1}))
    assert (stays.heard(), leaves.heard()) == (frozenset({1}), frozenset())
