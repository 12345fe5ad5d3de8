"""What one intervention costs: its lines, each with the spans it was made of and its reason.

The category decides first, then the entitlement; the base price is charged once, overtime by the
unit begun. What a person has yet to decide is a flag, never a silent charge.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from collector.domain import reasons
from collector.domain.caps import half_hours_in
from collector.domain.connection import Span, after, connected_ms, connected_seconds, connections, until
from collector.domain.decision import UNDECIDED, Decisions, PriceNamed
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
    EDITION_NOT_COVERED = "edition-not-covered"  # the reason why he is not entitled
    EXCLUDED_WORK = "excluded-work"
    PRICE_TO_BE_AGREED = "price-to-be-agreed"
    UNASSIGNED = "unassigned"  # the customer is not known yet


class Code(StrEnum):
    """What a line charges."""

    BASE = "base"
    OVERTIME = "overtime"
    GOODWILL = "goodwill"  # what is given away: below zero, or 0.00 where it could not have been sold


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


_WITHIN = _Beyond(0, 0, 0, ())


def rate(
    *,
    customer: Customer | None,
    category: str | None,
    spans: Sequence[Span],
    overtime_agreed: bool,
    tariff: Tariff,
    contract_ends_at: int | None = None,
    decisions: Decisions = UNDECIDED,
) -> Charge:
    """The charge of an intervention under the tariff that was in force when it was opened.

    `customer` None is one that nobody has assigned yet. `contract_ends_at` is the first instant
    after the contract's last day: a half hour begun later may not be sold. BadInput when the
    tariff does not know the category.
    """
    terms = terms_for(customer, category, tariff)
    counted = tuple(i for i, span in enumerate(spans) if tariff.declared_time_counts or not span.declared)
    beyond = _beyond(spans, counted, terms, tariff.cap_applies_to, contract_ends_at)
    return Charge(
        service=terms.service,
        connection_seconds=connected_seconds([spans[i] for i in counted]),
        cap_seconds=None if terms.cap_ms is None else terms.cap_ms // SECOND_MS,
        overtime_half_hours=beyond.begun,
        lines=_lines(spans, counted, terms, beyond, tariff, overtime_agreed, decisions),
        vat_rate=tariff.vat_rate,
        flags=_flags(terms, beyond, overtime_agreed, decisions, contacted=len(spans) > 0),
    )


def nothing(tariff: Tariff, service: Service) -> Charge:
    """The charge of what is no intervention of its own any more."""
    return Charge(service, 0, None, 0, (), tariff.vat_rate, ())


def _beyond(
    spans: Sequence[Span],
    counted: tuple[int, ...],
    terms: Terms,
    applies_to: CapAppliesTo,
    contract_ends_at: int | None,
) -> _Beyond:
    """Beyond the cap of the intervention, or beyond that of each of its connections; half hours of it all together."""
    if terms.cap_ms is None:
        return _WITHIN
    each = CapAppliesTo.CONNECTION
    groups = _connections(spans, counted) if applies_to is each else (counted,)
    over = {group: after([spans[i] for i in group], terms.cap_ms) for group in groups}
    overtime = [piece for pieces in over.values() for piece in pieces]
    begun = half_hours_in(connected_ms(overtime), terms.overtime)
    if begun == 0:
        return _WITHIN
    return _Beyond(
        begun=begun,
        sellable=_sellable(overtime, begun, terms, contract_ends_at),
        over_seconds=connected_seconds(overtime),
        spans=tuple(sorted(i for group, pieces in over.items() for i in group if _reaches(spans[i], pieces))),
    )


def _connections(spans: Sequence[Span], counted: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """The connections among what counts, by the indices of their spans."""
    return tuple(tuple(counted[i] for i in group) for group in connections([spans[i] for i in counted]))


def _reaches(span: Span, overtime: Sequence[Span]) -> bool:
    return len(overtime) > 0 and span.end_at > overtime[0].start_at


def _sellable(overtime: Sequence[Span], begun: int, terms: Terms, contract_ends_at: int | None) -> int:
    """How many half hours may be sold: none, all, or those begun before the contract ended."""
    if not terms.overtime_sellable:
        return 0
    if contract_ends_at is None or not terms.overtime.needs_contract:
        return begun
    return half_hours_in(connected_ms(until(overtime, contract_ends_at)), terms.overtime)


def _lines(
    spans: Sequence[Span],
    counted: tuple[int, ...],
    terms: Terms,
    beyond: _Beyond,
    tariff: Tariff,
    overtime_agreed: bool,
    decisions: Decisions,
) -> tuple[Line, ...]:
    """Base and overtime, then what is given away of them."""
    everything = tuple(range(len(spans)))
    why = _why_base(spans, counted, terms, beyond, tariff.cap_applies_to, decisions)
    charged = [Line(Code.BASE, 1, _price(terms, decisions), why, everything)]
    waived = _waived(beyond, decisions)
    if beyond.sellable:
        agreed = _agreed(beyond, overtime_agreed, decisions)
        why = reasons.of_overtime(beyond.over_seconds, terms, beyond.sellable, agreed=agreed, waived=waived)
        charged.append(Line(Code.OVERTIME, beyond.sellable, terms.overtime.price, why, beyond.spans))
    return (*charged, *_given_away(charged, everything, terms, beyond, decisions))


def _given_away(
    charged: Sequence[Line], everything: tuple[int, ...], terms: Terms, beyond: _Beyond, decisions: Decisions
) -> Iterator[Line]:
    """All of it, or some half hours."""
    if decisions.waived is not None:
        net = sum((line.amount for line in charged), start=NOTHING)
        yield Line(Code.GOODWILL, 1, -net, reasons.of_goodwill(decisions.waived), everything)
        return
    if decisions.overtime_waived is not None and (waived := _waived(beyond, decisions)):
        why = reasons.of_goodwill(decisions.overtime_waived.goodwill)
        yield Line(Code.GOODWILL, waived, -terms.overtime.price, why, beyond.spans)
    unsold = decisions.unsellable
    if unsold is not None and unsold.goodwill is not None and beyond.begun > beyond.sellable:
        given = min(unsold.half_hours, beyond.begun - beyond.sellable)
        yield Line(Code.GOODWILL, given, NOTHING, reasons.of_goodwill(unsold.goodwill), beyond.spans)


def _waived(beyond: _Beyond, decisions: Decisions) -> int:
    """How many of the half hours that could be sold are given away."""
    return min(decisions.overtime_waived.half_hours, beyond.sellable) if decisions.overtime_waived else 0


def _agreed(beyond: _Beyond, overtime_agreed: bool, decisions: Decisions) -> int:
    """How many of the half hours that could be sold were agreed to."""
    if not overtime_agreed:
        return 0
    most = decisions.agreed_half_hours
    return beyond.sellable if most is None else min(most, beyond.sellable)


def _price(terms: Terms, decisions: Decisions) -> Decimal:
    """As the tariff says, or as was decided where it says none."""
    if (named := _named(terms, decisions)) is not None:
        return named.price
    return NOTHING if terms.price is None else terms.price


def _named(terms: Terms, decisions: Decisions) -> PriceNamed | None:
    """The price that was named for this service, where the tariff leaves it to a person."""
    named = decisions.price
    if named is None or named.service not in (None, terms.service):
        return None
    return named if _left_to_a_person(terms) else None


def _why_base(
    spans: Sequence[Span],
    counted: tuple[int, ...],
    terms: Terms,
    beyond: _Beyond,
    applies_to: CapAppliesTo,
    decisions: Decisions,
) -> Words:
    named = _named(terms, decisions)
    why = reasons.of_base(terms, connected_seconds([spans[i] for i in counted]), applies_to, decided=named is not None)
    if declared := connected_seconds([span for span in spans if span.declared]):
        why = why.then(reasons.of_declared(declared, counts=len(counted) == len(spans)))
    if unsold := beyond.begun - beyond.sellable:
        why = why.then(reasons.of_unsold(unsold, terms, decisions.unsellable))
    return why if named is None else why.then(reasons.of_price_named(named))


_FLAG_OF_SERVICE = {
    Service.NOT_ENTITLED: Flag.NOT_ENTITLED,
    Service.EXCLUDED: Flag.EXCLUDED_WORK,
}


def _left_to_a_person(terms: Terms) -> Flag | None:
    """What is flagged until a person has named a price; None where the tariff says it."""
    return Flag.PRICE_TO_BE_AGREED if terms.price is None else _FLAG_OF_SERVICE.get(terms.service)


def _flags(
    terms: Terms, beyond: _Beyond, overtime_agreed: bool, decisions: Decisions, *, contacted: bool
) -> tuple[Flag, ...]:
    """What nobody has decided yet. Who the customer is has to be known wherever there was a contact, whatever was
    decided; a request that led to none may be given up without."""
    if terms.service is Service.UNASSIGNED and (contacted or decisions.waived is None):
        return (Flag.UNASSIGNED,)
    if decisions.waived is not None:
        return ()
    return tuple(_undecided(terms, beyond, overtime_agreed, decisions))


def _undecided(terms: Terms, beyond: _Beyond, overtime_agreed: bool, decisions: Decisions) -> Iterator[Flag]:
    left = _left_to_a_person(terms)
    if left is not None and _named(terms, decisions) is None:
        yield left
        if not terms.edition_covered:
            yield Flag.EDITION_NOT_COVERED
    if beyond.sellable > _waived(beyond, decisions) + _agreed(beyond, overtime_agreed, decisions):
        yield Flag.OVERTIME_NOT_AGREED
    decided = decisions.unsellable.half_hours if decisions.unsellable else 0
    if beyond.begun - beyond.sellable > decided:
        yield Flag.OVERTIME_NOT_SELLABLE
