"""Opens the database, for the one writer and for the many readers."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

BUSY_MS = 10_000  # how long a write waits for another process's (a command beside a running collector)
READERS = 4


@dataclass(frozen=True)
class Engines:
    """One connection that writes, a few that only read: readers never wait for the writer."""

    writer: AsyncEngine
    readers: AsyncEngine

    async def close(self) -> None:
        await self.readers.dispose()
        await self.writer.dispose()


def url_of(file: Path) -> URL:
    return URL.create("sqlite+aiosqlite", database=str(file))


def open_engines(file: Path) -> Engines:
    """Engines on that file; it is made when the first of them connects."""
    writer = create_async_engine(url_of(file), pool_size=1, max_overflow=0)
    readers = create_async_engine(url_of(file), pool_size=READERS, max_overflow=READERS)
    _prepare(writer, begin="BEGIN IMMEDIATE", pragmas=())
    _prepare(readers, begin="BEGIN", pragmas=("query_only=ON",))
    return Engines(writer, readers)


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


async def answers(connection: AsyncConnection) -> bool:
    """Whether the database can be read."""
    return (await connection.exec_driver_sql("SELECT 1")).scalar() == 1
