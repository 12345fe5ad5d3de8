"""Euro and cents: exact, entered as text, rounded once and by name."""

import re
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")

_AMOUNT = re.compile(r"\d{1,9}(\.\d{1,2})?", re.ASCII)


def euro(text: str) -> Decimal:
    """The amount written as "45.00"; anything but digits, a point and at most two decimals is a
    ValueError whose text says what to write."""
    if _AMOUNT.fullmatch(text) is None:
        raise ValueError('write digits, a point and at most two decimals, as in "45.00"')
    return Decimal(text).quantize(CENT)


def percent(text: str) -> Decimal:
    """The rate written in percent, as "22" or "5.50", from 0 to 100, as a fraction of one (0.22)."""
    if _AMOUNT.fullmatch(text) is None or Decimal(text) > 100:
        raise ValueError('write a percentage from 0 to 100, as in "22"')
    return Decimal(text) / 100


def vat(net: Decimal, rate: Decimal) -> Decimal:
    """The tax on a net amount, rounded half up to the cent (once for each rate)."""
    return (net * rate).quantize(CENT, ROUND_HALF_UP)


def plain(amount: Decimal) -> str:
    """The amount for machines: a point and two decimals, as "45.00"."""
    return f"{amount:.2f}"
