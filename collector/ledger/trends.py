"""How overtime went over some months, asked of the ledger."""

from zoneinfo import ZoneInfo

from collector.domain.money import NOTHING
from collector.domain.month import Month, month_of
from collector.domain.rating import Code
from collector.domain.trend import Case, Trend, trend
from collector.ledger.intervention import Intervention
from collector.ledger.reading import Reading
from collector.ledger.standing import overtime_of
from collector.ledger.tool_names import tool_name


async def trend_of(reading: Reading, zone: ZoneInfo, first: Month, last: Month) -> Trend:
    """Of what was opened in these months, both included."""
    months = [first]
    while months[-1] < last:
        months.append(months[-1].next)
    ids = await reading.opened(first.bounds(zone)[0], last.bounds(zone)[1])
    found = await reading.whole(ids)
    return trend((case_of(of, zone) for of in found.values()), [str(month) for month in months])


def case_of(of: Intervention, zone: ZoneInfo) -> Case:
    charge = of.charge
    overtime = overtime_of(charge)
    given = -sum((line.amount for line in charge.lines if line.code is Code.GOODWILL), start=NOTHING)
    return Case(
        month=str(month_of(of.opened_at, zone)),
        customer=of.customer_name,
        tools=tuple(dict.fromkeys(tool_name(session.tool) for session in of.sessions)),
        connected_ms=of.connected_ms,
        cap_ms=of.terms.cap_ms,
        half_hours=charge.overtime_half_hours,
        overtime=overtime,
        waived=min(given, overtime),
        agreed=of.agreed is not None,
    )
