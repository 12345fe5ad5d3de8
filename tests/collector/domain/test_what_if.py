"""What another tariff would change, and why."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.domain.decision import Decisions, Goodwill, OvertimeWaived, PriceNamed, Reason
from collector.domain.entitlement import Customer, Service
from collector.domain.money import NOTHING
from collector.domain.rating import nothing, rate
from collector.domain.reasons import Words
from collector.domain.tariff import CapAppliesTo, ServicePrice, Tariff
from collector.domain.what_if import Difference, Rated, Sums, difference
from shared.moments import MINUTE_MS
from tests.collector.domain.builders import OLD_WITHOUT, TARIFF, WITH_CONTRACT, a_charge, a_span, a_tariff, length

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
    assert fewer.amount == NOTHING and [part.amount for part in fewer.parts] == [NOTHING]
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


GENEROUS = replace(TARIFF, overtime=replace(TARIFF.overtime, needs_contract=False))
SHORT = "overtime 1 x 35.00 instead of 0; "
BREVE = "eccedenze 1 x 35.00 invece di 0; "


@pytest.mark.parametrize(
    ("now", "other", "lasting", "en", "it"),
    [
        (
            TARIFF,
            with_contract(cap="15m"),
            "18:00",
            SHORT + "included time 15 min instead of 20 min",
            BREVE + "tempo compreso 15 min invece di 20 min",
        ),
        (
            a_tariff(courtesy="2m", unit="40m"),
            TARIFF,
            "21:00",
            SHORT + "unit 30 min instead of 40 min; courtesy time 0 s instead of 2 min",
            BREVE + "unità 30 min invece di 40 min; tempo di cortesia 0 s invece di 2 min",
        ),
    ],
)
def test_what_makes_more_units_begin_is_told_in_both_languages(
    now: Tariff, other: Tariff, lasting: str, en: str, it: str
) -> None:
    assert between(other, lasting, now=now).why == Words(en, it)


def test_units_goodwill_and_vat_are_told_in_italian_too() -> None:
    longer = replace(TARIFF, previous_version=ServicePrice(length("40m"), TARIFF.previous_version.price))
    assert between(longer, "31:00", customer=OLD_WITHOUT).why.it == (
        "unità iniziate oltre il limite 0 invece di 1; tempo compreso 40 min invece di 30 min"
    )
    dearer = replace(TARIFF, vat_rate=Decimal("0.10"), contract=ServicePrice(length("20m"), Decimal("50.00")))
    waived = between(dearer, "10:00", decisions=Decisions(waived=Goodwill(Reason.COURTESY)))
    assert [(part.amount, part.why.it) for part in waived.parts] == [
        (Decimal("5.00"), "prezzo base 50.00 invece di 45.00"),
        (Decimal("-5.00"), "abbuono -50.00 invece di -45.00"),
        (NOTHING, "IVA 10.00 % invece di 22.00 %"),
    ]


def test_a_service_of_another_price_says_which_and_how_much() -> None:
    other = replace(TARIFF, exempt=TARIFF.exempt - {"download"}, excluded=TARIFF.excluded | {"download"})
    named = Decisions(price=PriceNamed(Decimal("30.00")))
    (part,) = between(other, "10:00", category="download", decisions=named).parts
    assert (part.amount, part.why) == (
        Decimal("30.00"),
        Words("excluded instead of exempt", "escluso invece di esente"),
    )


def test_a_service_that_costs_less_than_the_one_before_says_how_much_less() -> None:
    before = replace(TARIFF, exempt=TARIFF.exempt - {"download"}, excluded=TARIFF.excluded | {"download"})
    named = Decisions(price=PriceNamed(Decimal("30.00")))
    (part,) = between(TARIFF, "10:00", now=before, category="download", decisions=named).parts
    assert (part.amount, part.why.en) == (Decimal("-30.00"), "exempt instead of excluded")


def test_what_is_no_intervention_any_more_costs_nothing_to_the_cent() -> None:
    one, two = (Rated(nothing(TARIFF, service), TARIFF) for service in (Service.CONTRACT, Service.EXEMPT))
    (part,) = difference(one, two).parts
    assert (str(part.amount), part.why.it) == ("0.00", "esente invece di intervento con contratto")


def test_what_both_tariffs_decide_alike_is_no_cause() -> None:
    dearer = replace(GENEROUS, overtime=replace(GENEROUS.overtime, price=Decimal("40.00")))
    assert between(dearer, "31:00", now=GENEROUS, customer=OLD_WITHOUT).why.en == (
        "overtime 1 x 40.00 instead of 1 x 35.00"
    )
    back = between(TARIFF, "31:00", now=GENEROUS, customer=OLD_WITHOUT)
    assert (back.amount, back.why) == (
        Decimal("-35.00"),
        Words(
            "overtime 0 instead of 1 x 35.00; overtime is sold with a contract only",
            "eccedenze 0 invece di 1 x 35.00; eccedenze vendibili solo con contratto",
        ),
    )


def test_declared_time_that_counts_no_more_is_the_reason() -> None:
    spans = [replace(a_span("0m", "25m"), declared=True)]

    def rated(tariff: Tariff) -> Rated:
        charge = rate(customer=WITH_CONTRACT, category=None, spans=spans, overtime_agreed=True, tariff=tariff)
        return Rated(charge, tariff)

    told = difference(rated(TARIFF), rated(replace(TARIFF, declared_time_counts=False)))
    assert (told.amount, told.why.en) == (
        Decimal("-35.00"),
        "overtime 0 instead of 1 x 35.00; declared time does not count",
    )


def test_what_would_cost_less_is_a_change_too_and_nothing_is_none() -> None:
    cheaper = Sums().plus(between(with_contract(price="40.00"), "10:00"))
    assert (cheaper.amount, cheaper.compared, cheaper.changed) == (Decimal("-5.00"), 1, 1)
    assert (str(Sums().amount), Sums().plus(between(TARIFF, "10:00")).changed) == ("0.00", 0)


CONNECTION = a_tariff(applies_to=CapAppliesTo.CONNECTION)
UNDECLARED = replace(TARIFF, declared_time_counts=False)
FREE = replace(TARIFF, overtime=replace(TARIFF.overtime, needs_contract=False))


@pytest.mark.parametrize(
    ("now", "other", "en", "it"),
    [
        (
            TARIFF,
            with_contract(cap="15m"),
            "included time 15 min instead of 20 min",
            "tempo compreso 15 min invece di 20 min",
        ),
        (TARIFF, a_tariff(unit="10m"), "unit 10 min instead of 30 min", "unità 10 min invece di 30 min"),
        (
            TARIFF,
            a_tariff(courtesy="2m"),
            "courtesy time 2 min instead of 0 s",
            "tempo di cortesia 2 min invece di 0 s",
        ),
        (
            a_tariff(courtesy="90s"),
            TARIFF,
            "courtesy time 0 s instead of 1 min 30 s",
            "tempo di cortesia 0 s invece di 1 min 30 s",
        ),
        (TARIFF, CONNECTION, "the cap counts each connection anew", "il limite vale per ogni collegamento"),
        (CONNECTION, TARIFF, "the cap counts all connections together", "il limite vale per l'intervento"),
        (TARIFF, UNDECLARED, "declared time does not count", "il tempo dichiarato non conta"),
        (UNDECLARED, TARIFF, "declared time counts", "il tempo dichiarato conta"),
        (TARIFF, FREE, "overtime is sold without a contract too", "eccedenze vendibili anche senza contratto"),
        (FREE, TARIFF, "overtime is sold with a contract only", "eccedenze vendibili solo con contratto"),
    ],
)
def test_each_cause_is_told_to_the_letter_in_both_languages(now: Tariff, other: Tariff, en: str, it: str) -> None:
    fewer, more = a_charge("10:00"), a_charge("30:00")
    told = difference(
        Rated(replace(fewer, cap_seconds=now.contract.cap_ms // 1_000), now),
        Rated(replace(more, cap_seconds=other.contract.cap_ms // 1_000), other),
    )
    assert (told.why.en, told.why.it) == (
        f"overtime 1 x 35.00 instead of 0; {en}",
        f"eccedenze 1 x 35.00 invece di 0; {it}",
    )


def test_what_has_no_cause_is_told_by_its_figures_in_italian_too() -> None:
    dearer = replace(TARIFF, vat_rate=Decimal("0.10"), overtime=replace(TARIFF.overtime, price=Decimal("40.00")))
    waived = Decisions(overtime_waived=OvertimeWaived(1, Goodwill(Reason.COURTESY, "")))
    assert between(dearer, "30:00", decisions=waived).why.it == (
        "eccedenze 1 x 40.00 invece di 1 x 35.00; abbuono -40.00 invece di -35.00; IVA 10.00 % invece di 22.00 %"
    )
    longer = replace(TARIFF, previous_version=ServicePrice(length("40m"), TARIFF.previous_version.price))
    told = between(longer, "31:00", customer=OLD_WITHOUT).why.it
    assert told == "unità iniziate oltre il limite 0 invece di 1; tempo compreso 40 min invece di 30 min"


@pytest.mark.parametrize(
    ("service", "en", "it"),
    [
        (Service.CONTRACT, "intervention with a contract", "intervento con contratto"),
        (Service.PREVIOUS_VERSION, "intervention on a previous version", "intervento su versione precedente"),
        (Service.NOT_ENTITLED, "not entitled", "non ammesso"),
        (Service.EXEMPT, "exempt", "esente"),
        (Service.EXCLUDED, "excluded", "escluso"),
        (Service.UNASSIGNED, "unassigned", "non assegnato"),
    ],
)
def test_each_service_has_its_words(service: Service, en: str, it: str) -> None:
    mine = replace(a_charge("10:00"), service=Service.FILE_RECOVERY)
    told = difference(Rated(mine, TARIFF), Rated(replace(mine, service=service), TARIFF)).why
    assert (told.en, told.it) == (f"{en} instead of recovery of files", f"{it} invece di recupero di file")


def test_two_that_stay_the_same_are_compared_and_not_counted_as_changed() -> None:
    same = between(TARIFF, "10:00")
    sums = Sums().plus(same).plus(same)
    assert (sums.compared, sums.changed, sums.amount) == (2, 0, NOTHING)


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
