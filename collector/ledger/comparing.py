"""The interventions of a month under another tariff: asked, compared, never written."""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from collector.domain.month import Month
from collector.domain.reasons import Words
from collector.domain.tariff import Tariff
from collector.domain.what_if import Difference, Rated, Sums, difference
from collector.errors import NotFound
from collector.ledger.intervention import Intervention
from collector.ledger.reading import Reading

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Compared:
    """An intervention under the other tariff; `difference` None where that cannot rate it, and `why` says it."""

    id: int
    opened_at: int
    customer_id: int | None
    customer_name: str | None
    difference: Difference | None
    why: Words


def sums_of(found: Iterable[Compared]) -> Sums:
    """Of those that could be rated."""
    sums = Sums()
    for each in found:
        sums = sums if each.difference is None else sums.plus(each.difference)
    return sums


def compared(of: Intervention, other: Tariff) -> Compared:
    """Everything but the tariff stays as it is: contract, spans, decisions."""
    found: Difference | None = None
    if of.category is None or of.category in other.categories:
        hypothetical = replace(of, tariff=other)
        found = difference(Rated(of.charge, of.tariff), Rated(hypothetical.charge, other))
    unknown = Words(f"its category {of.category} is not in that tariff", f"categoria {of.category} non nel tariffario")
    why = unknown if found is None else found.why
    return Compared(of.id, of.opened_at, of.customer_id, of.customer_name, found, why)


async def compare(
    reading: Reading, month: Month, zone: ZoneInfo, other: Tariff, told: Callable[[int, int], None] = lambda *_: None
) -> AsyncIterator[list[Compared]]:
    """Those that were opened in that month, the oldest first, some at a time; NotFound when there is none."""
    ids = await reading.opened(*month.bounds(zone))
    if not ids:
        raise NotFound(f"no intervention was opened in {month}")
    for start in range(0, len(ids), AT_ONCE):
        told(start, len(ids))
        some = ids[start : start + AT_ONCE]
        found = await reading.whole(some)
        yield [compared(found[id], other) for id in some if id in found]
    told(0, 0)
