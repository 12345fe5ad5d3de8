"""What is on an issued statement is not changed any more, until something is reported of it."""

import pytest

from collector.errors import Conflict
from collector.ledger import months
from collector.ledger.pen import Pen
from collector.ledger.tables import billed, statement
from shared.session import SessionState
from tests.collector.room import S1, Room


async def a_statement_with(room: Room, customer_id: int, intervention_id: int) -> None:
    async def write(pen: Pen) -> None:
        values = {"number": "2026-0001", "kind": "statement", "customer_id": customer_id, "customer_name": "Bianchi"}
        values |= {"month": "2026-03", "issued_at": pen.now_at, "issued_by": "Olga", "document": "{}"}
        values |= {"net_cents": 4500, "vat_cents": 990, "gross_cents": 5490}
        await pen.connection.execute(statement.insert().values(id=1, **values))
        await pen.connection.execute(
            billed.insert().values(intervention_id=intervention_id, statement_id=1, as_of_at=pen.now_at, lines="[]")
        )

    await room.ledger.write(write)


async def must_be_open(room: Room, intervention_id: int) -> None:
    await room.ledger.write(lambda pen: months.must_be_open(pen, intervention_id))


async def test_what_is_on_no_statement_is_open(room: Room) -> None:
    await room.connect(S1, seconds=60, state=SessionState.ENDED)
    await must_be_open(room, (await room.intervention_of()).id)


async def test_what_is_on_a_statement_stands_and_the_refusal_names_it(room: Room) -> None:
    owner = await room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await room.connect(S1, seconds=60, state=SessionState.ENDED)
    id = (await room.intervention_of()).id
    await a_statement_with(room, owner, id)
    with pytest.raises(Conflict, match=r"2026-0001 of 2026-03.*credit that first"):
        await must_be_open(room, id)


async def test_what_was_reported_since_may_be_decided_about(room: Room) -> None:
    owner = await room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await room.connect(S1, seconds=60)
    id = (await room.intervention_of()).id
    await a_statement_with(room, owner, id)
    room.clock.advance(60_000)
    await room.connect(S1, seconds=120, state=SessionState.ENDED)
    await must_be_open(room, id)
