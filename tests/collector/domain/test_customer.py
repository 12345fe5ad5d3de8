"""What is known of a customer, what is wrong with it, and what is missing."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.contract import Contract, Period, Suspension, VersionFrom
from collector.domain.customer import (
    Address,
    CustomerCard,
    TaxData,
    changed_fields,
    columns_of,
    edition_covered,
    good_mail_address,
    good_partita_iva,
    tidy_edition,
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
    ("data", "said"),
    [
        (replace(FULL, vat_number="1" * 41), f'vat_number: "{"1" * 40}" is no partita IVA (eleven digits)'),
        (
            replace(FULL, vat_number="１２３４５６７８９０３"),
            'vat_number: "１２３４５６７８９０３" is no partita IVA (eleven digits)',
        ),
        (
            replace(FULL, vat_number="12345678901"),
            'vat_number: "12345678901" is no partita IVA: its last digit does not fit the others'
            " (look for a digit that was mistyped)",
        ),
        (
            replace(FULL, tax_code="RSSMRA85T10A562T"),
            'tax_code: "RSSMRA85T10A562T" is no codice fiscale'
            " (its last character does not fit, or it is not 16 long (11 for a company))",
        ),
        (
            replace(FULL, recipient_code="abc1234"),
            'recipient_code: "abc1234" is no codice destinatario (seven capital letters or digits)',
        ),
        (replace(FULL, pec="bianchi"), 'pec: "bianchi" is no e-mail address'),
        (replace(FULL, business_name="x" * 81), "business_name: 81 characters (80 at most)"),
        (
            replace(FULL, business_name="a\nb"),
            "business_name: more than one line, or characters that cannot be shown",
        ),
        (replace(FULL, address=replace(ROME, postcode="٠٠١٨٤")), 'postcode: "٠٠١٨٤" is no CAP (five digits)'),
        (replace(FULL, address=replace(ROME, postcode="9" * 6)), 'postcode: "999999" is no CAP (five digits)'),
        (
            replace(FULL, address=replace(ROME, province="R" * 41)),
            f'province: "{"R" * 40}" is no provincia (its two letters, as in "MI")',
        ),
        (replace(FULL, address=replace(ROME, street="x" * 61)), "street: 61 characters (60 at most)"),
        (replace(FULL, address=replace(ROME, town="x" * 61)), "town: 61 characters (60 at most)"),
        (
            replace(FULL, address=Address("Ring 1", "9" * 16, "Wien", None, "AT")),
            "postcode: 16 characters (15 at most)",
        ),
        (
            replace(FULL, address=Address("Ring 1", "1010", "Wien", None, "A" * 41)),
            f'country: "{"A" * 40}" is no country (two letters, as in "IT")',
        ),
        (
            replace(FULL, vat_number="1/" * 21, address=Address("Ring 1", "1010", "Wien", None, "AT")),
            f'vat_number: "{"1/" * 20}" is no VAT number (1 to 28 letters and digits, without the country)',
        ),
    ],
)
def test_what_the_exchange_would_refuse_is_refused_at_once(data: TaxData, said: str) -> None:
    assert [str(fault) for fault in data.faults()] == [said]


def test_a_postcode_that_is_too_long_to_be_shown_is_cut() -> None:
    long = replace(FULL, address=replace(ROME, postcode="9" * 41))
    assert str(next(iter(long.faults()))) == f'postcode: "{"9" * 40}" is no CAP (five digits)'


def test_what_just_fits_is_taken() -> None:
    seat = Address("x" * 60, "9" * 15, "x" * 60, None, "AT")
    assert told(TaxData("x" * 80, "A" * 28, None, seat)) == []


def test_every_fault_of_a_card_is_named() -> None:
    card = CustomerCard(
        name=" ",
        code="x" * 65,
        edition="No Such!" * 10,
        note="x" * 2001,
        contract=Contract(
            (Period(date(2026, 1, 1)), Period(date(2026, 2, 1))),
            (Suspension(date(2026, 3, 1), date(2026, 2, 1), "a|b"),),
        ),
        tax=TaxData(pec="x"),
        versions=(VersionFrom(date(2026, 1, 1), Version.CURRENT), VersionFrom(date(2026, 1, 1), Version.PREVIOUS)),
        emails=("anna@" * 20, "b@example.it"),
        peers=(Peer("vnc", "*"),),
    )
    assert [str(fault) for fault in card.faults()] == [
        "name: missing",
        "code: 65 characters (64 at most)",
        "note: 2001 characters (2000 at most)",
        "suspensions: a reason with | (write it without)",
        f'edition: "{("No Such!" * 10)[:60]}" is no edition (as in basic, hygienist, professional)',
        'pec: "x" is no e-mail address',
        "contracts: 2026-01-01.. and 2026-02-01.. overlap (end the one before the other begins)",
        "suspensions: 2026-03-01..2026-02-01 ends before it begins (give the first day and the last)",
        'versions: "2026-01-01 current" and "2026-01-01 previous" begin on one day (say one of them)',
        f'emails: "{("anna@" * 20)[:80]}" is no e-mail address (as in anna@example.it, or @example.it)',
        "peers: vnc:* would take nearly every peer (say at least 3 characters beside the *)",
    ]
    assert list(CustomerCard("Studio Bianchi", tax=FULL).faults()) == []


def test_a_card_that_is_as_full_as_may_be_is_taken() -> None:
    peers = tuple(Peer("vnc", f"pc-{n:03}") for n in range(500))
    why = (Suspension(date(2026, 3, 1), None, "x" * 200),)
    full = CustomerCard("x" * 200, "x" * 64, "a" * 40, note=" x\n" * 1_000, contract=Contract((), why), peers=peers)
    assert list(full.faults()) == []
    more = replace(
        full,
        name="x" * 201,
        contract=Contract((), (Suspension(date(2026, 3, 1), None, "x" * 201),)),
        peers=(*peers, Peer("vnc", "pc-500")),
    )
    assert [str(fault) for fault in more.faults()] == [
        "name: 201 characters (200 at most)",
        "suspensions: 201 characters (200 at most)",
        "peers: 501 are too many (500 at most, and patterns take * for many)",
    ]


@pytest.mark.parametrize(
    ("written", "edition"),
    [("Professionale", "professional"), (" BASE ", "basic"), ("igienista", "hygienist"), ("Pro  Lite", "pro-lite")],
)
def test_an_edition_is_kept_by_its_english_name(written: str, edition: str) -> None:
    assert tidy_edition(written) == edition


@pytest.mark.parametrize(
    ("edition", "covered"),
    [(None, True), ("professional", True), ("hygienist", True), ("basic", True), ("lite", False)],
)
def test_three_editions_may_buy_assistance_and_an_untold_one_is_believed_to(edition: str | None, covered: bool) -> None:
    assert edition_covered(edition) is covered


@pytest.mark.parametrize("text", ["anna@example.it", "a.b+c@sub.example.com"])
def test_a_mail_address_is_taken(text: str) -> None:
    assert good_mail_address(text)


@pytest.mark.parametrize(
    "text", ["", "anna", "anna@", "@example.it", "a b@example.it", "a@b", "a@b.it\n", "<a@b.it>", "a@b\x00.it"]
)
def test_what_is_no_mail_address_is_not(text: str) -> None:
    assert not good_mail_address(text)


def test_what_changed_is_told_by_name() -> None:
    card = CustomerCard("X", edition="basic")
    assert changed_fields(card, replace(card, note="y", edition=None)) == ("edition", "note")


def test_what_a_card_says_once_is_told_by_its_column() -> None:
    tax = TaxData("Bianchi S.r.l.", "12345678903", "RSSMRA85T10A562S", ROME, "ABC1234", "bianchi@pec.example")
    assert columns_of(CustomerCard("Bianchi", "7", "basic", "en", "pays late", tax)) == {
        "name": "Bianchi",
        "code": "7",
        "edition": "basic",
        "language": "en",
        "note": "pays late",
        "business_name": "Bianchi S.r.l.",
        "vat_number": "12345678903",
        "tax_code": "RSSMRA85T10A562S",
        "street": "Via Larga 1",
        "postcode": "00184",
        "town": "Roma",
        "province": "RM",
        "country": "IT",
        "recipient_code": "ABC1234",
        "pec": "bianchi@pec.example",
    }


@pytest.mark.parametrize(
    ("email", "told"),
    [
        ("anna@studio.example", None),
        ("@studio.example", None),
        ("studio.example", '"studio.example" is no e-mail address (as in anna@example.it, or @example.it)'),
        ("@studio", '"@studio" is no domain (as in @example.it)'),
        ("@", '"@" is no domain (as in @example.it)'),
        (f"@{'studio' * 20}", f'"@{"studio" * 13}s" is no domain (as in @example.it)'),
        ("a@b@c.example", '"a@b@c.example" is no e-mail address (as in anna@example.it, or @example.it)'),
        ("@gmail.com", '"@gmail.com" is a domain where everybody has an address (write the whole address)'),
        ("@LIBERO.it", '"@LIBERO.it" is a domain where everybody has an address (write the whole address)'),
        ("anna@gmail.com", None),
    ],
)
def test_a_customer_writes_from_addresses_or_from_a_domain_of_his_own(email: str, told: str | None) -> None:
    faults = [str(each) for each in CustomerCard("Studio", emails=(email,)).faults()]
    assert faults == ([] if told is None else [f"emails: {told}"])
