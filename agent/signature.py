"""What a tool demands as proof that a session is live: one file of data for each tool, read strictly.

A file names the tool's processes and their roles, how its arguments name the peer, which connections to leave out,
the lines by which its own logs tell attempt, start and end, and the events by which a channel of Windows does. Every
section says how sure it is and where the fact comes from; a guess (`confidence = "guess"`) never proves a session.
"""

import re
import tomllib
import typing
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from fnmatch import fnmatchcase, translate
from typing import Annotated, Any

import msgspec

from agent.errors import BadSignature
from agent.patience import is_slow
from agent.snapshot import PLENTY, Process
from shared.position import Path, line_of
from shared.session import Evidence, Slug


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
    SERVICE = "service"  # never holds a session itself: runs all day, or opens the program that does
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
            any(_is_called(name, pattern.lower()) for name in process.names for pattern in self.names)
            and any(fnmatchcase(process.path, pattern.lower()) for pattern in self.paths)
            and (self.requires is None or self._has_required(process))
            and not (self.excludes and any(_found(self.excludes, each) for each in process.arguments))
        )

    def _has_required(self, process: Process) -> bool:
        """Where the system does not tell its arguments it may be a side that never counts, and proves no viewer."""
        if process.is_veiled:
            return self.role is not Role.VIEWER
        return any(_found(self.requires or "", each) for each in process.arguments)

    @property
    def is_specific(self) -> bool:
        return self.paths != ("*",) or self.requires is not None


def _is_called(name: str, pattern: str) -> bool:
    """Whether a process of this name is meant; Linux may tell no more of it than the first letters (proc(5), comm)."""
    return fnmatchcase(name, pattern) or (len(name) == _TOLD_BY_LINUX and pattern[:_TOLD_BY_LINUX] == name)


_TOLD_BY_LINUX = 15
_LONGEST_ARGUMENT = 4_000  # letters that are looked at


def _found(pattern: str, argument: str) -> re.Match[str] | None:
    return re.search(pattern, argument[:_LONGEST_ARGUMENT], re.IGNORECASE)


class ArgumentRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How an argument names the peer: groups `host` and `port`, or `display` (port = base_port + display), or `id`.

    With `after`, the pattern is matched against the argument that follows one matching `after`; with `file`, against
    the lines of the file that an argument matching `file` names.
    """

    pattern: str
    source: str
    confidence: Confidence
    after: str | None = None
    file: str | None = None
    systems: tuple[System, ...] = EVERYWHERE


HIGHEST_PORT = 65_535
Port = Annotated[int, msgspec.Meta(ge=1, le=HIGHEST_PORT)]


class SocketRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which connections of a viewer to leave out, and the port it uses when none is named."""

    source: str
    confidence: Confidence
    default_port: Annotated[int, msgspec.Meta(ge=0, le=HIGHEST_PORT)] = 0  # 0: none
    base_port: Port = 5900  # what a VNC display number is added to (RFC 6143 names port 5900 for display 0)
    only_ports: tuple[Port, ...] = ()  # where set, no other remote port is the session: programs that do much else
    ignore_ports: tuple[Port, ...] = ()  # remote ports that are not the session: relays, update checks, directories
    gateway_ports: tuple[Port, ...] = ()  # where a gateway answers, behind which are many: no peer is told by that
    relays: tuple[str, ...] = ()  # the maker's hosts, to which an idle program is connected too; for the reader


ANY_PORT = SocketRule(source="nothing is known of its ports", confidence=Confidence.GUESS)


class PictureRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much a viewer's connection has received before it can have shown anything; below, it may still ask for a
    password. More than any log-on up to that question takes, and less than the poorest session.

    Where the system does not tell what was received, every established connection counts.
    """

    after: Annotated[int, msgspec.Meta(ge=1, le=PLENTY)]  # bytes
    source: str
    confidence: Confidence


class LogKind(StrEnum):
    LINES = "lines"  # events as they happen
    RECORDS = "records"  # one record for each session, written when it has ended


class Zone(StrEnum):
    """In which zone a log writes its times."""

    LOCAL = "local"
    UTC = "utc"
    IN_LINE = "in-line"  # each line carries its offset
    NONE = "none"  # it writes no times: only the moment of reading tells


class LogRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one of the tool's own logs tells its sessions. Patterns are searched in each line.

    Every event pattern may have the groups `peer`, `handle` and `name`, and `part`, which tells two of one handle, or
    of one peer, apart. An event that names no peer or handle belongs to the last attempt, or to the one that still
    waits; where `void` is set, a start needs one. An end may name a `number`: a handle, if it was ever given out.
    `time` has a group `time`, read by `time_format`. What encoding a log has is seen from the log itself.
    """

    paths: tuple[str, ...]  # with %VARIABLE%, ~ and wildcards; forward slashes; none: it can only be replayed
    systems: tuple[System, ...]
    zone: Zone
    source: str
    confidence: Confidence
    kind: LogKind = LogKind.LINES
    time: str = "$^"  # needed wherever there is a zone, in a log of lines
    time_format: str = ""  # "iso": ISO 8601 in any of its forms, with an offset or without
    attempt: str | None = None
    retry: str | None = None  # an attempt too, unless a session with its peer is open: then it may be that one's
    reached: str | None = None  # the peer of an attempt is found: who has only an id and is not, answers none
    failed: str | None = None  # an attempt came to nothing: that of the peer whose end follows at once
    route: str | None = None  # gives the next session with this peer its handle, which its end must name
    start: str | None = None
    end: str | None = None
    end_here: str | None = None  # ends what has its place, and beside it nothing
    may_end: str | None = (
        None  # names nobody: the end of the only session that it can mean, where none is told for sure
    )
    far_end: str | None = None  # the other side ended it: the one in the handle that it names, else the only one
    name: str | None = None  # tells the peer's computer name
    offset: str | None = None  # a banner with groups `time` and `offset` (+3:00): the zone of the local times after it
    begins: str | None = None  # the program starts anew: whatever it had open is over; it sees the line before too
    begins_beside: str | None = None  # one more process of the program starts, or the same anew: what is open is lost,
    # until a line in its place tells its end
    lookup: str | None = None  # a peer is asked for: a start in its place is of the attempt with that peer, and what
    # ends there without a start was no session
    hint: str | None = None  # comes with a start, and stands for it where a log that tells the end lacks its line
    sleeps: str | None = None  # the computer is about to sleep: what is open goes on after `wakes`, if at all
    wakes: str | None = None
    emptied_at_start: bool = False  # the program empties it when it starts: whatever it told before is over
    tabs: bool = (
        False  # a start in a place that is taken is one more session there, and the one that began last ends first
    )
    reconnects: bool = False  # it writes an end and a new start when it reconnects by itself; a session that is begun
    # with a peer that is open is one more, and of these the one that began last ends first
    names_have_blanks: bool = False  # a peer may be a name with blanks in it; else they part its digits: left out
    void: str | None = None  # the last attempt came to nothing, or what follows is the incoming side's
    ignore: str | None = None  # lines never to look at: the incoming side, whose own is a `handle` that they name
    any_language: str | None = (
        None  # a line that tells a session, in whatever language: said where it is not understood
    )
    no_session: str | None = None  # tells a connection that is none, and its `kind`: a terminal, a page
    words: tuple[str, ...] = ()  # a line with none of these is none of the above: the quick first sieve
    record: str | None = None  # records only: groups peer, start, end (and handle, mode)

    @property
    def resolution_ms(self) -> int:
        """How fine its times are."""
        return 1 if "%f" in self.time_format else 1_000


ChannelName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9 _./-]{1,200}$")]
EventId = Annotated[int, msgspec.Meta(ge=0, le=65_535)]
EventIds = Annotated[tuple[EventId, ...], msgspec.Meta(min_length=1)]


class EventRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How an event channel of Windows tells the tool's sessions; which program an event is of, its process tells.

    Events of one connection carry one activity id. Of their data, the one item is read that names the peer.
    """

    channel: ChannelName
    provider: ChannelName
    start: EventIds
    end: EventIds
    source: str
    confidence: Confidence
    attempt: tuple[EventId, ...] = ()  # names the host as the technician typed it
    address: tuple[EventId, ...] = ()  # names the address that the host was found at
    peer: str = "Value"  # the item of data that names host or address
    ignore: str | None = None  # an attempt to such a host is no session
    requires: str | None = None  # some argument of the program must match: it is the same one on both sides

    @property
    def ids(self) -> tuple[int, ...]:
        """All the events that mean something."""
        return (*self.attempt, *self.address, *self.start, *self.end)

    def is_of(self, arguments: tuple[str, ...]) -> bool:
        """Whether a program with these arguments is on the side that is counted."""
        return self.requires is None or any(re.search(self.requires, each, re.I) for each in arguments)


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One tool."""

    tool: Slug
    name: str
    process: tuple[ProcessRule, ...] = ()
    argument: tuple[ArgumentRule, ...] = ()
    socket: SocketRule = ANY_PORT
    picture: PictureRule | None = None
    log: tuple[LogRule, ...] = ()
    event: tuple[EventRule, ...] = ()
    aliases: tuple[Slug, ...] = ()  # what else people call it, or sell it as
    browser: bool = False  # whoever supports with it may do so on a page of his browser
    note: str = ""  # what a person should know about this tool

    def evidence(self, system: System) -> dict[Evidence, Confidence]:
        """What can tell a session of it on this system, most trusted first, each with its best confidence."""
        told = [(Evidence.LOG, rule.confidence) for rule in self.log if system in rule.systems and rule.paths]
        told += [
            (Evidence(rule.proof), rule.confidence)
            for rule in self.process
            if system in rule.systems and rule.role is Role.VIEWER and rule.proof is not Proof.NONE
        ]
        if system is System.WINDOWS:
            told += [(Evidence.EVENT, rule.confidence) for rule in self.event]
        kinds = sorted({kind for kind, _ in told}, key=list(Evidence).index)
        return {kind: min((sure for each, sure in told if each is kind), key=_SUREST_FIRST.index) for kind in kinds}

    def is_undecidable(self, system: System) -> bool:
        """Whether no evidence on this system tells a session of it from its idle state: only the technician can."""
        return self.is_seen(system) and not self.evidence(system)

    def is_seen(self, system: System) -> bool:
        """Whether the supporting side of it is there on this system at all."""
        return self.browser or any(rule.role is Role.VIEWER and system in rule.systems for rule in self.process)


_SUREST_FIRST = tuple(Confidence)


class Match(msgspec.Struct, frozen=True):
    """Which tool a process is of, and by which rule."""

    signature: Signature
    rule: ProcessRule


def read_signature(text: str, source: str, *, is_own: bool = False) -> Signature:
    """The signature in a catalogue file; anything wrong is BadSignature naming file, line, key, reason and remedy.

    In a file of the user's own, patterns that may take for ever are refused too.
    """
    signature = well_formed(text, source)
    for path, reason in _complaints(signature, is_own=is_own):
        raise BadSignature(_at(text, source, path, reason))
    return signature


def well_formed(text: str, source: str) -> Signature:
    """The same without a judgement of what it says: for the files that ship, which the tests have judged.

    To judge compiles every pattern, which an agent would pay for at each start and hold in memory all day.
    """
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadSignature(_not_toml(text, source, error)) from error
    try:
        return msgspec.convert(values, Signature)
    except msgspec.ValidationError as error:
        raise BadSignature(_at(text, source, *_complaint(str(error)))) from error


def _at(text: str, source: str, path: Path, reason: str) -> str:
    key = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
    return f"{source}:{line_of(text, path)}: {key + ': ' if key else ''}{' '.join(reason.split())}"


def _not_toml(text: str, source: str, error: Exception) -> str:
    where = re.search(r"\(at line (\d+), column \d+\)$", str(error))
    line = where[1] if where else len(text.splitlines()) or 1
    return f"{source}:{line}: not TOML: {error}; write text as key = 'text', patterns in single quotes"


def _path(error: str) -> Path:
    """What msgspec writes as `$.process[0].names`."""
    _, _, path = error.rpartition("`$")
    return tuple(int(index) if index else key for key, index in re.findall(r"\.(\w+)|\[(\d+)\]", path))


def _complaint(error: str) -> tuple[Path, str]:
    """The reader's complaint with what may be written instead, and where."""
    reason, _, _ = error.partition(" - at `$")
    path = _path(error)
    if unknown := re.fullmatch(r"Object contains unknown field `(.*)`", reason):
        return (*path, unknown[1]), f"no such key: {_nearest(unknown[1], _section(path))}"
    if missing := re.fullmatch(r"Object missing required field `(.*)`", reason):
        return path, f"`{missing[1]}` is missing: it has to be written here"
    if none := re.fullmatch(r"Invalid enum value (.*)", reason):
        return path, f"{none[1]} is not known here: write one of {', '.join(_choices(path))}"
    if path[:1] == ("socket",) and reason.startswith(("Expected `int` <", "Expected `int` >")):
        return path, f"a port is a number from 1 to {HIGHEST_PORT}"
    if len(path) == 1 and reason in _BRACKETS:
        return path, _BRACKETS[reason].format(path[0])
    if "regex" in reason:
        if path[:1] == ("event",):
            return path, "letters, digits, blanks and . _ - / only, as Windows writes the name"
        return path, "small letters, digits, dots and hyphens only, the first no dot and no hyphen"
    return path, f"{reason[:1].lower()}{reason[1:]}"


_BRACKETS = {
    "Expected `array`, got `object`": "there may be several of them: write [[{}]], with two brackets",
    "Expected `object`, got `array`": "there is one of it: write [{}], with one bracket",
}


def _nearest(key: str, section: type[msgspec.Struct]) -> str:
    import difflib  # here: the agent runs all day without it

    known = [field.name for field in msgspec.structs.fields(section)]
    near = difflib.get_close_matches(key, known, n=1)
    return f"did you mean `{near[0]}`?" if near else f"the keys here are {', '.join(known)}"


def _section(path: Path) -> type[msgspec.Struct]:
    """What is read at the first step of a path; the whole file where there is none."""
    kinds = {field.name: field.type for field in msgspec.structs.fields(Signature)}
    inner = kinds.get(str(path[0])) if path else Signature
    found = inner if isinstance(inner, type) else typing.get_args(inner)[0]
    return found if isinstance(found, type) and issubclass(found, msgspec.Struct) else Signature


def _choices(path: Path) -> list[str]:
    """The words that may stand at a path that wants one of a few."""
    name = next(step for step in reversed(path) if isinstance(step, str))
    (kind,) = (field.type for field in msgspec.structs.fields(_section(path)) if field.name == name)
    words = kind if isinstance(kind, type) and issubclass(kind, StrEnum) else typing.get_args(kind)[0]
    return [str(each) for each in words]


def _complaints(signature: Signature, *, is_own: bool) -> Iterator[tuple[Path, str]]:
    """What is well formed and still cannot be."""
    for path, pattern in patterns(signature):
        try:
            re.compile(pattern)
        except (re.error, RecursionError, OverflowError) as error:
            yield path, f"not a pattern of Python's `re`: {error}"
            return
        if is_own and is_slow(pattern):
            yield path, "this pattern may look for ever at a long line: write it without a repeat within a repeat"
    for number, process in enumerate(signature.process):
        if process.confidence is Confidence.GUESS and process.role is Role.VIEWER and process.proof is not Proof.NONE:
            yield (
                ("process", number, "confidence"),
                'a guess proves no session: write `proof = "none"`, or a surer source',
            )
        for place, name in enumerate(process.names):
            if not process.is_specific and all(fnmatchcase(each, name.lower()) for each in _UNLIKE):
                yield ("process", number, "names", place), f"{name!r} is every program's name: write the tool's own"
    for number, argument in enumerate(signature.argument):
        yield from _argument_complaints(("argument", number), argument)
    for number, log in enumerate(signature.log):
        yield from _log_complaints(("log", number), log)
    if signature.picture is not None and signature.picture.confidence is Confidence.GUESS:
        yield ("picture", "confidence"), "a guess keeps no session back: write a surer source, or leave it out"
    for number, event in enumerate(signature.event):
        yield from _event_complaints(("event", number), event)


_UNLIKE = ("no-viewer.exe", "zsh.exe")  # names that no pattern of one tool takes both


def _argument_complaints(path: Path, rule: ArgumentRule) -> Iterator[tuple[Path, str]]:
    groups = re.compile(rule.pattern).groupindex.keys()
    if not groups & {"host", "id"} or groups - {"host", "port", "display", "id"}:
        yield (
            (*path, "pattern"),
            "it names the peer by the groups `host` or `id`, and `port` or `display` beside a host",
        )


def _log_complaints(path: Path, rule: LogRule) -> Iterator[tuple[Path, str]]:
    if rule.kind is LogKind.RECORDS and rule.record is None:
        yield path, "a log of records needs `record`"
    if rule.kind is LogKind.LINES and (rule.start is None or rule.end is None):
        yield path, "a log of lines needs `start` and `end`"
    if rule.confidence is Confidence.GUESS:
        yield (*path, "confidence"), "a guess proves no session: a log needs a surer source"
    if (rule.zone is Zone.NONE) != (not rule.time_format):
        yield path, 'it needs `time_format`, or `zone = "none"` when it writes no times'
    if not _reads_times(rule.time_format):
        yield (*path, "time_format"), "no time is written so: write it with the letters of Python's strptime"
    for field, wanted in _GROUPS_NEEDED.items():
        is_needed = field != "time" or (rule.kind is LogKind.LINES and rule.zone is not Zone.NONE)
        pattern = getattr(rule, field)
        missing = wanted - re.compile(pattern).groupindex.keys() if is_needed and pattern is not None else set()
        for group in sorted(missing):
            yield (*path, field), f"the pattern needs a group `{group}`"


def _reads_times(time_format: str) -> bool:
    moment = datetime(2026, 11, 24, 10, 41, 7, tzinfo=UTC)
    try:
        datetime.strptime(moment.strftime(time_format), time_format)  # noqa: DTZ007 - only whether it can be
    except (ValueError, re.error):
        return False
    return True


LOG_PATTERNS = (
    *(
        "time",
        "attempt",
        "retry",
        "reached",
        "failed",
        "route",
        "lookup",
        "hint",
        "start",
        "end",
        "end_here",
        "may_end",
        "far_end",
        "name",
        "offset",
    ),
    *("begins", "begins_beside", "sleeps", "wakes", "void", "ignore", "any_language", "no_session", "record"),
)
_GROUPS_NEEDED = {
    "time": {"time"},
    "route": {"peer", "handle"},
    "offset": {"offset"},
    "no_session": {"kind"},
    "record": {"peer", "start", "end"},
}


def _event_complaints(path: Path, rule: EventRule) -> Iterator[tuple[Path, str]]:
    if len(set(rule.ids)) < len(rule.ids):
        yield path, "one event cannot mean two things: each number once"
    if rule.confidence is Confidence.GUESS:
        yield (*path, "confidence"), "a guess proves no session: an event needs a surer source"


def patterns(signature: Signature) -> list[tuple[Path, str]]:
    """All patterns of a file, each with its place."""
    fields: dict[str, tuple[Any, tuple[str, ...]]] = {
        "process": (signature.process, ("requires", "excludes")),
        "argument": (signature.argument, ("pattern", "after", "file")),
        "log": (signature.log, LOG_PATTERNS),
        "event": (signature.event, ("ignore", "requires")),
    }
    return [
        ((section, number, field), getattr(rule, field))
        for section, (rules, names) in fields.items()
        for number, rule in enumerate(rules)
        for field in names
        if getattr(rule, field) is not None
    ]


class Target(msgspec.Struct, frozen=True):
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
        names |= {name[:_TOLD_BY_LINUX] for name in names}
        self._exact = frozenset(name for name in names if not set(name) & set("*?["))
        self._is_wild = re.compile("|".join(map(translate, sorted(names - self._exact))) or "(?!)").match
        self._matches: dict[Process, Match | None] = {}
        self._targets: dict[tuple[str, tuple[str, ...]], Target] = {}

    def knows(self, name: str) -> bool:
        """Whether any rule may know a process of this name: the quick first sieve."""
        return name in self._exact or self._is_wild(name) is not None

    def match(self, process: Process) -> Match | None:
        """The tool and rule of this process, the more specific rule first; None when nobody knows it."""
        if process not in self._matches:
            if len(self._matches) > _REMEMBERED:
                self._matches.clear()
            found = [Match(signature, rule) for signature, rule in self._rules if rule.fits(process)]
            self._matches[process] = max(found, key=lambda each: weight(each, process), default=None)
        return self._matches[process]

    def files(self, found: Match) -> tuple[ArgumentRule, ...]:
        """How a file that an argument of such a process names tells the peer."""
        if found.rule.role is not Role.VIEWER:
            return ()
        return tuple(each for each in found.signature.argument if each.file and self.system in each.systems)

    def is_undecidable(self, found: Match) -> bool:
        """Whether such a process may hold a session that nothing on this system tells from its idle state."""
        told = found.signature.evidence(self.system).keys()
        is_silent = found.rule.role is Role.VIEWER and found.rule.proof is Proof.NONE
        return is_silent and not told & {Evidence.LOG, Evidence.EVENT}

    def target(self, signature: Signature, arguments: tuple[str, ...]) -> Target:
        """Where the arguments aim, by the tool's own rules; everything else in them is passed over."""
        key = signature.tool, arguments
        if key not in self._targets:
            if len(self._targets) > _REMEMBERED:
                self._targets.clear()
            self._targets[key] = self._read_target(signature, arguments)
        return self._targets[key]

    def _read_target(self, signature: Signature, arguments: tuple[str, ...]) -> Target:
        for rule in signature.argument:
            if self.system not in rule.systems:
                continue
            for before, argument in zip(("", *arguments), arguments, strict=False):
                if rule.after is not None and not _found(rule.after, before):
                    continue
                if found := _found(rule.pattern, argument):
                    return _target(found.groupdict(), signature.socket)
        return Target()


_REMEMBERED = 1_000


def weight(found: Match, process: Process) -> tuple[bool, bool, bool]:
    """More than a name before a name, a whole name before a wildcard, the sides that never count before the viewer."""
    rule = found.rule
    is_whole = any(name.lower() in process.names for name in rule.names)
    return rule.is_specific, is_whole, rule.role is not Role.VIEWER


def _target(groups: dict[str, str | None], socket: SocketRule) -> Target:
    host, port, display = groups.get("host"), groups.get("port"), groups.get("display")
    if port:
        number: int | None = int(port)
    elif display:
        number = socket.base_port + int(display)
    else:
        number = socket.default_port or None
    return Target((host or "").strip("[]").lower() or None, number, groups.get("id"))
