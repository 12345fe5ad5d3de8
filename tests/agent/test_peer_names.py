"""The other end, named by a log, an event, the arguments or a socket."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.peer_names import Likeness, is_address, is_here, is_masked, likeness, same_peer


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("192.0.2.7:3389", "192.0.2.7:3389"),
        ("192.0.2.7", "192.0.2.7:3389"),
        ("Reception-PC", "reception-pc:5900"),
        ("localhost:5901", "127.0.0.1:5901"),
        ("[2001:db8::7]:5900", "2001:db8::7"),
        ("server.example.", "server.example"),
        ("123456789", "123456789"),
    ],
)
def test_the_same_end_in_two_spellings(one: str, other: str) -> None:
    assert likeness(one, other) is likeness(other, one) is Likeness.SAME


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("192.0.2.7:3389", "192.0.2.8:3389"),
        ("192.0.2.7:3389", "192.0.2.7:3390"),
        ("reception-pc", "kitchen-pc"),
        ("123456789", "987654321"),
        ("localhost:5901", "127.0.0.1:5902"),
    ],
)
def test_two_ends_of_one_kind_that_differ(one: str, other: str) -> None:
    assert likeness(one, other) is likeness(other, one) is Likeness.OTHER


@pytest.mark.parametrize(
    ("one", "other"),
    [("reception-pc", "192.0.2.7:3389"), ("123456789", "203.0.113.5:443"), ("reception-pc", None), (None, None)],
)
def test_what_cannot_be_compared(one: str | None, other: str | None) -> None:
    assert likeness(one, other) is likeness(other, one) is Likeness.UNTOLD


def test_an_address_is_told_from_a_name() -> None:
    assert all(map(is_address, ("192.0.2.7", "192.0.2.7:3389", "[2001:db8::7]:3389", "2001:db8::7", "localhost")))
    assert not any(map(is_address, ("reception-pc", "reception-pc:3389", "123456789", "")))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("123***789", "123456789", True),
        ("123XXX789", "123***789", True),
        ("123***789", "123456780", False),
        ("123***789", "1234567890", False),
        ("xerox-pc", "xerox-pc", True),
        ("xerox-pc", "serox-pc", False),
        ("PC-***", "PC-007", True),
        ("123???789", "123•••789", True),
    ],
)
def test_a_mask_hides_a_digit_and_an_x_in_a_name_is_none(one: str, other: str, same: bool) -> None:
    assert same_peer(one, other) is same_peer(other, one) is same


def test_an_address_of_this_computer_is_told_from_another() -> None:
    assert all(map(is_here, ("127.0.0.1:5901", "[::1]:3389", "localhost")))
    assert not any(map(is_here, ("192.0.2.7:3389", "local", "")))


def test_a_masked_peer_is_told_from_one_that_is_not() -> None:
    assert all(map(is_masked, ("123***789", "1XXXXXXXX6", "PC-#")))
    assert not any(map(is_masked, ("123456789", "xerox-pc", "")))


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_a_tool_writes_has_an_answer(one: str, other: str) -> None:
    assert likeness(one, other) is likeness(other, one)
    assert likeness(one, one) is Likeness.SAME
