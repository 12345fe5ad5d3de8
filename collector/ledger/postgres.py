"""PostgreSQL in SQLite's stead: how it is reached, what it has to be like, and how its writers take turns.

Whatever is written is the same on both: one writer at a time, here over all collectors.
"""

import ssl
from importlib.util import find_spec
from ipaddress import ip_address
from secrets import token_hex
from typing import Any

from sqlalchemy import String, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.ext.compiler import compiles

from collector.errors import BadInput, CannotStart, Unavailable

OLDEST = 15
READERS = 4
BUSY_MS = 10_000
CONNECT_S = 10.0
COMMAND_S = 120.0
LISTENER = "mezzora listens"
VERIFIED = ("verify-ca", "verify-full")
PROTECTED = ("require", *VERIFIED)
REMEDY = "write it as in postgresql://mezzora:PASSWORD@db.example.it/mezzora?sslmode=verify-full"

WRITER = int.from_bytes(b"mezzora")
"""The advisory lock of whoever writes."""


def url_of(told: str) -> URL:
    """Where it is; what is wrong with that is said without the password."""
    try:
        url = make_url(told)
    except (ArgumentError, ValueError):
        raise BadInput("database", "is no address of a PostgreSQL", REMEDY) from None
    if url.drivername not in ("postgresql", "postgres") or not url.database:
        raise BadInput("database", "is no address of a PostgreSQL", REMEDY)
    unknown = sorted(url.query.keys() - {"host", "sslmode", "sslrootcert"})
    if unknown or any(not isinstance(value, str) for value in url.query.values()):
        raise BadInput("database", f"{', '.join(unknown) or 'twice the same'} is not understood there", REMEDY)
    host = url.query.get("host", url.host or "localhost")
    if not _near(str(host)) and url.query.get("sslmode") not in PROTECTED:
        raise CannotStart(
            f"the database on {host} is reached over the network, and without TLS everybody could read along:"
            " end its address with ?sslmode=verify-full (or verify-ca, require)"
        )
    return url.set(drivername="postgresql+asyncpg")


def name_of(url: URL) -> str:
    """The same for people and logs: without the password."""
    host = url.query.get("host", url.host or "localhost")
    port = "" if url.port is None else f":{url.port}"
    return f"postgresql://{url.username + '@' if url.username else ''}{host}{port}/{url.database}"


def connect_arguments(url: URL) -> dict[str, Any]:
    """What the driver is told beside the address. Who is gone, and whoever hangs, is noticed within seconds."""
    told: dict[str, Any] = {
        "timeout": CONNECT_S,
        "command_timeout": COMMAND_S,
        "server_settings": {
            "application_name": "mezzora",
            "jit": "off",  # short questions, asked often
            "lock_timeout": str(BUSY_MS),
            "idle_in_transaction_session_timeout": "60000",
            "tcp_keepalives_idle": "5",
            "tcp_keepalives_interval": "5",
            "tcp_keepalives_count": "3",
        },
    }
    if "host" in url.query:
        told["host"] = url.query["host"]
    if "sslmode" in url.query:
        told["ssl"] = _trust(url) if url.query["sslmode"] in VERIFIED else url.query["sslmode"]
    return told


def _trust(url: URL) -> ssl.SSLContext:
    """In whom: the authorities of `sslrootcert`, else those of the system; verify-ca asks for no name."""
    authorities = url.query.get("sslrootcert")
    try:
        context = ssl.create_default_context(cafile=None if authorities is None else str(authorities))
    except OSError as error:
        told = error.strerror or error
        raise BadInput("database", f"sslrootcert {authorities} cannot be used: {told}", "name a PEM file") from None
    context.check_hostname = url.query["sslmode"] == "verify-full"
    return context


def remedy(why: object) -> str:
    """What to do where it cannot be reached."""
    if isinstance(why, ssl.SSLCertVerificationError):
        return "whose certificate is it? `sslrootcert=FILE` in its address names the authorities to trust"
    return "is it running, and is `database` its address?"


async def connect(told: str) -> Any:
    """A connection of its own, for what is said between collectors."""
    import asyncpg  # there only where it is wanted

    url = url_of(told)
    where = {"host": url.host, "port": url.port, "user": url.username, "password": url.password}
    given = {key: value for key, value in where.items() if value is not None} | connect_arguments(url)
    given["server_settings"]["application_name"] = LISTENER
    return await asyncpg.connect(database=url.database, **given)


def troubles() -> tuple[type[Exception], ...]:
    """What such a connection may raise when the other end is gone."""
    import asyncpg

    return (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, Unavailable)


def writer_of(engine: AsyncEngine) -> str:
    """By what name the others know who writes by it."""
    return str(engine.sync_engine.get_execution_options()["writer"])


def open_writer(url: URL) -> AsyncEngine:
    """One connection, whose every transaction waits for its turn among all who write: commands, other collectors."""
    named = {"writer": token_hex(8)}
    engine = _open(url, pool_size=1, max_overflow=0, execution_options=named)

    def begun(connection: Any) -> None:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER})")

    event.listen(engine.sync_engine, "begin", begun)
    event.listen(engine.sync_engine, "before_cursor_execute", _without_nul, retval=True)
    return engine


def open_readers(url: URL) -> AsyncEngine:
    """A few connections that cannot write; what is read in one go is of one moment."""
    return _open(
        url,
        pool_size=READERS,
        max_overflow=READERS,
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
    )


def _open(url: URL, **more: Any) -> AsyncEngine:
    if find_spec("asyncpg") is None:
        raise CannotStart("PostgreSQL needs a part that is not installed: pip install 'mezzora[postgres]'")
    arguments = connect_arguments(url)
    bare = url.set(query={})
    return create_async_engine(bare, connect_args=arguments, pool_pre_ping=True, hide_parameters=True, **more)


async def refuse_unfit(connection: AsyncConnection) -> None:
    """CannotStart where texts would be kept or ordered otherwise than here, or it is too old to have been tried."""
    asked = (
        "SELECT current_setting('server_version_num')::int / 10000,"
        " current_setting('server_encoding'), 'B'::text < 'a'::text"
    )
    row: Any = (await connection.exec_driver_sql(asked)).one()
    version, encoding, by_bytes = row
    if version < OLDEST:
        raise CannotStart(f"this is PostgreSQL {version}: Mezzora needs {OLDEST} or later")
    if encoding != "UTF8" or not by_bytes:
        raise CannotStart(
            f"{name_of(connection.engine.url)} keeps texts in {encoding}, in the order of a language: make another"
            " database, with createdb --template=template0 --encoding=UTF8 --locale=C NAME"
        )


def _near(host: str) -> bool:
    """On this computer: a socket's folder, or its own address."""
    try:
        return host.startswith("/") or host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@compiles(String, "postgresql")
def _varchar(type_: String, compiler: Any, **_: Any) -> str:
    """Texts without a bound, as SQLite keeps them: the doors see to lengths, and one word too long stops no commit."""
    del type_, compiler
    return "VARCHAR"


def _without_nul(
    _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, executemany: bool
) -> tuple[str, Any]:
    """The one letter that PostgreSQL cannot keep is replaced, whoever said it."""
    if executemany:
        return statement, [_row(each) for each in parameters]
    return statement, _row(parameters)


def _row(values: Any) -> Any:
    if not any(isinstance(value, str) and "\0" in value for value in values):
        return values
    return tuple(value.replace("\0", "\ufffd") if isinstance(value, str) else value for value in values)
