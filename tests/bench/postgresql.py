"""The collector on PostgreSQL: the same figures as on SQLite, on a server of the tests' own that waits for the disk."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg

from tests import postgres
from tests.bench import collector
from tests.bench.figure import Figure


def figures() -> Iterator[Figure]:
    """All of them."""
    bin = postgres.programs()
    if bin is None:
        raise SystemExit("PostgreSQL is missing: `python3 dev.py test` installs it or names its package")
    database = postgres.Server(bin, durable=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            server, bare = collector.Server(Path(folder), database.new()), database.new()
            try:
                yield asyncio.run(collector.committed(server, lambda: asyncio.run(bare_rows(bare)), "asyncpg"))
                yield asyncio.run(collector.lateness(server))
            finally:
                server.close()
    finally:
        database.stop()


async def bare_rows(url: str) -> float:
    """Rows a second in groups, each group on the disk before the next."""
    db = await asyncpg.connect(url)
    await db.execute("CREATE TABLE stretch (session TEXT, n INTEGER, lasted INTEGER, PRIMARY KEY (session, n))")
    began, rows = time.perf_counter(), 0
    while (taken := time.perf_counter() - began) < collector.SECONDS / 3:
        group = [(f"{(rows + each) % 200:032x}", 0, rows) for each in range(collector.GROUP)]
        await db.executemany(  # one transaction
            "INSERT INTO stretch VALUES ($1, $2, $3) ON CONFLICT (session, n) DO UPDATE SET lasted = excluded.lasted",
            group,
        )
        rows += collector.GROUP
    await db.close()
    return rows / taken
