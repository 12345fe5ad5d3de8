"""Reads the catalogue from the package and from the user's own folder; a broken file is named and passed over."""

import logging
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from agent.directory import CATALOGUE, read_rows
from agent.errors import BadSignature
from agent.signature import Catalogue, Signature, System, read_signature, well_formed

log = logging.getLogger(__name__)

MOST_BYTES = 256 * 1024  # of one file; the longest that ships has five thousand


class Shelf(msgspec.Struct, frozen=True):
    """All signatures, which of them are the user's own, and what was refused."""

    signatures: tuple[Signature, ...]
    own: frozenset[str]  # tools
    refused: tuple[BadSignature, ...]


def read_catalogue(system: System, own: Path) -> tuple[Catalogue, list[BadSignature]]:
    """All signatures for this system, the user's own before the shipped one of the same tool, and what was refused."""
    shelf = read_shelf(own)
    re.purge()  # the user's own patterns were compiled to be judged; few tools of all these have a log on one PC
    return Catalogue(shelf.signatures, system), list(shelf.refused)


def warn_of(refused: Iterable[BadSignature]) -> None:
    """Say which files are passed over, and why."""
    for error in refused:
        log.error("catalogue: %s; this file is passed over, the others are used", error)


def read_shelf(own: Path) -> Shelf:
    """The signatures of the package, and over them those of the user's own folder."""
    shipped = {row.tool: row.signature() for row in read_rows() if row.operator}
    shipped |= {each.tool: each for each in map(_read, _files(CATALOGUE))}
    found: dict[str, tuple[str, Signature]] = {}
    refused: list[BadSignature] = []
    for file in _own_files(own, refused):
        try:
            signature = _read(file, is_own=True)
            if signature.tool in found:
                other, _ = found[signature.tool]
                raise BadSignature(f"{file}: {other} tells of {signature.tool!r} already: keep one of the two")
            found[signature.tool] = (file.name, signature)
        except BadSignature as error:
            refused.append(error)
    mine = {tool: signature for tool, (_, signature) in found.items()}
    return Shelf(tuple((shipped | mine).values()), frozenset(mine), tuple(refused))


def _own_files(folder: Path, refused: list[BadSignature]) -> Iterator[Path]:
    try:
        yield from _files(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        refused.append(BadSignature(f"{folder}: the folder cannot be read: {error.strerror}"))


def _files(folder: Path) -> list[Path]:
    return sorted(
        (each for each in folder.iterdir() if each.name.lower().endswith(".toml")), key=lambda each: each.name
    )


def _read(file: Path, *, is_own: bool = False) -> Signature:
    """The signature in a file; whatever keeps it from being read is BadSignature."""
    try:
        if not file.is_file():
            raise BadSignature(f"{file}: this is no file: take it out of the folder")
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadSignature(f"{file}: cannot be read: {error.strerror}") from error
    if len(content) > MOST_BYTES:
        raise BadSignature(f"{file}: it is longer than {MOST_BYTES // 1024} KB: this is no tool's file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadSignature(f"{file}:{line}: not UTF-8: save it in that encoding") from error
    if is_own:
        return read_signature(text, str(file), is_own=True)
    return well_formed(text, str(file))
