"""The shipped catalogue, and played processes and logs to judge by it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePosixPath

from agent.detector import detect, sightings
from agent.logbook import Logbook, Moment
from agent.shelf import read_catalogue
from agent.sighting import LoggedSession, Sighting
from agent.signature import Catalogue, LogKind, LogRule, Role, Signature, System
from agent.snapshot import Address, Connection, Process
from shared.moments import to_at
from tests.agent.pictures import a_look

FILES = sorted(Path(str(files("agent.catalogue"))).glob("*.toml"))
SAMPLES = Path(__file__).parent / "samples"
ANY_TIME = Moment(0, 10**14)
ROME_IN_SUMMER = timezone(timedelta(hours=2))


@cache
def catalogue(system: System = System.LINUX) -> Catalogue:
    found, refused = read_catalogue(system, Path("no-such-folder"))
    assert refused == []
    return found


def signature(tool: str) -> Signature:
    (found,) = (each for each in catalogue().signatures if each.tool == tool)
    return found


def a_process(path: str, *arguments: str, known_as: str = "", script: str = "", pid: int = 100) -> Process:
    """A process of this executable; `known_as`: the name it was called by; `script`: what an interpreter runs."""
    names = {PurePosixPath(path).name, known_as, script} - {""}
    return Process(pid, pid, frozenset(name.lower() for name in names), path.lower(), arguments)


def a_connection(remote: str, pid: int | None = 100, local_port: int = 40_000) -> Connection:
    host, _, port = remote.rpartition(":")
    return Connection(Address("192.0.2.1", local_port), Address(host, int(port)), pid)


def live(*processes: Process, to: tuple[str, ...] = (), system: System = System.LINUX) -> tuple[Sighting, ...]:
    """The sessions that these processes hold, the first of them with connections to these peers."""
    look = a_look(processes=processes, connections=tuple(a_connection(each, processes[0].pid) for each in to))
    return sightings(detect(catalogue(system), look))


def tool_and_role(process: Process, system: System = System.LINUX) -> tuple[str, Role] | None:
    found = catalogue(system).match(process)
    return (found.signature.tool, found.rule.role) if found else None


def log_rule(tool: str, kind: LogKind = LogKind.LINES) -> LogRule:
    (found,) = (each for each in signature(tool).log if each.kind is kind)
    return found


def told_by(tool: str, sample: str, kind: LogKind = LogKind.LINES) -> tuple[list[LoggedSession], Logbook]:
    """The sessions that a sample tells as ended, and the book after it; local times are those of Rome in summer."""
    return told_by_lines(tool, (SAMPLES / tool / sample).read_text(encoding="utf-8").splitlines(), kind)


def told_by_lines(tool: str, lines: list[str], kind: LogKind = LogKind.LINES) -> tuple[list[LoggedSession], Logbook]:
    book = Logbook(tool, "log", log_rule(tool, kind), _in(ROME_IN_SUMMER))
    ended = [session for line in lines for session in book.read(line, ANY_TIME)]
    return ended, book


def at(text: str) -> int:
    """The instant of a UTC time in ISO 8601."""
    return to_at(datetime.fromisoformat(text).replace(tzinfo=UTC))


def _in(zone: timezone) -> Callable[[datetime], int]:
    return lambda naive: to_at(naive.replace(tzinfo=zone))
