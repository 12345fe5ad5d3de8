"""Customers who may be one, and the one that becomes of two."""

from dataclasses import replace
from datetime import date

import pytest

from collector.domain.contract import Contract, Period, Suspension, VersionFrom
from collector.domain.customer import Address, CustomerCard, TaxData, name_key
from collector.domain.duplicates import Likeness, Pair, duplicates, merged
from collector.domain.entitlement import Version
from collector.domain.peers import Peer


def test_names_are_compared_without_titles_forms_accents_and_order() -> None:
    assert name_key("Studio Dentistico Dott. Nicolò Rossi S.r.l.") == name_key("ROSSI NICOLO'")
    assert name_key("Bianchi & Verdi") == name_key("verdi e bianchi")
    assert name_key("Studio Medico") == name_key("medico studio") != ""


def test_what_two_share_is_told() -> None:
    tax = TaxData(vat_number="12345678903")
    found = duplicates(
        {
            1: CustomerCard("Rossi", tax=tax, emails=("a@example.it",)),
            2: CustomerCard("Neri", tax=tax),
            3: CustomerCard("Dott. Rossi", emails=("a@example.it",)),
            4: CustomerCard("Gialli", peers=(Peer("vnc", "pc1"),)),
            5: CustomerCard("Viola", peers=(Peer("rdp", "PC1"), Peer("rdp", "pc*"))),
        }
    )
    assert found == (
        Pair(1, 3, (Likeness.EMAIL, Likeness.NAME)),
        Pair(1, 2, (Likeness.TAX_NUMBER,)),
        Pair(4, 5, (Likeness.PEER,)),
    )


def test_a_slip_of_the_pen_is_alike_and_a_figure_is_not() -> None:
    assert duplicates({1: CustomerCard("Ambulatorio Aurora"), 2: CustomerCard("Ambulatorio Aurra")})
    assert duplicates({1: CustomerCard("Ambulatorio Aurora"), 2: CustomerCard("Ambulatorio Aurola")})
    assert not duplicates({1: CustomerCard("Ambulatorio 11"), 2: CustomerCard("Ambulatorio 12")})
    assert not duplicates({1: CustomerCard("Neri"), 2: CustomerCard("Nera")})


def test_many_that_share_one_thing_are_told_with_the_first_of_them() -> None:
    found = duplicates({n: CustomerCard("Studio Aurora") for n in range(1, 101)})
    assert [(pair.one, pair.other) for pair in found] == [(1, n) for n in range(2, 101)]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Dott.ssa Anna D'Angelo", "anna dangelo"),
        ("Rossi-Bianchi, Verdi/Neri; Gialli:Blu", "bianchi blu gialli neri rossi verdi"),
        ("ÉLITE", "elite"),
        ("Bianchi & figli", "bianchi figli"),
        ("Bianchi&Verdi", "bianchi verdi"),
        ("The S.p.A.", "spa the"),
        ("", ""),
    ],
)
def test_the_key_of_a_name_is_its_words_in_order_of_the_alphabet(name: str, key: str) -> None:
    assert name_key(name) == key


def test_a_person_is_known_by_her_tax_code_and_by_the_name_on_her_invoices() -> None:
    person = TaxData(tax_code="RSSMRA85T10A562S")
    assert duplicates({1: CustomerCard("Rossi", tax=person), 2: CustomerCard("Verdi", tax=person)}) == (
        Pair(1, 2, (Likeness.TAX_NUMBER,)),
    )
    invoiced = TaxData(business_name="Ambulatorio Aurora")
    assert duplicates({1: CustomerCard("Rossi", tax=invoiced), 2: CustomerCard("Ambulatorio Aurora")}) == (
        Pair(1, 2, (Likeness.NAME,)),
    )


def test_pairs_that_share_most_come_first_then_the_oldest() -> None:
    found = duplicates(
        {
            9: CustomerCard("Gialli", emails=("b@example.it",)),
            4: CustomerCard("Viola", emails=("b@example.it",)),
            3: CustomerCard("Neri", emails=("a@example.it",)),
            2: CustomerCard("Bruni", emails=("a@example.it",)),
            8: CustomerCard("Azzurri", emails=("c@example.it",)),
            7: CustomerCard("Azzurri", emails=("c@example.it",)),
            5: CustomerCard("Bianchini", emails=("a@example.it",)),
        }
    )
    assert [(pair.one, pair.other) for pair in found] == [(7, 8), (2, 3), (2, 5), (4, 9)]


def test_names_without_a_word_and_short_ones_are_alike_only_when_they_are_the_same() -> None:
    assert not duplicates({1: CustomerCard("..."), 2: CustomerCard("--")})
    assert duplicates({1: CustomerCard("Bianca"), 2: CustomerCard("Bianco")})
    assert not duplicates({1: CustomerCard("Verdi"), 2: CustomerCard("Verde")})
    assert duplicates({1: CustomerCard("Verdi"), 2: CustomerCard("verdi")})


# --- merged ---

YEAR, NEXT_YEAR = Period(date(2026, 1, 1), date(2026, 12, 31)), Period(date(2027, 1, 1))
MARCH = Suspension(date(2026, 3, 1), date(2026, 3, 31))
SEAT = Address("Via Larga 1", "00184", "Roma", "RM")
FULL = CustomerCard(
    "Rossi",
    code="7",
    edition="basic",
    note="first",
    tax=TaxData("Rossi S.r.l.", "12345678903", "12345678903", SEAT, "ABC1234", "rossi@pec.example"),
    contract=Contract((YEAR,), (MARCH,)),
    versions=(VersionFrom(date(2026, 5, 1), Version.CURRENT),),
    emails=("a@example.it",),
    peers=(Peer("vnc", "pc1"),),
)
BARE = CustomerCard("Rosi")


def test_what_one_does_not_say_the_other_says() -> None:
    assert merged(FULL, BARE, drop_periods=False) == (FULL, ())
    assert merged(BARE, FULL, drop_periods=False) == (replace(FULL, name="Rosi"), ())


def test_where_both_say_something_the_first_is_right_and_lists_are_joined() -> None:
    other = CustomerCard(
        "Rossi Anna",
        code="8",
        edition="basic",
        note="second",
        tax=TaxData("Anna", "12345678903", "12345678903", Address("Elsewhere 2"), "XYZ9876", "anna@pec.example"),
        contract=Contract((NEXT_YEAR, YEAR), (MARCH, Suspension(date(2026, 5, 1), date(2026, 5, 2)))),
        versions=(VersionFrom(date(2026, 5, 1), Version.PREVIOUS), VersionFrom(date(2026, 1, 1), Version.PREVIOUS)),
        emails=("b@example.it", "a@example.it"),
        peers=(Peer("vnc", "pc2"), Peer("vnc", "pc1")),
    )
    both, faults = merged(FULL, other, drop_periods=False)
    assert faults == ()
    assert both == replace(
        FULL,
        note="first\nsecond",
        contract=Contract((YEAR, NEXT_YEAR), (MARCH, Suspension(date(2026, 5, 1), date(2026, 5, 2)))),
        versions=(VersionFrom(date(2026, 1, 1), Version.PREVIOUS), VersionFrom(date(2026, 5, 1), Version.CURRENT)),
        emails=("a@example.it", "b@example.it"),
        peers=(Peer("vnc", "pc1"), Peer("vnc", "pc2")),
    )
    assert merged(FULL, other, drop_periods=True)[0].contract == FULL.contract


def test_what_cannot_be_true_of_one_customer_is_named() -> None:
    theirs = replace(
        FULL,
        edition="professional",
        tax=replace(FULL.tax, vat_number="00743110157", tax_code="RSSMRA85T10A562S"),
        contract=Contract((Period(date(2026, 6, 1)),)),
    )
    assert [str(fault) for fault in merged(FULL, theirs, drop_periods=False)[1]] == [
        'vat_number: "12345678903" and "00743110157" can\'t both be true (put one of them right first)',
        'tax_code: "12345678903" and "RSSMRA85T10A562S" can\'t both be true (put one of them right first)',
        'edition: "basic" and "professional" can\'t both be true (put one of them right first)',
        "contracts: 2026-01-01..2026-12-31 and 2026-06-01.. overlap (end the one before the other begins)",
    ]
    assert len(merged(FULL, theirs, drop_periods=True)[1]) == 3
