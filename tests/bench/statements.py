"""A firm's year in SQLite: the last month closed for all customers, and the list of interventions opened, beside the
same rows read and written by bare sqlite3. Eleven months stand on statements already.

The year has 10,000 sessions, then 200,000 (50 technicians); `MEZZORA_BENCH_SESSIONS=1000000` adds a year of so many.
"""

import asyncio
import hashlib
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from collector.domain.month import Month
from collector.ledger.engine import open_engines
from collector.ledger.issued import Issued
from collector.ledger.ledger import writing
from collector.ledger.presence import Presence
from collector.ledger.price_lists import PriceLists
from collector.ledger.reading import Reading
from collector.ledger.schema import prepare
from collector.statements import month as months
from collector.statements.month import Progress
from collector.tariffs.files import shipped_text
from shared.clock import SystemClock
from shared.moments import HOUR_MS, SECOND_MS
from tests.bench.figure import Figure
from tests.collector.office import FIRM

ROME = ZoneInfo("Europe/Rome")
YEAR = 2025
LAST = Month(YEAR, 12)
SIZES = (10_000, 200_000)
CUSTOMERS = 2_000
TECHNICIANS = 50
LOOKS = 15
FILE = "mezzora.sqlite3"


def figures() -> Iterator[Figure]:
    """Of each size of the year."""
    more = os.environ.get("MEZZORA_BENCH_SESSIONS")
    for sessions in (*SIZES, *([int(more)] if more else [])):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            asyncio.run(empty(folder))
            fill(folder / FILE, sessions)
            called = f"{sessions:,} sessions"
            bare_list = bare_page(folder / FILE)
            bare_month_s = bare_month(folder / FILE)
            told = measured(folder)
            assert told["closed"] and told["statements"] > 0
            yield Figure(f"list of interventions, {called}", told["page_ms"], bare_list, "ms", "sqlite3")
            yield Figure(f"{told['statements']:,} statements, {called}", told["seconds"], bare_month_s, "s", "sqlite3")
            yield Figure(f"memory for them, {called}", told["grown_mb"], told["before_mb"], "MB", "before closing")


async def empty(folder: Path) -> None:
    """The tables, and nothing in them."""
    engines = open_engines(folder / FILE)
    await prepare(engines, PriceLists([shipped_text()], ROME), SystemClock())
    await engines.close()


def fill(file: Path, sessions: int) -> None:
    """A year of closed interventions, evenly over days, customers and technicians; one in eight has two sessions."""
    tariff = hashlib.sha256(shipped_text().encode()).hexdigest()
    start_at = Month(YEAR, 1).bounds(ROME)[0]
    apart_ms = (LAST.bounds(ROME)[1] - start_at - HOUR_MS) // sessions
    db = sqlite3.connect(file)
    db.execute("PRAGMA synchronous = OFF")
    db.executemany(
        "INSERT INTO agent (id, name, token_hash, enrolled_at) VALUES (?, ?, ?, 0)",
        ((n, f"PC {n}", f"{n:064x}") for n in range(1, TECHNICIANS + 1)),
    )
    db.executemany(
        "INSERT INTO customer (id, name, made_at, vat_number, street, postcode, town, province, recipient_code)"
        " VALUES (?, ?, 0, '07643520567', 'Corso Italia 5', '10122', 'Torino', 'TO', 'ABC1234')",
        ((n, f"Studio {n}") for n in range(1, CUSTOMERS + 1)),
    )
    rows = [(n, start_at + n * apart_ms, 60 + n * 37 % 1_900) for n in range(sessions)]
    owner = {n: (n if n % 9 != 8 else n - 1) + 1 for n, _, _ in rows}
    db.executemany(
        "INSERT INTO session (id, agent_id, tool, peer, evidence, state, seq, marks, first_seen_at, last_seen_at,"
        " heard_at)"
        " VALUES (?, ?, 'teamviewer', ?, 'log', 'ended', 1, '', ?, ?, ?)",
        (
            (f"{n:032x}", n % TECHNICIANS + 1, f"{n % CUSTOMERS}", at, at + s * SECOND_MS, at + s * SECOND_MS)
            for n, at, s in rows
        ),
    )
    db.executemany(
        "INSERT INTO stretch (session_id, n, started_at, lasted_ms) VALUES (?, 0, ?, ?)",
        ((f"{n:032x}", at, s * SECOND_MS) for n, at, s in rows),
    )
    db.executemany(
        "INSERT INTO intervention (id, customer_id, tariff_id, opened_at, contract, version, state, outcome, closed_at,"
        " agreed_by, agreed_at, agreed_how, settled)"
        " VALUES (?, ?, ?, ?, 1, 'current', 'closed', 'solved', ?, 'L', ?, 'x', 1)",
        ((n + 1, n % CUSTOMERS + 1, tariff, at, at + HOUR_MS, at) for n, at, _ in rows if owner[n] == n + 1),
    )
    db.executemany(
        "INSERT INTO credit (session_id, from_at, intervention_id) VALUES (?, 0, ?)",
        ((f"{n:032x}", owner[n]) for n, _, _ in rows),
    )
    bill(db)
    db.execute("ANALYZE")
    db.commit()
    db.close()


def bill(db: sqlite3.Connection) -> None:
    """Eleven months are closed, and what was opened in them stands on a statement."""
    for number in range(1, 12):
        start_at, end_at = Month(YEAR, number).bounds(ROME)
        month = f"{YEAR}-{number:02}"
        db.execute("INSERT INTO closed_month VALUES (?, ?, 'Olga')", (month, end_at + HOUR_MS))
        db.execute(
            "INSERT INTO statement (id, number, kind, customer_id, customer_name, month, issued_at, issued_by,"
            " net_cents, vat_cents, gross_cents, document)"
            " VALUES (?, ?, 'statement', 1, 'x', ?, ?, 'Olga', 0, 0, 0, '{}')",
            (number, f"{YEAR}-{number:04}", month, end_at + HOUR_MS),
        )
        db.execute(
            'INSERT INTO billed SELECT id, ?, ?, \'[["base",1,"45.00"]]\' FROM intervention'
            " WHERE opened_at >= ? AND opened_at < ?",
            (number, end_at + HOUR_MS, start_at, end_at),
        )


def bare_page(file: Path) -> float:
    """Milliseconds of the count and the first fifty rows."""
    db, taken = sqlite3.connect(file), list[float]()
    for _ in range(LOOKS):
        began = time.perf_counter()
        db.execute("SELECT count(*) FROM intervention").fetchone()
        db.execute("SELECT * FROM intervention ORDER BY opened_at DESC, id DESC LIMIT 50").fetchall()
        taken.append((time.perf_counter() - began) * 1000)
    db.close()
    return statistics.median(taken)


def bare_month(file: Path) -> float:
    """Seconds to read the month's rows in one question, and to write as many documents as there are customers."""
    began = time.perf_counter()
    db = sqlite3.connect(file)
    rows = db.execute(
        "SELECT i.customer_id, i.id, i.opened_at, s.*, t.* FROM intervention i"
        " JOIN credit c ON c.intervention_id = i.id JOIN session s ON s.id = c.session_id"
        " JOIN stretch t ON t.session_id = s.id"
        " WHERE i.opened_at >= ? AND i.opened_at < ? ORDER BY i.customer_id",
        LAST.bounds(ROME),
    )
    of: dict[int, list[Any]] = {}
    for owner, *row in rows:
        of.setdefault(owner, []).append(row)
    with db:
        db.execute("CREATE TABLE bare (customer INTEGER PRIMARY KEY, document TEXT)")
        db.executemany("INSERT INTO bare VALUES (?, ?)", ((owner, json.dumps(each)) for owner, each in of.items()))
    with db:
        db.execute("DROP TABLE bare")
    db.close()
    return time.perf_counter() - began


def measured(folder: Path) -> dict[str, Any]:
    """What a process of its own measures of itself."""
    command = [sys.executable, "-c", f"from tests.bench.statements import child; child({str(folder)!r})"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def child(folder: str) -> None:
    """Looks at the list, closes the month, and prints what it took."""
    print(json.dumps(asyncio.run(_close(Path(folder)))))


async def _close(folder: Path) -> dict[str, Any]:
    lists, clock = PriceLists([shipped_text()], ROME), SystemClock()
    engines = open_engines(folder / FILE)
    reading = Reading(engines.readers, lists, Presence(), clock)
    taken = list[float]()
    for _ in range(LOOKS):
        began = time.perf_counter()
        await reading.interventions(limit=50)
        taken.append((time.perf_counter() - began) * 1000)
    before_mb, began = _peak_mb(), time.perf_counter()

    async def write(act: Any) -> Any:
        async with writing(engines.writer, lists, clock) as pen:
            return await act(pen)

    progress = await months.close(write, Issued(engines.readers, lists), FIRM, LAST, Progress(LAST), by="bench")
    seconds = time.perf_counter() - began
    await engines.close()
    return {
        "closed": progress.closed,
        "statements": progress.issued,
        "seconds": seconds,
        "page_ms": statistics.median(taken),
        "before_mb": before_mb,
        "grown_mb": _peak_mb() - before_mb,
    }


def _peak_mb() -> float:
    """The most memory that this process has had since it began (what its parent had does not count)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
