"""One agent for one data folder: two would send everything twice."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.errors import AlreadyRunning

TRIES, PAUSE_S = 20, 0.03
_FAR = 1 << 20  # the byte that is locked lies beyond the text, which everybody may read


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock while in the block; AlreadyRunning says which process has it. The system frees it at any death."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _taken_in_time(descriptor):
            raise AlreadyRunning(
                f"an agent already runs for {path.parent} (process {_written(descriptor)}): stop it, or give --data DIR"
            )
        os.truncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        os.close(descriptor)


def holder(path: Path) -> str | None:
    """Which process holds the lock; None when nobody does."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return None
    try:
        return None if _take(descriptor) else _written(descriptor)
    finally:
        os.close(descriptor)


def _taken_in_time(descriptor: int) -> bool:
    """Who only asks holds it for an instant too, and who has just begun needs one to write down who he is."""
    for _ in range(TRIES):
        if _take(descriptor):
            return True
        time.sleep(PAUSE_S)
    return False


def _written(descriptor: int) -> str:
    return os.read(descriptor, 20).decode(errors="replace").strip() or "?"


if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> bool:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _take(descriptor: int) -> bool:
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _FAR)
        except OSError:
            return False
        return True
