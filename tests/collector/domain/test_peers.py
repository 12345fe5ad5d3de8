"""Whose peer it is, also by patterns."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.peers import Peer, best, could_share, equal_rank, fits, key_of, peer_faults

patterns = st.text("ab*", max_size=5)
texts = st.text("ab", max_size=6)


@pytest.mark.parametrize(
    ("one", "other"), [("123 456 789", "123456789"), ("PC-Anna", "pc-anna"), (" srv ", "srv"), ("12 34*", "1234*")]
)
def test_spellings_of_one_peer_share_their_key(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


def test_names_with_blanks_are_told_apart() -> None:
    assert key_of("front desk") != key_of("frontdesk")


@given(patterns, texts)
def test_a_pattern_takes_what_its_open_places_leave_room_for(pattern: str, text: str) -> None:
    as_regex = ".*".join(map(re.escape, pattern.split("*")))
    assert fits(pattern, text) is (re.fullmatch(as_regex, text) is not None)


def test_the_pattern_that_says_most_wins() -> None:
    assert best(["srv-*", "srv-bianchi-*", "*"], "srv-bianchi-2") == "srv-bianchi-*"
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
    ("peer", "told"),
    [
        (Peer("TeamViewer", "1"), "no tool"),
        (Peer("vnc", " "), "no peer"),
        (Peer("vnc", "a\nb"), "no peer"),
        (Peer("vnc", "*"), "nearly every peer"),
        (Peer("vnc", "a*b"), "at least 3"),
    ],
)
def test_a_peer_that_is_none_is_refused_by_name(peer: Peer, told: str) -> None:
    (fault,) = peer_faults("peers", [peer])
    assert told in str(fault)


def test_a_good_peer_is_taken() -> None:
    assert not list(peer_faults("peers", [Peer("teamviewer", "123 456 789"), Peer("vnc", "srv-bianchi-*")]))
