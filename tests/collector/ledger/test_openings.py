"""Which intervention a new session joins, and what is frozen when it opens one."""

from datetime import date

from collector.domain.entitlement import Version
from collector.ledger import crediting
from collector.ledger.customers import CustomerEntry
from collector.ledger.decisions import Outcome
from collector.ledger.sessions import Report
from shared.messages import Progress
from shared.moments import HOUR_MS
from shared.session import SessionState
from tests.collector.room import S1, S2, S3, Room, a_session


async def test_a_known_peer_is_its_customers(room: Room) -> None:
    owner = await room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await room.connect(seconds=10)
    intervention = await room.intervention_of()
    assert intervention.customer is not None and intervention.customer.id == owner
    assert (intervention.charge.service, intervention.contract, intervention.state) == ("contract", True, "open")


async def test_the_next_connection_of_the_customer_joins(room: Room) -> None:
    await room.customer(peers=(("tigervnc", "192.0.2.7:5900"), ("anydesk", "111")))
    await room.connect(S1, seconds=10, state=SessionState.ENDED)
    room.clock.advance(HOUR_MS)
    await room.connect(S2, seconds=10, tool="anydesk", peer="111", agent="PC Marco")
    assert (await room.session(S2)).interventions == (await room.session(S1)).interventions


async def test_it_joins_the_problem_that_is_worked_on_and_not_one_that_was_split_off(room: Room) -> None:
    await room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await room.connect(S1, seconds=60)
    await room.ledger.new_intervention(S1, room.clock.wall_ms() - 1, by="Anna")
    room.clock.advance(60_000)
    await room.connect(S1, seconds=120)
    await room.connect(S2, seconds=5, agent="PC Marco")
    assert (await room.session(S2)).interventions == (2,)
    await room.ledger.write(lambda pen: crediting.split(pen, 2, S1, room.clock.wall_ms() - 1, 1, by="Anna"))
    room.clock.advance(60_000)
    await room.connect(S1, seconds=180)
    await room.connect(S3, seconds=5)
    assert (await room.session(S3)).interventions == (1,)


async def test_after_twelve_hours_another_is_opened(room: Room) -> None:
    await room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await room.connect(S1, seconds=10, state=SessionState.ENDED)
    room.clock.advance(12 * HOUR_MS + 10_000)
    await room.connect(S2, seconds=10)
    assert (await room.session(S2)).interventions != (await room.session(S1)).interventions


async def test_a_closed_one_is_not_joined(room: Room) -> None:
    await room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await room.connect(S1, seconds=10, state=SessionState.ENDED)
    await room.ledger.close_intervention((await room.intervention_of()).id, Outcome.SOLVED, by="Laura")
    await room.connect(S2, seconds=10)
    assert (await room.session(S2)).interventions != (await room.session(S1)).interventions


async def test_an_unknown_peer_joins_its_own_kind(room: Room) -> None:
    await room.connect(S1, seconds=10, peer="999")
    await room.connect(S2, seconds=10, peer="999", agent="PC Marco")
    await room.connect(S3, seconds=10, peer="998")
    assert (await room.intervention_of(S1)).customer is None
    assert (await room.session(S2)).interventions == (await room.session(S1)).interventions
    assert (await room.session(S3)).interventions != (await room.session(S1)).interventions


async def test_sessions_without_a_peer_stay_apart(room: Room) -> None:
    await room.connect(S1, seconds=10, peer=None)
    await room.connect(S2, seconds=10, peer=None)
    assert (await room.session(S2)).interventions != (await room.session(S1)).interventions


async def test_two_that_come_in_one_frame_share_one(room: Room) -> None:
    agent, now_at = await room.agent(), room.clock.wall_ms()
    told = [a_session(id, (now_at - 10_000, 9_000), peer="999") for id in (S1, S2)]
    verdicts = await room.ledger.record([Report(agent, 0, Progress(seq=n, session=s)) for n, s in enumerate(told, 1)])
    assert verdicts == [None, None]
    assert (await room.session(S2)).interventions == (await room.session(S1)).interventions


async def test_a_session_that_is_told_days_later_does_not_join_todays(room: Room) -> None:
    await room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await room.connect(S1, seconds=10)
    await room.connect(S2, seconds=10, ended_ago_s=3 * 24 * 3600, state=SessionState.ENDED)
    assert (await room.session(S2)).interventions != (await room.session(S1)).interventions


async def test_contract_and_version_are_those_of_the_opening(room: Room) -> None:
    owner = await room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await room.connect(S1, seconds=10)
    await room.ledger.update_customer(owner, CustomerEntry("Studio Bianchi", None, None, Version.PREVIOUS), None)
    intervention = await room.intervention_of()
    assert (intervention.contract, intervention.version) == (True, "current")


async def test_a_contract_that_ended_yesterday_is_none(room: Room) -> None:
    today = room.lists.day_of(room.clock.wall_ms())
    await room.customer(peers=(("tigervnc", "192.0.2.7:5900"),), until_day=date.fromordinal(today.toordinal() - 1))
    await room.connect(S1, seconds=10)
    assert (await room.intervention_of()).charge.service == "not-entitled"
