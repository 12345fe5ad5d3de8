"""What the collector can take in and how late it tells: a real `mezzora serve`, real lines, a real disk."""

import asyncio
import gc
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from agent.line import line_to
from agent.uplink import enrol
from collector.ledger.alerts import NewAlert
from collector.ledger.sessions import Report
from collector.tariffs.files import shipped_text
from collector.watch.watch import Watch
from shared.clock import SystemClock
from shared.messages import VERSION, Ack, Hello, Progress
from shared.protocol import AgentSide
from shared.session import Evidence, Session, SessionState, Stretch
from tests.bench.figure import Figure
from tests.collector.delivery.receivers import an_http_receiver
from tests.collector.room import a_room
from tests.real.desk import free_port

LINES = 8
SESSIONS = 25  # live ones on each line
IN_FRAME = 20
SECONDS = 6.0
GROUP = 500
CAP_MS = 6_000
MANY = 10_000  # live sessions
LEAD_MS, WINDOW_MS = 60_000, 20_000  # until the first of their caps, and over how long they come


class Server:
    """`mezzora serve` on a data folder of its own, with a cap of six seconds."""

    def __init__(self, folder: Path, database: str | None = None) -> None:
        """`database`: the address of a PostgreSQL, where it is not on SQLite."""
        self._data, port = str(folder), free_port()
        if database is not None:
            (folder / "mezzora.toml").write_text(f'database = "{database}"\n', "utf-8")
        tariff = folder / "tariff.toml"
        tariff.write_text(shipped_text().replace('cap = "20m"', 'cap = "6s"').replace('["5m", "1m"]', "[]"), "utf-8")
        self.address = f"http://127.0.0.1:{port}"
        self.door, self._api = f"ws://127.0.0.1:{port}/agent", f"{self.address}/api/v1"
        command = self._command("serve", "--port", str(port), "--tariff", str(tariff))
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._token = self.say("token", "create", "--role", "supervisor")
        deadline = time.monotonic() + 30
        while not self._answers():
            assert time.monotonic() < deadline, "the collector does not start"
            time.sleep(0.05)

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def say(self, *arguments: str) -> str:
        """What a verb of the command line prints."""
        done = subprocess.run(self._command(*arguments), capture_output=True, text=True, timeout=30, check=True)
        return done.stdout.strip()

    def get(self, path: str) -> Any:
        request = urllib.request.Request(f"{self._api}/{path}", headers={"Authorization": f"Bearer {self._token}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def observed_ms(self, tool: str) -> int:
        """The length of all stretches of a tool's sessions, as they lie in the ledger."""
        with closing(sqlite3.connect(f"file:{self._data}/mezzora.sqlite3?mode=ro", uri=True)) as db:
            question = "SELECT SUM(lasted_ms) FROM stretch JOIN session ON session.id = session_id WHERE tool = ?"
            (total,) = db.execute(question, (tool,)).fetchone()
        return int(total or 0)

    def _command(self, verb: str, *arguments: str) -> list[str]:
        inner = [verb, arguments[0]] if verb == "token" else [verb]
        return [sys.executable, "-m", "collector", *inner, *arguments[len(inner) - 1 :], "--data", self._data]

    def _answers(self) -> bool:
        try:
            return bool(self.get("alerts"))
        except OSError:
            return False


def figures() -> Iterator[Figure]:
    """All of the collector's figures."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            yield asyncio.run(committed(server, lambda: bare_rows(Path(folder)), "sqlite3"))
            yield asyncio.run(lateness(server))
            yield asyncio.run(told())
        finally:
            server.close()
    with tempfile.TemporaryDirectory() as folder:
        yield asyncio.run(lateness_of_many(Path(folder)))


async def committed(server: Server, bare: Callable[[], float], against: str) -> Figure:
    """Progresses acknowledged a second, beside the same rows in groups straight into the database, as durable."""
    tokens = [(await enrol(server.door, server.say("enrol", f"line {n}"), "bench")).token for n in range(LINES)]
    until = time.monotonic() + SECONDS
    acknowledged = sum(await asyncio.gather(*(report(server.door, token, n, until) for n, token in enumerate(tokens))))
    rows = await asyncio.to_thread(bare)
    return Figure("progresses committed and acknowledged", acknowledged / SECONDS, rows, "a second", against)


async def report(door: str, token: str, number: int, until: float) -> int:
    """Keep one line full for a while; how many of its progresses were acknowledged."""
    side, seq, acked = AgentSide(), 0, 0
    began_at = time.time_ns() // 1_000_000
    async with line_to(door) as line:
        await line.send(side.greet(hello(token)))
        side.receive(await line.recv())
        while time.monotonic() < until:
            batch = []
            for _ in range(IN_FRAME):
                seq += 1
                batch.append(Progress(seq=seq, session=a_session(number * SESSIONS + seq % SESSIONS, began_at)))
            await line.send(side.report(batch))
            while seq - acked > 10 * IN_FRAME:
                said = side.receive(await line.recv())  # or a quota, between
                acked = max((each.seq for each in said if isinstance(each, Ack)), default=acked)
    return acked


def bare_rows(folder: Path) -> float:
    """Rows a second in groups, each group on the disk before the next."""
    db = sqlite3.connect(folder / "bare.sqlite3")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE stretch (session TEXT, n INTEGER, lasted INTEGER, PRIMARY KEY (session, n))")
    began, rows = time.perf_counter(), 0
    while (taken := time.perf_counter() - began) < SECONDS / 3:
        group = [(f"{(rows + each) % 200:032x}", 0, rows) for each in range(GROUP)]
        with db:
            db.executemany(
                "INSERT INTO stretch VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET lasted = excluded.lasted", group
            )
        rows += GROUP
    db.close()
    return rows / taken


async def lateness(server: Server) -> Figure:
    """Milliseconds from a cap to its committed alert (p99), beside a bare timer of the same loop."""
    token = (await enrol(server.door, server.say("enrol", "late"), "bench")).token
    side = AgentSide()
    before = {alert["id"] for alert in caps(server)}
    async with line_to(server.door) as line:
        await line.send(side.greet(hello(token)))
        side.receive(await line.recv())
        now_at = time.time_ns() // 1_000_000
        told = [Progress(seq=n + 1, session=a_session(10_000 + n, now_at + 5 * n)) for n in range(200)]
        await line.send(side.report(told))
        timers = await bare_timers(len(told), CAP_MS + 3_000)
    late = [
        (datetime.fromisoformat(each["made_at"]) - datetime.fromisoformat(each["due_at"])).total_seconds() * 1000
        for each in caps(server)
        if each["id"] not in before
    ]
    assert len(late) == len(told), f"{len(late)} alerts of {len(told)}"
    return Figure("lateness of a cap alert, 200 live, p99", p99(late), p99(timers), "ms", "asyncio's own timer")


async def lateness_of_many(folder: Path) -> Figure:
    """Milliseconds from a cap to its committed alert (p99) with many live sessions, each told of every five seconds,
    beside bare timers for the same instants on the same loop."""
    text = shipped_text().replace('cap = "20m"', 'cap = "90s"').replace('["5m", "1m"]', "[]")
    text = text.replace('courtesy = "0s"', 'courtesy = "1h"')
    clock, late, timers = SystemClock(), list[float](), list[float]()
    async with a_room(folder, clock=clock, tariff=text) as room:  # type: ignore[arg-type]
        agent_id = await room.agent()
        reach_at = [clock.wall_ms() + LEAD_MS + WINDOW_MS * n // MANY for n in range(MANY)]
        began_at = [at - 90_000 for at in reach_at]
        seq = count(1)

        async def told(numbers: range) -> None:
            progresses = [Progress(seq=next(seq), session=a_session(n, began_at[n])) for n in numbers]
            await room.ledger.record([Report(agent_id, 0, each) for each in progresses])
            room.presence.hear(agent_id, clock.steady_ms())

        make = room.ledger.make_alerts

        async def timed(new: Sequence[NewAlert]) -> int:
            made = await make(new)
            late.extend(clock.wall_ms() - each.due_at for each in new if each.kind == "cap")
            return made

        portions = [range(n, n + IN_FRAME) for n in range(0, MANY, IN_FRAME)]
        for n in range(0, MANY, GROUP):
            await told(range(n, n + GROUP))
        assert clock.wall_ms() < reach_at[0] - 5_000, "this machine is too slow to begin so many in time"
        gc.freeze()  # as `serve` does
        room.ledger.make_alerts = timed  # type: ignore[method-assign]
        watching = asyncio.create_task(Watch(room.ledger, room.reading, room.presence, room.bell, clock).run())
        loop = asyncio.get_running_loop()
        for at in reach_at[::10]:
            due = loop.time() + (at - clock.wall_ms()) / 1000
            loop.call_at(due, lambda due=due: timers.append((loop.time() - due) * 1000))
        while clock.wall_ms() < reach_at[-1] + 3_000:
            began = loop.time()
            for n, portion in enumerate(portions):
                await told(portion)
                await asyncio.sleep(max(0, began + 5 * (n + 1) / len(portions) - loop.time()))
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    assert len(late) == MANY, f"{len(late)} alerts of {MANY}"
    return Figure(
        f"lateness of a cap alert, {MANY:,} live, p99", p99(late), p99(timers), "ms", "the same loop's own timer"
    )


async def told() -> Figure:
    """Milliseconds from a cap to its message at a receiver (p99), 1,000 caps in one second, beside bare timers."""
    with tempfile.TemporaryDirectory() as name:
        async with an_http_receiver() as receiver:
            folder = Path(name)
            (folder / "key").write_text("bench", "utf-8")
            hook = f'[channels.hook]\nkind = "webhook"\nurl = "{receiver.url}"\nsecret = {{ file = "key" }}\n'
            (folder / "channels.toml").write_text(hook, "utf-8")
            server = await asyncio.to_thread(Server, folder)
            try:
                timers = await storm(server, 1_000)
            finally:
                await asyncio.to_thread(server.close)
    taken = [
        came_at - round(datetime.fromisoformat(alert["due_at"]).timestamp() * 1000)
        for came_at, (_, body) in zip(receiver.came_at, receiver.calls, strict=True)
        for alert in json.loads(body)["alerts"]
        if alert["kind"] == "cap"
    ]
    assert len(taken) == 1_000, f"{len(taken)} alerts of 1,000"
    what = f"cap to message, 1,000 in a second ({len(receiver.calls)} calls), p99"
    return Figure(what, p99(taken), p99(timers), "ms", "asyncio's own timer (aim: under 2 s)")


async def storm(server: Server, count: int) -> list[float]:
    """Sessions that reach their caps within one second; how late bare timers were meanwhile."""
    code = await asyncio.to_thread(server.say, "enrol", "storm")
    token, side = (await enrol(server.door, code, "bench")).token, AgentSide()
    async with line_to(server.door) as line:
        await line.send(side.greet(hello(token)))
        side.receive(await line.recv())
        began_at = time.time_ns() // 1_000_000
        each = [Progress(seq=n + 1, session=a_session(n, began_at + n * 1_000 // count)) for n in range(count)]
        for first in range(0, count, IN_FRAME):
            await line.send(side.report(each[first : first + IN_FRAME]))
        return await bare_timers(count, CAP_MS + 9_000)


def caps(server: Server) -> list[dict[str, Any]]:
    alerts: list[dict[str, Any]] = []
    while True:
        page = server.get(f"alerts?limit=200&offset={len(alerts)}")
        alerts += page["items"]
        if page["next_offset"] is None:
            return [alert for alert in alerts if alert["kind"] == "cap"]


async def bare_timers(count: int, over_ms: int) -> list[float]:
    """How late the loop wakes for so many deadlines spread over a while."""
    loop, late = asyncio.get_running_loop(), list[float]()
    for n in range(count):
        due = loop.time() + over_ms / 1000 * n / count
        loop.call_at(due, lambda due=due: late.append((loop.time() - due) * 1000))
    await asyncio.sleep(over_ms / 1000 + 0.2)
    return late


def p99(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=100)[98]


def hello(token: str) -> Hello:
    now_at = time.time_ns() // 1_000_000
    return Hello(version=VERSION, token=token, sent_at=now_at, agent_version="bench", system="bench")


def a_session(number: int, began_at: int) -> Session:
    """A live one that has lasted from its beginning until now."""
    lasted_ms = max(0, time.time_ns() // 1_000_000 - began_at)
    return Session(
        id=f"{number:032x}",
        tool="tigervnc",
        peer=f"192.0.2.{number % 250}:{5900 + number}",
        evidence=Evidence.SOCKET,
        state=SessionState.LIVE,
        stretches=(Stretch(began_at, lasted_ms),),
    )
