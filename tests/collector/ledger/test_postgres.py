"""PostgreSQL is reached safely, is what it has to be, and its writers take turns."""

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from collector.errors import BadInput, CannotStart
from collector.ledger import postgres
from collector.ledger.engine import open_engines
from collector.ledger.pen import Pen
from collector.ledger.price_lists import PriceLists
from collector.ledger.schema import prepare
from collector.ledger.tables import session, token
from tests import postgres as servers
from tests.collector.room import ROME, S1, On, a_room, a_session
from tests.fakes.clock import FakeClock


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


@pytest.fixture(scope="module")
def over_tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database that is reached over TLS; what it names to trust is its certificate."""
    bin, folder = servers.programs(), tmp_path_factory.mktemp("tls")
    if bin is None:
        pytest.skip("PostgreSQL is missing: `python3 dev.py test` installs it or names its package")
    trusted, key = folder / "certificate.pem", folder / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", str(key)]
    named = ["-addext", "subjectAltName=IP:127.0.0.1", "-out", str(trusted)]
    subprocess.run([*made, *named], check=True, capture_output=True, timeout=60)
    server = servers.Server(bin, certificate=trusted.read_bytes() + key.read_bytes())
    yield f"postgresql://{servers.OWNER}@127.0.0.1:{server.port}/postgres?sslrootcert={trusted}"
    server.stop()


async def prepared(url: str) -> None:
    engines = open_engines(url)
    try:
        await prepare(engines, PriceLists([], ROME), FakeClock())
    finally:
        await engines.close()


@pytest.mark.needs("openssl")
@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
async def test_over_the_network_every_connection_is_under_tls(over_tls: str, mode: str) -> None:
    engines, listener = open_engines(f"{over_tls}&sslmode={mode}"), await postgres.connect(f"{over_tls}&sslmode={mode}")
    asked = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    try:
        for engine in (engines.writer, engines.readers):
            async with engine.connect() as connection:
                assert (await connection.exec_driver_sql(asked)).scalar() is True
        assert await listener.fetchval(asked) is True
    finally:
        await listener.close()
        await engines.close()


@pytest.mark.needs("openssl")
async def test_whoever_has_no_certificate_or_another_name_is_not_trusted(over_tls: str, tmp_path: Path) -> None:
    another_name = over_tls.replace("@127.0.0.1", "@localhost")
    await prepared(f"{another_name}&sslmode=verify-ca")
    trusted_by_nobody = over_tls.partition("?")[0]
    for url, mode in ((another_name, "verify-full"), *((trusted_by_nobody + "?", each) for each in postgres.VERIFIED)):
        with pytest.raises(CannotStart, match=r"CERTIFICATE_VERIFY_FAILED.*sslrootcert=FILE"):
            await prepared(f"{url}&sslmode={mode}".replace("?&", "?"))
    with pytest.raises(BadInput, match=r"sslrootcert .*nothing\.pem cannot be used: No such file"):
        await prepared(f"{trusted_by_nobody}?sslmode=verify-full&sslrootcert={tmp_path / 'nothing.pem'}")
