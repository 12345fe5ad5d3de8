"""A signed statement is verified with the public key alone; one changed letter is noticed."""

import json
import os
import stat
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.errors import BadInput, CannotStart
from collector.statements.signed import KEY_FILE, SigningKey, signing_key, verify
from tests.collector.statements.builders import a_document

KEY = SigningKey(Ed25519PrivateKey.generate())
SIGNED = KEY.sign(a_document())


def test_what_was_signed_is_verified_with_the_public_key_alone() -> None:
    found = verify(SIGNED, "a.json", KEY.public)
    assert found.document == a_document() and found.public_key == KEY.public


def test_how_a_file_is_laid_out_does_not_matter() -> None:
    pretty = "\ufeff" + json.dumps(json.loads(SIGNED), indent=4, ensure_ascii=True)
    assert verify(pretty, "a.json").document == a_document()


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(SIGNED) - 1), st.characters(exclude_categories=("Cs",)))
def test_a_single_changed_letter_is_noticed(place: int, letter: str) -> None:
    changed = SIGNED[:place] + letter + SIGNED[place + 1 :]
    try:
        same = json.loads(changed) == json.loads(SIGNED)
    except ValueError:
        same = False
    if not same:
        with pytest.raises(BadInput):
            verify(changed, "a.json", KEY.public)


def test_an_amount_that_was_changed_is_named() -> None:
    with pytest.raises(BadInput, match=r"a\.json: statement: it was changed since"):
        verify(SIGNED.replace('"gross":"97.60"', '"gross":"97.61"'), "a.json", KEY.public)


def test_a_statement_by_another_key_is_refused() -> None:
    other = SigningKey(Ed25519PrivateKey.generate())
    with pytest.raises(BadInput, match="signed by another key"):
        verify(other.sign(a_document()), "a.json", KEY.public)


def test_a_field_said_twice_is_refused() -> None:
    twice = SIGNED.replace('"gross":"97.60"', '"gross":"1.00","gross":"97.60"')
    with pytest.raises(BadInput, match="not JSON"):
        verify(twice, "a.json")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "nonsense", '{"statement":{},"signature":{}}', "[" * 100_000, SIGNED.replace("Ed25519", "none")],
)
def test_what_is_no_signed_statement_is_one_line(text: str) -> None:
    with pytest.raises(BadInput, match=r"^a\.json") as refused:
        verify(text, "a.json")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("field", ["public_key", "value"])
def test_a_signature_that_is_not_whole_is_refused(field: str) -> None:
    for broken in ("", "%%%", "AAAA", None):
        whole = json.loads(SIGNED)
        whole["signature"][field] = broken
        with pytest.raises(BadInput):
            verify(json.dumps(whole), "a.json")


def test_the_key_is_made_at_first_use_and_kept_for_its_user_alone(tmp_path: Path) -> None:
    first = signing_key(tmp_path)
    assert signing_key(tmp_path).public == first.public
    assert os.listdir(tmp_path) == [KEY_FILE]
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content", [b"", b"rubbish", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_a_file_that_is_no_key_is_left_alone_and_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / KEY_FILE).write_bytes(content)
    with pytest.raises(CannotStart, match="restore it from the backup"):
        signing_key(tmp_path)
    assert (tmp_path / KEY_FILE).read_bytes() == content
