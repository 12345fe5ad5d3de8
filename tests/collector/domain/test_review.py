"""What waits for a person, and for whom."""

import pytest

from collector.domain.entitlement import Customer
from collector.domain.review import State, Whose, review
from tests.collector.domain.builders import OLD_WITHOUT, WITH_CONTRACT, WITHOUT, a_charge


def test_work_that_may_go_on_is_open_and_closed_work_is_final() -> None:
    charge = a_charge("10:00")
    assert review(charge, closed=False, unresolved=False, customer_told=False).state is State.OPEN
    assert review(charge, closed=True, unresolved=False, customer_told=False).state is State.FINAL


@pytest.mark.parametrize(
    ("customer", "category", "minutes", "what", "whose"),
    [
        (WITH_CONTRACT, None, "20:01", "overtime-not-agreed", Whose.SUPERVISOR),
        (OLD_WITHOUT, None, "30:01", "overtime-not-sellable", Whose.SUPERVISOR),
        (WITHOUT, None, "1:00", "not-entitled", Whose.SUPERVISOR),
        (WITH_CONTRACT, "network", "1:00", "excluded-work", Whose.SUPERVISOR),
        (WITH_CONTRACT, "file-recovery", "1:00", "price-to-be-agreed", Whose.SUPERVISOR),
        (None, None, "1:00", "unassigned", Whose.OFFICE),
    ],
)
def test_nothing_beyond_the_base_price_is_final_without_a_person(
    customer: Customer | None, category: str | None, minutes: str, what: str, whose: Whose
) -> None:
    charge = a_charge(minutes, customer=customer, category=category, agreed=False)
    found = review(charge, closed=True, unresolved=False, customer_told=False)
    assert found.state is State.IN_REVIEW
    assert [(wait.what, wait.whose) for wait in found.waits] == [(what, whose)]


def test_what_may_be_another_customer_s_waits_for_the_office() -> None:
    found = review(a_charge("10:00"), closed=True, unresolved=False, customer_told=False, peer_differs=True)
    assert [(wait.what, wait.whose) for wait in found.waits] == [("peer-differs", Whose.OFFICE)]
    assert found.state is State.IN_REVIEW


def test_what_was_given_up_waits_until_the_customer_is_told() -> None:
    charge = a_charge("10:00")
    waiting = review(charge, closed=True, unresolved=True, customer_told=False)
    assert [(wait.what, wait.whose) for wait in waiting.waits] == [("customer-not-told", Whose.TECHNICIAN)]
    assert review(charge, closed=True, unresolved=True, customer_told=True).state is State.FINAL
    both = review(a_charge("20:01", agreed=False), closed=True, unresolved=True, customer_told=False)
    assert [wait.what for wait in both.waits] == ["overtime-not-agreed", "customer-not-told"]


def test_what_waits_for_one_does_not_hide_what_waits_for_another() -> None:
    charge = a_charge("20:01", agreed=False)
    found = review(charge, closed=True, unresolved=True, customer_told=False, peer_differs=True)
    assert [wait.what for wait in found.waits] == ["overtime-not-agreed", "peer-differs", "customer-not-told"]
