"""What people decide about what an intervention costs; each leaves who, when, and from what to what."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import select

from collector.domain.decision import Reason, Unsellable
from collector.domain.entitlement import service_for
from collector.domain.rating import Charge, Code
from collector.errors import BadInput, Conflict, NotFound
from collector.ledger import changes, customers, openings
from collector.ledger.audit import Seen
from collector.ledger.decided import Decided, Matter, decisions_of
from collector.ledger.pen import Pen
from collector.ledger.reading import wholes
from collector.ledger.tables import alert, cents, credit, session


class Outcome(StrEnum):
    """How an intervention ended."""

    SOLVED = "solved"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision as it is asked for; which of the values it takes depends on what is decided."""

    what: Matter
    how: str | None = None  # of an agreement: by telephone, say
    choice: str | None = None  # of what may not be sold; of a withdrawal: which decision
    reason: Reason | None = None  # of what is given away
    told: str = ""  # free words
    half_hours: int | None = None  # None: those begun by now; of an agreement: as many as will be
    price: Decimal | None = None


async def assign_customer(pen: Pen, intervention_id: int, customer_id: int, *, by: str, seen: Seen = None) -> None:
    """It is this customer's, with contract and version as of its opening; its peers are his from now on."""
    async with changes.changing(pen, intervention_id, "customer", by, seen=seen) as row:
        name = await customers.must_exist(pen, customer_id)
        frozen = await openings.standing_on(pen, customer_id, row.opened_at)
        await changes.put(pen, intervention_id, customer_id=customer_id, **frozen)
        await changes.note(pen, intervention_id, "customer", by, f"{row.customer_id or '-'} > {customer_id} {name}")
    peers = (
        select(session.c.tool, session.c.peer)
        .join(credit, credit.c.session_id == session.c.id)
        .where(credit.c.intervention_id == intervention_id, session.c.peer.is_not(None))
        .distinct()
    )
    for each in (await pen.connection.execute(peers)).all():
        await customers.learn(pen, customer_id, each.tool, each.peer, by=by)


async def doubt_customer(pen: Pen, intervention_id: int, *, by: str) -> None:
    """It is not this customer's: nobody's until it is assigned anew; what is known of his peers stays."""
    row = await changes.the(pen, intervention_id)
    if row.customer_id is None:
        return
    async with changes.changing(pen, intervention_id, "customer", by):
        await changes.put(
            pen, intervention_id, customer_id=None, **await openings.standing_on(pen, None, row.opened_at)
        )
        await changes.note(pen, intervention_id, "customer", by, f"{row.customer_id} > -")


async def agree_overtime(
    pen: Pen, intervention_id: int, *, by: str, how: str, half_hours: int | None = None, seen: Seen = None
) -> None:
    """Someone agreed to overtime: to so many half hours, or to as many as are begun. The same said again, the first
    word stands."""
    row = await changes.the(pen, intervention_id)
    if row.agreed_at is not None:
        one = (await wholes(pen.connection, pen.lists, [intervention_id]))[intervention_id]
        if one.decisions.agreed_half_hours == half_hours:
            return
    async with changes.changing(pen, intervention_id, Matter.OVERTIME_AGREED, by, seen=seen):
        await changes.put(pen, intervention_id, agreed_by=by, agreed_at=pen.now_at, agreed_how=how)
        await changes.note(pen, intervention_id, Matter.OVERTIME_AGREED, by, how, half_hours=half_hours)


async def set_category(pen: Pen, intervention_id: int, category: str | None, *, by: str, seen: Seen = None) -> None:
    """What kind of work it is; BadInput when its tariff does not know the category."""
    async with changes.changing(pen, intervention_id, "category", by, seen=seen) as row:
        await pen.lists.load(pen.connection, {row.tariff_id})
        service_for(None, category, pen.lists.of(row.tariff_id))
        await changes.put(pen, intervention_id, category=category)
        await changes.note(pen, intervention_id, "category", by, f"{row.category or '-'} > {category or '-'}")


async def decide(pen: Pen, intervention_id: int, ruling: Ruling, *, by: str, seen: Seen = None) -> None:
    """Take the decision; on the same matter the last word stands. Conflict where there is nothing to decide."""
    if ruling.what is Matter.OVERTIME_AGREED:
        how = ruling.how or ruling.told
        if not how:
            raise BadInput("how", "missing", 'say how it was agreed, as in "phone"')
        await agree_overtime(pen, intervention_id, by=by, how=how, half_hours=ruling.half_hours, seen=seen)
        return
    async with changes.changing(pen, intervention_id, ruling.what, by, seen=seen):
        charge = (await wholes(pen.connection, pen.lists, [intervention_id]))[intervention_id].charge
        values = await _DECIDE[ruling.what](pen, intervention_id, ruling, charge)
        await changes.note(pen, intervention_id, ruling.what, by, ruling.told, **values)


Values = dict[str, object]


async def _waive_overtime(_pen: Pen, intervention_id: int, ruling: Ruling, charge: Charge) -> Values:
    sold = sum(line.quantity for line in charge.lines if line.code is Code.OVERTIME)
    if not sold:
        raise Conflict(f"intervention {intervention_id} is charged no overtime that could be given away")
    return {"half_hours": _half_hours(ruling, sold), "reason": _reason(ruling)}


async def _decide_unsellable(_pen: Pen, intervention_id: int, ruling: Ruling, charge: Charge) -> Values:
    sold = sum(line.quantity for line in charge.lines if line.code is Code.OVERTIME)
    unsold = charge.overtime_half_hours - sold
    if not unsold:
        raise Conflict(f"intervention {intervention_id} has begun no half hour that may not be sold")
    if ruling.choice not in set(Unsellable):
        raise BadInput("choice", f"{ruling.choice!r} is none", f"write one of: {', '.join(Unsellable)}")
    reason = _reason(ruling) if ruling.choice == Unsellable.GOODWILL else None
    return {"half_hours": _half_hours(ruling, unsold), "choice": ruling.choice, "reason": reason}


async def _name_price(_pen: Pen, intervention_id: int, ruling: Ruling, charge: Charge) -> Values:
    if ruling.price is None:
        raise BadInput("price", "missing", 'write it as in "120.00", or "0.00" to charge nothing')
    if charge.service.value not in ("not-entitled", "excluded", "file-recovery"):
        raise Conflict(f"intervention {intervention_id} is charged by the price list ({charge.service.value})")
    return {"price_cents": cents(ruling.price), "choice": charge.service.value}


async def _waive(_pen: Pen, _intervention_id: int, ruling: Ruling, _charge: Charge) -> Values:
    return {"reason": _reason(ruling)}


async def _withdraw(pen: Pen, intervention_id: int, ruling: Ruling, _charge: Charge) -> Values:
    """The decision on that matter is void."""
    if ruling.choice not in set(Matter) - {Matter.WITHDRAWN}:
        known = ", ".join(each for each in Matter if each is not Matter.WITHDRAWN)
        raise BadInput("choice", f"{ruling.choice!r} is no decision", f"write one of: {known}")
    one = (await wholes(pen.connection, pen.lists, [intervention_id]))[intervention_id]
    if ruling.choice == Matter.OVERTIME_AGREED:
        there = one.agreed is not None
        await changes.put(pen, intervention_id, agreed_by=None, agreed_at=None, agreed_how=None)
    else:
        before = decisions_of(one.decided)
        there = before != decisions_of((*one.decided, Decided(Matter.WITHDRAWN, "", 0, "", choice=ruling.choice)))
    if not there:
        raise Conflict(f"intervention {intervention_id} has no decision {ruling.choice} that could be withdrawn")
    return {"choice": ruling.choice}


_DECIDE: Mapping[Matter, Callable[[Pen, int, Ruling, Charge], Awaitable[Values]]] = {
    Matter.OVERTIME_WAIVED: _waive_overtime,
    Matter.OVERTIME_NOT_SOLD: _decide_unsellable,
    Matter.PRICE_NAMED: _name_price,
    Matter.WAIVED: _waive,
    Matter.WITHDRAWN: _withdraw,
}


def _half_hours(ruling: Ruling, begun: int) -> int:
    if ruling.half_hours is not None and not 0 < ruling.half_hours <= begun:
        raise BadInput("half_hours", f"{ruling.half_hours} of {begun} begun", f"write 1 to {begun}")
    return begun if ruling.half_hours is None else ruling.half_hours


def _reason(ruling: Ruling) -> str:
    if ruling.reason is None:
        raise BadInput("reason", "missing", f"write one of: {', '.join(Reason)}")
    if ruling.reason is Reason.OTHER and not ruling.told:
        raise BadInput("told", "missing", "say in a few words why it is given away")
    return ruling.reason.value


async def acknowledge(pen: Pen, alert_id: int, *, by: str) -> None:
    """Somebody has seen to it; said again, the first word stands."""
    row = (await pen.connection.execute(select(alert).where(alert.c.id == alert_id))).one_or_none()
    if row is None:
        raise NotFound(f"no alert {alert_id}")
    if row.acknowledged_at is None:
        await pen.connection.execute(
            alert.update().where(alert.c.id == alert_id).values(acknowledged_by=by, acknowledged_at=pen.now_at)
        )
