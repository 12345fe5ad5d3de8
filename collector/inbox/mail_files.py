"""E-mail messages in files: one in a file (.eml), many in one (mbox), a folder of either, a Maildir; one at a time in
memory, whatever their number."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from collector.errors import BadInput
from collector.inbox.letter import MAX_BYTES

FROM = b"From "


@dataclass(frozen=True, slots=True)
class Found:
    """A message and where it stands; one that is too large is cut off, and so refused when it is read."""

    place: str
    data: bytes


def messages_in(place: str) -> Iterator[Found | BadInput]:
    """The messages of a file, a folder, or of standard input for "-"; what cannot be opened is told among them."""
    if place == "-":
        yield from _messages("standard input", sys.stdin.buffer)
        return
    path = Path(place)
    for file in _files(path) if path.is_dir() else [path]:
        try:
            with file.open("rb") as opened:
                yield from _messages(str(file), opened)
        except (OSError, ValueError) as error:
            why = (isinstance(error, OSError) and error.strerror) or str(error)
            yield BadInput(str(file), f"cannot be read: {why}")


def _files(folder: Path) -> Iterator[Path]:
    """Of a Maildir all that was delivered; else what is named as mail."""
    maildir = [folder / "cur", folder / "new"]
    if all(each.is_dir() for each in maildir):
        yield from sorted(file for each in maildir for file in each.iterdir() if file.is_file())
        return
    yield from sorted(file for file in folder.iterdir() if file.suffix.lower() in (".eml", ".mbox") and file.is_file())


def _messages(place: str, opened: BinaryIO) -> Iterator[Found]:
    first = opened.readline(MAX_BYTES + 1)
    if not first.startswith(FROM):
        yield Found(place, first + opened.read(MAX_BYTES + 1 - len(first)))
        return
    number, some, size, blank = 1, list[bytes](), 0, True
    for line in iter(lambda: opened.readline(MAX_BYTES + 1), b""):
        if blank and line.startswith(FROM):
            yield Found(f"{place}: message {number}", b"".join(some))
            number, some, size = number + 1, [], 0
        elif size <= MAX_BYTES:
            some.append(line[1:] if line.lstrip(b">").startswith(FROM) and line.startswith(b">") else line)
            size += len(line)
        blank = not line.strip()
    yield Found(f"{place}: message {number}", b"".join(some))
