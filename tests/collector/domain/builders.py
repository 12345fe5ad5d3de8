"""What every test of the rules starts from: a tariff, customers and spans that say only what matters."""

from dataclasses import replace

from collector.domain.connection import Span
from collector.domain.decision import UNDECIDED, Decisions
from collector.domain.entitlement import Customer, Terms, Version, terms_for
from collector.domain.rating import Charge, rate
from collector.domain.tariff import CapAppliesTo, Tariff
from collector.tariffs.files import shipped_tariff
from shared.moments import MINUTE_MS, read_length

TARIFF = shipped_tariff()
WITH_CONTRACT = Customer(contract=True, version=Version.CURRENT)
OLD_WITH_CONTRACT = Customer(contract=True, version=Version.PREVIOUS)
OLD_WITHOUT = Customer(contract=False, version=Version.PREVIOUS)
WITHOUT = Customer(contract=False, version=Version.CURRENT)

START_AT = 1_791_187_200_000  # 2026-10-05T08:00:00Z


def length(text: str) -> int:
    """Milliseconds of "20:01" (minutes and seconds) or of "20m"."""
    minutes, colon, seconds = text.partition(":")
    return (int(minutes) * 60 + int(seconds)) * 1_000 if colon else read_length(text)


def a_span(start: str, end: str, connection: str | None = None) -> Span:
    """A span between two lengths after the start of the day."""
    return Span(START_AT + length(start), START_AT + length(end), connection)


def a_tariff(
    *, applies_to: CapAppliesTo = CapAppliesTo.INTERVENTION, courtesy: str = "0s", unit: str = "30m"
) -> Tariff:
    overtime = replace(TARIFF.overtime, courtesy_ms=length(courtesy), unit_ms=length(unit))
    return replace(TARIFF, cap_applies_to=applies_to, overtime=overtime)


def some_terms(
    *,
    customer: Customer | None = WITH_CONTRACT,
    category: str | None = None,
    cap: str = "20m",
    unit: str = "30m",
    courtesy: str = "0s",
    warn_before: tuple[str, ...] = ("5m", "1m"),
) -> Terms:
    terms = terms_for(customer, category, a_tariff(courtesy=courtesy, unit=unit))
    cap_ms = None if terms.cap_ms is None else length(cap)
    return replace(terms, cap_ms=cap_ms, warn_before_ms=tuple(map(length, warn_before)))


def a_charge(
    *lasting: str,
    customer: Customer | None = WITH_CONTRACT,
    category: str | None = None,
    agreed: bool = True,
    tariff: Tariff = TARIFF,
    contract_ends_at: int | None = None,
    decisions: Decisions = UNDECIDED,
) -> Charge:
    """The charge of connections of these lengths, one after the other with a pause of a minute."""
    spans: list[Span] = []
    at = START_AT
    for each in lasting:
        spans.append(Span(at, at + length(each)))
        at += length(each) + MINUTE_MS
    return rate(
        customer=customer,
        category=category,
        spans=spans,
        overtime_agreed=agreed,
        tariff=tariff,
        contract_ends_at=contract_ends_at,
        decisions=decisions,
    )
