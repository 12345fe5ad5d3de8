"""Reads the catalogue from the package and from the user's own folder; a broken file is named and passed over."""

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from agent.errors import BadSignature
from agent.signature import Catalogue, Signature, System, read_signature


def read_catalogue(system: System, own: Path) -> tuple[Catalogue, list[BadSignature]]:
    """All signatures for this system, the user's own before the shipped one of the same tool, and what was refused."""
    signatures: dict[str, Signature] = {}
    refused: list[BadSignature] = []
    for source, text in (*_shipped(), *_own(own)):
        try:
            signature = read_signature(text, source)
        except BadSignature as error:
            refused.append(error)
        else:
            signatures[signature.tool] = signature
    return Catalogue(tuple(signatures.values()), system), refused


def _shipped() -> Iterable[tuple[str, str]]:
    folder = files("agent.catalogue")
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            yield file.name, file.read_text(encoding="utf-8")


def _own(folder: Path) -> Iterable[tuple[str, str]]:
    for path in sorted(folder.glob("*.toml")):
        try:
            yield str(path), path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            yield str(path), f"# {error}\nunreadable"
