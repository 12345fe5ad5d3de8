"""What people decide, and the trace that it leaves."""

from decimal import Decimal

import pytest

from collector.domain.contract import SINCE_EVER, Contract, Period
from collector.domain.customer import CustomerCard
from collector.domain.decision import Reason
from collector.domain.entitlement import Version
from collector.domain.peers import Peer
from collector.domain.review import Whose
from collector.errors import BadInput, Conflict, NotFound
from collector.ledger import decisions
from collector.ledger.decided import Matter
from collector.ledger.decisions import Outcome, Ruling
from collector.ledger.views import InterventionView
from shared.session import SessionState
from tests.collector.room import S1, S2, Room, minutes


async def test_assigning_a_customer_prices_it_and_learns_the_peer(room: Room) -> None:
    owner = await room.customer()
    await room.connect(S1, seconds=21 * 60, peer="999")
    intervention = await room.intervention_of()
    assert intervention.charge.net == "0.00" and "unassigned" in intervention.charge.flags
    await room.ledger.assign_customer(intervention.id, owner, by="Laura")
    assigned = await room.intervention_of()
    assert (assigned.charge.net, assigned.charge.service) == ("80.00", "contract")
    assert [(d.what, d.by) for d in assigned.decisions] == [("customer", "Laura")]
    found = await room.reading.customer(owner)
    assert found is not None and [(p.tool, p.peer) for p in found.peers] == [("tigervnc", "999")]


async def test_the_next_session_of_an_assigned_peer_is_known(room: Room) -> None:
    owner = await room.customer()
    await room.connect(S1, seconds=10, peer="999", state=SessionState.ENDED)
    await room.ledger.assign_customer((await room.intervention_of()).id, owner, by="Laura")
    room.clock.advance(minutes(13 * 60))
    await room.connect(S2, seconds=10, peer="999")
    second = await room.intervention_of(S2)
    assert second.customer is not None and second.customer.id == owner


async def test_agreeing_twice_keeps_the_first_word(room: Room) -> None:
    await room.connect(S1, seconds=10)
    id = (await room.intervention_of()).id
    await room.ledger.agree_overtime(id, by="Laura", how="by telephone")
    await room.ledger.agree_overtime(id, by="Olga", how="by e-mail")
    consent = (await room.intervention_of()).consent
    assert (consent.agreed, consent.by, consent.how) == (True, "Laura", "by telephone")


async def test_an_agreement_to_so_many_half_hours_covers_no_more(room: Room) -> None:
    await room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await room.connect(S1, seconds=25 * 60)
    id = (await room.intervention_of()).id
    one, more = (Ruling(Matter.OVERTIME_AGREED, how="phone", half_hours=n) for n in (1, 2))
    await room.ledger.write(lambda pen: decisions.decide(pen, id, one, by="Laura"))
    seen = await room.intervention_of()
    assert (seen.charge.flags, seen.consent.agreed) == ((), True)
    room.clock.advance(minutes(30))
    await room.connect(S1, seconds=55 * 60)
    seen = await room.intervention_of()
    assert (seen.charge.net, seen.charge.flags, seen.consent.agreed) == ("115.00", ("overtime-not-agreed",), False)
    await room.ledger.write(lambda pen: decisions.decide(pen, id, more, by="Laura"))
    seen = await room.intervention_of()
    assert (seen.charge.flags, seen.consent.agreed) == ((), True)


async def test_a_price_named_for_one_service_is_not_charged_for_another(room: Room) -> None:
    await room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await room.connect(S1, seconds=60)
    id = (await room.intervention_of()).id
    await room.ledger.set_category(id, "file-recovery", by="Laura")
    named = Ruling(Matter.PRICE_NAMED, price=Decimal("100.00"))
    await room.ledger.write(lambda pen: decisions.decide(pen, id, named, by="Laura"))
    assert (await room.intervention_of()).charge.net == "100.00"
    await room.ledger.set_category(id, "network", by="Anna")
    charge = (await room.intervention_of()).charge
    assert (charge.net, charge.flags) == ("0.00", ("excluded-work",))


async def test_a_category_that_the_tariff_does_not_know_is_refused(room: Room) -> None:
    await room.connect(S1, seconds=10)
    id = (await room.intervention_of()).id
    with pytest.raises(BadInput, match="category"):
        await room.ledger.set_category(id, "gardening", by="Laura")
    await room.ledger.set_category(id, "installation", by="Laura")
    assert (await room.intervention_of()).charge.service == "exempt"


async def test_from_a_new_intervention_on_the_time_is_credited_there_and_none_is_lost(room: Room) -> None:
    await room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await room.connect(S1, seconds=12 * 60)
    first = await room.intervention_of()
    split_at = room.clock.wall_ms() - minutes(2)
    second = await room.ledger.new_intervention(S1, split_at, by="Laura")
    room.clock.advance(minutes(6))
    await room.connect(S1, seconds=18 * 60)
    before, after = await room.reading.intervention(first.id), await room.intervention_of()
    assert before is not None and after.id == second
    assert (before.connected_ms, after.connected_ms) == (minutes(10), minutes(8))
    assert (before.charge.net, after.charge.net) == ("45.00", "45.00")


async def test_a_split_outside_the_session_is_refused(room: Room) -> None:
    await room.connect(S1, seconds=60)
    with pytest.raises(Conflict):
        await room.ledger.new_intervention(S1, room.clock.wall_ms() - minutes(2), by="Laura")
    with pytest.raises(NotFound):
        await room.ledger.new_intervention(S2, room.clock.wall_ms(), by="Laura")


async def test_closing_twice_is_a_conflict(room: Room) -> None:
    await room.connect(S1, seconds=60)
    id = (await room.intervention_of()).id
    await room.ledger.close_intervention(id, Outcome.UNRESOLVED, by="Laura")
    closed = await room.intervention_of()
    assert (closed.state, closed.outcome, closed.closed_at) == ("closed", "unresolved", room.clock.wall_ms())
    with pytest.raises(Conflict, match="unresolved"):
        await room.ledger.close_intervention(id, Outcome.SOLVED, by="Laura")


async def test_what_is_not_there_is_not_found(room: Room) -> None:
    for act in (
        room.ledger.assign_customer(7, 1, by="Laura"),
        room.ledger.agree_overtime(7, by="Laura", how="-"),
        room.ledger.set_category(7, None, by="Laura"),
        room.ledger.close_intervention(7, Outcome.SOLVED, by="Laura"),
        room.ledger.acknowledge_alert(7, by="Laura"),
    ):
        with pytest.raises(NotFound, match="7"):
            await act
    await room.connect(S1, seconds=60)
    with pytest.raises(NotFound, match="no customer 9"):
        await room.ledger.assign_customer((await room.intervention_of()).id, 9, by="Laura")


async def decide(room: Room, what: Matter, **values: object) -> InterventionView:
    ruling = Ruling(what, **values)  # type: ignore[arg-type]
    await room.ledger.write(lambda pen: decisions.decide(pen, 1, ruling, by="Laura"))
    return await room.intervention_of()


async def overtime(room: Room, *, version: Version = Version.CURRENT, contract: bool = True) -> None:
    await room.customer(contract=contract, version=version, peers=(("tigervnc", "192.0.2.7:5900"),))
    await room.connect(S1, seconds=31 * 60, state=SessionState.ENDED)


async def test_overtime_is_waived_withdrawn_and_agreed(room: Room) -> None:
    await overtime(room)
    waived = await decide(room, Matter.OVERTIME_WAIVED, reason=Reason.OUR_FAULT, told="our server")
    assert (waived.charge.net, waived.charge.flags, waived.review) == ("45.00", (), "open")
    assert [(line.code, line.amount) for line in waived.charge.lines][2] == ("goodwill", "-35.00")
    last = waived.decisions[-1]
    assert (last.what, last.by, last.half_hours, last.reason) == ("overtime-waived", "Laura", 1, "our-fault")
    again = await decide(room, Matter.WITHDRAWN, choice="overtime-waived")
    assert (again.charge.net, again.charge.flags) == ("80.00", ("overtime-not-agreed",))
    agreed = await decide(room, Matter.OVERTIME_AGREED, how="phone")
    assert (agreed.charge.flags, agreed.consent.how) == ((), "phone")
    undone = await decide(room, Matter.WITHDRAWN, choice="overtime-agreed")
    assert (undone.charge.flags, undone.consent.agreed) == (("overtime-not-agreed",), False)


async def test_overtime_that_may_not_be_sold_is_decided(room: Room) -> None:
    await overtime(room, version=Version.PREVIOUS, contract=False)
    assert (await room.intervention_of()).charge.flags == ("overtime-not-sellable",)
    done = await decide(room, Matter.OVERTIME_NOT_SOLD, choice="goodwill", reason=Reason.COURTESY)
    assert (done.charge.net, done.charge.flags, done.charge.lines[-1].code) == ("160.00", (), "goodwill")


async def test_a_price_is_named_where_the_price_list_has_none(room: Room) -> None:
    await overtime(room)
    with pytest.raises(Conflict, match="price list"):
        await decide(room, Matter.PRICE_NAMED, price=Decimal("1.00"))
    await room.ledger.set_category(1, "file-recovery", by="Laura")
    done = await decide(room, Matter.PRICE_NAMED, price=Decimal("120.50"), told="agreed with Rossi")
    assert (done.charge.net, done.charge.flags, done.decisions[-1].price) == ("120.50", (), "120.50")


@pytest.mark.parametrize(
    ("what", "values", "place"),
    [
        (Matter.OVERTIME_WAIVED, {}, "reason"),
        (Matter.OVERTIME_WAIVED, {"reason": Reason.OTHER}, "told"),
        (Matter.OVERTIME_WAIVED, {"reason": Reason.COURTESY, "half_hours": 2}, "half_hours"),
        (Matter.OVERTIME_NOT_SOLD, {"choice": "stop"}, "no half hour"),
        (Matter.PRICE_NAMED, {}, "price"),
        (Matter.WAIVED, {}, "reason"),
        (Matter.WITHDRAWN, {"choice": "weather"}, "choice"),
        (Matter.WITHDRAWN, {"choice": "waived"}, "no decision"),
        (Matter.OVERTIME_AGREED, {}, "how"),
    ],
)
async def test_a_decision_that_lacks_something_or_decides_nothing_is_refused(
    room: Room, what: Matter, values: dict[str, object], place: str
) -> None:
    await overtime(room)
    with pytest.raises((BadInput, Conflict), match=place):
        await decide(room, what, **values)
    assert (await room.intervention_of()).decisions == ()


async def test_the_review_lists_what_waits_oldest_first_and_for_whom(room: Room) -> None:
    await overtime(room)
    room.clock.advance(minutes(1))
    await room.connect(S2, seconds=10, peer="999", state=SessionState.ENDED)

    async def waiting(whose: Whose | None = None) -> list[int]:
        return [each.id for each in (await room.reading.review(whose=whose))[0]]

    assert await waiting() == [1, 2]
    assert (await waiting(Whose.SUPERVISOR), await waiting(Whose.OFFICE), await waiting(Whose.TECHNICIAN)) == (
        [1],
        [2],
        [],
    )
    assert [each.id for each in (await room.reading.review(limit=1, offset=1))[0]] == [2]
    await decide(room, Matter.WAIVED, reason=Reason.COURTESY)
    assert await waiting() == [2]


async def test_an_edition_that_is_not_covered_waits_though_nothing_else_does(room: Room) -> None:
    card = CustomerCard(
        "Studio Verdi", contract=Contract((Period(SINCE_EVER),)), edition="lite", peers=(Peer("tigervnc", "9"),)
    )
    await room.ledger.add_customer(card, by="Laura")
    await room.connect(S1, seconds=10, peer="9", state=SessionState.ENDED)
    (waiting,), total = await room.reading.review(whose=Whose.SUPERVISOR)
    assert total == 1 and "edition-not-covered" in [wait.what for wait in waiting.waits]
