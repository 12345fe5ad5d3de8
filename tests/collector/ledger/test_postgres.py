"""PostgreSQL is reached safely, is what it has to be, and its writers take turns."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from collector.errors import BadInput, CannotStart
from collector.ledger import postgres
from collector.ledger.engine import open_engines
from collector.ledger.pen import Pen
from collector.ledger.tables import session, token
from tests import postgres as servers
from tests.collector.room import S1, On, a_room, a_session


@pytest.fixture
def on_postgres() -> Iterator[None]:
    On.postgres = True
    yield
    On.postgres = False


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ("mysql://anna:geheim@db/x", "is no address of a PostgreSQL"),
        ("postgresql://anna:geheim@db", "is no address of a PostgreSQL"),
        ("geheim", "is no address of a PostgreSQL"),
        ("postgresql://anna:geheim@localhost/x?pool=9", "pool is not understood there"),
        ("postgresql://anna:geheim@db.example.it/x", "db.example.it is reached over the network"),
        ("postgresql://anna:geheim@db.example.it/x?sslmode=prefer", "db.example.it is reached over the network"),
    ],
)
def test_an_address_that_will_not_do_is_refused_without_its_password(told: str, problem: str) -> None:
    with pytest.raises((BadInput, CannotStart), match=problem) as refused:
        open_engines(told)
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "/run/postgresql"])
def test_on_this_computer_nobody_reads_along(host: str) -> None:
    place = f"/x?host={host}" if host.startswith("/") else f"{host}/x"
    assert postgres.name_of(postgres.url_of(f"postgresql://anna:geheim@{place}")).startswith("postgresql://anna@")


async def test_a_database_in_the_order_of_a_language_is_refused() -> None:
    server = servers.server()
    server.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    engines = open_engines(server.url("latin"))
    async with engines.writer.begin() as connection:
        with pytest.raises(CannotStart, match="createdb --template=template0 --encoding=UTF8 --locale=C"):
            await postgres.refuse_unfit(connection)
    await engines.close()


async def test_writers_take_turns_over_all_connections(on_postgres: None, tmp_path: Path) -> None:
    async with a_room(tmp_path) as one, a_room(tmp_path) as other:

        async def read_and_write(pen: Pen) -> None:
            """Two that do so at once would both find the same number free."""
            names = set(await pen.connection.scalars(select(token.c.name)))
            await asyncio.sleep(0)
            name = str(len(names))
            await pen.connection.execute(token.insert().values(name=name, role="office", hash=name, made_at=0))

        await asyncio.gather(*(each.ledger.write(read_and_write) for each in (one, other) for _ in range(10)))
        assert {each.name for each in await one.reading.tokens()} == {str(n) for n in range(20)}


async def test_no_word_is_too_long_and_the_letter_it_cannot_keep_is_replaced(on_postgres: None, tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        now_at = room.clock.wall_ms()
        assert await room.tell(a_session(S1, (now_at - 5_000, 5_000), peer="a\0b" + "c" * 300)) is None
        async with room.engines.readers.connect() as connection:
            assert await connection.scalar(select(session.c.peer)) == "a\ufffdb" + "c" * 300


async def test_a_server_that_was_restarted_is_found_again(on_postgres: None, tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        await room.customer()
        servers.server().restart()
        await room.customer()
        assert (await room.reading.customers())[1] == 2
