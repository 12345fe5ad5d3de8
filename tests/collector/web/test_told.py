"""From the ledger's answers to the shapes of the API."""

from collector.domain.contract import SINCE_EVER, Contract, Period
from collector.domain.customer import CustomerCard, TaxData
from collector.ledger.views import CustomerView, Peer
from collector.web import told

TAX = TaxData(vat_number="12345678903")
CARD = CustomerCard("Studio", edition="lite", tax=TAX, contract=Contract((Period(SINCE_EVER),)))


def test_a_first_day_that_nobody_told_is_null() -> None:
    peers = (Peer("mstsc", "pc"),)
    customer = CustomerView(1, "Studio", "1970-01-01", None, True, False, "current", peers, CARD, ())
    shown = told.customer(customer).model_dump(by_alias=True, mode="json")
    assert shown["contract"] == {"from": None, "until": None, "in_force": True}
    assert shown["contracts"] == [{"from": None, "until": None}]
    assert shown["peers"] == [{"tool": "mstsc", "peer": "pc"}]


def test_an_edition_that_may_not_buy_and_what_an_invoice_lacks_are_told() -> None:
    shown = told.customer(CustomerView(1, "Studio", None, None, False, False, "current", (), CARD, ()))
    assert (shown.contract, shown.edition, shown.edition_covered) == (None, "lite", False)
    assert shown.tax.vat_number == "12345678903" and "postcode" in shown.tax.missing


def test_a_page_says_where_to_go_on_until_the_end() -> None:
    assert told.page(([1, 2], 3), 2, 0, str).next_offset == 2
    assert told.page(([3], 3), 2, 2, str).next_offset is None
    assert told.page(([1, 2], 2), 2, 0, str).next_offset is None
