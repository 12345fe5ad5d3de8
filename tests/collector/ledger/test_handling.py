"""A request from its opening by hand to its end, and back."""

import pytest

from collector.errors import BadInput, Conflict
from collector.ledger import handling
from collector.ledger.decisions import Outcome
from collector.ledger.handling import CustomerTold, Facts
from collector.ledger.views import InterventionView
from shared.moments import HOUR_MS
from shared.session import SessionState
from tests.collector.room import S1, Room, minutes

PEER = (("tigervnc", "192.0.2.7:5900"),)


async def opened(room: Room, customer_id: int | None = None, opened_at: int | None = None, **facts: object) -> int:
    named = frozenset(facts)
    return await room.ledger.write(
        lambda pen: handling.open_by_hand(pen, customer_id, opened_at, Facts(**facts), named, by="Olga")  # type: ignore[arg-type]
    )


async def described(room: Room, id: int, **facts: object) -> InterventionView:
    named = frozenset(facts)
    await room.ledger.write(lambda pen: handling.describe(pen, id, Facts(**facts), named, by="Anna"))  # type: ignore[arg-type]
    return await seen(room, id)


async def seen(room: Room, id: int) -> InterventionView:
    view = await room.reading.intervention(id)
    assert view is not None
    return view


async def test_a_request_by_hand_is_joined_by_the_customers_next_session(room: Room) -> None:
    owner = await room.customer(peers=PEER)
    id = await opened(room, owner, problem="The index is broken", category=None)
    room.clock.advance(26 * HOUR_MS)
    await room.connect(S1, seconds=60)
    view = await room.intervention_of(S1)
    assert (view.id, view.problem, view.contract) == (id, "The index is broken", True)
    assert [(each.what, each.by) for each in view.decisions] == [("opened", "Olga")]


async def test_a_session_a_week_later_is_another_request(room: Room) -> None:
    id = await opened(room, await room.customer(peers=PEER))
    room.clock.advance(7 * 24 * HOUR_MS + minutes(1))
    await room.connect(S1, seconds=1)
    assert (await room.intervention_of(S1)).id != id


async def test_a_bad_request_is_refused_and_none_is_opened(room: Room) -> None:
    now_at = room.clock.wall_ms()
    for place, asked in (
        ("opened_at", {"opened_at": now_at + minutes(1)}),
        ("opened_at", {"opened_at": now_at - 400 * 24 * HOUR_MS}),
        ("category", {"category": "gardening"}),
        ("backup_at", {"backup_at": now_at + minutes(1)}),
    ):
        with pytest.raises(BadInput, match=place):
            await opened(room, **asked)  # type: ignore[arg-type]
    assert (await room.reading.interventions())[1] == 0


async def test_the_backup_is_warned_of_before_work_on_the_database(room: Room) -> None:
    id = await opened(room, await room.customer())
    assert (await seen(room, id)).warning is None
    assert (await described(room, id, works_on_database=True)).warning == "backup-unknown"
    assert (await described(room, id, backup_at=room.clock.wall_ms())).warning is None
    room.clock.advance(25 * HOUR_MS)
    assert (await seen(room, id)).warning == "backup-old"
    assert (await described(room, id, works_on_database=None, critical=True)).critical


async def test_given_up_it_waits_until_the_customer_is_told(room: Room) -> None:
    id = await opened(room, await room.customer())
    await room.ledger.close_intervention(id, Outcome.UNRESOLVED, by="Anna")
    view = await seen(room, id)
    assert (view.review, [(wait.what, wait.whose) for wait in view.waits]) == (
        "in-review",
        [("customer-not-told", "technician")],
    )
    room.clock.advance(minutes(5))
    at = room.clock.wall_ms() - minutes(1)
    with pytest.raises(BadInput, match="future"):
        await room.ledger.write(lambda pen: handling.tell(pen, id, CustomerTold("phone", at + minutes(9)), by="Anna"))
    await room.ledger.write(lambda pen: handling.tell(pen, id, CustomerTold("phone", at), by="Anna"))
    view = await seen(room, id)
    assert view.review == "final" and view.told is not None
    assert (view.told.by, view.told.at, view.told.how) == ("Anna", at, "phone")


async def test_reopened_with_a_reason_it_goes_on(room: Room) -> None:
    await room.customer(peers=PEER)
    await room.connect(S1, seconds=60, state=SessionState.ENDED)
    with pytest.raises(Conflict, match="is open"):
        await room.ledger.write(lambda pen: handling.reopen(pen, 1, "again", by="Laura"))
    await room.ledger.write(lambda pen: handling.close(pen, 1, Outcome.UNRESOLVED, CustomerTold("e-mail"), by="Anna"))
    await room.ledger.write(lambda pen: handling.reopen(pen, 1, "it came back", by="Laura"))
    view = await seen(room, 1)
    assert (view.state, view.outcome, view.told, view.closed_at) == ("open", None, None, None)
    assert view.decisions[-1].told == "it came back"
