"""Asking for the end of a session: never against critical work or the customer's word, and always on the record."""

import pytest

from collector.domain.tariff import LEAST_COUNTDOWN_MS
from collector.errors import Conflict, NotFound
from collector.ledger import ending
from collector.ledger.handling import Facts, describe
from tests.collector.room import S1, S2, Room


async def test_who_asked_is_noted_and_the_agent_announces_it_for_a_minute_at_least(room: Room) -> None:
    await room.connect(S1, seconds=60)
    asked = await room.ledger.write(lambda pen: ending.ask(pen, S1, by="Laura"))
    assert asked == (room.agents["PC Anna"], LEAST_COUNTDOWN_MS)
    (noted,) = (await room.intervention_of(S1)).decisions
    assert (noted.what, noted.by) == ("end-asked", "Laura")


async def test_critical_work_and_a_customer_who_agreed_are_not_ended(room: Room) -> None:
    await room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await room.connect(S1, seconds=60)
    id = (await room.intervention_of(S1)).id
    critical = Facts(critical=True)
    await room.ledger.write(lambda pen: describe(pen, id, critical, frozenset({"critical"}), by="Anna"))
    with pytest.raises(Conflict, match="critical work"):
        await room.ledger.write(lambda pen: ending.ask(pen, S1, by="Laura"))
    await room.ledger.write(lambda pen: describe(pen, id, Facts(critical=False), frozenset({"critical"}), by="Anna"))
    await room.ledger.agree_overtime(id, by="Laura", how="phone")
    with pytest.raises(Conflict, match="agreed"):
        await room.ledger.write(lambda pen: ending.ask(pen, S1, by="Laura"))


async def test_a_session_that_nobody_knows_is_not_ended(room: Room) -> None:
    with pytest.raises(NotFound):
        await room.ledger.write(lambda pen: ending.ask(pen, S2, by="Laura"))
