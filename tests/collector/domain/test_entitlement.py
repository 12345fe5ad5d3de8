from dataclasses import replace
from decimal import Decimal

import pytest

from collector.domain.entitlement import Customer, Service, service_for, terms_for
from collector.domain.tariff import AtCap
from collector.errors import BadInput
from shared.moments import MINUTE_MS
from tests.collector.domain.builders import OLD_WITH_CONTRACT, OLD_WITHOUT, TARIFF, WITH_CONTRACT, WITHOUT

EVERYBODY = [WITH_CONTRACT, OLD_WITH_CONTRACT, OLD_WITHOUT, WITHOUT, None]


@pytest.mark.parametrize(
    ("customer", "service", "cap_minutes", "price", "sellable"),
    [
        (WITH_CONTRACT, Service.CONTRACT, 20, "45.00", True),
        (OLD_WITH_CONTRACT, Service.PREVIOUS_VERSION, 30, "160.00", True),
        (OLD_WITHOUT, Service.PREVIOUS_VERSION, 30, "160.00", False),
        (WITHOUT, Service.NOT_ENTITLED, None, "0.00", False),
        (None, Service.UNASSIGNED, 20, "0.00", False),
    ],
)
def test_contract_and_version_decide_what_may_be_bought(
    customer: Customer | None, service: Service, cap_minutes: int | None, price: str, sellable: bool
) -> None:
    terms = terms_for(customer, None, TARIFF)
    assert terms.service is service
    assert terms.cap_ms == (None if cap_minutes is None else cap_minutes * MINUTE_MS)
    assert terms.price == Decimal(price)
    assert terms.overtime_sellable is sellable


@pytest.mark.parametrize("customer", [WITH_CONTRACT, OLD_WITH_CONTRACT, OLD_WITHOUT, WITHOUT])
def test_an_edition_that_is_not_covered_may_buy_nothing(customer: Customer) -> None:
    terms = terms_for(replace(customer, edition_covered=False), None, TARIFF)
    assert (terms.service, terms.cap_ms, terms.price) == (Service.NOT_ENTITLED, None, Decimal("0.00"))
    assert not terms.overtime_sellable and not terms.edition_covered


@pytest.mark.parametrize("customer", EVERYBODY)
@pytest.mark.parametrize(
    ("categories", "service"),
    [(TARIFF.exempt, Service.EXEMPT), (TARIFF.excluded, Service.EXCLUDED), (["file-recovery"], Service.FILE_RECOVERY)],
)
def test_the_category_decides_before_the_entitlement(
    customer: Customer | None, categories: frozenset[str], service: Service
) -> None:
    for category in categories:
        terms = terms_for(customer, category, TARIFF)
        assert (terms.service, terms.cap_ms, terms.overtime_sellable) == (service, None, False)


def test_overtime_that_needs_no_contract_may_be_sold_to_a_previous_version_without() -> None:
    generous = replace(TARIFF, overtime=replace(TARIFF.overtime, needs_contract=False))
    assert terms_for(OLD_WITHOUT, None, generous).overtime_sellable
    assert not terms_for(WITHOUT, None, generous).overtime_sellable
    assert not terms_for(None, None, generous).overtime_sellable


def test_recovery_of_files_costs_what_the_tariff_names_or_is_to_be_agreed() -> None:
    assert terms_for(WITH_CONTRACT, "file-recovery", TARIFF).price is None
    named = replace(TARIFF, file_recovery_price=Decimal("120.00"))
    assert terms_for(WITH_CONTRACT, "file-recovery", named).price == Decimal("120.00")


@pytest.mark.parametrize("category", ["printer", "", "Download", "e-mail "])
def test_an_unknown_category_is_refused_with_those_that_are_known(category: str) -> None:
    with pytest.raises(BadInput, match=r"category: unknown category .*defective-media.*or null"):
        service_for(WITH_CONTRACT, category, TARIFF)


def test_a_category_that_is_far_too_long_is_shown_as_far_as_it_fits() -> None:
    known = (
        "activation, defective-media, download, e-mail, file-recovery, installation, network, operating-system, "
        "other-software, shared-disks, software-updates, user-profiles"
    )
    with pytest.raises(BadInput) as refused:
        service_for(WITH_CONTRACT, "x" * 61, TARIFF)
    assert str(refused.value) == f'category: unknown category "{"x" * 60}" (known: {known}, or null)'


def test_the_terms_warn_when_the_tariff_says() -> None:
    assert terms_for(WITH_CONTRACT, None, TARIFF).warn_before_ms == (5 * MINUTE_MS, MINUTE_MS)


def test_what_happens_at_the_cap_is_the_tariffs_word_for_each_service_and_never_for_an_unknown_customer() -> None:
    strict = replace(TARIFF, contract=replace(TARIFF.contract, at_cap=AtCap.DISCONNECT, countdown_ms=2 * MINUTE_MS))

    def at_cap(customer: Customer | None) -> tuple[AtCap, int]:
        terms = terms_for(customer, None, strict)
        return terms.at_cap, terms.countdown_ms

    assert at_cap(WITH_CONTRACT) == (AtCap.DISCONNECT, 2 * MINUTE_MS)
    assert at_cap(OLD_WITH_CONTRACT) == (AtCap.REMIND, MINUTE_MS)
    assert at_cap(None) == (AtCap.REMIND, 2 * MINUTE_MS)
    assert at_cap(WITHOUT) == (AtCap.REMIND, 0)
