"""What a person decides changes the charge, says so in words, and nothing else does."""

from decimal import Decimal

import pytest

from collector.domain.decision import (
    Decisions,
    Goodwill,
    OvertimeWaived,
    PriceNamed,
    Reason,
    Unsellable,
    UnsellableDecided,
)
from collector.domain.entitlement import Customer
from collector.domain.rating import Charge, Flag, rate
from tests.collector.domain.builders import (
    OLD_WITHOUT,
    START_AT,
    TARIFF,
    WITH_CONTRACT,
    WITHOUT,
    a_charge,
    a_span,
    length,
)

COURTESY = Goodwill(Reason.COURTESY, "a good customer")


def charge(
    minutes: str,
    decisions: Decisions,
    *,
    customer: Customer | None = WITH_CONTRACT,
    category: str | None = None,
    agreed: bool = False,
) -> Charge:
    return rate(
        customer=customer,
        category=category,
        spans=[a_span("0:00", minutes)],
        overtime_agreed=agreed,
        tariff=TARIFF,
        decisions=decisions,
    )


def lines(of: Charge) -> list[tuple[str, int, str]]:
    return [(line.code.value, line.quantity, f"{line.unit_price:.2f}") for line in of.lines]


def test_waived_overtime_is_charged_and_given_back_in_a_line_of_its_own() -> None:
    done = charge("50:01", Decisions(overtime_waived=OvertimeWaived(2, COURTESY)))
    assert lines(done) == [("base", 1, "45.00"), ("overtime", 2, "35.00"), ("goodwill", 2, "-35.00")]
    assert (done.net, done.flags) == (Decimal("45.00"), ())
    assert done.lines[2].why.it == "Abbuono: a titolo di cortesia; a good customer"
    assert "no one has agreed" not in done.lines[1].why.en


def test_a_half_hour_begun_after_the_waiver_is_not_given_away() -> None:
    done = charge("50:01", Decisions(overtime_waived=OvertimeWaived(1, COURTESY)))
    assert (done.net, done.flags) == (Decimal("80.00"), (Flag.OVERTIME_NOT_AGREED,))


def test_a_half_hour_beyond_those_that_were_agreed_to_waits_for_a_person() -> None:
    one, two = Decisions(agreed_half_hours=1), Decisions(agreed_half_hours=2)
    assert charge("50:00", one, agreed=True).flags == ()
    assert charge("50:01", one, agreed=True).flags == (Flag.OVERTIME_NOT_AGREED,)
    assert charge("50:01", two, agreed=True).flags == ()
    assert charge("50:01", two).flags == (Flag.OVERTIME_NOT_AGREED,)  # withdrawn: nobody agrees
    waived = Decisions(agreed_half_hours=1, overtime_waived=OvertimeWaived(1, COURTESY))
    assert charge("50:01", waived, agreed=True).flags == ()
    assert charge("80:01", waived, agreed=True).flags == (Flag.OVERTIME_NOT_AGREED,)


def test_a_price_is_that_of_the_service_that_it_was_named_for() -> None:
    named = Decisions(price=PriceNamed(Decimal("100.00"), service="file-recovery"))
    assert charge("10:00", named, category="file-recovery").net == Decimal("100.00")
    asked = charge("10:00", named, category="network")
    assert (asked.net, asked.flags) == (Decimal("0.00"), (Flag.EXCLUDED_WORK,))
    assert asked == charge("10:00", Decisions(), category="network")


@pytest.mark.parametrize("choice", Unsellable)
def test_overtime_that_may_not_be_sold_is_decided_up_to_what_had_begun(choice: Unsellable) -> None:
    goodwill = COURTESY if choice is Unsellable.GOODWILL else None
    decided = Decisions(unsellable=UnsellableDecided(choice, 1, goodwill))
    done = charge("30:01", decided, customer=OLD_WITHOUT)
    assert (done.net, done.flags) == (Decimal("160.00"), ())
    assert "to be decided" not in done.lines[0].why.en and "decided" in done.lines[0].why.en
    assert ("goodwill", 1, "0.00") in lines(done) or choice is not Unsellable.GOODWILL
    assert charge("60:01", decided, customer=OLD_WITHOUT).flags == (Flag.OVERTIME_NOT_SELLABLE,)


@pytest.mark.parametrize(
    ("customer", "category"), [(WITHOUT, None), (WITH_CONTRACT, "network"), (WITH_CONTRACT, "file-recovery")]
)
def test_what_has_no_price_gets_the_one_that_is_named_and_waits_no_more(
    customer: Customer, category: str | None
) -> None:
    done = charge("60:00", Decisions(price=PriceNamed(Decimal("120.00"))), customer=customer, category=category)
    assert (done.net, done.flags) == (Decimal("120.00"), ())
    assert done.lines[0].why.en.endswith("price agreed: 120.00 euro")
    assert done.lines[0].why.it.endswith("prezzo concordato: 120.00 euro")
    free = charge("60:00", Decisions(price=PriceNamed(Decimal("0.00"), "once")), customer=customer, category=category)
    assert (free.net, free.flags) == (Decimal("0.00"), ())
    assert free.lines[0].why.en.endswith("decided: nothing is charged; once")


def test_a_price_that_was_named_changes_nothing_where_the_price_list_has_one() -> None:
    assert charge("10:00", Decisions(price=PriceNamed(Decimal("1.00")))) == charge("10:00", Decisions())


def test_a_whole_intervention_given_away_costs_nothing_and_shows_what_it_would_have() -> None:
    done = charge("20:01", Decisions(waived=Goodwill(Reason.UNRESOLVED)))
    assert lines(done) == [("base", 1, "45.00"), ("overtime", 1, "35.00"), ("goodwill", 1, "-80.00")]
    assert (done.net, done.gross, done.flags) == (Decimal("0.00"), Decimal("0.00"), ())


def test_nothing_that_was_decided_makes_an_unknown_customer_known() -> None:
    done = charge("20:01", Decisions(waived=COURTESY, price=PriceNamed(Decimal("9.00"))), customer=None)
    assert (done.net, done.flags) == (Decimal("0.00"), (Flag.UNASSIGNED,))


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_is_said_in_both_languages(reason: Reason) -> None:
    line = charge("10:00", Decisions(waived=Goodwill(reason))).lines[-1]
    assert line.why.en.startswith("Goodwill") and line.why.it.startswith("Abbuono")


def test_each_line_of_what_is_given_away_points_at_the_spans_it_was_made_of() -> None:
    def spans(decisions: Decisions, customer: Customer = WITH_CONTRACT) -> list[tuple[int, ...]]:
        return [line.spans for line in a_charge("18:00", "20:00", customer=customer, decisions=decisions).lines]

    assert spans(Decisions(waived=COURTESY)) == [(0, 1), (1,), (0, 1)]
    assert spans(Decisions(overtime_waived=OvertimeWaived(1, COURTESY))) == [(0, 1), (1,), (1,)]
    unsold = Decisions(unsellable=UnsellableDecided(Unsellable.GOODWILL, 1, COURTESY))
    assert spans(unsold, OLD_WITHOUT) == [(0, 1), (1,)]


def test_no_more_is_given_away_than_could_not_be_sold() -> None:
    decided = Decisions(unsellable=UnsellableDecided(Unsellable.GOODWILL, 5, COURTESY))
    ended = a_charge("80:01", contract_ends_at=START_AT + length("40:00"), decisions=decided)
    assert lines(ended) == [("base", 1, "45.00"), ("overtime", 1, "35.00"), ("goodwill", 2, "0.00")]
    assert ended.lines[2].why.en == "Goodwill: a courtesy; a good customer"
    assert lines(a_charge("80:01", decisions=decided)) == [("base", 1, "45.00"), ("overtime", 3, "35.00")]
    assert lines(a_charge("10:00", decisions=decided)) == [("base", 1, "45.00")]


def test_a_price_that_was_named_takes_the_words_that_asked_for_one_away() -> None:
    done = charge("60:00", Decisions(price=PriceNamed(Decimal("120.00"), "by mail")), category="file-recovery")
    assert done.lines[0].why.en == (
        "Recovery of files without a working backup; 1 h of connection; price agreed: 120.00 euro; by mail"
    )
    asked = charge("60:00", Decisions(), category="file-recovery")
    assert asked.lines[0].why.en == (
        "Recovery of files without a working backup: price to be agreed; 1 h of connection"
    )
