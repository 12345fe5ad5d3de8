"""Whether a pattern may keep the agent busy for ever. Python's own `re` cannot be stopped once it looks."""

import re
import string
import time
from collections.abc import Callable, Iterator

LIMIT_NS = 50_000_000
LENGTHS = (*range(4, 64, 4), 64, 128, 256, 512, 1024, 2048, 4000)  # grown in steps, so that the first slow one stops it


def is_slow(pattern: str, spent_ns: Callable[[], int] = time.thread_time_ns) -> bool:
    """Whether looking at some line of at most 4,000 letters takes long: a repeat within a repeat, mostly.

    It is tried on lines that nearly fit, and its own time is measured, so that a busy computer makes no pattern slow.
    """
    compiled = re.compile(pattern, re.IGNORECASE)
    for begin in ("", *_texts(pattern)):
        for unit in _units(pattern):
            for length in LENGTHS:
                line = begin + (unit * length)[:length] + "\0"
                began_ns = spent_ns()
                compiled.search(line)
                if spent_ns() - began_ns > LIMIT_NS:
                    return True
    return False


def _units(pattern: str) -> Iterator[str]:
    """What the tried lines repeat: each kind of letter, and the pattern's own."""
    yield from sorted({"a", "1", " ", "-", ".", *(each for each in pattern if each in string.printable)})
    yield from ("a1", "a ", "1.", "a.", "a-", "1 ")
    yield from _texts(pattern)


def _texts(pattern: str) -> list[str]:
    """The pattern's longest pieces of plain text."""
    return sorted(set(re.findall(r"[A-Za-z0-9 :/=,-]{2,}", pattern)), key=len)[-3:]
