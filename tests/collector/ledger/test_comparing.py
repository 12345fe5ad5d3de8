"""A month under another tariff."""

from dataclasses import replace
from decimal import Decimal

import pytest

from collector.domain.month import Month
from collector.domain.tariff import ServicePrice
from collector.errors import NotFound
from collector.ledger import handling
from collector.ledger.comparing import Compared, compare, sums_of
from shared.moments import MINUTE_MS
from tests.collector.domain.builders import TARIFF
from tests.collector.office import october
from tests.collector.room import ROME, S2, Room

OCTOBER = Month(2026, 10)
SHORTER = replace(TARIFF, contract=ServicePrice(10 * MINUTE_MS, Decimal("40.00")))


async def asked(room: Room, month: Month = OCTOBER, *, categories: bool = True) -> list[Compared]:
    other = SHORTER if categories else replace(SHORTER, exempt=frozenset())
    return [each async for some in compare(room.reading, month, ROME, other) for each in some]


async def test_each_intervention_of_the_month_is_compared_as_it_was_decided(room: Room) -> None:
    _, intervention = await october(room)
    await room.connect(S2, seconds=60)  # in November
    (found,) = await asked(room)
    assert (found.id, found.customer_name) == (intervention, "Studio Bianchi")
    assert found.difference is not None
    assert (found.difference.before, found.difference.after) == (Decimal("80.00"), Decimal("75.00"))
    assert found.why.en == "base price 40.00 instead of 45.00"
    assert sums_of([found]).amount == Decimal("-5.00")


async def test_what_the_other_tariff_has_no_category_for_is_named_and_left_out_of_the_sums(room: Room) -> None:
    _, intervention = await october(room)
    await room.ledger.write(lambda pen: handling.reopen(pen, intervention, "wrong", by="Laura"))
    await room.ledger.set_category(intervention, "download", by="Laura")
    (found,) = await asked(room, categories=False)
    assert found.difference is None and found.why.it == "categoria download non nel tariffario"
    assert sums_of([found]).compared == 0


async def test_a_month_without_interventions_is_told(room: Room) -> None:
    with pytest.raises(NotFound, match="no intervention was opened in 2026-09"):
        await asked(room, Month(2026, 9))


async def test_how_far_it_is_is_told(room: Room) -> None:
    await october(room)
    steps: list[tuple[int, int]] = []
    async for _ in compare(room.reading, OCTOBER, ROME, SHORTER, lambda *step: steps.append(step)):
        pass
    assert steps == [(0, 1), (0, 0)]
