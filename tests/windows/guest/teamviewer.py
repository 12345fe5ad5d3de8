"""What a played TeamViewer.exe does: writes its log while it runs, as told on its standard input.

The log (TEAMVIEWER_LOG) is in the form of TeamViewer 12 and 15, with this PC's local time, and is held open all the
while, as a Windows program does that others may read along, rename and remove.

    start        the banner of a program start, which tells the offset of the local time
    write TEXT   one line: time, process, thread, and TEXT
    record TEXT  one line of the list of connections, as it is
    rotate       the log, open as it is, becomes ..._OLD.log and a new one begins
    delete       the log is removed; the next one begins when there is something to write
    alone        from now on nobody else may open it, as while a scanner or a backup looks at it
    shared       everybody may again
"""

import ctypes
import msvcrt
import os
import sys
import time
from ctypes import wintypes
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

LOG = Path(os.environ["TEAMVIEWER_LOG"])
CONNECTIONS = Path(os.environ["APPDATA"], "TeamViewer", "Connections.txt")
APPEND, OPEN_ALWAYS, NORMAL = 0x4, 4, 0x80
TRIES, PAUSE_S = 100, 0.05
NOBODY, EVERYBODY = 0, 1 | 2 | 4  # reads, writes, renames and removes it beside its owner

_create = ctypes.WinDLL("kernel32", use_last_error=True).CreateFileW
_create.restype = wintypes.HANDLE


def main() -> None:
    LOG.parent.mkdir(parents=True, exist_ok=True)
    log = opened(EVERYBODY)
    for line in sys.stdin:
        word, _, text = line.strip().partition(" ")
        if log.closed:
            log = opened(EVERYBODY)
        match word:
            case "start":
                log.write(banner(here()))
            case "write":
                log.write(f"{stamp(here())} {os.getpid():5} 11576 {text}\n")
            case "record":
                CONNECTIONS.parent.mkdir(parents=True, exist_ok=True)
                with CONNECTIONS.open("a", encoding="utf-8") as connections:
                    connections.write(f"{text}\n")
            case "rotate":
                LOG.replace(LOG.with_name(f"{LOG.stem}_OLD.log"))
                log.close()
                log = opened(EVERYBODY)
            case "delete":
                LOG.unlink()
                log.close()
            case "alone" | "shared":
                log.close()
                log = opened(NOBODY if word == "alone" else EVERYBODY)
            case _:
                raise ValueError(f"{word!r} is no order")
        if not log.closed:
            log.flush()
        print("done", flush=True)


def opened(shared_with: int) -> TextIO:
    """The log, to be written on; who wants it for himself may have to wait for an instant."""
    for _ in range(TRIES):
        handle = _create(str(LOG), APPEND, shared_with, None, OPEN_ALWAYS, NORMAL, None)
        if handle != wintypes.HANDLE(-1).value:
            break
        time.sleep(PAUSE_S)
    else:
        raise ctypes.WinError(ctypes.get_last_error())
    return os.fdopen(msvcrt.open_osfhandle(handle, os.O_APPEND), "a", encoding="utf-8")


def here() -> datetime:
    return datetime.now(UTC).astimezone()


def banner(now: datetime) -> str:
    minutes = (now.utcoffset() or timedelta()) // timedelta(minutes=1)
    offset = f"{minutes // 60:+d}:{minutes % 60:02d}" if minutes else ""
    return f"Start:              {stamp(now)} (UTC{offset})\nVersion:            15.54.5\n"


def stamp(now: datetime) -> str:
    return now.strftime("%Y/%m/%d %H:%M:%S.%f")[:-3]


main()
