"""What a played TeamViewer.exe does: writes its log while it runs, as told on its standard input.

The log (TEAMVIEWER_LOG) is in the form of TeamViewer 12 and 15, with this PC's local time, and is held open all the
while, as a Windows program does that others may read along.

    start        the banner of a program start, which tells the offset of the local time
    write TEXT   one line: time, process, thread, and TEXT
    rotate       the log becomes ..._OLD.log and a new one begins
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

LOG = Path(os.environ["TEAMVIEWER_LOG"])


def main() -> None:
    LOG.parent.mkdir(parents=True, exist_ok=True)
    log: TextIO = LOG.open("a", encoding="utf-8")
    for line in sys.stdin:
        word, _, text = line.strip().partition(" ")
        match word:
            case "start":
                log.write(banner(here()))
            case "write":
                log.write(f"{stamp(here())} {os.getpid():5} 11576 {text}\n")
            case "rotate":
                log = rotated(log)
            case _:
                raise ValueError(f"{word!r} is no order")
        log.flush()
        print("done", flush=True)


def here() -> datetime:
    return datetime.now(UTC).astimezone()


def banner(now: datetime) -> str:
    minutes = (now.utcoffset() or timedelta()) // timedelta(minutes=1)
    offset = f"{minutes // 60:+d}:{minutes % 60:02d}" if minutes else ""
    return f"Start:              {stamp(now)} (UTC{offset})\nVersion:            15.54.5\n"


def stamp(now: datetime) -> str:
    return now.strftime("%Y/%m/%d %H:%M:%S.%f")[:-3]


def rotated(log: TextIO) -> TextIO:
    log.close()
    LOG.replace(LOG.with_name(f"{LOG.stem}_OLD.log"))
    return LOG.open("a", encoding="utf-8")


main()
