"""What this customer may buy at this moment: which service, up to which cap, with or without overtime.

The category of the work decides before the entitlement: exempt or excluded work asks for none.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from collector.domain.money import NOTHING
from collector.domain.tariff import FILE_RECOVERY, AtCap, Overtime, ServicePrice, Tariff
from collector.errors import BadInput


class Version(StrEnum):
    """The version of the product that the customer works with."""

    CURRENT = "current"
    PREVIOUS = "previous"


class Service(StrEnum):
    """What an intervention is sold as."""

    CONTRACT = "contract"
    PREVIOUS_VERSION = "previous-version"
    NOT_ENTITLED = "not-entitled"
    EXEMPT = "exempt"
    EXCLUDED = "excluded"
    FILE_RECOVERY = "file-recovery"
    UNASSIGNED = "unassigned"  # nobody has said yet who the customer is


@dataclass(frozen=True, slots=True)
class Customer:
    """The customer as he stood when the intervention was opened."""

    contract: bool  # a maintenance contract in force
    version: Version
    edition_covered: bool = True  # his edition may buy assistance


@dataclass(frozen=True, slots=True)
class Terms:
    """What one intervention is measured and priced by."""

    service: Service
    cap_ms: int | None  # None: never capped
    price: Decimal | None  # euro; None: to be agreed
    overtime: Overtime
    overtime_sellable: bool
    edition_covered: bool
    warn_before_ms: tuple[int, ...]
    at_cap: AtCap = AtCap.REMIND
    countdown_ms: int = 0  # of an end that is announced
    earlier_ms: int = 0  # beyond the caps of the connections before, where each has one of its own


def service_for(customer: Customer | None, category: str | None, tariff: Tariff) -> Service:
    """The service; `customer` None is an unknown one, `category` None the ordinary intervention.

    BadInput when the tariff does not know the category.
    """
    if category is not None:
        return _service_of_category(category, tariff)
    if customer is None:
        return Service.UNASSIGNED
    if not customer.edition_covered:
        return Service.NOT_ENTITLED
    if customer.version is Version.PREVIOUS and not customer.contract:
        return Service.PREVIOUS_VERSION
    if not customer.contract:
        return Service.NOT_ENTITLED
    return Service.CONTRACT if customer.version is Version.CURRENT else Service.PREVIOUS_VERSION


def _service_of_category(category: str, tariff: Tariff) -> Service:
    if category == FILE_RECOVERY:
        return Service.FILE_RECOVERY
    if category in tariff.exempt:
        return Service.EXEMPT
    if category in tariff.excluded:
        return Service.EXCLUDED
    known = ", ".join(tariff.categories)
    raise BadInput("category", f'unknown category "{category[:60]}"', f"known: {known}, or null")


def terms_for(customer: Customer | None, category: str | None, tariff: Tariff) -> Terms:
    """The terms; an unknown customer gets the contract's cap until assigned, and no price."""
    service = service_for(customer, category, tariff)
    priced = _priced(service, tariff)
    needs_contract = tariff.overtime.needs_contract
    contract = customer is not None and customer.contract
    covered = customer is None or customer.edition_covered
    return Terms(
        service=service,
        cap_ms=priced.cap_ms if priced else None,
        price=_price(service, tariff, covered),
        overtime=tariff.overtime,
        overtime_sellable=service in _WITH_OVERTIME and (contract or not needs_contract),
        edition_covered=covered,
        warn_before_ms=tariff.warn_before_ms,
        at_cap=priced.at_cap if priced and service is not Service.UNASSIGNED else AtCap.REMIND,
        countdown_ms=priced.countdown_ms if priced else 0,
    )


_WITH_OVERTIME = (Service.CONTRACT, Service.PREVIOUS_VERSION)


def _priced(service: Service, tariff: Tariff) -> ServicePrice | None:
    """The entry of the price list whose cap holds for this service; None where there is no cap."""
    match service:
        case Service.CONTRACT | Service.UNASSIGNED:
            return tariff.contract
        case Service.PREVIOUS_VERSION:
            return tariff.previous_version
        case Service.NOT_ENTITLED | Service.EXEMPT | Service.EXCLUDED | Service.FILE_RECOVERY:
            return None
        case _:
            assert_never(service)


def _price(service: Service, tariff: Tariff, covered: bool) -> Decimal | None:
    """That of the price list, which is for the editions that may buy assistance; None: to be agreed."""
    match service:
        case Service.CONTRACT:
            return tariff.contract.price
        case Service.PREVIOUS_VERSION:
            return tariff.previous_version.price
        case Service.FILE_RECOVERY:
            return tariff.file_recovery_price if covered else None
        case Service.NOT_ENTITLED | Service.EXEMPT | Service.EXCLUDED | Service.UNASSIGNED:
            return NOTHING
        case _:
            assert_never(service)
