"""Bytes → lines, however they are cut."""

import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.log_lines import LONGEST_LINE, Lines

TEXT = "first: Åsa's PC\r\nsecond: 東京 😀\nthird: perché no\nfour"
WHOLE = ["first: Åsa's PC", "second: 東京 😀", "third: perché no"]


def told(data: bytes, *cuts: int) -> tuple[list[str], str]:
    lines = Lines()
    places = [0, *sorted(cuts), len(data)]
    whole = [line for begin, end in pairwise(places) for line in lines.take(data[begin:end])]
    return whole, lines.rest


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@given(cuts=st.lists(st.integers(8, 100), max_size=4))
def test_every_encoding_gives_the_same_lines_wherever_the_bytes_are_cut(encoding: str, cuts: list[int]) -> None:
    data = TEXT.encode(encoding)
    assert told(data, *(min(cut, len(data)) for cut in cuts)) == (WHOLE, "four")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_every_end_of_a_line_gives_the_same_lines_wherever_the_bytes_are_cut(end: str, encoding: str) -> None:
    data = end.join(["the first", "", "third", "4"]).encode(encoding)
    for cut in range(8, len(data)):
        assert told(data, cut) == (["the first", "", "third"], "4")
        assert told(data, cut, cut, cut + 1) == (["the first", "", "third"], "4")


def test_a_mark_of_the_other_byte_order_is_known_too() -> None:
    assert told(b"\xfe\xff" + TEXT.encode("utf-16-be"))[0] == WHOLE


def test_a_line_that_is_no_utf_8_is_cp1252_and_the_others_stay_what_they_are() -> None:
    data = "perché\n".encode("cp1252") + "perché €\n".encode()
    assert told(data)[0] == ["perché", "perché €"]


def test_empty_bytes_are_passed_over() -> None:
    assert told(b"\0\0\0\0\0\0\0\0\0\0one\0\ntwo\n")[0] == ["one", "two"]


def test_rubbish_that_begins_like_a_mark_does_not_spoil_what_follows() -> None:
    assert told(b"\xff\xfe\x00\x81 rubbish \xc3\x28\nafter it\n")[0][1:] == ["after it"]


def test_reading_may_begin_within_a_file() -> None:
    data = TEXT.encode("utf-16")
    lines = Lines(head=data[:8])
    assert lines.take(data[36:]) == WHOLE[1:]


def test_a_line_without_end_is_kept_only_as_far_as_it_is_looked_at() -> None:
    lines = Lines()
    tracemalloc.start()
    for _ in range(300):
        assert lines.take(b"x" * 100_000) == []
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1_000_000
    assert [len(line) for line in lines.take(b"end\nnext\n")] == [LONGEST_LINE, 4]


def test_what_was_read_of_a_half_line_is_not_read_again() -> None:
    lines = Lines()
    assert lines.take(b"whole by itself") == []
    assert lines.rest == "whole by itself"
    lines.drop_rest()
    assert lines.take(b" and more\nnext\n") == ["", "next"]


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_no_bytes_break_it(several: list[bytes]) -> None:
    lines = Lines()
    for each in several:
        assert all("\n" not in line for line in lines.take(each))
