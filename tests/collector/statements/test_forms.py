"""Every form has a maker, a media type and a name for its file."""

from pathlib import Path

import pytest

from collector.statements.forms import MEDIA_TYPES, Form, Forms, called
from collector.statements.signed import verify
from tests.collector.statements.builders import a_document


@pytest.mark.parametrize("form", list(Form))
def test_a_statement_can_be_had_in_every_form(tmp_path: Path, form: Form) -> None:
    assert Forms(tmp_path, None).made(a_document(), form)
    assert form in MEDIA_TYPES


def test_each_form_has_a_file_name_of_its_own() -> None:
    names = [called(a_document(), form) for form in Form]
    assert len(set(names)) == len(names)
    assert "2026-0007.signed.json" in names and "IT01234567897_60007.xml" in names


def test_the_public_key_is_that_of_the_signed_form(tmp_path: Path) -> None:
    forms = Forms(tmp_path, None)
    signed = forms.made(a_document(), Form.SIGNED).decode()
    assert verify(signed, "a", forms.public_key()).document == a_document()
