"""Whose peer it is, also by patterns."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.peers import Peer, best, could_share, equal_rank, fits, key_of, peer_faults, says

patterns = st.text("ab*", max_size=5)
texts = st.text("ab", max_size=6)


@pytest.mark.parametrize(
    ("one", "other"), [("123 456 789", "123456789"), ("PC-Anna", "pc-anna"), (" srv ", "srv"), ("12 34*", "1234*")]
)
def test_spellings_of_one_peer_share_their_key(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


def test_names_with_blanks_are_told_apart() -> None:
    assert key_of("front desk") != key_of("frontdesk")


def test_figures_of_another_script_are_a_name_like_any_other() -> None:
    assert key_of(" ١٢ ٣ ") == "١٢ ٣"


@pytest.mark.parametrize(
    ("pattern", "key", "taken"),
    [
        ("*ab*ab*", "abab", True),
        ("*ab*b*", "ab", False),
        ("*b*b", "ab", False),
        ("ab*b", "ab", False),
        ("ab*b", "abb", True),
        ("a*b*c", "abc", True),
        ("a", "a", True),
        ("a", "ab", False),
        ("*", "", True),
    ],
)
def test_what_a_pattern_says_stands_there_in_its_order_and_once_each(pattern: str, key: str, taken: bool) -> None:
    assert fits(pattern, key) is taken


@given(patterns, texts)
def test_a_pattern_takes_what_its_open_places_leave_room_for(pattern: str, text: str) -> None:
    as_regex = ".*".join(map(re.escape, pattern.split("*")))
    assert fits(pattern, text) is (re.fullmatch(as_regex, text) is not None)


def test_the_pattern_that_says_most_wins() -> None:
    assert best(["srv-*", "srv-bianchi-*", "*"], "srv-bianchi-2") == "srv-bianchi-*"
    assert best(["a*", "*bcd"], "abcd") == "*bcd"
    assert best(["srv-*"], "pc-1") is None


@given(patterns, patterns, texts)
def test_two_patterns_that_take_one_peer_could_share(one: str, other: str, text: str) -> None:
    if fits(one, text) and fits(other, text):
        assert could_share(one, other)


@pytest.mark.parametrize(("one", "other"), [("a*", "b*"), ("*a", "*b"), ("ab*", "*ca"), ("a", "b"), ("a*b", "a*c")])
def test_patterns_without_a_common_peer_could_not(one: str, other: str) -> None:
    shared = could_share(one, other)
    assert shared is (one == "ab*")  # abca


def test_two_that_say_equally_much_are_of_equal_rank() -> None:
    assert equal_rank(Peer("vnc", "pc-*"), Peer("vnc", "*-01"))
    assert not equal_rank(Peer("vnc", "pc-*"), Peer("rdp", "*-01"))
    assert not equal_rank(Peer("vnc", "pc-*"), Peer("vnc", "pc-0*"))
    assert not equal_rank(Peer("vnc", "pc-01"), Peer("vnc", "pc-01"))


@pytest.mark.parametrize(
    ("peer", "said"),
    [
        (Peer("TeamViewer", "1"), '"TeamViewer" is no tool (write it as in teamviewer:123456789)'),
        (Peer("X" * 81, "1"), f'"{"X" * 80}" is no tool (write it as in teamviewer:123456789)'),
        (Peer("vnc", " "), '" " is no peer (1 to 200 characters on one line, without |)'),
        (Peer("vnc", "a\nb"), '"a\\nb" is no peer (1 to 200 characters on one line, without |)'),
        (Peer("vnc", "a|b"), '"a|b" is no peer (1 to 200 characters on one line, without |)'),
        (Peer("vnc", "x" * 201), f'"{"x" * 60}" is no peer (1 to 200 characters on one line, without |)'),
        (Peer("vnc", "*"), "vnc:* would take nearly every peer (say at least 3 characters beside the *)"),
        (Peer("vnc", "a*b"), "vnc:a*b would take nearly every peer (say at least 3 characters beside the *)"),
    ],
)
def test_a_peer_that_is_none_is_refused_by_name(peer: Peer, said: str) -> None:
    (fault,) = peer_faults("peers", [peer])
    assert str(fault) == f"peers: {said}"


def test_a_good_peer_is_taken() -> None:
    peers = [Peer("teamviewer", "123 456 789"), Peer("vnc", "srv-bianchi-*"), Peer("vnc", "ab*c"), Peer("vnc", "a")]
    assert not list(peer_faults("peers", [*peers, Peer("a" * 64, "x" * 200)]))


def test_the_rank_of_a_pattern_is_what_it_says() -> None:
    assert (says("*"), says("pc-*-*"), says("pc")) == (0, 4, 2)
    assert best(["*1", "a*"], "a1") == "a*"  # of two that say equally much always the same


@given(patterns, patterns, texts)
def test_sharing_does_not_depend_on_who_is_asked_first(one: str, other: str, text: str) -> None:
    assert could_share(one, other) is could_share(other, one)
    assert could_share(one, text) is fits(one, text)


def test_patterns_with_long_open_places_are_compared_in_a_moment() -> None:
    assert could_share("a" + "*a" * 60, "*b*" + "a" * 60 + "*a")
    assert not could_share("*a" * 60 + "b", "*a" * 60 + "c")
