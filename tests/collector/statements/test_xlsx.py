"""The workbook opens in another program's reader, with numbers as numbers and names as text."""

import io
from datetime import datetime

import pytest
from openpyxl import Workbook, load_workbook

from collector.statements.xlsx import xlsx
from tests.collector.statements.builders import a_connection, a_document, an_intervention


def opened(**changes: object) -> Workbook:
    return load_workbook(io.BytesIO(xlsx(a_document(**changes))))


def test_the_lines_are_on_the_first_sheet() -> None:
    head, first, second = opened()["Voci"].values
    assert head[:3] == ("Intervento", "Data", "Oggetto")
    assert (
        first[0] == 12 and first[5:] == (1, 45, 22, 45) and second[3] == "oltre il tempo compreso" and second[8] == 35
    )


def test_the_time_is_on_the_second_in_the_firm_s_own_zone() -> None:
    _, row = opened()["Tempo"].values
    assert row[2:7] == (datetime(2026, 10, 5, 9, 30), datetime(2026, 10, 5, 9, 50, 1), "TeamViewer", "123456789", 1201)  # noqa: DTZ001


def test_the_totals_are_on_the_third() -> None:
    assert list(opened()["Totali"].values)[1] == (80, 17.6, 97.6, None)


def test_an_english_reader_gets_english_sheets() -> None:
    assert opened(language="en").sheetnames == ["Lines", "Time", "Totals"]


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("x")', "+1", "-1+1", "@SUM(A1)", "http://x.example", "W" * 40_000, "\x00\x07a"]
)
def test_a_name_is_never_a_formula_nor_a_link(name: str) -> None:
    document = a_document(an_intervention(12, subject=name[:200], connections=(a_connection(name[:200]),)))
    book = load_workbook(io.BytesIO(xlsx(document)))
    for cell in (book["Voci"]["C2"], book["Tempo"]["F2"]):
        assert cell.data_type in ("s", "inlineStr") and cell.hyperlink is None
        assert cell.value == " ".join(name[:200].replace("\x00", " ").replace("\x07", " ").split())
