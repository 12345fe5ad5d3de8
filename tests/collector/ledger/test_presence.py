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
