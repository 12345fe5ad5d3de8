"""Reads the catalogue from the package and from the user's own folder; a broken file is named and passed over."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from agent.errors import BadSignature
from agent.signature import Catalogue, Signature, System, read_signature


def read_catalogue(system: System, own: Path) -> tuple[Catalogue, list[BadSignature]]:
    """All signatures for this system, the user's own before the shipped one of the same tool, and what was refused."""
    signatures: dict[str, Signature] = {}
    refused: list[BadSignature] = []
    for file in (*_files(files("agent.catalogue")), *(_files(own) if own.is_dir() else ())):
        try:
            signature = _read(file)
        except BadSignature as error:
            refused.append(error)
        else:
            signatures[signature.tool] = signature
    return Catalogue(tuple(signatures.values()), system), refused


def _files(folder: Traversable) -> list[Traversable]:
    return sorted((each for each in folder.iterdir() if each.name.endswith(".toml")), key=lambda each: each.name)


def _read(file: Traversable) -> Signature:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadSignature(f"{file}: cannot be read: {error}") from error
    return read_signature(text, str(file))
