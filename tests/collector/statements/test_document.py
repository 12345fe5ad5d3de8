"""The frozen document is written in one way only, and read back whole."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.errors import BadInput
from collector.statements.document import canonical, document_of, read_document
from tests.collector.statements.builders import a_document

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcdefz_", max_size=6), inner, max_size=4),
    max_leaves=12,
)


def test_what_is_written_is_read_back_the_same() -> None:
    document = a_document()
    assert read_document(canonical(document)) == document


def test_fields_stand_in_order_without_blanks_and_letters_as_they_are() -> None:
    assert (
        canonical({"z": 1, "a": ["è", None, True], "é": '\n\x01"'}) == '{"a":["è",null,true],"z":1,"é":"\\n\\u0001\\""}'
    )


@given(values)
def test_writing_what_was_read_gives_the_same_letters(value: object) -> None:
    assert canonical(json.loads(canonical(value))) == canonical(value)


def test_no_number_of_a_statement_has_a_fraction() -> None:
    def walk(value: object) -> None:
        assert not isinstance(value, float)
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
            walk(inner)

    walk(msgspec.to_builtins(a_document()))


def test_what_is_no_statement_is_refused_with_its_place() -> None:
    with pytest.raises(BadInput, match=r"a\.json: not a statement"):
        document_of({"number": 7}, "a.json")
    other = msgspec.to_builtins(a_document()) | {"format": "mezzora-statement-9"}
    with pytest.raises(BadInput, match="update Mezzora"):
        document_of(other, "a.json")
