"""What the agent costs its host: the processor over a while, memory, one look on a crowded PC, and a week off line."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psutil

from agent import app
from agent.declared import begin, read_declarations
from agent.paths import data_folder
from agent.spool import Spool
from shared.clock import SystemClock
from shared.session import Evidence, Session, SessionState, Stretch
from tests.bench.collector import CAP_MS, Server
from tests.bench.figure import Figure, in_turn
from tests.bench.host import crowd, five_tools, resident, running, sockets, used_over

WATCHED_S = 30
CROWD = 300
BIG_CROWD, MANY_SOCKETS = 2_000, 2_000
ROUNDS = 200
DAYS, SESSIONS_A_DAY = 7, 200
REMINDED = 5  # sessions
TOOL = "bench-tool"
DAY_MS = 24 * 3_600_000

BARE_LOOP = """
import psutil, time
while True:
    psutil.pids()
    time.sleep(1)
"""
NAIVE_LOOP = """
import psutil, time
while True:
    [p.info for p in psutil.process_iter(["name", "exe", "cmdline"])]
    psutil.net_connections("tcp")
    time.sleep(1)
"""


def figures() -> Iterator[Figure]:
    """All of the agent's figures."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            with crowd(CROWD):
                yield from processor_and_memory(server)
            with crowd(BIG_CROWD), sockets(MANY_SOCKETS):
                yield from one_look()
            yield from a_week_off_line(server)
        finally:
            server.close()
    with tempfile.TemporaryDirectory() as folder:
        yield reminded_off_line(Path(folder))


def processor_and_memory(server: Server) -> Iterator[Figure]:
    """An agent linked to a collector, idle and with five tools open, beside loops that do the least and the usual."""
    with (
        tempfile.TemporaryDirectory() as folder,
        enrolled(server, Path(folder)) as command,
        running([sys.executable, "-c", BARE_LOOP]) as bare,
        running([sys.executable, "-c", NAIVE_LOOP]) as naive,
        running([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as python,
        running(command) as agent,
    ):
        time.sleep(10)  # past the start of all of them
        ours, least, usual = used_over([agent, bare, naive], WATCHED_S)
        yield Figure("idle agent, processor", ours, least, "% core", "pids() once a second", 2.5)
        yield Figure("idle agent, processor", ours, usual, "% core", "process_iter + sockets", 0.1)
        with five_tools(Path(folder)):
            time.sleep(10)
            ours, least = used_over([agent, bare], WATCHED_S)
        yield Figure("five tools open, processor", ours, least, "% core", "pids() once a second", 6)
        yield Figure("agent above bare Python, resident", resident(agent) - resident(python), 24, "MB", "target", 1)


@contextmanager
def enrolled(server: Server, folder: Path) -> Iterator[list[str]]:
    """The command of an agent that this collector knows."""
    agent = [sys.executable, "-m", "agent", "--data", str(folder / "agent")]
    code = server.say("enrol", f"bench {time.monotonic_ns()}")
    subprocess.run([*agent, "enrol", server.address, code], check=True, stdout=subprocess.DEVNULL)
    yield [*agent, "run"]


def one_look() -> Iterator[Figure]:
    """One look with nothing new, beside the list of all processes; then with five candidates, beside the same look."""
    meter = app.meter(lambda changes: None, SystemClock(), data_folder())
    meter.look()
    ours, bare = in_turn(meter.look, psutil.pids, ROUNDS)
    yield Figure(f"one look, {len(psutil.pids())} processes, {MANY_SOCKETS} sockets", ours, bare, "ms", "pids()", 2)
    with tempfile.TemporaryDirectory() as folder, five_tools(Path(folder)):
        time.sleep(6)  # until none of them is young
        meter.look()
        with_five, _ = in_turn(meter.look, psutil.pids, ROUNDS)
    yield Figure("five candidates make a look dearer by", with_five - ours, 2, "ms", "target", 1)


def a_week_off_line(server: Server) -> Iterator[Figure]:
    """The spool after a week without a collector, and how long it takes once there is one."""
    with tempfile.TemporaryDirectory() as folder, enrolled(server, Path(folder)) as command:
        path = Path(folder) / "agent" / "spool.sqlite3"
        expected_ms = fill(path)
        size = sum(file.stat().st_size for file in path.parent.glob("spool*")) / 1e6
        yield Figure(f"spool after {DAYS} days of {SESSIONS_A_DAY} sessions", size, 5, "MB", "target", 1)
        began = time.monotonic()
        with running(command):
            while waiting(path):
                time.sleep(0.02)
        taken = time.monotonic() - began
        told_ms = server.observed_ms(TOOL)
        yield Figure("delivered to a collector, the start included", taken, 10, "s", "target", 1)
        yield Figure("seconds that arrived", told_ms / 1000, expected_ms / 1000, "s", "seconds observed", 1)


def fill(path: Path) -> int:
    """A week of sessions as the meter would have kept them, each told three times; their total."""
    spool, ids, total = Spool(path, floor_seq=0), count(1), 0
    began_at = time.time_ns() // 1_000_000 - DAYS * DAY_MS
    for n in range(DAYS * SESSIONS_A_DAY):
        start = began_at + n * (DAY_MS // SESSIONS_A_DAY)
        lasted = (Stretch(start, 90_000 + n * 37), Stretch(start + 120_000 + n * 40, 60_000))
        total += sum(each.lasted_ms for each in lasted)
        name, peer = f"{next(ids):032x}", f"192.0.2.{n % 250}:{5900 + n % 50}"
        told = [(lasted[:1], SessionState.LIVE), (lasted[:1], SessionState.PAUSED), (lasted, SessionState.ENDED)]
        for stretches, state in told:
            session = Session(id=name, tool=TOOL, peer=peer, evidence=Evidence.SOCKET, state=state, stretches=stretches)
            spool.keep(session, f"{n}:{peer}")
    spool.close()
    return total


def waiting(path: Path) -> int:
    """How many sessions the collector has not confirmed."""
    spool = Spool(path, floor_seq=0)
    try:
        return spool.state().waiting
    finally:
        spool.close()


def reminded_off_line(folder: Path) -> Figure:
    """Milliseconds from the true cap to the reminder, of an agent whose collector has died meanwhile; the worst."""
    collector, pc = folder / "collector", folder / "pc"
    collector.mkdir()
    server = Server(collector)
    desk = {key: value for key, value in os.environ.items() if not key.startswith(("DBUS", "XDG_RUNTIME"))}

    def command(*words: str) -> list[str]:
        return [sys.executable, "-m", "agent", *words, "--data", str(pc)]

    subprocess.run(command("enrol", server.address, server.say("enrol", "bench")), check=True, capture_output=True)
    running = subprocess.Popen(command("run"), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=desk)
    assert running.stderr is not None
    try:
        time.sleep(2)
        for n in range(REMINDED):
            begin(pc / "declared.json", "telephone", f"peer {n}", SystemClock().wall_ms())
        due_at = {each.peer: each.began_at + CAP_MS for each in read_declarations(pc / "declared.json")}
        time.sleep(3)
        quotas = (pc / "quotas.json").read_text("utf-8")
        assert quotas.count('"cap"') == REMINDED, "no quota came"
        server.close()
        late: dict[str, int] = {}
        while len(late) < REMINDED:
            line = running.stderr.readline()
            assert line, "the agent has ended"
            if ": included time used up" in line or ": tempo compreso finito" in line:
                peer = line.partition(":")[0]
                late[peer] = SystemClock().wall_ms() - due_at[peer]
    finally:
        running.terminate()
        running.wait(10)
    worst = max(late.values(), key=abs)
    return Figure("an off-line reminder against the true cap, worst", worst, 1_000, "ms", "a second", at_most=1)
