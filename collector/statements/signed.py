"""The signed form: the canonical JSON of a statement with an Ed25519 signature (RFC 8032), verified with the public key
alone. The private key stays in the data folder, readable by its user only; it is made when it is first needed."""

import base64
import binascii
import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from collector.errors import BadInput, CannotStart
from collector.statements.document import Document, canonical, document_of

KEY_FILE = "statement-key.pem"
ALGORITHM = "Ed25519"
_SIZE = 32


class SigningKey:
    """The firm's own; whoever has the public half can tell that a statement is hers and unchanged."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @property
    def public(self) -> str:
        """The public half, in base64."""
        return base64.b64encode(self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()

    def sign(self, document: Document) -> str:
        """The signed form, canonical itself."""
        told = canonical(document)
        value = base64.b64encode(self._key.sign(told.encode())).decode()
        signature = {"algorithm": ALGORITHM, "public_key": self.public, "value": value}
        return canonical({"signature": signature, "statement": json.loads(told)})


@dataclass(frozen=True, slots=True)
class Verified:
    """A statement whose signature holds, and by which key."""

    document: Document
    public_key: str


def signing_key(folder: Path) -> SigningKey:
    """The key of that data folder; made, where there is none yet. CannotStart when the file is no key."""
    file = folder / KEY_FILE
    with contextlib.suppress(FileExistsError):
        _make(file)
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise CannotStart(f"{file} cannot be read as a key ({error}): restore it from the backup") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise CannotStart(f"{file} is no Ed25519 key: restore it from the backup")
    return SigningKey(key)


def _make(file: Path) -> None:
    """Written whole or not at all, for this user alone; FileExistsError when there is one."""
    if file.exists():
        raise FileExistsError(file)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as written:
        written.write(pem)
        written.flush()
        os.fsync(written.fileno())
    try:
        os.link(draft, file)  # never over another's
    finally:
        draft.unlink()


def verify(text: str, place: str, public_key: str | None = None) -> Verified:
    """The statement in that text, if its signature holds; BadInput says what does not.

    Without a key of the reader's own, the one in the file is believed: then it is only proven that nothing was changed
    since whoever has that key signed it.
    """
    told, signature = _parts(text, place)
    inside = _text(signature, "public_key", place)
    by = inside if public_key is None else public_key.strip()
    if by != inside:
        raise BadInput(f"{place}: signature.public_key", f"signed by another key, {inside}", "ask whoever sent it")
    try:
        _public(by, place).verify(_bytes(_text(signature, "value", place), place), canonical(told).encode())
    except (InvalidSignature, UnicodeEncodeError, ValueError):
        raise BadInput(f"{place}: statement", "it was changed since it was signed", "ask for it anew") from None
    return Verified(document_of(told, f"{place}: statement"), by)


def _parts(text: str, place: str) -> tuple[object, dict[str, Any]]:
    try:
        whole = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise BadInput(place, "not JSON", "give the file of the signed form") from None
    if not isinstance(whole, dict) or set(whole) != {"statement", "signature"}:
        raise BadInput(place, "not a signed statement", "give the file of the signed form")
    signature = whole["signature"]
    if not isinstance(signature, dict) or signature.get("algorithm") != ALGORITHM:
        raise BadInput(f"{place}: signature.algorithm", "not Ed25519")
    return whole["statement"], signature


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object whose fields are each said once: what is said twice is read in two ways by two readers."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field is said twice")
    return fields


def is_public_key(text: str) -> bool:
    """Whether it is the public half of any key, as `SigningKey.public` writes it."""
    try:
        return len(base64.b64decode(text, validate=True)) == _SIZE
    except (binascii.Error, ValueError):
        return False


def _text(signature: dict[str, Any], field: str, place: str) -> str:
    value = signature.get(field)
    if not isinstance(value, str):
        raise BadInput(f"{place}: signature.{field}", "missing")
    return value


def _public(text: str, place: str) -> Ed25519PublicKey:
    raw = _bytes(text, place)
    if len(raw) != _SIZE:
        raise BadInput(f"{place}: signature.public_key", "no Ed25519 key", "`mezzora statement key` prints the firm's")
    return Ed25519PublicKey.from_public_bytes(raw)


def _bytes(text: str, place: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadInput(f"{place}: signature", "not base64") from None
