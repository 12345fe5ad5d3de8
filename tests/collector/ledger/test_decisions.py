"""What people decide, and the trace that it leaves."""

import pytest

from collector.errors import BadInput, Conflict, NotFound
from collector.ledger.decisions import Outcome
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
