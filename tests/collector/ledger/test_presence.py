"""Who is heard, who is silent, whose line is up."""

from collector.ledger.presence import SILENCE_MS, Presence


def test_an_agent_is_heard_until_it_has_been_silent_for_long() -> None:
    presence = Presence()
    assert presence.hear(1, 0)
    assert not presence.hear(1, 1_000)
    assert presence.fall_silent(SILENCE_MS) == frozenset()
    assert presence.fall_silent(1_000 + SILENCE_MS) == frozenset({1})
    assert presence.fall_silent(1_000 + SILENCE_MS) == frozenset()
    assert (presence.linked, presence.up) == (frozenset(), frozenset({1}))
    assert presence.hear(1, 20_000)


def test_a_line_that_is_down_is_silent_at_once() -> None:
    presence = Presence()
    presence.hear(1, 0)
    presence.lose(1)
    assert (presence.linked, presence.up) == (frozenset(), frozenset())


def test_whom_another_collector_hears_is_heard_until_it_says_otherwise_or_is_gone() -> None:
    presence = Presence()
    presence.hear(1, 0)
    assert presence.hear_of(("other", 0), 2, up=[2, 3], linked=[2], steady_ms=0)
    assert presence.hear_of(("other", 1), 2, up=[4], linked=[4], steady_ms=0)
    assert not presence.hear_of(("other", 1), 2, up=[4], linked=[4], steady_ms=1_000)
    assert (presence.up, presence.linked) == ({1, 2, 3, 4}, {1, 2, 4})
    assert (presence.own_up, presence.own_linked) == ({1}, {1})
    assert presence.hear_of(("other", 0), 1, up=[2], linked=[], steady_ms=5_000)
    assert (presence.up, presence.linked) == ({1, 2}, {1})
    presence.hear_of(("third", 0), 1, up=[5], linked=[5], steady_ms=5_000)
    presence.hear(1, 5_000)
    assert presence.fall_silent(5_000 + SILENCE_MS) == {1, 5}
    assert presence.up == {1}


def test_an_agent_that_went_over_to_another_collector_is_not_lost_with_its_old_line() -> None:
    presence = Presence()
    presence.hear(1, 0)
    presence.hear_of(("other", 0), 1, up=[1], linked=[1], steady_ms=0)
    presence.lose(1)
    assert presence.linked == {1}
