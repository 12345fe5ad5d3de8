from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.connection import Span, union
from collector.domain.decision import (
    UNDECIDED,
    Decisions,
    Goodwill,
    OvertimeWaived,
    PriceNamed,
    Reason,
    Unsellable,
    UnsellableDecided,
)
from collector.domain.entitlement import Customer, Service
from collector.domain.rating import Charge, Code, Flag, nothing, rate
from collector.domain.tariff import CapAppliesTo, Tariff
from shared.moments import MINUTE_MS
from tests.collector.domain.builders import (
    OLD_WITH_CONTRACT,
    OLD_WITHOUT,
    START_AT,
    TARIFF,
    WITH_CONTRACT,
    WITHOUT,
    a_charge,
    a_span,
    a_tariff,
    length,
)

EACH_CONNECTION = a_tariff(applies_to=CapAppliesTo.CONNECTION)


@pytest.mark.parametrize(
    ("customer", "lasting", "net"),
    [
        (WITH_CONTRACT, ["20:00"], "45.00"),
        (WITH_CONTRACT, ["20:01"], "80.00"),
        (WITH_CONTRACT, ["50:00"], "80.00"),
        (WITH_CONTRACT, ["50:01"], "115.00"),
        (OLD_WITH_CONTRACT, ["30:00"], "160.00"),
        (OLD_WITH_CONTRACT, ["30:01"], "195.00"),
        (OLD_WITHOUT, ["30:00"], "160.00"),
        (OLD_WITHOUT, ["30:01"], "160.00"),
        (WITH_CONTRACT, ["8:00", "8:00", "8:00"], "80.00"),
        (WITH_CONTRACT, ["9:00"], "45.00"),
        (WITHOUT, ["50:01"], "0.00"),
    ],
)
def test_the_worked_values_of_the_terms(customer: Customer, lasting: list[str], net: str) -> None:
    assert a_charge(*lasting, customer=customer).net == Decimal(net)


def test_one_connection_on_two_problems_is_two_interventions() -> None:
    assert a_charge("9:00").net + a_charge("9:00").net == Decimal("90.00")


def test_vat_is_added_to_the_net() -> None:
    charge = a_charge("50:01")
    assert (charge.net, charge.vat, charge.gross) == (Decimal("115.00"), Decimal("25.30"), Decimal("140.30"))


def test_overtime_is_a_line_of_its_own() -> None:
    base, overtime = a_charge("50:01").lines
    assert (base.code, base.quantity, base.unit_price, base.amount) == (
        Code.BASE,
        1,
        Decimal("45.00"),
        Decimal("45.00"),
    )
    assert (overtime.code, overtime.quantity, overtime.amount) == (Code.OVERTIME, 2, Decimal("70.00"))


def test_overtime_that_no_one_agreed_to_is_charged_and_says_so() -> None:
    charge = a_charge("20:01", agreed=False)
    assert charge.net == Decimal("80.00")
    assert charge.flags == (Flag.OVERTIME_NOT_AGREED,)
    assert "no one has agreed" in charge.lines[1].why.en


@pytest.mark.parametrize("agreed", [True, False])
def test_within_the_cap_nothing_has_to_be_decided(agreed: bool) -> None:
    charge = a_charge("20:00", agreed=agreed)
    assert (charge.flags, charge.overtime_half_hours, len(charge.lines)) == ((), 0, 1)


@pytest.mark.parametrize("agreed", [True, False])
def test_overtime_that_may_not_be_sold_is_counted_and_never_charged(agreed: bool) -> None:
    charge = a_charge("60:01", customer=OLD_WITHOUT, agreed=agreed)
    assert (charge.overtime_half_hours, charge.net) == (2, Decimal("160.00"))
    assert charge.flags == (Flag.OVERTIME_NOT_SELLABLE,)
    assert [line.code for line in charge.lines] == [Code.BASE]
    assert "to be decided: 2" in charge.lines[0].why.en


def test_an_edition_that_is_not_covered_is_never_silently_charged() -> None:
    charge = a_charge("50:01", customer=replace(WITH_CONTRACT, edition_covered=False))
    assert charge.flags == (Flag.NOT_ENTITLED, Flag.EDITION_NOT_COVERED)
    assert charge.net == Decimal("0.00")
    assert "edition" in charge.lines[0].why.en and "edizione" in charge.lines[0].why.it.lower()


@pytest.mark.parametrize("listed", [None, Decimal("120.00")])
def test_files_are_recovered_for_an_edition_that_is_not_covered_at_a_price_that_a_person_names(
    listed: Decimal | None,
) -> None:
    tariff, customer = replace(TARIFF, file_recovery_price=listed), replace(WITH_CONTRACT, edition_covered=False)
    charge = a_charge("5:00", customer=customer, category="file-recovery", tariff=tariff)
    assert (charge.net, charge.flags) == (Decimal("0.00"), (Flag.PRICE_TO_BE_AGREED, Flag.EDITION_NOT_COVERED))
    named = Decisions(price=PriceNamed(Decimal("100.00"), "as told", Service.FILE_RECOVERY))
    charge = a_charge("5:00", customer=customer, category="file-recovery", tariff=tariff, decisions=named)
    assert (charge.net, charge.flags) == (Decimal("100.00"), ())


def test_the_current_version_without_a_contract_is_not_entitled() -> None:
    charge = a_charge("50:01", customer=WITHOUT)
    assert (charge.service, charge.cap_seconds, charge.overtime_half_hours) == (Service.NOT_ENTITLED, None, 0)
    assert charge.flags == (Flag.NOT_ENTITLED,)
    assert [(line.code, line.amount) for line in charge.lines] == [(Code.BASE, Decimal("0.00"))]


@pytest.mark.parametrize("customer", [WITH_CONTRACT, OLD_WITHOUT, WITHOUT, None])
@pytest.mark.parametrize(
    ("category", "service", "flags"),
    [
        ("activation", Service.EXEMPT, ()),
        ("software-updates", Service.EXCLUDED, (Flag.EXCLUDED_WORK,)),
        ("file-recovery", Service.FILE_RECOVERY, (Flag.PRICE_TO_BE_AGREED,)),
    ],
)
def test_a_category_is_recorded_without_cap_and_without_price(
    customer: Customer | None, category: str, service: Service, flags: tuple[Flag, ...]
) -> None:
    charge = a_charge("300:00", customer=customer, category=category, agreed=False)
    assert (charge.service, charge.cap_seconds, charge.overtime_half_hours, charge.flags) == (service, None, 0, flags)
    assert [(line.code, line.amount) for line in charge.lines] == [(Code.BASE, Decimal("0.00"))]
    assert (charge.net, charge.gross) == (Decimal("0.00"), Decimal("0.00"))


def test_recovery_of_files_with_a_price_in_the_tariff_is_charged() -> None:
    charge = a_charge("5:00", category="file-recovery", tariff=replace(TARIFF, file_recovery_price=Decimal("120.00")))
    assert (charge.net, charge.flags) == (Decimal("120.00"), ())


def test_an_unknown_customer_is_charged_nothing_until_assigned() -> None:
    charge = a_charge("20:01", customer=None, agreed=False)
    assert (charge.service, charge.cap_seconds, charge.overtime_half_hours) == (Service.UNASSIGNED, 1_200, 1)
    assert (charge.net, charge.flags) == (Decimal("0.00"), (Flag.UNASSIGNED,))


@pytest.mark.parametrize("spans", [[], [a_span("5m", "5m")]])
def test_an_intervention_without_time_costs_its_base_price(spans: list[Span]) -> None:
    charge = rate(customer=WITH_CONTRACT, category=None, spans=spans, overtime_agreed=False, tariff=TARIFF)
    assert (charge.connection_seconds, charge.net, charge.flags) == (0, Decimal("45.00"), ())


def test_a_half_hour_begun_after_the_contract_may_not_be_sold() -> None:
    ends_at = START_AT + length("50:00")
    charge = a_charge("50:01", contract_ends_at=ends_at)
    assert (charge.overtime_half_hours, charge.net) == (2, Decimal("80.00"))
    assert charge.flags == (Flag.OVERTIME_NOT_SELLABLE,)
    assert a_charge("50:01", contract_ends_at=ends_at + 1_000).net == Decimal("115.00")
    assert a_charge("50:01", contract_ends_at=START_AT, agreed=False).net == Decimal("45.00")


def test_where_overtime_needs_no_contract_its_end_does_not_matter() -> None:
    generous = replace(TARIFF, overtime=replace(TARIFF.overtime, needs_contract=False))
    assert a_charge("50:01", tariff=generous, contract_ends_at=START_AT).net == Decimal("115.00")
    assert a_charge("30:01", tariff=generous, customer=OLD_WITHOUT).net == Decimal("195.00")


def test_lines_point_at_the_spans_they_were_made_of() -> None:
    charge = a_charge("18:00", "2:00", "1:00", "4:00")
    assert [line.spans for line in charge.lines] == [(0, 1, 2, 3), (2, 3)]


def test_a_span_that_ends_at_the_cap_is_not_beyond_it() -> None:
    spans = [a_span("0m", "20m"), a_span("20m", "25m")]
    charge = rate(customer=WITH_CONTRACT, category=None, spans=spans, overtime_agreed=True, tariff=TARIFF)
    assert charge.lines[1].spans == (1,)


def test_a_firm_may_count_the_cap_for_each_connection() -> None:
    assert a_charge("8:00", "8:00", "8:00", tariff=EACH_CONNECTION).net == Decimal("45.00")
    charge = a_charge("20:01", "20:00", "51:00", tariff=EACH_CONNECTION)
    assert (charge.overtime_half_hours, charge.net, charge.cap_seconds) == (2, Decimal("115.00"), 1_200)
    assert charge.lines[1].spans == (0, 2)
    assert charge.lines[1].why.en.startswith("31 min 1 s beyond")


@pytest.mark.parametrize(("lasting", "half_hours"), [("20:59", 1), ("35:00", 1), ("35:01", 2)])
def test_half_hours_are_begun_by_what_lies_beyond_all_the_caps_together(lasting: str, half_hours: int) -> None:
    """Rounded for each connection, one more second between them would make two half hours one."""
    apart = a_charge("35:00", lasting, tariff=EACH_CONNECTION)
    assert apart.overtime_half_hours == half_hours
    assert apart.lines[1].quantity == half_hours


def test_of_all_the_caps_together_too_those_begun_after_the_contract_may_not_be_sold() -> None:
    ends_at = START_AT + length("35:00") + MINUTE_MS + length("35:00")
    charge = a_charge("35:00", "40:00", tariff=EACH_CONNECTION, contract_ends_at=ends_at)
    assert (charge.overtime_half_hours, charge.net) == (2, Decimal("80.00"))


def test_spans_of_one_named_connection_are_counted_together() -> None:
    spans = [a_span("0m", "12m", "a"), a_span("13m", "25m", "a"), a_span("30m", "42m", "b")]
    charge = rate(customer=WITH_CONTRACT, category=None, spans=spans, overtime_agreed=True, tariff=EACH_CONNECTION)
    assert charge.overtime_half_hours == 1


def test_a_courtesy_time_of_the_tariff_is_kept() -> None:
    kind = a_tariff(courtesy="2m")
    assert a_charge("22:00", tariff=kind, agreed=False).flags == ()
    assert a_charge("22:01", tariff=kind).net == Decimal("80.00")


def test_seconds_lost_between_short_spans_are_rounded_down_once() -> None:
    spans = [Span(START_AT + n * 10_000, START_AT + n * 10_000 + 1_500) for n in range(801)]
    charge = rate(customer=WITH_CONTRACT, category=None, spans=spans, overtime_agreed=True, tariff=TARIFF)
    assert (charge.connection_seconds, charge.overtime_half_hours) == (1_201, 1)


# --- the laws ---

# All minutes of four hours as often as each other: one great range would be all small numbers.
instants = st.builds(lambda minute, ms: minute * MINUTE_MS + ms, st.integers(0, 239), st.integers(0, MINUTE_MS))
names = st.sampled_from([None, None, "a", "b"])
some_spans = st.lists(
    st.builds(lambda one, other, name: Span(min(one, other), max(one, other), name), instants, instants, names),
    max_size=8,
)
customers = st.sampled_from([WITH_CONTRACT, OLD_WITH_CONTRACT, OLD_WITHOUT, WITHOUT, None])
categories = st.sampled_from([None, *TARIFF.categories])
tariffs = st.builds(a_tariff, applies_to=st.sampled_from(CapAppliesTo), courtesy=st.sampled_from(["0s", "3m", "40m"]))
goodwills = st.builds(Goodwill, st.sampled_from(Reason))
half_hours = st.integers(1, 4)
decided = st.builds(
    Decisions,
    overtime_waived=st.none() | st.builds(OvertimeWaived, half_hours, goodwills),
    unsellable=st.none() | st.builds(UnsellableDecided, st.just(Unsellable.GOODWILL), half_hours, goodwills),
    price=st.none() | st.builds(PriceNamed, st.integers(0, 10**6).map(lambda cents: Decimal(cents) / 100)),
    waived=st.none() | goodwills,
)


def at_times(usual: object, other: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Mostly the usual one, for the rarer ones hide what the time costs."""
    return st.integers(0, 4).flatmap(lambda chance: other if chance == 4 else st.just(usual))


circumstances = st.fixed_dictionaries(
    {
        "customer": st.sampled_from([WITH_CONTRACT, OLD_WITH_CONTRACT]) | customers,
        "category": at_times(None, categories),
        "overtime_agreed": st.booleans(),
        "contract_ends_at": at_times(None, instants),
        "decisions": at_times(UNDECIDED, decided),
    }
)


def charged(spans: list[Span], customer: Customer | None, tariff: Tariff, category: str | None = None) -> Charge:
    return rate(customer=customer, category=category, spans=spans, overtime_agreed=False, tariff=tariff)


@given(some_spans, some_spans, tariffs, circumstances)
def test_more_connection_time_never_costs_less(
    spans: list[Span], more: list[Span], tariff: Tariff, around: dict[str, Any]
) -> None:
    assert rate(spans=spans, tariff=tariff, **around).net <= rate(spans=spans + more, tariff=tariff, **around).net


@given(some_spans, instants, tariffs, circumstances)
def test_splitting_into_touching_spans_changes_nothing(
    spans: list[Span], cut: int, tariff: Tariff, around: dict[str, Any]
) -> None:
    pieces: list[Span] = []
    for span in spans:
        middle = min(span.end_at, max(span.start_at, cut))
        pieces += [replace(span, end_at=middle), replace(span, start_at=middle)]
    assert priced(rate(spans=pieces, tariff=tariff, **around)) == priced(rate(spans=spans, tariff=tariff, **around))


@given(some_spans, tariffs, circumstances)
def test_what_overlaps_is_charged_as_its_union(spans: list[Span], tariff: Tariff, around: dict[str, Any]) -> None:
    spans = [replace(span, connection=None) for span in spans]
    once = [Span(block.start_at, block.end_at) for block in union(spans)]
    assert priced(rate(spans=once, tariff=tariff, **around)) == priced(rate(spans=spans, tariff=tariff, **around))


@given(some_spans, tariffs, circumstances, st.integers(-(10**12), 10**12))
def test_when_it_happened_changes_nothing(
    spans: list[Span], tariff: Tariff, around: dict[str, Any], later: int
) -> None:
    """Neither the hour of the day nor the night in which clocks change: lengths alone count."""
    moved = [replace(span, start_at=span.start_at + later, end_at=span.end_at + later) for span in spans]
    ends_at = around["contract_ends_at"]
    after = {**around, "contract_ends_at": None if ends_at is None else ends_at + later}
    assert priced(rate(spans=moved, tariff=tariff, **after)) == priced(rate(spans=spans, tariff=tariff, **around))


@given(some_spans, tariffs, circumstances, st.randoms())
def test_order_and_repetition_change_nothing(
    spans: list[Span], tariff: Tariff, around: dict[str, Any], random: st.DataObject
) -> None:
    shuffled = spans + spans
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert priced(rate(spans=shuffled, tariff=tariff, **around)) == priced(rate(spans=spans, tariff=tariff, **around))


@given(some_spans, customers, categories, tariffs)
def test_net_and_vat_are_gross_to_the_cent(
    spans: list[Span], customer: Customer | None, category: str | None, tariff: Tariff
) -> None:
    charge = charged(spans, customer, tariff, category)
    assert charge.net + charge.vat == charge.gross
    assert charge.net == sum(line.quantity * line.unit_price for line in charge.lines)
    assert all(amount == round(amount, 2) >= 0 for amount in (charge.net, charge.vat, charge.gross))


@given(some_spans, customers, categories, tariffs)
def test_nothing_beyond_the_base_price_goes_without_a_flag(
    spans: list[Span], customer: Customer | None, category: str | None, tariff: Tariff
) -> None:
    charge = charged(spans, customer, tariff, category)
    assert bool(charge.flags) or charge.overtime_half_hours == 0
    assert charge.lines[0].code is Code.BASE
    assert (charge.cap_seconds is None) <= (charge.overtime_half_hours == 0)


@given(some_spans, st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_longer_contract_never_sells_less(spans: list[Span], ends_at: int, later: int) -> None:
    def net(at: int) -> Decimal:
        sold = rate(
            customer=WITH_CONTRACT, category=None, spans=spans, overtime_agreed=True, tariff=TARIFF, contract_ends_at=at
        )
        return sold.net

    assert net(ends_at) <= net(ends_at + later) <= charged(spans, WITH_CONTRACT, TARIFF).net


def priced(charge: Charge) -> tuple[object, ...]:
    """All of a charge but the spans that its lines point at."""
    lines = [(line.code, line.quantity, line.amount, line.why) for line in charge.lines]
    return (charge.service, charge.connection_seconds, charge.overtime_half_hours, lines, charge.gross, charge.flags)


def test_declared_time_counts_unless_the_tariff_says_otherwise_and_is_said_to_be_declared() -> None:
    spans = [a_span("0:00", "15:00"), replace(a_span("16:00", "26:00"), declared=True)]

    def charge(tariff: Tariff) -> Charge:
        return rate(customer=WITH_CONTRACT, category=None, spans=spans, overtime_agreed=True, tariff=tariff)

    counted, not_counted = charge(TARIFF), charge(replace(TARIFF, declared_time_counts=False))
    assert (counted.net, counted.connection_seconds) == (Decimal("80.00"), 25 * 60)
    assert (not_counted.net, not_counted.connection_seconds) == (Decimal("45.00"), 15 * 60)
    assert counted.lines[0].why.en.endswith("of which 10 min declared by the technician")
    assert not_counted.lines[0].why.it.endswith("10 min dichiarati dal tecnico, non contati")
    assert not_counted.lines[0].spans == (0, 1)


def test_what_is_no_intervention_any_more_costs_nothing() -> None:
    gone = nothing(TARIFF, Service.EXEMPT)
    assert gone == Charge(Service.EXEMPT, 0, None, 0, (), TARIFF.vat_rate, ())
    assert (str(gone.net), str(gone.gross)) == ("0.00", "0.00")


def test_each_line_says_in_words_what_it_was_made_of() -> None:
    base, overtime = a_charge("50:01").lines
    assert base.why.en.split("; ")[1:] == ["includes 20 min of connection", "50 min 1 s of connection"]
    assert overtime.why.en == "30 min 1 s beyond the included time, each 30 min begun; agreed with the customer"
    each = a_charge("8:00", tariff=EACH_CONNECTION).lines[0]
    assert each.why.it.split("; ")[1] == "comprende 20 min di ogni collegamento"


def test_overtime_that_no_one_agreed_to_says_so_until_all_of_it_is_given_away() -> None:
    def why(half_hours: int) -> str:
        given = Decisions(overtime_waived=OvertimeWaived(half_hours, Goodwill(Reason.COURTESY)))
        return a_charge("50:01", agreed=False, decisions=given).lines[1].why.en

    assert why(1).endswith("; no one has agreed to it yet")
    assert why(2) == why(3) == "30 min 1 s beyond the included time, each 30 min begun"


def test_a_request_of_nobody_that_led_to_no_contact_may_be_given_up() -> None:
    waived = Decisions(waived=Goodwill(Reason.OTHER, "advertising"))
    assert a_charge(customer=None).flags == (Flag.UNASSIGNED,)
    given_up = a_charge(customer=None, decisions=waived)
    assert (given_up.flags, given_up.net) == ((), Decimal("0.00"))
    assert a_charge("0:00", customer=None, decisions=waived).flags == (Flag.UNASSIGNED,)
