"""Two customers who are one: all that is the one's becomes the other's, and his number leads to him."""

from sqlalchemy import select

from collector.domain.duplicates import merged
from collector.domain.fault import refuse
from collector.errors import BadInput
from collector.ledger import audit, cards, customers, witness
from collector.ledger.audit import Seen
from collector.ledger.pen import Pen
from collector.ledger.rows import AT_ONCE
from collector.ledger.tables import (
    contract_period,
    customer,
    customer_email,
    intervention,
    peer,
    product_version,
    suspension,
    terms_acceptance,
)
from collector.ledger.witness import Subject

_LISTS = (contract_period, suspension, product_version, customer_email, peer)


async def merge(pen: Pen, kept: int, gone: int, *, drop_periods: bool, by: str, seen: Seen = None) -> None:
    """Periods, numbers, addresses, peers, terms and interventions of `gone` become those of `kept`.

    Stale when `kept` is not any more as he was `seen`. BadInput names every two that can't both be true; `drop_periods`
    leaves the contract of `gone` behind. Interventions keep the standing that they were opened with, and statements
    that were issued stay as they are.
    """
    if kept == gone:
        raise BadInput("other", f"{gone} is the same customer", "name two")
    one, other = await customers.the_card(pen, kept), await customers.the_card(pen, gone)
    await audit.expect(pen, Subject("customer", kept), seen)
    card, faults = merged(one, other, drop_periods=drop_periods)
    refuse(faults)
    async with customers.witnessed(pen, "merged", [kept, gone], by=by):
        for table in _LISTS:
            await pen.connection.execute(table.delete().where(table.c.customer_id == gone))
        leads = customer.update().where(customer.c.id == gone).values(code=None, merged_into=kept)
        await pen.connection.execute(leads)
        # Whoever was merged into him before is led on.
        before = customer.update().where(customer.c.merged_into == gone).values(merged_into=kept)
        await pen.connection.execute(before)
        theirs = terms_acceptance.update().where(terms_acceptance.c.customer_id == gone).values(customer_id=kept)
        await pen.connection.execute(theirs)
        await cards.rewrite(pen.connection, [cards.rewritten(kept, one, card)])
        await pen.connection.execute(peer.delete().where(peer.c.customer_id == kept))
        await customers.know(pen, [(kept, cards.peer_rows(card.peers))], by=by)
    await _move_interventions(pen, kept, gone, by)
    await customers.show(pen, [kept])


async def _move_interventions(pen: Pen, kept: int, gone: int, by: str) -> None:
    ids = list(await pen.connection.scalars(select(intervention.c.id).where(intervention.c.customer_id == gone)))
    read = witness.KINDS["intervention"].read
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        before = await read(pen.connection, some)
        moved = intervention.update().where(intervention.c.id.in_(some)).values(customer_id=kept)
        await pen.connection.execute(moved)
        for id, told in (await read(pen.connection, some)).items():
            subject = Subject("intervention", id)
            audit.enter_told(pen, "customer-merged", subject, by=by, before=before[id], after=told)
    pen.changed.update(ids)
