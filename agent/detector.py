"""Pictures and log lines + signatures → which sessions are live, and for each candidate why it is or is not. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from agent.sighting import LoggedSession, Sighting
from agent.signature import Catalogue, Holds, Match, PictureRule, Proof, Role, SocketRule, Target
from agent.snapshot import Address, Connection, Process, Snapshot
from shared.session import Evidence, Mark


class Verdict(msgspec.Struct, frozen=True):
    """What is to be said of one candidate."""

    subject: str  # process or log
    tool: str
    why: str
    sightings: tuple[Sighting, ...] = ()
    undecidable: bool = False  # a tool that runs, of which only the technician can tell a session


def detect(catalogue: Catalogue, snapshot: Snapshot, logged: Sequence[LoggedSession] = ()) -> tuple[Verdict, ...]:
    """A verdict on each candidate process and each session that a log tells of."""
    matched = [(process, found) for process in snapshot.processes if (found := catalogue.match(process)) is not None]
    runs = running(catalogue, snapshot)
    oldest = _oldest(matched)
    around = frozenset(name for process in snapshot.processes for name in process.names)
    orphans = _Orphans(snapshot.connections)
    by_pid = defaultdict(list)
    for connection in snapshot.connections:
        if connection.pid is not None:
            by_pid[connection.pid].append(connection)
    return (
        *(
            _carried(process, found)
            if around.intersection(found.rule.gives_way_to)
            else _of_process(catalogue, process, found, by_pid[process.pid], orphans)
            for process, found in matched
        ),
        *(_of_log(session, runs, oldest) for session in logged),
    )


def running(catalogue: Catalogue, snapshot: Snapshot) -> frozenset[str]:
    """The tools of which a program runs here that may hold a session."""
    found = ((process, catalogue.match(process)) for process in snapshot.processes)
    return frozenset(match.signature.tool for process, match in found if match and _may_hold(process, match))


def _may_hold(process: Process, found: Match) -> bool:
    return found.rule.role is Role.VIEWER and not process.is_foreign


def sightings(verdicts: Iterable[Verdict]) -> tuple[Sighting, ...]:
    """Only the sessions."""
    return tuple(sighting for verdict in verdicts for sighting in verdict.sightings)


class _Orphans:
    """Connections whose owner the system does not tell; each proves at most one session."""

    def __init__(self, connections: Iterable[Connection]) -> None:
        self._left = [each for each in connections if each.pid is None]

    def claim(self, target: Target) -> Connection | None:
        """One that goes where a candidate's arguments aim."""
        for connection in self._left:
            if connection.remote.port == target.port and _is_host(connection, target.host):
                self._left.remove(connection)
                return connection
        return None


def _is_host(connection: Connection, host: str | None) -> bool:
    return host == connection.remote.host or (host == "localhost" and connection.remote.is_loopback)


def _carried(process: Process, found: Match) -> Verdict:
    why = f"its session is carried by {' or '.join(found.rule.gives_way_to)}"
    return Verdict(_subject(process), found.signature.tool, why)


def _subject(process: Process) -> str:
    return f"{process.path or min(process.names)} (process {process.pid})"


def _of_process(
    catalogue: Catalogue, process: Process, found: Match, own: Sequence[Connection], orphans: _Orphans
) -> Verdict:
    signature, rule = found.signature, found.rule
    subject = _subject(process)
    match rule.role:
        case Role.SERVICE | Role.INCOMING if process.is_veiled and rule.requires is not None:
            why = "the system does not tell its arguments, and by its name it may be the side that is not counted"
            return Verdict(subject, signature.tool, why)
        case Role.SERVICE:
            return Verdict(
                subject,
                signature.tool,
                "it never holds a session itself: it runs all day, or opens the program that does",
            )
        case Role.INCOMING:
            return Verdict(subject, signature.tool, "somebody supports this computer: the incoming side is not counted")
        case Role.VIEWER if process.is_foreign:
            return Verdict(subject, signature.tool, "another user of this computer runs it: his sessions are not yours")
        case Role.VIEWER:
            pass
    target = catalogue.target(signature, process.arguments)
    if rule.proof is Proof.NONE:
        if not catalogue.is_undecidable(found):
            return Verdict(subject, signature.tool, "only its own log tells a session from an idle window")
        why = "nothing tells its session from an idle window: declare one with mezzora-agent begin"
        return Verdict(subject, signature.tool, why, undecidable=True)
    if rule.proof is Proof.PROCESS:
        peer = target.id or _named(target)
        key = f"{process.identity}:{signature.tool}"
        sighting = Sighting(signature.tool, key, peer, Evidence.PROCESS, pid=process.pid)
        return Verdict(subject, signature.tool, "it exists only while a session does", (sighting,))
    held = [each for each in own if _counts(each, process, signature.socket, target) and not _is_mouth(each, own)]
    if live := [each for each in held if _may_show(each, signature.picture)]:
        return Verdict(
            subject, signature.tool, "it holds an established connection", _sessions(process, found, live, target)
        )
    if held:
        why = "connected, but nothing was shown yet: still asking for a password?"
        return Verdict(subject, signature.tool, why)
    if (orphan := orphans.claim(target)) is not None:
        marks = (Mark.PEER_BY_ARGUMENTS,)
        why = "a connection goes where its arguments aim; the system does not tell whose it is"
        return Verdict(subject, signature.tool, why, _sessions(process, found, [orphan], target, marks))
    return Verdict(subject, signature.tool, "it runs, but has no established connection to a peer")


def _is_mouth(connection: Connection, own: Sequence[Connection]) -> bool:
    """Whether it is the far end of another one of the same process: a tunnel that a viewer has dug for itself.

    The end that was listened at counts as the far one: its port is below those that systems give to callers.
    """
    ends = (connection.remote, connection.local)
    return connection.local.port < connection.remote.port and any((each.local, each.remote) == ends for each in own)


def _counts(connection: Connection, process: Process, rule: SocketRule, target: Target) -> bool:
    """Whether it may be the session; a port that the arguments name always may."""
    port = connection.remote.port
    named = port == target.port
    left_out = port in rule.ignore_ports or (rule.only_ports and port not in rule.only_ports)
    return (named or not left_out) and port != process.display_port


def _may_show(connection: Connection, rule: PictureRule | None) -> bool:
    """Whether it is past the log-on, or the system or the catalogue does not tell."""
    return rule is None or connection.received is None or connection.received >= rule.after


def _sessions(
    process: Process, found: Match, live: Sequence[Connection], target: Target, marks: tuple[Mark, ...] = ()
) -> tuple[Sighting, ...]:
    """One for the process, or one for each peer where a process holds several."""
    tool = found.signature.tool
    aim = target.port, target.host
    peers = sorted({each.remote for each in live}, key=lambda to: (to.port != aim[0], to.host != aim[1], str(to)))
    if found.rule.holds is Holds.ONE:
        peers = peers[:1]
    ends = [_far_end(remote, found, target if len(peers) == 1 else Target()) for remote in peers]
    return tuple(
        Sighting(
            tool,
            f"{process.identity}:{tool}:{remote}",
            end.peer,
            Evidence.SOCKET,
            peer_name=end.name,
            marks=(*marks, Mark.TUNNELLED) if remote.is_loopback else marks,
            pid=process.pid,
            address=end.address,
            through=frozenset(str(each.local) for each in live if each.remote == remote),
        )
        for remote, end in zip(peers, ends, strict=True)
    )


class _End(msgspec.Struct, frozen=True):
    """The other end of a connection, as far as it and the arguments tell."""

    peer: str | None
    name: str | None = None
    address: str | None = None


def _far_end(remote: Address, found: Match, target: Target) -> _End:
    """Who answers there, unless that is something in between, behind which many are: a repeater, a gateway."""
    rule = found.signature.socket
    if target.id is not None:
        return _End(target.id, address=str(remote))
    if rule.gateway_ports and remote.port != target.port:
        names_another = target.host not in (None, "localhost", remote.host)
        if names_another and found.rule.holds is Holds.ONE:
            return _End(_typed(target, rule), address=str(remote))
        if remote.port in rule.gateway_ports:
            return _End(None, address=str(remote))
    return _End(str(remote), name=target.host if target.host != remote.host else None)


def _typed(target: Target, rule: SocketRule) -> str | None:
    """The host as it is written where its port is the usual one, as events tell it too."""
    return target.host if target.port == rule.default_port else _named(target)


def _named(target: Target) -> str | None:
    return f"{target.host}:{target.port}" if target.host and target.port else target.host


def _oldest(matched: Iterable[tuple[Process, Match]]) -> dict[str, int]:
    """When the first program of each tool that runs here, and may hold a session, was started."""
    oldest: dict[str, int] = {}
    for process, found in matched:
        if process.started_at is not None and _may_hold(process, found):
            tool = found.signature.tool
            oldest[tool] = min(process.started_at, oldest.get(tool, process.started_at))
    return oldest


_CLOCKS_APART_MS = 60_000  # what lies between a log's stamp and the system's word of when a process was started


def _is_left_open(session: LoggedSession, oldest_at: int | None) -> bool:
    """Whether it began before any program that runs now, and before anybody looked: its end was never written.

    What was read as it was written is known to be of a program that runs, whatever became of the clock since then.
    """
    if session.began_at is not None or session.stamped_at is None or oldest_at is None:
        return False
    return oldest_at - session.stamped_at > _CLOCKS_APART_MS


def _of_log(session: LoggedSession, runs: frozenset[str], oldest: Mapping[str, int]) -> Verdict:
    subject = session.key.partition("#")[0]
    sighting = Sighting(
        session.tool,
        session.key,
        session.peer,
        session.evidence,
        peer_name=session.peer_name,
        began_at=session.began_at,
        ended_at=session.ended_at,
        open_until_at=session.open_until_at,
        is_lost=session.is_lost,
        unsure_ms=session.unsure_ms,
        pid=session.pid,
        address=session.address,
    )
    if session.evidence is Evidence.DECLARED:
        return Verdict("declared", session.tool, "the technician says so", (sighting,))
    if session.is_lost:
        return Verdict(subject, session.tool, "its log tells a start, and goes on without its end", (sighting,))
    if session.ended_at is not None:
        return Verdict(subject, session.tool, "its log tells the start and the end of a session", (sighting,))
    if session.tool not in runs:
        return Verdict(subject, session.tool, "its log tells a start without an end, but the program does not run")
    if _is_left_open(session, oldest.get(session.tool)):
        return Verdict(subject, session.tool, "its log tells a start that an earlier run of the program left open")
    return Verdict(subject, session.tool, "its log tells a start, and no end yet", (sighting,))
