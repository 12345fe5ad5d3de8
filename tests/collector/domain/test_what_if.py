"""What another tariff would change, and why."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.domain.decision import Decisions, Goodwill, OvertimeWaived, Reason
from collector.domain.entitlement import Customer
from collector.domain.money import NOTHING
from collector.domain.tariff import CapAppliesTo, ServicePrice, Tariff
from collector.domain.what_if import Difference, Rated, Sums, difference
from shared.moments import MINUTE_MS
from tests.collector.domain.builders import OLD_WITHOUT, TARIFF, WITH_CONTRACT, a_charge, a_tariff, length

UNDECIDED = Decisions()


def between(
    other: Tariff,
    *lasting: str,
    now: Tariff = TARIFF,
    customer: Customer = WITH_CONTRACT,
    category: str | None = None,
    decisions: Decisions = UNDECIDED,
) -> Difference:
    """The difference for connections of these lengths."""
    mine = a_charge(*lasting, customer=customer, category=category, decisions=decisions, tariff=now)
    its = a_charge(*lasting, customer=customer, category=category, decisions=decisions, tariff=other)
    return difference(Rated(mine, now), Rated(its, other))


def with_contract(cap: str = "20m", price: str = "45.00") -> Tariff:
    return replace(TARIFF, contract=ServicePrice(length(cap), Decimal(price)))


def test_the_same_tariff_changes_nothing() -> None:
    same = between(TARIFF, "50:01")
    assert (same.amount, same.parts) == (NOTHING, ())
    assert (same.why.en, same.why.it) == ("the same", "invariato")


def test_another_base_price_is_told_in_both_languages() -> None:
    dearer = between(with_contract(price="50.00"), "10:00")
    assert (dearer.before, dearer.after, dearer.amount) == (Decimal("45.00"), Decimal("50.00"), Decimal("5.00"))
    assert dearer.why.en == "base price 50.00 instead of 45.00"
    assert dearer.why.it == "prezzo base 50.00 invece di 45.00"


def test_a_shorter_cap_begins_more_units_and_is_the_reason() -> None:
    shorter = between(with_contract(cap="15m"), "18:00")
    assert shorter.amount == Decimal("35.00")
    assert shorter.why.en == "overtime 1 x 35.00 instead of 0; included time 15 min instead of 20 min"


def test_another_price_of_overtime_is_no_other_count() -> None:
    dearer = replace(TARIFF, overtime=replace(TARIFF.overtime, price=Decimal("40.00"), courtesy_ms=MINUTE_MS))
    assert between(dearer, "30:00").why.en == "overtime 1 x 40.00 instead of 1 x 35.00"


@pytest.mark.parametrize(
    ("other", "lasting", "why"),
    [
        (
            a_tariff(unit="10m"),
            ("25:00", "20:00"),
            "overtime 3 x 35.00 instead of 1 x 35.00; unit 10 min instead of 30",
        ),
        (a_tariff(courtesy="2m"), ("21:00",), "overtime 0 instead of 1 x 35.00; courtesy time 2 min instead of 0 s"),
        (
            a_tariff(applies_to=CapAppliesTo.CONNECTION),
            ("15:00", "15:00"),
            "overtime 0 instead of 1 x 35.00; the cap counts each connection anew",
        ),
    ],
)
def test_what_else_decides_about_overtime_is_named(other: Tariff, lasting: tuple[str, ...], why: str) -> None:
    assert between(other, *lasting).why.en.startswith(why)


def test_overtime_that_may_be_sold_without_a_contract_is_named() -> None:
    free = replace(TARIFF, overtime=replace(TARIFF.overtime, needs_contract=False))
    sold = between(free, "31:00", customer=OLD_WITHOUT)
    assert (sold.amount, len(sold.parts)) == (Decimal("35.00"), 1)
    assert sold.why.en.endswith("overtime is sold without a contract too")


def test_units_that_begin_but_may_not_be_sold_are_told_though_they_cost_nothing() -> None:
    longer = replace(TARIFF, previous_version=ServicePrice(length("40m"), TARIFF.previous_version.price))
    fewer = between(longer, "31:00", customer=OLD_WITHOUT)
    assert fewer.amount == NOTHING
    assert fewer.why.en == "units begun beyond the cap 0 instead of 1; included time 40 min instead of 30 min"


def test_a_category_that_is_read_otherwise_is_another_service() -> None:
    other = replace(TARIFF, exempt=TARIFF.exempt - {"download"}, excluded=TARIFF.excluded | {"download"})
    told = between(other, "10:00", category="download")
    assert (told.amount, told.why.it) == (NOTHING, "escluso invece di esente")


def test_vat_is_told_and_is_no_part_of_the_net_amount() -> None:
    told = between(replace(TARIFF, vat_rate=Decimal("0.10")), "10:00")
    assert (told.amount, told.why.en) == (NOTHING, "VAT 10.00 % instead of 22.00 %")


def test_what_is_given_away_follows_the_price() -> None:
    waived = Decisions(overtime_waived=OvertimeWaived(1, Goodwill(Reason.COURTESY, "")))
    dearer = replace(TARIFF, overtime=replace(TARIFF.overtime, price=Decimal("40.00")))
    told = between(dearer, "30:00", decisions=waived)
    assert told.amount == NOTHING and [part.amount for part in told.parts] == [Decimal("5.00"), Decimal("-5.00")]
    assert told.why.en.endswith("goodwill -40.00 instead of -35.00")


def test_sums_count_what_would_change() -> None:
    sums = Sums().plus(between(with_contract(price="50.00"), "10:00")).plus(between(TARIFF, "10:00"))
    assert (sums.before, sums.after, sums.amount) == (Decimal("90.00"), Decimal("95.00"), Decimal("5.00"))
    assert (sums.compared, sums.changed) == (2, 1)


prices = st.decimals(min_value=0, max_value=500, places=2)
lengths_ms = st.integers(1, 90).map(lambda minutes: minutes * MINUTE_MS)
tariffs = st.builds(
    lambda cap, price, unit, over, applies: replace(
        TARIFF,
        contract=ServicePrice(cap, price),
        overtime=replace(TARIFF.overtime, unit_ms=unit, price=over),
        cap_applies_to=applies,
    ),
    lengths_ms, prices, lengths_ms, prices, st.sampled_from(CapAppliesTo),
)  # fmt: skip
seconds = st.integers(0, 7_200).map(lambda s: f"{s // 60}:{s % 60:02}")


@settings(max_examples=40)
@given(tariffs, tariffs, st.lists(seconds, min_size=1, max_size=3))
def test_the_parts_always_sum_to_the_difference_and_the_way_back_is_its_opposite(
    one: Tariff, two: Tariff, lasting: list[str]
) -> None:
    there, back = between(two, *lasting, now=one), between(one, *lasting, now=two)
    assert sum((part.amount for part in there.parts), start=NOTHING) == there.amount == -back.amount
    assert all(part.why.en and part.why.it for part in there.parts)
