"""A customer's contract on a line of time: what is in force when, what is suspended, which version. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from collector.domain.contract import SINCE_EVER, Period
from collector.domain.customer import CustomerCard
from collector.domain.entitlement import Version

YEARS_BACK = 1
YEARS_AHEAD = 1
MOST_BACK, MOST_AHEAD = 15, 10
MOST_NAMED = 8  # years that are written under a line
NARROWEST = 0.4


@dataclass(frozen=True)
class Stretch:
    """Days that share something; places in percent of the width."""

    x: float
    width: float
    first: date | None  # none: since before the line begins
    until: date | None


@dataclass(frozen=True)
class YearTick:
    x: float
    year: int
    named: bool


@dataclass(frozen=True)
class ContractLine:
    """The drawing, from a first of January to a last of December."""

    contract: tuple[Stretch, ...]
    suspended: tuple[Stretch, ...]
    previous: tuple[Stretch, ...]  # of the version of before
    years: tuple[YearTick, ...]
    today: float


def draw(card: CustomerCard, today: date) -> ContractLine:
    """What the card says of last year, this and the next: the same years for every customer of a list."""
    return _drawn(card, today, today.year - YEARS_BACK, today.year + YEARS_AHEAD)


def draw_whole(card: CustomerCard, today: date) -> ContractLine:
    """All that the card says, those three years at least."""
    told = [day for each in (*card.contract.periods, *card.contract.suspensions) for day in (each.first, each.until)]
    days = (*told, *(each.first for each in card.versions))
    years = [day.year for day in days if day is not None and day != SINCE_EVER]
    first = min((*years, today.year - YEARS_BACK))
    last = max((*years, today.year + YEARS_AHEAD))
    return _drawn(card, today, max(first, today.year - MOST_BACK), min(last, today.year + MOST_AHEAD))


def _drawn(card: CustomerCard, today: date, first_year: int, last_year: int) -> ContractLine:
    begins, ends = date(first_year, 1, 1), date(last_year, 12, 31)
    days = (ends - begins).days + 1
    apart = -(-(last_year - first_year + 1) // MOST_NAMED)

    def place(day: date) -> float:
        return round(100 * (day - begins).days / days, 3)

    def stretches(periods: Iterable[Period]) -> Iterator[Stretch]:
        for each in sorted(periods, key=lambda each: each.first):
            last = min(each.until or ends, ends)
            first = max(each.first, begins)
            if first <= last:
                width = max(NARROWEST, round(place(last) + 100 / days - place(first), 3))
                yield Stretch(place(first), width, None if each.first < begins else each.first, each.until)

    return ContractLine(
        contract=tuple(stretches(card.contract.periods)),
        suspended=tuple(stretches(card.contract.suspensions)),
        previous=tuple(stretches(_on_previous(card))),
        years=tuple(
            YearTick(place(date(year, 1, 1)), year, named=(last_year - year) % apart == 0)
            for year in range(first_year, last_year + 1)
        ),
        today=place(today),
    )


def _on_previous(card: CustomerCard) -> Iterator[Period]:
    """The days on which the customer worked with the version of before."""
    told = sorted(card.versions, key=lambda each: each.first)
    for i, each in enumerate(told):
        if each.version is Version.PREVIOUS:
            yield Period(each.first, told[i + 1].first - timedelta(days=1) if i + 1 < len(told) else None)
