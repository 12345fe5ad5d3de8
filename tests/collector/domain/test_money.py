from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.money import euro, percent, plain, vat

cents = st.integers(0, 10**11 - 1).map(lambda n: Decimal(n) / 100)


@pytest.mark.parametrize(("text", "amount"), [("45.00", "45.00"), ("45", "45.00"), ("0.5", "0.50"), ("0", "0.00")])
def test_a_price_is_read_to_the_cent(text: str, amount: str) -> None:
    assert plain(euro(text)) == amount


@pytest.mark.parametrize(
    "text",
    [
        "45,00",
        "45.000",
        "45.001",
        "-1.00",
        "+1.00",
        "1e2",
        "NaN",
        "Infinity",
        "",
        " 45.00",
        "45.00\n",
        "1_000",
        "٤٥",
        ".5",
        "45.",
        "€45",
        "1234567890.00",
    ],
)
def test_anything_else_is_no_price(text: str) -> None:
    with pytest.raises(ValueError, match=r'^write digits, a point and at most two decimals, as in "45.00"$'):
        euro(text)


@pytest.mark.parametrize(("text", "rate"), [("22", "0.22"), ("5.50", "0.055"), ("0", "0"), ("100", "1")])
def test_a_percentage_becomes_a_fraction_of_one(text: str, rate: str) -> None:
    assert percent(text) == Decimal(rate)


@pytest.mark.parametrize("text", ["100.01", "-1", "22%", "22,0", "0.22.1", "NaN", "", "5.125"])
def test_what_is_no_percentage_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r'^write a percentage from 0 to 100, as in "22"$'):
        percent(text)


@pytest.mark.parametrize(("net", "tax"), [("115.00", "25.30"), ("80.00", "17.60"), ("0.02", "0.00"), ("0.25", "0.06")])
def test_vat_is_rounded_half_up(net: str, tax: str) -> None:
    assert vat(Decimal(net), Decimal("0.22")) == Decimal(tax)


def test_half_a_cent_goes_up() -> None:
    assert plain(vat(Decimal("0.25"), Decimal("0.10"))) == "0.03"


@given(cents)
def test_what_is_written_is_read_again(amount: Decimal) -> None:
    assert euro(plain(amount)) == amount
