"""Takes the picture of the machine; the only file that knows psutil and /proc.

The dear part is to look at processes one by one, so each is inspected when it is new. A process may still turn itself
into another program: whether it has is asked of candidates and of the young at every look, of shells in turn, and of
all others in a longer turn. On Linux not even the list of all is asked for while no process has been created.
"""

import contextlib
import math
import os
import re
import subprocess
import sys
from collections.abc import Callable, Collection
from pathlib import PurePath

import msgspec
import psutil

from agent.connection_file import peer_lines
from agent.newcomers import Newcomers
from agent.owners import LinuxSockets, address
from agent.signature import Catalogue, Proof, Role, System
from agent.snapshot import Connection, Process, Snapshot, Tick
from agent.users import NOBODY, Owner, is_foreign
from shared.clock import Clock
from shared.messages import CLOSING_MS
from shared.moments import SECOND_MS

if sys.platform == "win32":
    from agent.users import session_of

FULL_LOOK_MS = 30_000  # after so long all processes are listed and each has been asked again
YOUNG_MS = 5_000
SHELLS_A_LOOK = 8

_INTERPRETERS = re.compile(r"(python|perl|ruby|node|java|gjs|wish|tclsh)[\d.]*(w|\.exe|w\.exe)?")
_SHELLS = re.compile(r"(ba|da|z|k|fi)?sh(\.exe)?|busybox")
_RUNS_SCRIPTS = re.compile(f"{_INTERPRETERS.pattern}|{_SHELLS.pattern}")
_GONE = (psutil.NoSuchProcess, psutil.ZombieProcess, ProcessLookupError, FileNotFoundError)
_HIDDEN = (psutil.AccessDenied, PermissionError)


def this_system() -> System:
    """The system that the agent runs on."""
    if sys.platform == "win32":
        return System.WINDOWS
    return System.MACOS if sys.platform == "darwin" else System.LINUX


_End = tuple[()] | tuple[str, int]  # host and port, or nothing
_Row = tuple[_End, _End, str, int | None]  # local, remote, status, pid


def user_of(pid: int) -> int | None:
    """Whose a process is: the user's number, on Windows that of his log-on; None when the system refuses to tell."""
    if sys.platform == "win32":
        return session_of(pid)
    return int(psutil.Process(pid).uids().real)


class Machine:
    """This PC, looked at again and again."""

    def __init__(self, catalogue: Catalogue, clock: Clock, user_of: Owner = user_of) -> None:
        """`user_of` tells whose a process is, this one among them."""
        self._catalogue = catalogue
        self._clock = clock
        self._user_of = user_of
        self._own = user_of(os.getpid()) or NOBODY
        self._candidates: dict[int, Process] = {}
        self._images: dict[int, str] = {}  # which program each process was when it was inspected
        self._young: dict[int, int] = {}  # when each of the new ones was first seen, on the steady clock
        self._shells: set[int] = set()
        self._turn_of_shells, self._turn_of_all = Turn(), Turn()
        self._newcomers = Newcomers(psutil.pid_exists)
        self._listed_ms: int | None = None  # when all processes were listed last
        self._looked_ms: int | None = None
        self._linux = LinuxSockets(self._viewer_pids) if catalogue.system is System.LINUX else None

    def look(self) -> Snapshot:
        """The candidates and, where one of them may hold a session, the established connections."""
        before = self._tick()
        self._look_at_processes(before.steady_ms)
        connections = self._connections() if self._viewer_pids() else ()
        return Snapshot(before, self._tick(), tuple(self._candidates.values()), connections)

    def process(self, pid: int) -> Process | None:
        """The candidate with this number, also one that came after the last look."""
        if pid in self._images:
            return self._candidates.get(pid)
        found = self._inspect(pid)
        self._shells.discard(pid)  # it is the next look that takes it in
        return found

    def _tick(self) -> Tick:
        return Tick(self._clock.wall_ms(), self._clock.steady_ms())

    def _viewer_pids(self) -> list[int]:
        found = ((pid, self._catalogue.match(process)) for pid, process in self._candidates.items())
        return [
            pid
            for pid, match in found
            if match
            and match.rule.role is Role.VIEWER
            and match.rule.proof is Proof.SOCKET
            and not self._candidates[pid].is_foreign
        ]

    def _look_at_processes(self, now_ms: int) -> None:
        fresh = self._fresh(now_ms)
        changed = [pid for pid in self._to_ask_again(now_ms) if self._images[pid] != _image(pid)]
        for pid in sorted({*fresh, *changed}):
            self._forget(pid)
            if (image := _image(pid)) is None:
                continue
            self._images[pid] = image
            if self._looked_ms is not None:  # what was there before us is not young
                self._young[pid] = now_ms
            if not self._is_stranger(pid, image) and (process := self._inspect(pid)) is not None:
                self._candidates[pid] = process
        self._looked_ms = now_ms

    def _fresh(self, now_ms: int) -> Collection[int]:
        """The processes that are new since the last look."""
        fresh = self._newcomers.since_last()
        if fresh is not None and self._listed_ms is not None and now_ms - self._listed_ms < FULL_LOOK_MS:
            return fresh
        self._listed_ms = now_ms
        present = set(psutil.pids())
        for pid in self._images.keys() - present:
            self._forget(pid)
        return present - self._images.keys() | present.intersection(fresh or ())

    def _to_ask_again(self, now_ms: int) -> set[int]:
        """The processes that may have become another program, or another process under the same number, or nothing."""
        self._young = {pid: seen for pid, seen in self._young.items() if now_ms - seen < YOUNG_MS}
        since_ms = min(now_ms - (self._looked_ms or now_ms), FULL_LOOK_MS)
        share = -(-len(self._images) * since_ms // FULL_LOOK_MS)
        return {
            *self._candidates,
            *self._young,
            *self._turn_of_shells.next(self._shells, SHELLS_A_LOOK),
            *self._turn_of_all.next(self._images, share),
        }.intersection(self._images)

    def _forget(self, pid: int) -> None:
        self._images.pop(pid, None)
        self._young.pop(pid, None)
        self._candidates.pop(pid, None)
        self._shells.discard(pid)

    def _is_stranger(self, pid: int, image: str) -> bool:
        """Whether Linux tells at a tenth of an inspection's cost that no tool is of this name."""
        if sys.platform != "linux":
            return False
        if not image:
            return True  # a thread of the kernel, or dying
        if not image.startswith("/") or " " in image:
            return False
        try:
            names = image.rpartition("/")[2].lower(), _name_in_kernel(f"/proc/{pid}").decode(errors="replace").lower()
        except OSError:
            return False
        return not any(self._catalogue.knows(name) for name in names)

    def _inspect(self, pid: int) -> Process | None:
        """The process as the catalogue may know it; None when it does not, or is gone."""
        try:
            process = psutil.Process(pid)
            path = _path(process)
            file = PurePath(path).name
            names = {file, process.name().lower()} - {""}
            if _SHELLS.fullmatch(file):
                self._shells.add(pid)
            words: Words | None = None
            if _RUNS_SCRIPTS.fullmatch(file):
                words = _words(process)
                names |= {PurePath(each.replace("\\", "/")).name.lower() for each in _plain(words.told)[:1]}
            if not any(self._catalogue.knows(name) for name in names):
                return None
            words = words or _words(process)
            if words.are_missing and pid in self._images:
                self._images[pid] = _UNSETTLED
            found = Process(
                pid=pid,
                born=_born(process),
                names=frozenset(names),
                path=path,
                arguments=words.told,
                started_at=int(process.create_time() * 1000),
                display_port=_display_port(process),
                is_foreign=is_foreign(self._user_of(pid), self._own),
                is_veiled=words.are_hidden or words.are_missing,
            )
            return self._with_files(found, process)
        except (*_GONE, *_HIDDEN):
            return None

    def _with_files(self, found: Process, process: psutil.Process) -> Process:
        """The process, with what the file tells that it was opened with."""
        match = self._catalogue.match(found)
        if match is None or found.is_foreign or not (rules := self._catalogue.files(match)):
            return found
        told = peer_lines(found.arguments, rules, lambda: _folder(process))
        return msgspec.structs.replace(found, arguments=(*found.arguments, *told)) if told else found

    def _connections(self) -> tuple[Connection, ...]:
        if self._linux is not None:
            with contextlib.suppress(OSError):  # a sandbox without netlink: the slower way tells the same
                return self._linux.look()
        return self._table()

    def _table(self) -> tuple[Connection, ...]:
        """The whole table where the system tells it, else the candidates' own, one by one."""
        rows: list[_Row]
        try:
            rows = [(row.laddr, row.raddr, row.status, row.pid) for row in psutil.net_connections("tcp")]
        except psutil.AccessDenied:
            rows = [row for pid in self._viewer_pids() for row in _own_rows(pid)]
        return tuple(
            Connection(address(*local), address(*remote), pid or None)
            for local, remote, status, pid in rows
            if status == psutil.CONN_ESTABLISHED and remote
        )


class Turn:
    """Gives out the members of a changing crowd a few at a time, each once before any comes again."""

    def __init__(self) -> None:
        self._left: list[int] = []

    def next(self, crowd: Collection[int], count: int) -> list[int]:
        """The next few; those that have left the crowd meanwhile may be among them."""
        if not self._left:
            self._left = list(crowd)
        cut = max(0, len(self._left) - count)
        self._left, turn = self._left[:cut], self._left[cut:]
        return turn


def _own_rows(pid: int) -> list[_Row]:
    """The connections of one process, where the system tells only those."""
    try:
        rows = psutil.Process(pid).net_connections("tcp")
    except (*_GONE, *_HIDDEN):
        return []
    return [(row.laddr, row.raddr, row.status, pid) for row in rows]


def _image(pid: int) -> str | None:
    """Tells one program from another under the same process number, as cheaply as the system allows; None: gone."""
    try:
        if sys.platform == "linux":
            return _image_on_linux(f"/proc/{pid}")
        process = psutil.Process(pid)
        return f"{process.create_time()} {process.exe() if sys.platform == 'darwin' else ''}"
    except _GONE:
        return None
    except _HIDDEN:
        return ""


def _image_on_linux(folder: str) -> str:
    """The executable; where it is another user's, or runs many a script, also the name that the kernel keeps."""
    try:
        linked = os.readlink(f"{folder}/exe")
    except PermissionError:
        linked = ""
    except FileNotFoundError:  # a thread of the kernel, or dead
        return ""
    if linked and not _RUNS_SCRIPTS.fullmatch(linked.rpartition("/")[2]):
        return linked
    return f"{linked} {_name_in_kernel(folder)!r}"


def _name_in_kernel(folder: str) -> bytes:
    name = os.open(f"{folder}/comm", os.O_RDONLY)
    try:
        return os.read(name, 64).rstrip(b"\n")
    finally:
        os.close(name)


def _path(process: psutil.Process) -> str:
    try:
        return process.exe().replace("\\", "/").lower().removesuffix(" (deleted)")
    except _HIDDEN:
        return ""


def _folder(process: psutil.Process) -> str:
    """Where it works; empty when the system does not tell."""
    try:
        return process.cwd()
    except (*_GONE, *_HIDDEN, OSError):
        return ""


class Words(msgspec.Struct, frozen=True):
    """What follows a program's name."""

    told: tuple[str, ...] = ()
    are_hidden: bool = False  # the system refuses to tell
    are_missing: bool = False  # the process is only just beginning or ending


def _words(process: psutil.Process) -> Words:
    try:
        words = process.cmdline()
    except _HIDDEN:
        return Words(are_hidden=True)
    return Words(tuple(words[1:]), are_missing=not words)


_UNSETTLED = "between two programs, or at its end"  # differs from every image: the next look inspects it again


def _plain(arguments: tuple[str, ...]) -> list[str]:
    return [each for each in arguments if not each.startswith("-")]


POLITE_S = (CLOSING_MS - 2 * SECOND_MS) / SECOND_MS
"""For a viewer that was asked to close; the rest is for the order's way here, and for killing."""

LOOK_S = 0.1  # so often it is seen whether it has closed, or may stay

LEFT = "left"  # somebody kept it from being killed


def end_process(pid: int, born: int, may_stay: Callable[[], bool] = lambda: False, polite_s: float = POLITE_S) -> str:
    """Ask that very process to close, and kill it when it does not: "closed" or "killed"; "left" where it may stay
    after all. OSError when it cannot be ended.

    A later process with the same id is never touched.
    """
    try:
        process = psutil.Process(pid)
        if _born(process) != born:
            return "closed"
        if sys.platform == "win32":  # terminating kills there: this asks its windows to close
            subprocess.run(["taskkill", "/PID", str(pid)], capture_output=True, timeout=polite_s, check=False)
        else:
            process.terminate()
        for _ in range(math.ceil(polite_s / LOOK_S)):
            if may_stay():
                return LEFT
            with contextlib.suppress(psutil.TimeoutExpired):
                process.wait(LOOK_S)
                return "closed"
        if may_stay():
            return LEFT
        process.kill()
        process.wait(POLITE_S)
    except (psutil.NoSuchProcess, FileNotFoundError):
        return "closed"
    except psutil.Error as error:
        raise OSError(str(error)) from error
    return "killed"


def _born(process: psutil.Process) -> int:
    """Clock ticks since boot on Linux, where the wall-clock form moves when somebody sets the clock (proc(5))."""
    if sys.platform == "linux":
        with open(f"/proc/{process.pid}/stat", encoding="utf-8", errors="replace") as stat:
            return int(stat.read().rpartition(")")[2].split()[19])
    return int(process.create_time() * 1000)


def _display_port(process: psutil.Process) -> int:
    """The port of the X server that a viewer draws on over TCP (ssh -X does so): 6000 + display, see X(7)."""
    if sys.platform == "win32":
        return 0
    try:
        display = process.environ().get("DISPLAY", "")
    except (*_GONE, *_HIDDEN, NotImplementedError, OSError):
        return 0
    match = re.fullmatch(r"[^:/]+:(\d{1,4})(\.\d+)?", display)
    return 6000 + int(match[1]) if match else 0
