"""Opens the database, SQLite or PostgreSQL, for the one writer and for the many readers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from collector.errors import Unavailable
from collector.ledger import postgres

BUSY_MS = 60_000  # how long a write waits for another process's (a command beside a running collector)
READERS = 4


@dataclass(frozen=True)
class Engines:
    """One connection that writes, a few that only read: readers never wait for the writer."""

    writer: AsyncEngine
    readers: AsyncEngine
    name: str  # for people and logs
    shared: bool = False  # other collectors may write into the same database

    async def close(self) -> None:
        await self.readers.dispose()
        await self.writer.dispose()


def name_of(where: Path | str) -> str:
    """For people, logs and files: without a password."""
    return str(where) if isinstance(where, Path) else postgres.name_of(postgres.url_of(where))


def open_engines(where: Path | str) -> Engines:
    """Engines on that file, which is made when the first of them connects, or on the PostgreSQL of that address."""
    if isinstance(where, Path):
        return _on_file(where)
    url = postgres.url_of(where)
    writer, readers = postgres.open_writer(url), postgres.open_readers(url)
    return Engines(writer, readers, postgres.name_of(url), shared=True)


def _on_file(file: Path) -> Engines:
    url = URL.create("sqlite+aiosqlite", database=str(file))
    writer = create_async_engine(url, pool_size=1, max_overflow=0)
    readers = create_async_engine(url, pool_size=READERS, max_overflow=READERS)
    _prepare(writer, begin="BEGIN IMMEDIATE", pragmas=())
    _prepare(readers, begin="BEGIN", pragmas=("query_only=ON",))
    return Engines(writer, readers, str(file))


def _prepare(engine: AsyncEngine, *, begin: str, pragmas: tuple[str, ...]) -> None:
    """Every connection durable and strict; transactions begin when we say so, not when the driver guesses."""

    # With NORMAL a power cut may take back the last commits in WAL mode (https://sqlite.org/pragma.html#synchronous).
    durable = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}")

    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (f"busy_timeout={BUSY_MS}", *durable, *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def begun(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "begin", begun)


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection to ask by; Unavailable where the database is away."""
    try:
        async with engine.connect() as connection:
            yield connection
    except (ProgrammingError, IntegrityError):  # a mistake of ours
        raise
    except (DBAPIError, NoConnection, OSError) as error:
        raise Unavailable(f"the database cannot be read: {getattr(error, 'orig', error)}") from error


async def answers(connection: AsyncConnection) -> bool:
    """Whether the database can be read."""
    return (await connection.exec_driver_sql("SELECT 1")).scalar() == 1
