"""What one intervention costs: its lines, each with the spans it was made of and its reason.

The category decides first, then the entitlement; the base price is charged once, overtime by the
unit begun. What a person has yet to decide is a flag, never a silent charge.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from collector.domain import reasons
from collector.domain.caps import half_hours_begun
from collector.domain.connection import (
    Span,
    connected_ms,
    connected_seconds,
    connections,
    instant_of,
    until,
)
from collector.domain.entitlement import Customer, Service, Terms, terms_for
from collector.domain.money import NOTHING, vat
from collector.domain.reasons import Words
from collector.domain.tariff import CapAppliesTo, Tariff
from shared.moments import SECOND_MS


class Flag(StrEnum):
    """What a person has to decide before the charge is final."""

    OVERTIME_NOT_AGREED = "overtime-not-agreed"  # charged, and no one has agreed to it
    OVERTIME_NOT_SELLABLE = "overtime-not-sellable"  # begun, and may not be sold
    NOT_ENTITLED = "not-entitled"
    EXCLUDED_WORK = "excluded-work"
    PRICE_TO_BE_AGREED = "price-to-be-agreed"
    UNASSIGNED = "unassigned"  # the customer is not known yet


class Code(StrEnum):
    """What a line charges."""

    BASE = "base"
    OVERTIME = "overtime"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a charge, in net euro."""

    code: Code
    quantity: int
    unit_price: Decimal
    why: Words
    spans: tuple[int, ...]  # the indices of the spans that it was made of

    @property
    def amount(self) -> Decimal:
        return self.quantity * self.unit_price


@dataclass(frozen=True, slots=True)
class Charge:
    """What one intervention costs, in euro; its VAT is for information, the statement's decides."""

    service: Service
    connection_seconds: int
    cap_seconds: int | None
    overtime_half_hours: int  # begun, sellable or not
    lines: tuple[Line, ...]
    vat_rate: Decimal
    flags: tuple[Flag, ...]

    @property
    def net(self) -> Decimal:
        return sum((line.amount for line in self.lines), start=NOTHING)

    @property
    def vat(self) -> Decimal:
        return vat(self.net, self.vat_rate)

    @property
    def gross(self) -> Decimal:
        return self.net + self.vat


@dataclass(frozen=True, slots=True)
class _Beyond:
    """What of the connection time lies beyond the cap."""

    begun: int  # half hours
    sellable: int
    over_seconds: int
    spans: tuple[int, ...]


def rate(
    *,
    customer: Customer | None,
    category: str | None,
    spans: Sequence[Span],
    overtime_agreed: bool,
    tariff: Tariff,
    contract_ends_at: int | None = None,
) -> Charge:
    """The charge of an intervention under the tariff that was in force when it was opened.

    `customer` None is one that nobody has assigned yet. `contract_ends_at` is the first instant
    after the contract's last day: a half hour begun later may not be sold. BadInput when the
    tariff does not know the category.
    """
    terms = terms_for(customer, category, tariff)
    beyond = _beyond(spans, terms, tariff.cap_applies_to, contract_ends_at)
    return Charge(
        service=terms.service,
        connection_seconds=connected_seconds(spans),
        cap_seconds=None if terms.cap_ms is None else terms.cap_ms // SECOND_MS,
        overtime_half_hours=beyond.begun,
        lines=_lines(spans, terms, beyond, tariff.cap_applies_to, overtime_agreed),
        vat_rate=tariff.vat_rate,
        flags=_flags(terms, beyond, overtime_agreed),
    )


def _beyond(spans: Sequence[Span], terms: Terms, applies_to: CapAppliesTo, contract_ends_at: int | None) -> _Beyond:
    """Measured on the intervention, or on each of its connections and added up."""
    if terms.cap_ms is None:
        return _Beyond(0, 0, 0, ())
    each = CapAppliesTo.CONNECTION
    groups = connections(spans) if applies_to is each else (tuple(range(len(spans))),)
    parts = [_beyond_cap(group, spans, terms, terms.cap_ms, contract_ends_at) for group in groups]
    return _Beyond(
        begun=sum(part.begun for part in parts),
        sellable=sum(part.sellable for part in parts),
        over_seconds=sum(part.over_seconds for part in parts),
        spans=tuple(sorted(i for part in parts for i in part.spans)),
    )


def _beyond_cap(
    indices: tuple[int, ...],
    spans: Sequence[Span],
    terms: Terms,
    cap_ms: int,
    contract_ends_at: int | None,
) -> _Beyond:
    counted = [spans[i] for i in indices]
    begun = half_hours_begun(connected_ms(counted), terms)
    if begun == 0:
        return _Beyond(0, 0, 0, ())
    cap_at = instant_of(counted, cap_ms)
    return _Beyond(
        begun=begun,
        sellable=_sellable(counted, begun, terms, contract_ends_at),
        over_seconds=connected_seconds(counted) - cap_ms // SECOND_MS,
        spans=tuple(i for i in indices if cap_at is not None and spans[i].end_at > cap_at),
    )


def _sellable(counted: Sequence[Span], begun: int, terms: Terms, contract_ends_at: int | None) -> int:
    """How many half hours may be sold: none, all, or those begun before the contract ended."""
    if not terms.overtime_sellable:
        return 0
    if contract_ends_at is None or not terms.overtime.needs_contract:
        return begun
    return half_hours_begun(connected_ms(until(counted, contract_ends_at)), terms)


def _lines(
    spans: Sequence[Span],
    terms: Terms,
    beyond: _Beyond,
    applies_to: CapAppliesTo,
    overtime_agreed: bool,
) -> tuple[Line, ...]:
    base = Line(
        code=Code.BASE,
        quantity=1,
        unit_price=NOTHING if terms.price is None else terms.price,
        why=_why_base(spans, terms, beyond, applies_to),
        spans=tuple(range(len(spans))),
    )
    if beyond.sellable == 0:
        return (base,)
    overtime = Line(
        code=Code.OVERTIME,
        quantity=beyond.sellable,
        unit_price=terms.overtime.price,
        why=reasons.of_overtime(beyond.over_seconds, terms, agreed=overtime_agreed),
        spans=beyond.spans,
    )
    return (base, overtime)


def _why_base(spans: Sequence[Span], terms: Terms, beyond: _Beyond, applies_to: CapAppliesTo) -> Words:
    why = reasons.of_base(terms, connected_seconds(spans), applies_to)
    unsold = beyond.begun - beyond.sellable
    return why.then(reasons.of_unsold(unsold, terms)) if unsold else why


_FLAG_OF_SERVICE = {
    Service.NOT_ENTITLED: Flag.NOT_ENTITLED,
    Service.EXCLUDED: Flag.EXCLUDED_WORK,
    Service.UNASSIGNED: Flag.UNASSIGNED,
}


def _flags(terms: Terms, beyond: _Beyond, overtime_agreed: bool) -> tuple[Flag, ...]:
    flags: list[Flag] = []
    if terms.service in _FLAG_OF_SERVICE:
        flags.append(_FLAG_OF_SERVICE[terms.service])
    if terms.price is None:
        flags.append(Flag.PRICE_TO_BE_AGREED)
    if beyond.sellable and not overtime_agreed:
        flags.append(Flag.OVERTIME_NOT_AGREED)
    if beyond.begun > beyond.sellable and terms.service is not Service.UNASSIGNED:
        flags.append(Flag.OVERTIME_NOT_SELLABLE)
    return tuple(flags)
