"""One collector on one data folder: the second is told who runs."""

import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from collector.errors import CannotStart

FILE = "collector.lock"
_FAR = 1_000_000  # Windows keeps others from reading what is locked: lock a byte behind the text

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[str]) -> None:
        file.seek(_FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@dataclass(frozen=True, slots=True)
class Running:
    """Who holds the lock, where he answers, which database he writes, and by which price list (None: the shipped)."""

    pid: int
    address: str
    database: str
    tariff: str | None = None


class FolderLock:
    """Held as long as the process lives, `kill -9` included: the system lets go of it."""

    def __init__(self, folder: Path, address: str, database: str, tariff: Path | None = None) -> None:
        self._path = folder / FILE
        self._running = Running(os.getpid(), address, database, None if tariff is None else str(tariff.absolute()))
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        """Take it; CannotStart when another collector has it."""
        file = self._path.open("a+", encoding="utf-8")
        if not _taken(file):
            other = _told(file)
            file.close()
            who = f" (process {other.pid}, {other.address})" if other else ""
            raise CannotStart(
                f"a collector already runs on {self._path.parent}{who}: use that one, or another --data DIR"
            )
        file.seek(0)
        file.truncate()
        file.write(json.dumps(asdict(self._running)))
        file.flush()
        self._file = file
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _taken(file: IO[str]) -> bool:
    """Whether it is ours now; whoever only asks who runs holds it for a moment, and is waited for."""
    for _ in range(3):
        try:
            _take(file)
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False


def who_runs(folder: Path) -> Running | None:
    """The collector that runs on this folder; None when none does."""
    try:
        with (folder / FILE).open("r+", encoding="utf-8") as file:
            try:
                _take(file)
            except OSError:
                return _told(file)
    except OSError:
        pass
    return None


def _told(file: IO[str]) -> Running | None:
    """What the holder said of himself, as far as it can be read."""
    file.seek(0)
    try:
        return Running(**json.loads(file.read(10_000)))
    except (ValueError, TypeError, OSError):
        return None
