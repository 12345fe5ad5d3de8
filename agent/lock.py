"""One agent for one data folder: two would send everything twice."""

import contextlib
import logging
import os
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.errors import AlreadyRunning

log = logging.getLogger(__name__)

TRIES, PAUSE_S = 20, 0.03
_MAKE = os.O_RDWR | os.O_CREAT
_FAR = 1 << 20  # the byte that is locked lies beyond the text, which everybody may read


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock while in the block; AlreadyRunning says which process has it. The system frees it at any death.

    Where the folder cannot be written the lock is made elsewhere, and where it can be made nowhere the agent goes on
    without: it must measure on any disk.
    """
    if (other := _elsewhere(path)).exists() and (pid := _held_by(other)) is not None:
        raise _already(path, pid)
    descriptor = _made(path, other)
    if descriptor is None:
        yield
        return
    try:
        if not _taken_in_time(descriptor):
            raise _already(path, _written(descriptor))
        with contextlib.suppress(OSError):  # a full disk: who runs is then not told
            os.truncate(descriptor, 0)
            os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        os.close(descriptor)


def holder(path: Path) -> str | None:
    """Which process holds the lock; None when nobody does."""
    return _held_by(path) or _held_by(_elsewhere(path))


def _already(path: Path, pid: str) -> AlreadyRunning:
    return AlreadyRunning(f"an agent already runs for {path.parent} (process {pid}): stop it, or give --data DIR")


def _elsewhere(path: Path) -> Path:
    """Where the lock of a folder is that cannot be written."""
    return _passing() / f"mezzora-agent-{zlib.crc32(os.fsencode(path.absolute())):08x}.lock"


def _made(path: Path, other: Path) -> int | None:
    """The lock's file, opened: at its place, or elsewhere; None where neither can be made."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, _MAKE, 0o600)
    except OSError as error:
        log.error("%s cannot be written (%s): what is measured may be lost when the agent stops", path.parent, error)
    try:
        return os.open(other, _MAKE | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except OSError as error:
        log.error("no lock can be made (%s): see to it that no second agent runs for %s", error, path.parent)
        return None


def _held_by(path: Path) -> str | None:
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

    def _passing() -> Path:
        return Path(os.environ.get("TEMP", "."))

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

    def _passing() -> Path:
        """The folder for what need not last."""
        return Path(os.environ.get("TMPDIR", "/tmp"))

    def _take(descriptor: int) -> bool:
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _FAR)
        except OSError:
            return False
        return True
