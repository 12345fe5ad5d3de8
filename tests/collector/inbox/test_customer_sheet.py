"""The sheet of customers, in and out."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.contract import SINCE_EVER, Contract, Period, Suspension, VersionFrom
from collector.domain.customer import Address, CustomerCard, TaxData
from collector.domain.entitlement import Version
from collector.domain.fault import Fault
from collector.domain.peers import Peer
from collector.errors import BadInput
from collector.inbox.customer_sheet import COLUMNS, WRITTEN, emptied, read_sheet, revised, sheet_of, told_of

FULL = CustomerCard(
    name="Studio Però",
    code="C-12",
    edition="professional",
    language="en",
    note="=1+1",
    tax=TaxData("Però S.r.l.", "12345678903", None, Address("Via Larga 1", "00184", "Roma", "RM"), "ABC1234"),
    contract=Contract(
        (Period(date(2025, 1, 1), date(2025, 12, 31)), Period(date(2026, 2, 1))),
        (Suspension(date(2026, 3, 1), date(2026, 3, 31), "not paid"),),
    ),
    versions=(VersionFrom(SINCE_EVER, Version.PREVIOUS), VersionFrom(date(2026, 3, 1), Version.CURRENT)),
    emails=("a@example.it", "b@example.it"),
    peers=(Peer("teamviewer", "123 456 789"), Peer("vnc", "srv-*")),
)


def read(text: str, card: CustomerCard | None = None) -> tuple[CustomerCard, list[str]]:
    """The card that the last line makes of another, and what is wrong."""
    faults: list[Fault] = []
    made = revised(card or CustomerCard(""), read_sheet(text.encode()).lines[-1], faults)
    return made, [str(fault) for fault in faults]


def test_what_is_written_out_is_read_again_as_it_was() -> None:
    assert read("".join(sheet_of({7: FULL}))) == (FULL, [])
    assert read("".join(sheet_of({7: CustomerCard("X")}))) == (CustomerCard("X"), [])


line = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)


@given(st.builds(CustomerCard, name=line, note=line, code=st.none() | line))
def test_whatever_a_name_or_a_note_is_made_of_comes_back(card: CustomerCard) -> None:
    assert read("".join(sheet_of({7: card})))[0] == card


def test_headings_are_italian_or_english_and_written_anyhow() -> None:
    made, faults = read("Ragione Sociale;NOME;P.IVA;Citta;Edizione\nPerò S.r.l.;Però;IT 12345678903;Roma;Igienista\n")
    assert faults == []
    assert (made.name, made.tax.business_name, made.tax.vat_number) == ("Però", "Però S.r.l.", "12345678903")
    assert (made.tax.address.town, made.edition) == ("Roma", "hygienist")


@pytest.mark.parametrize("column", COLUMNS)
def test_no_heading_is_two_columns(column: str) -> None:
    assert read_sheet(f"{column};name\nx;y\n".encode()).headings.get(column, column) == column


def test_what_is_empty_leaves_what_is_known() -> None:
    heading = ";".join(WRITTEN)
    assert read(f"{heading}\n7{';' * (len(WRITTEN) - 1)}\n", FULL) == (FULL, [])


def test_zeros_that_a_spreadsheet_ate_are_put_back() -> None:
    made, faults = read("name;cap;partita iva\nA;184;743110157\n")
    assert (made.tax.address.postcode, made.tax.vat_number, faults) == ("00184", "00743110157", [])


@pytest.mark.parametrize(
    ("cells", "period"),
    [
        ("01/02/2026;31.12.2026", Period(date(2026, 2, 1), date(2026, 12, 31))),
        ("2026-02-01;", Period(date(2026, 2, 1))),
        (";2026-12-31", Period(SINCE_EVER, date(2026, 12, 31))),
    ],
)
def test_one_contract_may_stand_in_two_columns(cells: str, period: Period) -> None:
    assert read(f"nome;contratto dal;contratto al\nA;{cells}\n")[0].contract.periods == (period,)


def test_yes_and_no_are_contracts_too() -> None:
    assert read("name;contract\nA;sì\n")[0].contract.periods == (Period(SINCE_EVER),)
    assert read("name;contract\nA;no\n", replace(FULL))[0].contract.periods == ()


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        ("versions", "newest", '"newest" is no version'),
        ("contracts", "2026", "is no period"),
        ("contracts", "2026-01-01..2026-06-30, 2026-07-01..", "is more than one period"),
        ("contracts", "2026-02-30..", "is no day"),
        ("contracts", "2026-01-01..2026-12-31 | 2026-12-31..", "overlap"),
        ("contract_from", "soon", "is no day"),
        ("peers", "123456789", "teamviewer:123456789"),
        ("language", "fr", "it or en"),
        ("emails", "anna", "no e-mail address"),
        ("cap", "2012", "-"),
        ("postcode", "2012x", "no CAP"),
        ("vat_number", "12345678901", "last digit"),
        ("vat_number", "12345", '"12345" is no partita IVA'),
    ],
)
def test_what_can_not_be_taken_is_named_with_its_column(column: str, cell: str, told: str) -> None:
    _, faults = read(f"name;{column}\nA;{cell}\n")
    assert (told == "-" and not faults) or (told in faults[0])


def test_all_that_is_wrong_in_a_line_is_named() -> None:
    _, faults = read("name;cap;versions;peers\nA;x;newest;1\n")
    assert [fault.partition(":")[0] for fault in faults] == ["versions", "peers", "postcode"]


def test_a_contract_is_said_one_way() -> None:
    _, faults = read("name;contracts;contract_from\nA;yes;2026-01-01\n")
    assert "say it one way" in faults[0]


def test_columns_that_are_unknown_or_twice_and_lines_that_are_too_long_are_named() -> None:
    sheet = read_sheet(b"name;colour;nome\nA;red\nB;x;y;z\n")
    assert [str(each).partition(" (")[0] for each in sheet.problems] == [
        "line 1, colour: no such column",
        "line 1, nome: the column name stands there twice",
        "line 3: 4 cells where the first line has 3",
    ]
    assert "no column says who" in str(read_sheet(b"cap\n00184\n").problems[0])


def test_a_nul_byte_is_told_by_line_and_column() -> None:
    (told,) = read_sheet(b"code;Nome\n1;A\x00B\n2;C\n").problems
    assert str(told) == "line 2, Nome: a NUL byte in it (type the cell anew)"
    assert "line 1, co\\x00de: a NUL byte" in str(read_sheet(b"co\x00de;Nome\n").problems[0])


def test_nothing_at_all_says_what_to_write() -> None:
    with pytest.raises(BadInput, match="line of headings"):
        read_sheet(b"\n\n")


@pytest.mark.parametrize("column", [each for each in COLUMNS if each not in ("number", "name", "country", "language")])
def test_a_column_that_is_emptied_says_nothing(column: str) -> None:
    told = told_of(7, emptied(FULL, column))
    assert told.get(column, "no") in ("", "no")
    assert read("".join(sheet_of({7: emptied(FULL, column)})))[1] == []


@pytest.mark.parametrize("column", ["name", "country", "language"])
def test_what_has_to_say_something_is_not_emptied(column: str) -> None:
    with pytest.raises(BadInput, match="cannot be empty"):
        emptied(FULL, column)
