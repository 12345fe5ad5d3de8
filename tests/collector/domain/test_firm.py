"""What the firm has to say of itself before a statement goes out in its name."""

from dataclasses import replace

import pytest

from collector.domain.customer import Address, TaxData
from collector.domain.firm import FIRM_KEYS, Firm, firm_of, good_iban

ROSSI = Firm(
    name="Assistenza Rossi S.r.l.",
    street="Via Garibaldi 12",
    postcode="20121",
    town="Milano",
    province="MI",
    vat_number="01234567897",
    iban="IT60 X054 2811 1010 0000 0123 456",
)


def test_a_firm_that_says_everything_has_no_faults() -> None:
    assert list(ROSSI.faults()) == []


def test_everything_that_is_missing_is_named_by_its_setting() -> None:
    missing = [fault.place for fault in Firm().faults() if fault.problem == "missing"]
    assert missing == [
        "firm_name",
        "firm_street",
        "firm_postcode",
        "firm_town",
        "firm_vat_number",
        "firm_province",
    ]


@pytest.mark.parametrize(
    ("field", "wrong", "said"),
    [
        ("name", "", "missing (write it into mezzora.toml in the data folder)"),
        ("province", "", "missing (write its two letters into mezzora.toml in the data folder)"),
        (
            "vat_number",
            "01234567890",
            '"01234567890" is no partita IVA: its last digit does not fit the others'
            " (look for a digit that was mistyped)",
        ),
        ("regime", "RF03", '"RF03" is no tax regime (RF01 is the ordinary one)'),
        ("regime", "x" * 21, f'"{"x" * 20}" is no tax regime (RF01 is the ordinary one)'),
        ("iban", "x" * 41, f'"{"x" * 40}" is no IBAN (look for a character that was mistyped)'),
        (
            "iban",
            "IT60X0542811101000000123457",
            '"IT60X0542811101000000123457" is no IBAN (look for a character that was mistyped)',
        ),
        ("vat_nature", "N2", '"N2" is no Natura (N2.2 is that of a flat-rate firm)'),
        ("vat_nature", "N" * 21, f'"{"N" * 20}" is no Natura (N2.2 is that of a flat-rate firm)'),
        ("vat_law", "x" * 101, "longer than 100 letters (name article and law alone)"),
        ("payment_days", "soon", '"soon" is no number of days (0 to 365)'),
        ("payment_days", "-1", '"-1" is no number of days (0 to 365)'),
        ("payment_days", "366", '"366" is no number of days (0 to 365)'),
        ("payment_days", "٣٠", '"٣٠" is no number of days (0 to 365)'),
        ("payment_days", "9" * 21, f'"{"9" * 20}" is no number of days (0 to 365)'),
        ("postcode", "2012", '"2012" is no CAP (five digits)'),
        ("province", "Milano", '"Milano" is no provincia (its two letters, as in "MI")'),
        ("street", "x" * 61, "61 characters (60 at most)"),
        ("town", "x" * 61, "61 characters (60 at most)"),
        (
            "tax_code",
            "1",
            '"1" is no codice fiscale (its last character does not fit, or it is not 16 long (11 for a company))',
        ),
    ],
)
def test_what_the_exchange_system_would_refuse_is_named(field: str, wrong: str, said: str) -> None:
    found = [str(fault) for fault in replace(ROSSI, **{field: wrong}).faults()]
    assert found == [f"firm_{field}: {said}"]


def test_what_charges_no_vat_has_to_say_why() -> None:
    missing = "missing, and VAT is 0 % (say why in mezzora.toml, as in"
    assert [str(fault) for fault in ROSSI.untaxed()] == [
        f'firm_vat_nature: {missing} "N2.2")',
        f'firm_vat_law: {missing} "Art. 1, c. 54-89, L. 190/2014")',
    ]
    told = replace(ROSSI, vat_nature="N6.9", vat_law="x" * 100)
    assert [*told.untaxed(), *told.faults()] == []


def test_payment_may_be_due_at_once_or_in_a_year() -> None:
    assert [*replace(ROSSI, payment_days="0").faults(), *replace(ROSSI, payment_days="365").faults()] == []


def test_what_nobody_has_told_is_none_in_its_tax_data() -> None:
    assert Firm().tax == TaxData(None, None, None, Address(None, None, None, None, "IT"))
    assert replace(ROSSI, tax_code="01234567897").tax == TaxData(
        "Assistenza Rossi S.r.l.",
        "01234567897",
        "01234567897",
        Address("Via Garibaldi 12", "20121", "Milano", "MI", "IT"),
    )


def test_a_firm_abroad_needs_no_province() -> None:
    abroad = replace(ROSSI, country="AT", province="", postcode="1010", vat_number="U12345678")
    assert list(abroad.faults()) == []


def test_the_settings_say_it_and_others_are_left_alone() -> None:
    firm = firm_of({"firm_name": " Rossi ", "port": "8765", "firm_town": "Milano"})
    assert (firm.name, firm.town, firm.regime) == ("Rossi", "Milano", "RF01")
    assert "firm_iban" in FIRM_KEYS


def test_a_firm_s_numbers_are_taken_as_people_write_them() -> None:
    firm = firm_of({"firm_vat_number": "IT 01234567897", "firm_tax_code": "012.345.678-97"})
    assert (firm.vat_number, firm.tax_code) == ("01234567897", "01234567897")


@pytest.mark.parametrize(
    "text", ["", "IT60", "12345678901234567", "IT60X054281110100000012345€", "IT61X0542811101000000123456"]
)
def test_an_iban_with_something_wrong_in_it_is_none(text: str) -> None:
    assert not good_iban(text)


@pytest.mark.parametrize(
    "text",
    [
        "NO9386011117947",  # the shortest there is
        "MT84MALT011000012345MTLCAST001S",
        "it60 x054 2811 1010 0000 0123 456",
    ],
)
def test_an_iban_is_taken_as_people_write_it(text: str) -> None:
    assert good_iban(text)


def an_iban(country: str, account: str) -> str:
    """One with its check digits, as long as one likes."""
    return next(iban for n in range(2, 99) if (iban := f"{country}{n:02}{account}") and remainder(iban) == 1)


def remainder(iban: str) -> int:
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97


@pytest.mark.parametrize(("long", "good"), [(14, False), (15, True), (34, True), (35, False)])
def test_an_iban_is_15_to_34_characters_long(long: int, good: bool) -> None:
    assert good_iban(an_iban("XX", "1" * (long - 4))) is good


def test_an_iban_begins_with_its_country_and_is_written_in_plain_letters() -> None:
    assert not good_iban(an_iban("X1", "1" * 20)) and not good_iban(an_iban("11", "1" * 20))
    assert not good_iban(an_iban("XX", "1" * 19 + "٣"))


def test_a_number_is_taken_with_its_own_country_before_it() -> None:
    assert firm_of({"firm_country": "DE", "firm_vat_number": "DE123456789"}).vat_number == "123456789"
    assert firm_of({"firm_country": "DE", "firm_vat_number": "IT123"}).vat_number == "IT123"
