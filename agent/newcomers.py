"""Which process numbers Linux has given out since the last look, out of the number given out last (proc(5), loadavg).

Reading that one number costs a hundredth of listing all processes. The number is given before its process can be seen,
so a number that shows no process yet is looked at a few times more.
"""

import contextlib
import os
import sys
from collections.abc import Callable

SOURCE = "/proc/loadavg"
MANY = 32  # from so many on, listing all processes is the cheaper way
TRIES = 3  # looks at a number that shows no process


class Newcomers:
    """The numbers since the last question; it can't be told where the kernel's own file is not there."""

    def __init__(self, is_process: Callable[[int], bool]) -> None:
        self._is_process = is_process  # threads have numbers too
        self._file = _opened()
        self._last: int | None = None
        self._tries: dict[int, int] = {}  # left for the numbers that show no process yet

    def since_last(self) -> list[int] | None:
        """The processes among the numbers given out since the last question; None when only a list of all can tell."""
        last, self._last = self._last, self._newest()
        if last is None or self._last is None or not 0 <= self._last - last < MANY:
            # A list of all may miss those that were given out a moment ago.
            self._tries = {} if self._last is None else self._new(max(0, self._last - MANY), self._last)
            return None
        self._tries |= self._new(last, self._last)
        present = [number for number in self._tries if self._is_process(number)]
        self._tries = {number: left - 1 for number, left in self._tries.items() if left > 1 and number not in present}
        return present

    @staticmethod
    def _new(last: int, newest: int) -> dict[int, int]:
        return dict.fromkeys(range(last + 1, newest + 1), TRIES)

    def _newest(self) -> int | None:
        if self._file is None:
            return None
        with contextlib.suppress(OSError):
            os.lseek(self._file, 0, os.SEEK_SET)
            return last_number(os.read(self._file, 100))
        return None


def last_number(text: bytes) -> int | None:
    """The number in the file's last field; None where a kernel that only looks like Linux does not tell it."""
    *_, last = text.split() or [b""]
    return int(last) or None if last.isdigit() else None


def _opened() -> int | None:
    """The file, unless something else has been laid over it: LXC does so, with numbers that are seconds old.

    Wine shows Linux's own file to Windows programs, which have other numbers.
    """
    if sys.platform != "linux":
        return None
    try:
        if os.stat(SOURCE).st_dev != os.stat("/proc/self").st_dev:
            return None
        return os.open(SOURCE, os.O_RDONLY)
    except OSError:
        return None
