from sqlalchemy import select

from collector.ledger.rows import among, insert
from collector.ledger.tables import customer
from tests.collector.room import Room


async def test_many_rows_are_written_as_they_are(room: Room) -> None:
    rows = [{"name": "Zoë", "made_at": 1, "code": None}, {"made_at": 2, "name": "Anna", "code": "A"}]
    async with room.engines.writer.begin() as connection:
        await insert(connection, customer, rows)
        await insert(connection, customer, [])
        found = await connection.execute(select(customer.c.name, customer.c.made_at, customer.c.code))
        assert sorted(map(tuple, found)) == [("Anna", 2, "A"), ("Zoë", 1, None)]


async def test_those_that_are_asked_for_are_found_with_and_without_a_gap(room: Room) -> None:
    async with room.engines.writer.begin() as connection:
        await insert(connection, customer, [{"name": name, "made_at": 1} for name in "abcd"])
        for wanted in ([2, 3], [3, 2, 2], [1, 4], [], [9]):
            found = await connection.scalars(select(customer.c.id).where(among(customer.c.id, wanted)))
            assert set(found) == set(wanted) - {9}
        found = await connection.scalars(select(customer.c.id).where(among(customer.c.name, ["a", "c"])))
        assert set(found) == {1, 3}
