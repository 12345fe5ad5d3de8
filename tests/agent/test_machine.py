"""The real machine, looked at: this test's own processes and sockets."""

import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import pytest

from agent.detector import detect
from agent.machine import LEFT, SHELLS_A_LOOK, Machine, Turn, _born, end_process, this_system
from agent.snapshot import PLENTY, Process, Snapshot
from shared.clock import SystemClock
from tests.agent.pictures import VIEWER, a_catalogue

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="plays its viewers with a copy of Linux's python")

CONNECT = """
import socket, sys
line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
while line.recv(65536):
    pass
"""


HIDDEN_CONNECT = """
import ctypes, socket, sys
ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE: what it holds is shown to root alone
lines = [socket.create_connection(each.split("::")) for each in sys.argv[1:2]]
print("connected", flush=True)
sys.stdin.read()
"""

CROWD = """
import os, signal, socket, sys
processes, sockets = map(int, sys.argv[1:])
holders = 40
for number in range(processes):
    if os.fork() == 0:
        if number < holders:
            server = socket.create_server(("127.0.0.1", 0))
            held = []
            for _ in range(sockets // holders // 2):
                held += [socket.create_connection(server.getsockname()), server.accept()[0]]
        os.write(1, b".")
        signal.pause()
signal.pause()
"""

LOOK_AS_NOBODY = """
import os, sys
from agent.detector import detect
from agent.machine import Machine, this_system
from shared.clock import SystemClock
from tests.agent.pictures import VIEWER, a_catalogue
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65_534)
    os.setuid(65_534)
catalogue = a_catalogue(VIEWER, system=this_system())
machine = Machine(catalogue, SystemClock())
for verdict in [detect(catalogue, machine.look()) for _ in range(3)][-1]:
    for each in verdict.sightings:
        print(each.peer, *each.marks)
"""


@pytest.fixture
def machine() -> Machine:
    return Machine(a_catalogue(VIEWER, system=this_system()), SystemClock())


@pytest.fixture
def viewer(tmp_path: Path) -> Path:
    """A program called `viewer` that is really Python."""
    home = Path(os.path.realpath(sys.executable))
    program = tmp_path / "viewer"
    shutil.copy(home, program)
    return program


@contextmanager
def started(*command: str | Path, **more: object) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "PYTHONHOME": sys.base_prefix}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, **more)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def until(machine: Machine, what: Callable[[Snapshot], bool]) -> Snapshot:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if what(snapshot := machine.look()):
            return snapshot
        time.sleep(0.02)
    raise AssertionError("not seen within 10 s")


def test_a_viewer_of_another_user_of_this_computer_is_no_session_of_this_one(viewer: Path) -> None:
    """As on a terminal server: each user's agent sees all programs."""
    catalogue = a_catalogue(VIEWER, system=this_system())
    own = os.getpid()
    machine = Machine(catalogue, SystemClock(), user_of=lambda pid: 1_000 if pid == own else 1_001)
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        started(viewer, "-c", CONNECT, str(server.getsockname()[1])) as process,
        server.accept()[0],
    ):
        snapshot = until(machine, lambda each: named(each, process.pid) != [])
        (verdict,) = (each for each in detect(catalogue, snapshot) if str(process.pid) in each.subject)
        assert (verdict.sightings, snapshot.connections) == ((), ())
        assert "another user" in verdict.why


def named(snapshot: Snapshot, pid: int) -> list[Process]:
    return [each for each in snapshot.processes if each.pid == pid]


def test_a_viewer_and_its_connection_are_seen_with_their_owner(machine: Machine, viewer: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with started(viewer, "-c", CONNECT, str(port)) as process:
            snapshot = until(machine, lambda each: any(c.pid == process.pid for c in each.connections))
            assert [str(c.remote) for c in snapshot.connections if c.pid == process.pid] == [f"127.0.0.1:{port}"]
            (seen,) = named(snapshot, process.pid)
            assert "viewer" in seen.names
            assert str(port) in seen.arguments
        assert not named(until(machine, lambda each: not named(each, process.pid)), process.pid)


def test_what_a_viewer_has_received_is_told_and_more_than_plenty_is_plenty(machine: Machine, viewer: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with started(viewer, "-c", CONNECT, str(server.getsockname()[1])) as process:

            def received(snapshot: Snapshot) -> list[int | None]:
                return [each.received for each in snapshot.connections if each.pid == process.pid]

            until(machine, lambda each: received(each) == [0])
            line = server.accept()[0]
            with line:
                line.sendall(b"x" * 30)
                until(machine, lambda each: received(each) == [30])
                line.sendall(b"x" * PLENTY)
                until(machine, lambda each: received(each)[0] >= PLENTY)
                line.sendall(b"x")
                assert received(machine.look()) == [PLENTY]


def test_a_machine_without_candidates_asks_for_no_connections(machine: Machine) -> None:
    assert machine.look().connections == ()


def test_a_process_is_known_by_its_number_before_the_next_look_too(machine: Machine, viewer: Path) -> None:
    machine.look()
    assert machine.process(os.getpid()) is None
    with started(viewer, "-c", "import time; time.sleep(60)", "7") as process:
        known = None
        while known is None or not known.arguments:  # Linux lets a process be seen before its arguments are written
            known = machine.process(process.pid)
        assert known.arguments[-1] == "7"
        assert until(machine, lambda each: bool(named(each, process.pid))).processes == (known,)
    until(machine, lambda each: not each.processes)
    assert machine.process(process.pid) is None


def test_a_shell_that_turns_into_a_viewer_is_seen(machine: Machine, viewer: Path) -> None:
    with started("/bin/sh", "-c", f"sleep 1; exec {viewer} -c 'import time; time.sleep(60)'") as process:
        machine.look()
        assert until(machine, lambda each: bool(named(each, process.pid)))


def test_a_script_is_known_by_its_own_name(machine: Machine, tmp_path: Path) -> None:
    script = tmp_path / "viewer"
    script.write_text("import time; time.sleep(60)", encoding="utf-8")
    with started(sys.executable, str(script)) as process:
        assert until(machine, lambda each: bool(named(each, process.pid)))


def test_a_viewer_on_a_forwarded_screen_tells_its_port(machine: Machine, viewer: Path) -> None:
    environment = {**os.environ, "PYTHONHOME": sys.base_prefix, "DISPLAY": "localhost:10.0"}
    process = subprocess.Popen([viewer, "-c", "import time; time.sleep(60)"], env=environment)
    try:
        (seen,) = named(until(machine, lambda each: bool(named(each, process.pid))), process.pid)
        assert seen.display_port == 6010
    finally:
        process.kill()
        process.wait()


def test_one_of_many_shells_that_turns_into_a_viewer_is_seen(machine: Machine, viewer: Path) -> None:
    with ExitStack() as shells:
        for _ in range(3 * SHELLS_A_LOOK):
            shells.enter_context(started("/bin/sh", "-c", "sleep 60; exit"))
        command = f"read go; exec {viewer} -c 'import time; time.sleep(60)'"
        process = shells.enter_context(started("/bin/sh", "-c", command, stdin=subprocess.PIPE))
        machine.look()
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.close()
        assert until(machine, lambda each: bool(named(each, process.pid)))


def test_a_viewer_that_is_dead_and_not_yet_buried_is_seen_no_more(machine: Machine, viewer: Path) -> None:
    with started(viewer, "-c", "import time; time.sleep(60)") as process:
        until(machine, lambda each: bool(named(each, process.pid)))
        process.kill()
        until(machine, lambda each: not named(each, process.pid))
        assert process.returncode is None


FILE = """
[[argument]]
file = '[.]rdp$'
pattern = '^full address:s:(?P<host>\\S+)$'
source = "made up"
confidence = "verified"
"""


def test_of_the_file_that_a_viewer_was_opened_with_the_peer_is_read_and_nothing_else(viewer: Path) -> None:
    (viewer.parent / "a.rdp").write_text("username:s:anna\nfull address:s:srv1\npassword 51:b:01\n", encoding="utf-16")
    catalogue = a_catalogue(VIEWER + FILE, system=this_system())
    command = (viewer, "-c", "import time; time.sleep(60)", "a.rdp")
    with started(*command, cwd=viewer.parent) as process:
        look = until(Machine(catalogue, SystemClock()), lambda each: any(p.arguments for p in named(each, process.pid)))
        (seen,) = named(look, process.pid)
        assert seen.arguments[-2:] == ("a.rdp", "full address:s:srv1")
        assert catalogue.target(catalogue.signatures[0], seen.arguments).host == "srv1"


def test_a_viewer_that_hides_its_sockets_is_known_by_its_arguments_and_that_is_said(viewer: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        host = f"127.0.0.1::{server.getsockname()[1]}"
        with started(viewer, "-c", HIDDEN_CONNECT, host, stdin=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"connected\n"
            with server.accept()[0]:
                look = [sys.executable, "-c", LOOK_AS_NOBODY]
                done = subprocess.run(look, capture_output=True, text=True, timeout=30)
    assert (done.stdout, done.stderr) == (f"{host.replace('::', ':')} peer-by-arguments tunnelled\n", "")


def test_a_viewer_that_hides_its_sockets_and_names_no_peer_is_no_session(viewer: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        connect = HIDDEN_CONNECT.replace("sys.argv[1:2]", f"['127.0.0.1::{server.getsockname()[1]}']")
        with started(viewer, "-c", connect, stdin=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"connected\n"
            look = [sys.executable, "-c", LOOK_AS_NOBODY]
            done = subprocess.run(look, capture_output=True, text=True, timeout=30)
    assert (done.stdout, done.stderr) == ("", "")


def test_a_storm_of_viewers_that_die_while_looked_at_is_no_session_and_no_trouble(
    machine: Machine, tmp_path: Path
) -> None:
    dies = tmp_path / "viewer"
    shutil.copy(shutil.which("true") or "/bin/true", dies)
    storm = f"n=0; while [ $n -lt 500 ]; do {dies} ::5900; n=$((n+1)); done; echo over"
    with started("/bin/sh", "-c", storm, stdin=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        looks = met = 0
        while process.stdout.read() is None:
            snapshot = machine.look()
            looks, met = looks + 1, met + len(snapshot.processes)
            assert not any(each.sightings for each in detect(a_catalogue(VIEWER), snapshot))
    assert looks > 20
    assert met > 0
    assert machine.look().processes == ()


@pytest.mark.slow
def test_five_thousand_processes_and_twenty_thousand_sockets_are_looked_at_without_trouble(
    machine: Machine, viewer: Path
) -> None:
    crowd = [sys.executable, "-S", "-E", "-c", CROWD, "5000", "20000"]
    with socket.create_server(("127.0.0.1", 0)) as server, started(*crowd, start_new_session=True) as many:
        assert many.stdout is not None
        try:
            assert len(many.stdout.read(5_000)) == 5_000
            with started(viewer, "-c", CONNECT, str(server.getsockname()[1])) as process:
                snapshot = until(machine, lambda each: any(c.pid == process.pid for c in each.connections))
                assert [each.pid for each in snapshot.processes] == [process.pid]
                look_s, bare_s = median_s(machine.look), median_s(psutil.pids)
        finally:
            os.killpg(many.pid, signal.SIGKILL)
    assert look_s < 3 * bare_s, f"a look takes {look_s * 1000:.1f} ms, a list of all processes {bare_s * 1000:.1f} ms"


def median_s(act: Callable[[], object]) -> float:
    def took() -> float:
        began = time.perf_counter()
        act()
        return time.perf_counter() - began

    return statistics.median(took() for _ in range(31))


def test_a_turn_comes_to_all_before_it_comes_to_one_again() -> None:
    turn = Turn()
    assert sorted(turn.next(range(5), 2) + turn.next(range(5), 2) + turn.next(range(5), 2)) == [0, 1, 2, 3, 4]
    assert len(turn.next(range(5), 9)) == 5


STUBBORN = (
    "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
)


def test_a_viewer_is_asked_to_close_and_killed_only_when_it_does_not() -> None:
    willing = "import time; print(1, flush=True); time.sleep(60)"
    for code, how, polite_s in ((willing, "closed", 20), (STUBBORN, "killed", 0.3)):
        with started(sys.executable, "-c", code) as process:
            assert process.stdout is not None and process.stdout.readline()
            born = _born(psutil.Process(process.pid))
            assert end_process(process.pid, born + 1, polite_s=polite_s) == "closed"
            assert process.poll() is None, "a later process with the same id is never touched"
            assert end_process(process.pid, born, polite_s=polite_s) == how
            assert process.poll() is not None
    assert end_process(process.pid, born) == "closed"


def test_a_viewer_that_was_asked_to_close_is_not_killed_once_it_may_stay() -> None:
    with started(sys.executable, "-c", STUBBORN) as process:
        assert process.stdout is not None and process.stdout.readline()
        told = iter([False, False, True])
        assert end_process(process.pid, _born(psutil.Process(process.pid)), lambda: next(told), 20) == LEFT
        assert process.poll() is None
