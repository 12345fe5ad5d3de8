"""A PC to measure on: a crowd of real processes, real sockets on loopback, and five tools that are really Python."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

TOOLS = ("xtigervncviewer", "xtightvncviewer", "xfreerdp", "spicy", "gvncviewer")  # each proven by its connection
VIEWER = """
import socket, sys
line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
while line.recv(65536): pass
"""


@contextmanager
def crowd(size: int) -> Iterator[None]:
    """So many more processes that do nothing, ended afterwards."""
    sleepers = [subprocess.Popen(["sleep", "900"]) for _ in range(size)]
    try:
        yield
    finally:
        for sleeper in sleepers:
            sleeper.kill()
        for sleeper in sleepers:
            sleeper.wait()


@contextmanager
def sockets(size: int) -> Iterator[None]:
    """So many more established sockets, both ends counted."""
    with ExitStack() as opened:
        server = opened.enter_context(socket.create_server(("127.0.0.1", 0), backlog=128))
        for _ in range(size // 2):
            opened.enter_context(socket.create_connection(server.getsockname()))
            opened.enter_context(server.accept()[0])
        yield


@contextmanager
def five_tools(folder: Path) -> Iterator[None]:
    """Five tools at once, each with a session that a screen's worth of bytes goes through twice a second."""
    with ExitStack() as opened:
        server = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = str(server.getsockname()[1])
        lines = []
        for name in TOOLS:
            program = folder / name
            shutil.copy(os.path.realpath(sys.executable), program)
            environment = {**os.environ, "PYTHONHOME": sys.base_prefix}
            opened.enter_context(running([str(program), "-c", VIEWER, port], environment=environment))
            lines.append(opened.enter_context(server.accept()[0]))
        over = threading.Event()
        painter = threading.Thread(target=_paint, args=(lines, over))
        painter.start()
        try:
            yield
        finally:
            over.set()
            painter.join()


def _paint(lines: list[socket.socket], over: threading.Event) -> None:
    while not over.wait(0.5):
        for line in lines:
            line.sendall(bytes(4096))


@contextmanager
def running(
    command: list[str], stdin: int = subprocess.DEVNULL, environment: dict[str, str] | None = None
) -> Iterator[psutil.Process]:
    """A process of ours, ended afterwards."""
    process = subprocess.Popen(
        command, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    try:
        yield psutil.Process(process.pid)
    finally:
        process.kill()
        process.wait()


def used(process: psutil.Process) -> float:
    """Seconds of the processor, its children's among them."""
    times = process.cpu_times()
    return _own_seconds(process) + float(times.children_user + times.children_system)


def _own_seconds(process: psutil.Process) -> float:
    """On Linux to the nanosecond: what is measured here is less than the ticks that psutil counts in."""
    if sys.platform != "linux":
        times = process.cpu_times()
        return float(times.user + times.system)
    tasks = Path(f"/proc/{process.pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text(encoding="ascii").split()[0]) for task in tasks) / 1e9


def used_over(processes: list[psutil.Process], seconds: float) -> list[float]:
    """What each takes of a core, in per cent, from now on."""
    before = [used(each) for each in processes]
    time.sleep(seconds)
    return [(used(each) - was) / seconds * 100 for each, was in zip(processes, before, strict=True)]


def resident(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1e6
