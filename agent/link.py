"""How the line to the collector stands, written down by the running agent so that `status` can tell it."""

import contextlib
from pathlib import Path

import msgspec

from agent import own_file
from shared.session import Instant


class Link(msgspec.Struct, frozen=True):
    """Open or lost, since when, and why it is lost."""

    open: bool
    since_at: Instant
    why: str = ""


def write_link(path: Path, link: Link) -> None:
    """Whole or not at all; a disk that takes nothing keeps nobody from measuring."""
    with contextlib.suppress(OSError):
        own_file.write(path, msgspec.json.encode(link))


def read_link(path: Path) -> Link | None:
    """What was written last; None when nothing can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Link)
    except (OSError, msgspec.DecodeError):
        return None
