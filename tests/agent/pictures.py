"""Pictures of a made-up machine, saying only what a test is about."""

from agent.signature import Catalogue, System, read_signature
from agent.snapshot import Address, Connection, Process, Snapshot, Tick

START = Tick(1_795_000_000_000, 1_000_000)

VIEWER = """
tool = "viewer"
name = "A viewer"
[[process]]
names = ["viewer", "viewer.exe"]
source = "made up"
confidence = "verified"
[[process]]
names = ["viewerd"]
role = "service"
source = "made up"
confidence = "verified"
[[process]]
names = ["viewer-host"]
role = "incoming"
source = "made up"
confidence = "verified"
[[argument]]
pattern = '^(?P<host>[^:/]+)::(?P<port>\\d+)$'
source = "made up"
confidence = "verified"
[socket]
ignore_ports = [443]
source = "made up"
confidence = "verified"
[picture]
after = 60
source = "made up"
confidence = "verified"
"""

TABBED = """
tool = "tabbed"
name = "A program with tabs"
[[process]]
names = ["tabbed"]
holds = "one-per-peer"
source = "made up"
confidence = "verified"
"""

LOGGER = """
tool = "logger"
name = "A program with a log"
[[process]]
names = ["logger"]
proof = "none"
source = "made up"
confidence = "verified"
[[log]]
paths = ["%HOME%/logger/log*.txt"]
systems = ["linux", "windows", "macos"]
time = '^(?P<time>\\S+ \\S+)'
time_format = "%Y-%m-%d %H:%M:%S.%f"
zone = "utc"
attempt = 'trying (?P<peer>[\\d ]+)'
start = 'connected(?: to (?P<peer>\\d+))?$'
end = 'closed(?: (?P<peer>\\d+))?$'
name = 'name of (?P<peer>\\d+) is (?P<name>\\S+)'
ignore = 'incoming'
source = "made up"
confidence = "verified"
[[log]]
paths = ["%HOME%/logger/records.txt"]
systems = ["linux", "windows", "macos"]
kind = "records"
time = '^$'
time_format = "%d-%m-%Y %H:%M:%S"
zone = "utc"
record = '^(?P<peer>[\\d *]+?)\\s+(?P<start>\\d\\d-\\d\\d-\\d{4} \\S+)\\s+(?P<end>\\d\\d-\\d\\d-\\d{4} \\S+)'
source = "made up"
confidence = "verified"
"""


def a_catalogue(*texts: str, system: System = System.LINUX) -> Catalogue:
    return Catalogue(tuple(read_signature(text, "made up") for text in texts or (VIEWER, TABBED, LOGGER)), system)


def a_process(name: str = "viewer", pid: int = 100, arguments: tuple[str, ...] = (), display_port: int = 0) -> Process:
    return Process(pid, pid * 10, frozenset({name}), f"/usr/bin/{name}", arguments, display_port)


def a_connection(remote: str = "192.0.2.7:5900", pid: int | None = 100, *, received: int | None = None) -> Connection:
    host, _, port = remote.rpartition(":")
    return Connection(Address("192.0.2.1", 40_000), Address(host.strip("[]"), int(port)), pid, received)


def after(seconds: float) -> Tick:
    """So long after the start, on both clocks."""
    ms = round(seconds * 1000)
    return Tick(START.at + ms, START.steady_ms + ms)


def a_look(
    at: Tick = START, *, took_ms: int = 0, processes: tuple[Process, ...] = (), connections: tuple[Connection, ...] = ()
) -> Snapshot:
    return Snapshot(at, Tick(at.at + took_ms, at.steady_ms + took_ms), processes, connections)
