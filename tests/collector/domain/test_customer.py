"""What is known of a customer, what is wrong with it, and what is missing."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.contract import Contract, Period, VersionFrom
from collector.domain.customer import (
    Address,
    CustomerCard,
    TaxData,
    changed_fields,
    edition_covered,
    good_mail_address,
    good_partita_iva,
    tidy_vat,
)
from collector.domain.entitlement import Version
from collector.domain.peers import Peer

# Numbers of public bodies and of the ministry's own examples.
GOOD_VAT = ("00743110157", "12345678903", "00159560366")
ROME = Address("Via Larga 1", "00184", "Roma", "RM")
FULL = TaxData("Studio Bianchi S.r.l.", "12345678903", None, ROME, "ABC1234")


def told(data: TaxData) -> list[str]:
    return [fault.place for fault in data.faults()]


@pytest.mark.parametrize("number", GOOD_VAT)
def test_the_last_digit_of_a_partita_iva_fits_the_others(number: str) -> None:
    assert good_partita_iva(number)


@given(st.sampled_from(GOOD_VAT), st.integers(0, 10), st.integers(1, 9))
def test_one_mistyped_digit_is_found(number: str, place: int, more: int) -> None:
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    assert not good_partita_iva(wrong)
    assert told(TaxData(vat_number=wrong)) == ["vat_number"]


@pytest.mark.parametrize(
    "number", ["", "1234567890", "123456789012", "0" * 11, "1234567890A", "１２３４５６７８９０３"]
)
def test_what_is_not_eleven_digits_is_no_partita_iva(number: str) -> None:
    assert not good_partita_iva(number)


@pytest.mark.parametrize("code", ["RSSMRA85T10A562S", "MRTMTT91D08F205J", "RSSMRA85T10A56NH", "12345678903"])
def test_a_tax_code_with_its_check_character_is_taken(code: str) -> None:
    assert told(TaxData(tax_code=code)) == []


@pytest.mark.parametrize("code", ["RSSMRA85T10A562T", "RSSMRA85X10A562S", "RSSMRA85T10A562", "12345678901", "rssmra"])
def test_any_other_tax_code_is_refused(code: str) -> None:
    assert told(TaxData(tax_code=code)) == ["tax_code"]


def test_abroad_other_numbers_are_taken() -> None:
    abroad = TaxData("Praxis", "DE123456789", "12", Address("Ring 1", "1010", "Wien", None, "AT"))
    assert told(abroad) == [] and abroad.missing() == () and abroad.recipient == "XXXXXXX"
    assert told(replace(abroad, vat_number="1/2")) == ["vat_number"]


def test_a_number_is_taken_as_people_write_it() -> None:
    assert tidy_vat("IT 123.456-78903") == "12345678903"
    assert tidy_vat("ATU12345678", "AT") == "U12345678"


def test_what_an_invoice_would_lack_is_named() -> None:
    assert FULL.missing() == ()
    assert TaxData().missing() == ("vat_number", "street", "postcode", "town", "province", "recipient_code")
    assert replace(FULL, recipient_code=None, pec="bianchi@pec.example").missing() == ()
    assert replace(FULL, vat_number=None, tax_code="RSSMRA85T10A562S").missing() == ()


def test_the_recipient_is_his_code_or_the_one_that_says_by_mail() -> None:
    assert FULL.recipient == "ABC1234"
    assert replace(FULL, recipient_code=None).recipient == "0000000"


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (replace(FULL, recipient_code="abc1234"), "recipient_code"),
        (replace(FULL, pec="bianchi"), "pec"),
        (replace(FULL, business_name="x" * 81), "business_name"),
        (replace(FULL, address=replace(ROME, postcode="184")), "postcode"),
        (replace(FULL, address=replace(ROME, province="Roma")), "province"),
        (replace(FULL, address=replace(ROME, country="Italy")), "country"),
        (replace(FULL, address=replace(ROME, street="x" * 61)), "street"),
    ],
)
def test_what_the_exchange_would_refuse_is_refused_at_once(data: TaxData, place: str) -> None:
    assert place in told(data)


def test_every_fault_of_a_card_is_named() -> None:
    card = CustomerCard(
        name=" ",
        code="x" * 65,
        edition="No Such!",
        note="x" * 2001,
        contract=Contract((Period(date(2026, 1, 1)), Period(date(2026, 2, 1)))),
        versions=(VersionFrom(date(2026, 1, 1), Version.CURRENT), VersionFrom(date(2026, 1, 1), Version.PREVIOUS)),
        emails=("anna@", "b@example.it"),
        peers=(Peer("vnc", "*"),),
    )
    assert [fault.place for fault in card.faults()] == [
        "name",
        "code",
        "note",
        "edition",
        "contracts",
        "versions",
        "emails",
        "peers",
    ]
    assert list(CustomerCard("Studio Bianchi", tax=FULL).faults()) == []


@pytest.mark.parametrize(
    ("edition", "covered"),
    [(None, True), ("professional", True), ("hygienist", True), ("basic", True), ("lite", False)],
)
def test_three_editions_may_buy_assistance_and_an_untold_one_is_believed_to(edition: str | None, covered: bool) -> None:
    assert edition_covered(edition) is covered


@pytest.mark.parametrize("text", ["anna@example.it", "a.b+c@sub.example.com"])
def test_a_mail_address_is_taken(text: str) -> None:
    assert good_mail_address(text)


@pytest.mark.parametrize("text", ["", "anna", "anna@", "@example.it", "a b@example.it", "a@b", "a@b.it\n", "<a@b.it>"])
def test_what_is_no_mail_address_is_not(text: str) -> None:
    assert not good_mail_address(text)


def test_what_changed_is_told_by_name() -> None:
    card = CustomerCard("X", edition="basic")
    assert changed_fields(card, replace(card, note="y", edition=None)) == ("edition", "note")
