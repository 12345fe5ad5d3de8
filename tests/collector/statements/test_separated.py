"""CSV as spreadsheets and accounting programs read it: semicolons, the mark of UTF-8, and no formulas."""

import csv
import io

import pytest

from collector.statements.document import Credited, Rate
from collector.statements.separated import accountant_csv, lines_csv, safe
from tests.collector.statements.builders import a_connection, a_document, an_intervention


def rows(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff") and text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def test_one_row_for_each_line_of_the_charge() -> None:
    base, overtime = rows(lines_csv(a_document()))
    assert (base["numero"], base["intervento"], base["importo"], base["aliquota_iva"]) == (
        "2026-0007",
        "12",
        "45,00",
        "22",
    )
    assert (overtime["voce"], overtime["quantita"], overtime["dichiarato"]) == ("oltre il tempo compreso", "1", "")


def test_an_english_reader_gets_english_columns() -> None:
    _, overtime = rows(lines_csv(a_document(language="en")))
    assert (overtime["number"], overtime["code"]) == ("2026-0007", "overtime")


def test_declared_time_is_marked() -> None:
    document = a_document(an_intervention(12, connections=(a_connection(declared=True),)))
    assert {row["dichiarato"] for row in rows(lines_csv(document))} == {"dichiarato"}


def test_a_semicolon_a_quote_and_a_line_break_stay_in_their_cell() -> None:
    document = a_document(an_intervention(12, subject='a;b "c"\nd'))
    assert rows(lines_csv(document))[0]["oggetto"] == 'a;b "c" d'


@pytest.mark.parametrize("name", ["=1+1", "+39 02", "-2+3", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", "\r=1"])
def test_no_cell_begins_as_a_formula(name: str) -> None:
    assert safe(name).startswith("'")


@pytest.mark.parametrize("number", ["-45,00", "0,00", "12", "-1"])
def test_a_number_stays_a_number(number: str) -> None:
    assert safe(number) == number


def test_the_accountant_gets_a_row_for_each_statement_and_rate() -> None:
    two_rates = (Rate(rate="22", net="80.00", vat="17.60"), Rate(rate="10", net="10.00", vat="1.00"))
    text = "".join(accountant_csv([a_document(), a_document(number="2026-0008", rates=two_rates)]))
    found = rows(text)
    assert [(row["numero"], row["aliquota_iva"], row["totale"]) for row in found] == [
        ("2026-0007", "22", "97,60"),
        ("2026-0008", "22", "97,60"),
        ("2026-0008", "10", "11,00"),
    ]


def test_a_credit_note_counts_below_nothing_and_names_what_it_takes_back() -> None:
    credits = Credited(number="2026-0007", day="2026-11-02", reason="sbagliato")
    (row,) = rows("".join(accountant_csv([a_document(number="2026-0009", kind="credit-note", credits=credits)])))
    assert (row["tipo"], row["storna"]) == ("nota di credito", "2026-0007")
    assert (row["imponibile"], row["iva"], row["totale"]) == ("-80,00", "-17,60", "-97,60")


def test_a_month_without_statements_is_a_head_alone() -> None:
    assert rows("".join(accountant_csv([]))) == []
