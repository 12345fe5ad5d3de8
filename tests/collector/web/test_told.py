"""From the ledger's answers to the shapes of the API."""

from datetime import date

import pytest

from collector.ledger.views import CustomerView, Peer
from collector.web import told


@pytest.mark.parametrize(
    ("first", "last", "today", "in_force"),
    [
        ("2026-01-01", "2026-12-31", date(2026, 12, 31), True),
        ("2026-01-01", "2026-12-31", date(2027, 1, 1), False),
        ("2026-01-01", None, date(2025, 12, 31), False),
        ("1970-01-01", None, date(2026, 1, 1), True),
    ],
)
def test_a_contract_is_in_force_on_its_first_and_last_day(
    first: str, last: str | None, today: date, in_force: bool
) -> None:
    contract = told.contract(CustomerView(1, "Studio", first, last, "current", ()), today)
    assert contract is not None and contract.in_force is in_force


def test_a_first_day_that_nobody_told_is_null() -> None:
    customer = CustomerView(1, "Studio", "1970-01-01", None, "current", (Peer("mstsc", "pc"),))
    shown = told.customer(customer, date(2026, 1, 1)).model_dump(by_alias=True, mode="json")
    assert shown["contract"] == {"from": None, "until": None, "in_force": True}
    assert shown["peers"] == [{"tool": "mstsc", "peer": "pc"}]


def test_a_page_says_where_to_go_on_until_the_end() -> None:
    assert told.page(([1, 2], 3), 2, 0, str).next_offset == 2
    assert told.page(([3], 3), 2, 2, str).next_offset is None
    assert told.page(([1, 2], 2), 2, 0, str).next_offset is None
