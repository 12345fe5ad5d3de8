"""A pattern that may look for ever is found out before it is used, and found out soon."""

import time

import pytest

from agent.patience import is_slow
from agent.signature import Signature, patterns, read_signature
from tests.agent.catalogue.scenes import FILES


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$",
        r"^(\w+\s?)*$",
        r"(a|aa)+$",
        r"^(?:[\d.]+)*:(?P<port>\d+)$",
        r".*.*.*.*x$",
        r"peer=(?P<id>(?:x+x+)+)y",
    ],
)
def test_one_that_repeats_its_repeats_is_slow(pattern: str) -> None:
    began = time.thread_time()
    assert is_slow(pattern)
    assert time.thread_time() - began < 20


@pytest.mark.parametrize("pattern", [r"^-host[:=](?P<host>[\w.-]+)$", r"^(?P<id>\d{9,10})$", r"connected(?: to .*)?$"])
def test_an_ordinary_one_is_not(pattern: str) -> None:
    assert not is_slow(pattern)


def test_a_busy_computer_makes_no_pattern_slow() -> None:
    assert not is_slow(r"^a+$", spent_ns=lambda: 0)


def signatures() -> list[Signature]:
    return [read_signature(file.read_text(encoding="utf-8"), file.name) for file in FILES]


@pytest.mark.parametrize("signature", signatures(), ids=lambda each: each.tool)
def test_no_shipped_pattern_is_slow(signature: Signature) -> None:
    assert [place for place, pattern in patterns(signature) if is_slow(pattern)] == []
