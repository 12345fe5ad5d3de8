"""How overtime went: sums over interventions."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.trend import NEARNESS, Case, Slice, trend
from shared.moments import MINUTE_MS, SECOND_MS

CAP_MS = 20 * MINUTE_MS


def a_case(
    *,
    month: str = "2026-10",
    customer: str | None = "Studio Bianchi",
    tools: tuple[str, ...] = ("TeamViewer",),
    connected_ms: int = CAP_MS,
    cap_ms: int | None = CAP_MS,
    half_hours: int = 0,
    price: int = 35,
    waived: str = "0.00",
    agreed: bool = False,
) -> Case:
    overtime = price * Decimal(half_hours)
    return Case(month, customer, tools, connected_ms, cap_ms, half_hours, overtime, Decimal(waived), agreed)


def test_a_month_without_anything_is_there_all_the_same() -> None:
    found = trend([a_case(half_hours=1)], ["2026-09", "2026-10"])
    assert found.months == (Slice("2026-09", 0, 0, Decimal("0.00")), Slice("2026-10", 1, 1, Decimal(35)))


def test_customers_and_tools_come_with_the_most_overtime_first_and_without_any_not_at_all() -> None:
    cases = [
        a_case(customer="A", half_hours=1),
        a_case(customer="B", half_hours=2, tools=("AnyDesk", "TeamViewer")),
        a_case(customer="C", tools=("RustDesk",)),
    ]
    found = trend(cases, [])
    assert [each.name for each in found.customers] == ["B", "A"]
    assert [(each.name, each.half_hours) for each in found.tools] == [("TeamViewer", 3), ("AnyDesk", 2)]


def test_of_as_much_overtime_the_most_half_hours_come_first_then_the_names_in_order_and_first_nobodys() -> None:
    told = [("B", 2, 30), (None, 2, 30), ("A", 2, 30), ("C", 3, 20), ("D", 1, 60)]
    found = trend([a_case(customer=name, half_hours=n, price=price) for name, n, price in told], [])
    assert [each.name for each in found.customers] == ["C", None, "A", "B", "D"]


def test_what_was_agreed_what_was_given_away_and_what_nobody_has_settled_are_told_apart() -> None:
    cases = [a_case(half_hours=2, agreed=True, waived="35.00"), a_case(half_hours=3, waived="35.00")]
    found = trend(cases, [])
    assert (found.interventions, found.half_hours) == (2, 5)
    assert (found.agreed, found.waived, found.unsettled) == (Decimal(35), Decimal(70), Decimal(70))


def test_where_there_was_nothing_the_sums_are_euro_with_cents_all_the_same() -> None:
    found = trend([], ["2026-10"])
    assert {str(each) for each in (found.agreed, found.waived, found.unsettled, found.months[0].overtime)} == {"0.00"}


@pytest.mark.parametrize(
    ("connected_ms", "half_hours", "name"),
    [
        (0, 0, "over-15"),
        (5 * MINUTE_MS, 0, "10-to-15"),
        (10 * MINUTE_MS, 0, "5-to-10"),
        (15 * MINUTE_MS, 0, "under-5"),
        (CAP_MS, 0, "under-5"),
        (CAP_MS + SECOND_MS - 1, 0, "under-5"),
        (CAP_MS + SECOND_MS, 1, "first"),
        (CAP_MS + 31 * MINUTE_MS, 2, "second"),
        (CAP_MS + 300 * MINUTE_MS, 10, "more"),
    ],
)
def test_how_near_the_cap_it_came(connected_ms: int, half_hours: int, name: str) -> None:
    found = trend([a_case(connected_ms=connected_ms, half_hours=half_hours)], [])
    assert found.nearness == tuple(int(each == name) for each in NEARNESS)


@given(st.lists(st.tuples(st.integers(0, 10**8), st.integers(0, 5)), max_size=20))
def test_every_intervention_with_a_cap_is_somewhere(told: list[tuple[int, int]]) -> None:
    found = trend([a_case(connected_ms=ms, half_hours=n) for ms, n in told] + [a_case(cap_ms=None)], ["2026-10"])
    assert sum(found.nearness) == len(told)
    assert found.months[0].half_hours == found.half_hours
    assert found.agreed + found.waived + found.unsettled == sum(each.overtime for each in found.months)
