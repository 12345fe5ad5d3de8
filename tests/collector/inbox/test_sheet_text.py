"""A sheet of cells as text: found out, read, written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.errors import BadInput
from collector.inbox.sheet_text import decoded, rows, separator_of, written

TEXT = "nome;comune\r\nStudio Però;Forlì\r\n"
cells = st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc"))), min_size=1, max_size=4)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_encoding_is_found_out(encoding: str) -> None:
    assert decoded(TEXT.encode(encoding)) == TEXT


def test_an_encoding_that_is_told_is_taken_at_its_word() -> None:
    assert decoded("Però".encode("cp850"), "cp850") == "Però"
    with pytest.raises(BadInput, match=r"encoding.*not known"):
        decoded(b"x", "no-such")


def test_a_byte_that_is_no_letter_is_told_by_its_line() -> None:
    with pytest.raises(BadInput, match=r"line 2.*--encoding"):
        decoded(b"name\nPer\xf2\n", "utf-8")
    with pytest.raises(BadInput, match="line 3"):
        decoded(b"name\n\nPer\xf2 \x81\n")


def test_a_file_of_two_encodings_is_refused_by_its_line() -> None:
    mixed = "nome;comune\nCaffè;Roma\n".encode() + "Però;Forlì\n".encode("cp1252")
    with pytest.raises(BadInput, match=r"line 3: not UTF-8, as line 2 is.*--encoding"):
        decoded(mixed)
    assert decoded(mixed, "cp1252").endswith("Però;Forlì\n")


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_the_separator_is_found_out(separator: str) -> None:
    assert separator_of(separator.join(["name", '"a;b,c"', "town"]) + "\n") == separator


def test_a_line_is_known_by_where_it_begins_and_empty_ones_are_none() -> None:
    text = 'name;note\n\n;\nA;"two\nlines"\nB;x\n'
    assert [(each.line, each.cells[0]) for each in rows(text, ";")] == [(1, "name"), (4, "A"), (6, "B")]


def test_a_quote_that_is_never_closed_is_told_by_its_line() -> None:
    with pytest.raises(BadInput, match=r"line 3.*quote"):
        list(rows('name\nA\n"B\nC\n', ";"))


@given(st.lists(cells, max_size=5))
def test_what_is_written_is_read_again(lines: list[list[str]]) -> None:
    told = [[" ".join(cell.split()) for cell in line] for line in lines]
    again = [list(each.cells) for each in rows("".join(written(told)).removeprefix("\ufeff"), ";")]
    assert again == [line for line in told if any(line)]


@pytest.mark.parametrize("cell", ["=1+1", "+39 06 1", "-1", "@SUM(A1)", "'=1", "\t=1"])
def test_no_spreadsheet_runs_a_cell(cell: str) -> None:
    text = "".join(written([[cell]]))
    assert text.removeprefix("\ufeff").lstrip('"').startswith("'")
