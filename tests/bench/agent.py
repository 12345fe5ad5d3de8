"""What the agent costs its host: one look, the processor over a while, and memory."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from agent import app
from agent.config import Enrolment, write_enrolment
from shared.clock import SystemClock
from tests.bench.figure import Figure, in_turn

WATCHED_S = 20
CROWD = 300

BARE_LOOP = """
import psutil, time, sys
until = time.monotonic() + float(sys.argv[1])
while time.monotonic() < until:
    psutil.pids()
    time.sleep(1)
"""
NAIVE_LOOP = """
import psutil, time, sys
until = time.monotonic() + float(sys.argv[1])
while time.monotonic() < until:
    [p.info for p in psutil.process_iter(["name", "exe", "cmdline"])]
    psutil.net_connections("tcp")
    time.sleep(1)
"""
BARE_MEMORY = "import sys; sys.stdout.write('up\\n'); sys.stdout.flush(); sys.stdin.read()"


def figures() -> Iterator[Figure]:
    """All of the agent's figures, with a crowd of processes beside it."""
    with crowd(CROWD):
        yield one_look()
        yield from processor_and_memory()


@contextmanager
def crowd(size: int) -> Iterator[None]:
    """So many more processes that do nothing, ended afterwards."""
    sleepers = [subprocess.Popen(["sleep", "600"]) for _ in range(size)]
    try:
        yield
    finally:
        for sleeper in sleepers:
            sleeper.kill()
        for sleeper in sleepers:
            sleeper.wait()


def one_look() -> Figure:
    """One look with nothing new, beside the list of process numbers that it cannot do without."""
    meter = app.meter(lambda change: None, SystemClock())
    meter.look()
    ours, bare = in_turn(meter.look, psutil.pids, rounds=200)
    return Figure(f"one look, {len(psutil.pids())} processes, nothing new", ours, bare, "ms", "psutil.pids()")


def processor_and_memory() -> Iterator[Figure]:
    """An enrolled agent whose collector is away, beside loops that do the least and the usual."""
    with tempfile.TemporaryDirectory() as folder:
        write_enrolment(Path(folder), Enrolment("ws://127.0.0.1:9/agent", "bench", "none"))
        command = [sys.executable, "-m", "agent", "--data", folder, "run"]
        with (
            running([sys.executable, "-c", BARE_LOOP, str(WATCHED_S + 10)]) as bare,
            running([sys.executable, "-c", NAIVE_LOOP, str(WATCHED_S + 10)]) as naive,
            running(command) as agent,
            running([sys.executable, "-c", BARE_MEMORY], stdin=subprocess.PIPE) as python,
        ):
            psutil.cpu_percent(WATCHED_S / 4)  # past the start of all of them
            before = [used(each) for each in (agent, bare, naive)]
            psutil.cpu_percent(WATCHED_S / 2)
            ours, least, usual = (used(each) - was for each, was in zip((agent, bare, naive), before, strict=True))
            seconds = WATCHED_S / 2
            yield Figure(
                "idle agent, processor", ours / seconds * 100, least / seconds * 100, "% core", "pids() once a second"
            )
            yield Figure(
                "idle agent, processor", ours / seconds * 100, usual / seconds * 100, "% core", "process_iter + sockets"
            )
            yield Figure("agent, resident memory", resident(agent), resident(python), "MB", "bare Python")


@contextmanager
def running(command: list[str], stdin: int = subprocess.DEVNULL) -> Iterator[psutil.Process]:
    """A process of ours, ended afterwards."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(
        command, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    try:
        yield psutil.Process(process.pid)
    finally:
        process.kill()
        process.wait()


def used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


def resident(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1e6
