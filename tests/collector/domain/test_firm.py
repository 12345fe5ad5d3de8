"""What the firm has to say of itself before a statement goes out in its name."""

from dataclasses import replace

import pytest

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
    ("field", "wrong"),
    [
        ("vat_number", "01234567890"),
        ("regime", "RF03"),
        ("iban", "IT60X0542811101000000123457"),
        ("payment_days", "soon"),
        ("payment_days", "-1"),
        ("postcode", "2012"),
        ("province", "Milano"),
    ],
)
def test_what_the_exchange_system_would_refuse_is_named(field: str, wrong: str) -> None:
    places = [fault.place for fault in replace(ROSSI, **{field: wrong}).faults()]
    assert places == [f"firm_{field}"]


def test_a_firm_abroad_needs_no_province() -> None:
    abroad = replace(ROSSI, country="AT", province="", postcode="1010", vat_number="U12345678")
    assert list(abroad.faults()) == []


def test_the_settings_say_it_and_others_are_left_alone() -> None:
    firm = firm_of({"firm_name": " Rossi ", "port": "8765", "firm_town": "Milano"})
    assert (firm.name, firm.town, firm.regime) == ("Rossi", "Milano", "RF01")
    assert "firm_iban" in FIRM_KEYS


@pytest.mark.parametrize(
    "text", ["", "IT60", "12345678901234567", "IT60X054281110100000012345€", "IT61X0542811101000000123456"]
)
def test_an_iban_whose_digits_do_not_fit_is_none(text: str) -> None:
    assert not good_iban(text)
