"""What a tool demands as proof that a session is live: one file of data for each tool, read strictly.

A file names the tool's processes and their roles, how its arguments name the peer, which connections to leave out,
and the lines by which its own logs tell attempt, start and end. Every section says how sure it is and where the fact
comes from; a guess (`confidence = "guess"`) never proves a session.
"""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated, Any

import msgspec

from agent.errors import BadSignature
from agent.snapshot import Process
from shared.session import Slug


class System(StrEnum):
    LINUX = "linux"
    WINDOWS = "windows"
    MACOS = "macos"


class Confidence(StrEnum):
    """How sure a fact is: read in source, vendor page or real log; said by several; or a guess."""

    VERIFIED = "verified"
    REPORTED = "reported"
    GUESS = "guess"


class Role(StrEnum):
    """What a process of the tool is."""

    VIEWER = "viewer"  # may hold outgoing sessions
    SERVICE = "service"  # runs all day; proves nothing
    INCOMING = "incoming"  # somebody is supporting THIS computer; never counted


class Proof(StrEnum):
    """What makes a viewer process a live session."""

    SOCKET = "socket"  # an established connection of its own
    PROCESS = "process"  # the process itself, with the arguments that `requires` names
    NONE = "none"  # nothing that process and sockets show; only its log, or the technician


class Holds(StrEnum):
    """How many sessions one process can hold, as far as its connections tell."""

    ONE = "one"  # all its connections are one session
    ONE_PER_PEER = "one-per-peer"  # tabs: each remote address and port is a session


EVERYWHERE = tuple(System)
Patterns = Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class ProcessRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of process of the tool. Names and paths are wildcards, compared in lower case."""

    names: Patterns  # of the executable file, or of the script that an interpreter runs
    source: str
    confidence: Confidence
    paths: tuple[str, ...] = ("*",)  # of the executable, with forward slashes; the more specific signature wins
    systems: tuple[System, ...] = EVERYWHERE
    role: Role = Role.VIEWER
    proof: Proof = Proof.SOCKET
    holds: Holds = Holds.ONE
    requires: str | None = None  # a pattern that some argument must match, else it is no viewer
    excludes: str | None = None  # a pattern that no argument may match
    gives_way_to: tuple[str, ...] = ()  # while a program of such a name runs, it carries the session, and this does not

    def fits(self, process: Process) -> bool:
        """Whether the process is of this kind."""
        return (
            any(fnmatchcase(name, pattern.lower()) for name in process.names for pattern in self.names)
            and any(fnmatchcase(process.path, pattern.lower()) for pattern in self.paths)
            and (self.requires is None or any(re.search(self.requires, each, re.I) for each in process.arguments))
            and not (self.excludes and any(re.search(self.excludes, each, re.I) for each in process.arguments))
        )

    @property
    def is_specific(self) -> bool:
        return self.paths != ("*",) or self.requires is not None


class ArgumentRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How an argument names the peer: groups `host` and `port`, or `display` (port = base_port + display), or `id`.

    With `after`, the pattern is matched against the argument that follows one matching `after`.
    """

    pattern: str
    source: str
    confidence: Confidence
    after: str | None = None
    systems: tuple[System, ...] = EVERYWHERE


class SocketRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which connections of a viewer to leave out, and the port it uses when none is named."""

    default_port: int = 0  # 0: none
    base_port: int = 5900  # what a VNC display number is added to (RFC 6143 names port 5900 for display 0)
    only_ports: tuple[int, ...] = ()  # where set, no other remote port is the session: programs that do much else
    ignore_ports: tuple[int, ...] = ()  # remote ports that are not the session: update checks, directories, helpers


class LogKind(StrEnum):
    LINES = "lines"  # events as they happen
    RECORDS = "records"  # one record for each session, written when it has ended


class Zone(StrEnum):
    """In which zone a log writes its times."""

    LOCAL = "local"
    UTC = "utc"
    IN_LINE = "in-line"  # each line carries its offset


class LogRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one of the tool's own logs tells its sessions. Patterns are searched in each line.

    Every event pattern may have the groups `peer`, `handle` and `name`. An event that names no peer or handle belongs
    to the last attempt; where `void` is set, a start needs one. `time` has a group `time`, read by `time_format`.
    """

    paths: Patterns  # with %VARIABLE%, ~ and wildcards; forward slashes
    systems: tuple[System, ...]
    time: str
    time_format: str
    zone: Zone
    source: str
    confidence: Confidence
    kind: LogKind = LogKind.LINES
    encoding: str = "utf-8"
    attempt: str | None = None
    start: str | None = None
    end: str | None = None
    name: str | None = None  # tells the peer's computer name
    offset: str | None = None  # the banner of a new start, with a group `offset` (+3:00) for the local times after it
    void: str | None = None  # the last attempt came to nothing, or what follows is the incoming side's
    ignore: str | None = None  # lines never to look at: the incoming side
    record: str | None = None  # records only: groups peer, start, end (and handle, mode)


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One tool."""

    tool: Slug
    name: str
    process: tuple[ProcessRule, ...] = ()
    argument: tuple[ArgumentRule, ...] = ()
    socket: SocketRule = SocketRule()
    log: tuple[LogRule, ...] = ()
    note: str = ""  # what a person should know about this tool


@dataclass(frozen=True)
class Match:
    """Which tool a process is of, and by which rule."""

    signature: Signature
    rule: ProcessRule


def read_signature(text: str, source: str) -> Signature:
    """The signature in a catalogue file; anything wrong is BadSignature naming the file, the place and the reason."""
    try:
        signature = msgspec.convert(tomllib.loads(text), Signature)
    except tomllib.TOMLDecodeError as error:
        raise BadSignature(f"{source}: not TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise BadSignature(f"{source}: {error}") from error
    for place, pattern in _patterns(signature):
        try:
            re.compile(pattern)
        except re.error as error:
            raise BadSignature(f"{source}: {place}: not a pattern: {error}") from error
    for number, process in enumerate(signature.process):
        _check_process(f"{source}: process[{number}]", process)
    for number, rule in enumerate(signature.log):
        _check_log(f"{source}: log[{number}]", rule)
    return signature


def _patterns(signature: Signature) -> list[tuple[str, str]]:
    fields: dict[str, tuple[Any, tuple[str, ...]]] = {
        "process": (signature.process, ("requires", "excludes")),
        "argument": (signature.argument, ("pattern", "after")),
        "log": (signature.log, ("time", "attempt", "start", "end", "name", "offset", "void", "ignore", "record")),
    }
    return [
        (f"{section}[{number}].{field}", getattr(rule, field))
        for section, (rules, names) in fields.items()
        for number, rule in enumerate(rules)
        for field in names
        if getattr(rule, field) is not None
    ]


def _check_process(place: str, rule: ProcessRule) -> None:
    if rule.confidence is Confidence.GUESS and rule.role is Role.VIEWER and rule.proof is not Proof.NONE:
        raise BadSignature(f'{place}: a guess proves no session: it needs `proof = "none"`, or a surer source')


def _check_log(place: str, rule: LogRule) -> None:
    if rule.kind is LogKind.RECORDS and rule.record is None:
        raise BadSignature(f"{place}: a log of records needs `record`")
    if rule.kind is LogKind.LINES and (rule.start is None or rule.end is None):
        raise BadSignature(f"{place}: a log of lines needs `start` and `end`")
    if rule.confidence is Confidence.GUESS:
        raise BadSignature(f"{place}: a guess proves no session: a log needs a surer source")


@dataclass(frozen=True)
class Target:
    """The peer as a process's arguments name it; a part that they do not tell is None."""

    host: str | None = None
    port: int | None = None
    id: str | None = None


class Catalogue:
    """All signatures, asked about one system."""

    def __init__(self, signatures: tuple[Signature, ...], system: System) -> None:
        self.signatures = signatures
        self.system = system
        self._rules = [(each, rule) for each in signatures for rule in each.process if system in rule.systems]
        names = {name.lower() for _, rule in self._rules for name in rule.names}
        self._exact = frozenset(name for name in names if not set(name) & set("*?["))
        self._wild = tuple(names - self._exact)
        self._matches: dict[Process, Match | None] = {}

    def knows(self, name: str) -> bool:
        """Whether any rule may know a process of this name: the quick first sieve."""
        return name in self._exact or any(fnmatchcase(name, pattern) for pattern in self._wild)

    def match(self, process: Process) -> Match | None:
        """The tool and rule of this process, the more specific rule first; None when nobody knows it."""
        if process not in self._matches:
            if len(self._matches) > _REMEMBERED:
                self._matches.clear()
            found = [Match(signature, rule) for signature, rule in self._rules if rule.fits(process)]
            self._matches[process] = max(found, key=_weight, default=None)
        return self._matches[process]

    def target(self, signature: Signature, arguments: tuple[str, ...]) -> Target:
        """Where the arguments aim, by the tool's own rules; everything else in them is passed over."""
        for rule in signature.argument:
            if self.system not in rule.systems:
                continue
            for before, argument in zip(("", *arguments), arguments, strict=False):
                if rule.after is not None and not re.search(rule.after, before, re.IGNORECASE):
                    continue
                if found := re.search(rule.pattern, argument, re.IGNORECASE):
                    return _target(found.groupdict(), signature.socket)
        return Target()


_REMEMBERED = 1_000


def _weight(found: Match) -> tuple[bool, bool]:
    return found.rule.is_specific, found.rule.role is not Role.VIEWER


def _target(groups: dict[str, str | None], socket: SocketRule) -> Target:
    host, port, display = groups.get("host"), groups.get("port"), groups.get("display")
    if port:
        number: int | None = int(port)
    elif display:
        number = socket.base_port + int(display)
    else:
        number = socket.default_port or None
    return Target((host or "").strip("[]").lower() or None, number, groups.get("id"))
