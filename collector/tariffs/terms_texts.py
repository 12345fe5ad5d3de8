"""The texts of the service terms: files of UTF-8 in one folder, each called by its version, `2026.txt`."""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = "terms"  # in the data folder
MAX_BYTES = 1_000_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TermsText:
    """What was read, to the letter: its SHA-256 is that which an acceptance keeps."""

    version: str
    text: str
    sha256: str


def texts_in(folder: Path) -> dict[str, TermsText]:
    """All of them, by version; one that cannot be read is named in the log and left out."""
    return {each.version: each for each in _read(folder)}


def _read(folder: Path) -> Iterator[TermsText]:
    for file in sorted(folder.glob("*.txt")):
        try:
            with file.open("rb") as opened:
                content = opened.read(MAX_BYTES + 1)
            if len(content) > MAX_BYTES:
                raise ValueError(f"larger than {MAX_BYTES} bytes")
            yield TermsText(file.stem, content.decode("utf-8-sig"), hashlib.sha256(content).hexdigest())
        except (OSError, ValueError) as error:
            _log.warning("the terms in %s cannot be shown: %s", file, error)
