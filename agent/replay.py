"""`mezzora-agent replay`: the sessions that a tool's recorded log and list of connections prove, on any machine."""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from agent.errors import NotOfThisKind
from agent.local_times import LocalAt
from agent.machine import this_system
from agent.recording import (
    Recorded,
    ZoneChoice,
    event_rule_of,
    read_events,
    read_list,
    read_logs,
    rule_of,
    together,
)
from agent.signature import LogKind, Signature, System
from shared.moments import SECOND_MS, iso, to_at

DESCRIPTION = """\
Prints the sessions that recorded files of a tool prove, each once, in order of their starts: one file or both. With
both, the list of connections tells start and end, and the log adds what is not in the list. Times are in UTC.
A session whose end no file tells has the end null; why is said on standard error.
What a log says that the computer slept is left out: such a session is told in pieces, each a line of its own.
"""
EPILOG = """\
A Windows event channel is read from an export in XML, made on that computer by:
  wevtutil qe Microsoft-Windows-TerminalServices-RDPClient/Operational /f:xml > events.xml
  mezzora-agent replay --tool mstsc --events events.xml
Several programs show Remote Desktop in a window of theirs and write to that one channel, and an export does not tell
which of them an event is of: all its sessions are told as those of the --tool that is named.

exit status: 0 also when nothing is found or records were skipped, each named on standard error with file and line;
2 when a file is missing or not of this kind.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `replay` takes."""
    parser.description, parser.epilog = DESCRIPTION, EPILOG
    add_tool(parser, required=True)
    parser.add_argument(
        "--log",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="the tool's log; again for each part",
    )
    parser.add_argument(
        "--connections",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="the tool's list of ended sessions; again for each list",
    )
    parser.add_argument(
        "--events",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="exported events of the Windows event channel that it writes to, by themselves; again for each part",
    )
    parser.add_argument(
        "--zone",
        type=zone,
        metavar="AREA/CITY",
        help="where local times were written, as Europe/Rome (default: what the log says, else this computer's zone)",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line, for programs")


def add_tool(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """Whose files they are."""
    tool = "which tool's files these are" + ("" if required else " (%(default)s)")
    parser.add_argument(
        "--tool", required=required, default=None if required else "teamviewer", metavar="TOOL", help=tool
    )
    parser.add_argument(
        "--os",
        type=_system,
        default=this_system(),
        metavar="SYSTEM",
        help="where they were written: windows, linux or macos (%(default)s)",
    )


def _system(name: str) -> System:
    try:
        return System(name)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{name!r} is no system: write one of {', '.join(System)}") from None


def zone(name: str) -> ZoneChoice:
    """A time zone by its name."""
    try:
        found = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise argparse.ArgumentTypeError(f"{name!r} is no time zone: write one as Europe/Rome or UTC") from error
    return ZoneChoice(lambda local: to_at(local.replace(tzinfo=found)), name)


def run(given: argparse.Namespace, signatures: tuple[Signature, ...]) -> int:
    """Replay what was given."""
    try:
        found = replayed(given, signatures)
    except NotOfThisKind as error:
        complain(str(error))
        return 2
    for note in [each.note for each in found if each.note is not None]:
        complain(note)
    (tell_json if given.json else tell_table)(found, sys.stdout)
    return 0


def replayed(given: argparse.Namespace, signatures: tuple[Signature, ...]) -> list[Recorded]:
    """The sessions that the files prove."""
    if given.events:
        if given.log or given.connections:
            raise NotOfThisKind("events are replayed by themselves: leave out --log and --connections, or --events")
        signature = signature_of(given.tool, signatures, "event channel", lambda each: bool(each.event))
        found = read_events(given.events, signature.tool, event_rule_of(signature), complain)
        return together(found, ())
    if not given.log and not given.connections:
        raise NotOfThisKind("nothing to replay: name a file with --log or --connections, or both, or with --events")
    signature = signature_of(given.tool, signatures)
    chosen = given.zone or ZoneChoice(this_computer())
    logged: list[Recorded] = []
    listed: list[Recorded] = []
    if given.log:
        rule = rule_of(signature, given.os, LogKind.LINES)
        logged = read_logs(given.log, signature.tool, rule, chosen, complain)
    if given.connections:
        rule = rule_of(signature, given.os, LogKind.RECORDS)
        read = [each for path in given.connections for each in read_list(path, signature.tool, rule, complain)]
        listed = list({each.session.key: each for each in read}.values())
    return together(logged, listed)


def signature_of(
    tool: str,
    signatures: tuple[Signature, ...],
    what: str = "log",
    has_it: Callable[[Signature], bool] = lambda signature: bool(signature.log),
) -> Signature:
    """The tool by its name; one without a log that is understood is refused, with those that have one."""
    for signature in signatures:
        if signature.tool == tool.lower() and has_it(signature):
            return signature
    known = ", ".join(sorted(each.tool for each in signatures if has_it(each)))
    raise NotOfThisKind(f"no {what} of {tool!r} is understood; of these there is one: {known}")


def this_computer() -> LocalAt:
    """The zone that this computer is in."""
    return lambda local: to_at(local.astimezone())


def complain(text: str) -> None:
    """One line on standard error."""
    sys.stderr.write("mezzora-agent: " + " ".join(text.split()) + "\n")


def tell_json(found: list[Recorded], out: TextIO) -> None:
    """One object a line."""
    for each in found:
        session = each.session
        line: dict[str, str | None] = {
            "tool": session.tool,
            "peer": session.peer,
            "start": iso(each.began_at),
            "end": iso(each.ended_at) if each.ended_at is not None else None,
            "evidence": session.evidence.value,
        }
        if each.mode is not None:
            line["mode"] = each.mode
        out.write(msgspec.json.encode(line).decode() + "\n")


def tell_table(found: list[Recorded], out: TextIO) -> None:
    """For a person: the sessions, and how long they were with each peer and in all."""
    if not found:
        out.write("no session\n")
        return
    totals: dict[str, int] = defaultdict(int)
    for each in found:
        peer = each.session.peer or "unknown"
        lasted_ms = each.ended_at - each.began_at if each.ended_at is not None else None
        totals[peer] += lasted_ms or 0
        over = _minute(each.ended_at) if each.ended_at is not None else "not told"
        length = hours(lasted_ms) if lasted_ms is not None else "?"
        out.write(f"{_minute(each.began_at)}  {over:<19}  {length:>9}  {peer}  {each.mode or ''}".rstrip() + "\n")
    out.write("\n")
    for peer, total_ms in sorted(totals.items(), key=lambda total: (-total[1], total[0])):
        out.write(f"{hours(total_ms):>9}  {peer}\n")
    count = "1 session" if len(found) == 1 else f"{len(found)} sessions"
    out.write(f"{hours(sum(totals.values())):>9}  in all: {count}, times in UTC\n")


def _minute(at: int) -> str:
    return iso(at)[:19].replace("T", " ")


def hours(length_ms: int) -> str:
    """A length as people write it: 1:02:03."""
    seconds = length_ms // SECOND_MS
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
