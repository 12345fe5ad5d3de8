"""What the technician says at his desk is written in his PC's name, once, and is in the audit chain."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from collector.errors import Conflict
from collector.ledger import words
from collector.ledger.tables import audit
from collector.ledger.words import Said
from shared.messages import What, Word
from shared.moments import SECOND_MS
from tests.collector.room import S1, S2, Room, a_room, minutes

PEER = (("tigervnc", "192.0.2.7:5900"),)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with a_room(tmp_path) as opened:
        await opened.customer(peers=PEER)
        await opened.connect(seconds=600)
        yield opened


async def said(
    room: Room, what: str, *, session: str = S1, ago_ms: int = 0, agent: str = "PC Anna", id: str = "a"
) -> str | None:
    word = Word(id=id * 32, session=session, what=what, at=room.clock.wall_ms() - ago_ms, why="because")
    told = Said(await room.agent(agent), agent, 0, word)
    return await room.ledger.write(lambda pen: words.take(pen, told))


async def entries(room: Room) -> list[tuple[str, str]]:
    """What the audit chain says was done by people."""
    async with room.engines.readers.connect() as connection:
        rows = await connection.execute(select(audit.c.what, audit.c.by).where(audit.c.by == "PC Anna"))
        return [(row.what, row.by) for row in rows]


async def test_the_customers_consent_stands_on_the_technicians_word(room: Room) -> None:
    for _ in range(2):
        assert await said(room, What.AGREED) is None
    agreed = (await room.reading.whole([1]))[1].agreed
    assert agreed is not None and (agreed.by, agreed.how) == ("PC Anna", "technician")
    assert await entries(room) == [("overtime-agreed", "PC Anna")]


async def test_the_next_problem_begins_where_it_was_said_and_only_once(room: Room) -> None:
    room.clock.advance(5 * SECOND_MS)
    at_ago = [7 * SECOND_MS, 7 * SECOND_MS]
    assert [await said(room, What.NEXT_PROBLEM, ago_ms=each) for each in at_ago] == [None, None]
    assert (await room.session()).interventions == (1, 2)
    found = await room.reading.whole([1, 2])
    assert [found[id].connected_ms for id in (1, 2)] == [598_000, 2_000]


async def test_a_wrong_customer_is_taken_away_and_a_later_assignment_stands(room: Room) -> None:
    assert await said(room, What.WRONG_CUSTOMER) is None
    assert (await room.intervention_of()).customer is None
    await room.ledger.assign_customer(1, await room.customer("Studio Verdi"), by="Laura")
    room.clock.advance(minutes(1))
    assert await said(room, What.WRONG_CUSTOMER, ago_ms=minutes(2)) is None
    customer = (await room.intervention_of()).customer
    assert customer is not None and customer.name == "Studio Verdi"


async def test_critical_work_and_what_came_of_an_order_are_noted(room: Room) -> None:
    for what in (What.CRITICAL, What.ANNOUNCED, What.STOPPED):
        for _ in range(2):
            assert await said(room, what) is None
    of = (await room.reading.whole([1]))[1]
    assert of.request.critical
    assert [(each.what, each.told) for each in of.decided] == [
        (what, "because") for what in (What.CRITICAL, What.ANNOUNCED, What.STOPPED)
    ]
    assert [what for what, _ in await entries(room)] == [What.CRITICAL, What.ANNOUNCED, What.STOPPED]


async def test_what_is_said_twice_while_the_line_is_down_is_noted_twice_and_each_word_once(room: Room) -> None:
    for id, ago_ms in (("a", 2_000), ("b", 1_000), ("a", 2_000), ("b", 1_000)):
        assert await said(room, What.ANNOUNCED, id=id, ago_ms=ago_ms) is None
    of = (await room.reading.whole([1]))[1]
    assert [each.what for each in of.decided] == [What.ANNOUNCED, What.ANNOUNCED]


async def test_what_is_not_his_or_not_understood_is_answered_so(room: Room) -> None:
    assert "called so" in (await said(room, What.AGREED, session=S2) or "")
    assert "called so" in (await said(room, What.AGREED, agent="PC Marco") or "")
    assert "does not know" in (await said(room, "sing") or "")


async def test_what_a_rule_forbids_writes_nothing(room: Room) -> None:
    with pytest.raises(Conflict):
        await said(room, What.NEXT_PROBLEM, ago_ms=minutes(60))
    assert await entries(room) == []
