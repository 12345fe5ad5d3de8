"""How overtime went, asked of a real ledger."""

from decimal import Decimal

from collector.domain.decision import Reason
from collector.domain.month import Month
from collector.ledger.decided import Matter
from collector.ledger.decisions import Ruling, decide
from collector.ledger.trends import trend_of
from tests.collector.office import IN_OCTOBER, a_payer, an_intervention
from tests.collector.room import ROME, S1, S2, Room

DAY_MS = 24 * 3_600_000


async def test_months_customers_tools_and_what_became_of_overtime(room: Room) -> None:
    await a_payer(room)
    await an_intervention(room, S1, seconds=1201)
    given = await an_intervention(room, S2, seconds=1201, at=IN_OCTOBER + DAY_MS, agreed=False)
    ruling = Ruling(Matter.OVERTIME_WAIVED, reason=Reason.COURTESY)
    await room.ledger.write(lambda pen: decide(pen, given, ruling, by="Laura"))
    found = await trend_of(room.reading, ROME, Month(2026, 9), Month(2026, 10))
    assert [(each.name, each.half_hours) for each in found.months] == [("2026-09", 0), ("2026-10", 2)]
    assert [(each.name, each.overtime) for each in found.customers] == [("Studio Bianchi", Decimal("70.00"))]
    assert [each.name for each in found.tools] == ["TigerVNC"]
    assert (found.agreed, found.waived, found.unsettled) == (Decimal("35.00"), Decimal("35.00"), Decimal("0.00"))
