"""`mezzora-agent tools`: which tools the agent knows, and what tells a session of each on this system."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from agent.directory import Row, read_rows
from agent.machine import this_system
from agent.shelf import Shelf, read_shelf, warn_of
from agent.signature import Confidence, Signature, System
from shared.session import Evidence


class Entry(msgspec.Struct, frozen=True):
    """What is to be said of one tool on one system."""

    tool: str
    name: str
    evidence: dict[Evidence, Confidence]  # most trusted first
    is_here: bool  # its supporting side is there on this system
    is_by_name_only: bool
    is_own: bool
    signature: Signature | None = None  # None for those that nothing is looked for of

    @property
    def is_undecidable(self) -> bool:
        return self.is_here and not self.evidence


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `tools` takes."""
    parser.add_argument("--json", action="store_true", help="one JSON object a line, for programs")
    parser.add_argument("--all", action="store_true", help="also those known by name only, and those of other systems")
    parser.add_argument(
        "--os", choices=[each.value for each in System], help="as on that system (default: as on this one)"
    )


def run(given: argparse.Namespace, own: Path) -> int:
    """List the tools on standard output; a broken file in the user's own folder is named on standard error."""
    system = System(given.os) if given.os else this_system()
    shelf = read_shelf(own)
    warn_of(shelf.refused)
    listed = entries(shelf, read_rows(), system)
    lines = as_json(listed, system, with_all=given.all) if given.json else as_text(listed, system, with_all=given.all)
    for line in lines:
        sys.stdout.write(line + "\n")
    if not given.json:
        sys.stdout.write(f"Files of your own are read from {own}.\n")
    return 0


def entries(shelf: Shelf, rows: Iterable[Row], system: System) -> tuple[Entry, ...]:
    """All tools, by their names."""
    by_name = {row.tool: row for row in rows}
    told = [
        Entry(
            each.tool,
            each.name,
            each.evidence(system),
            is_here=each.is_seen(system),
            is_by_name_only=each.tool in by_name and each.tool not in shelf.own,
            is_own=each.tool in shelf.own,
            signature=each,
        )
        for each in shelf.signatures
    ]
    silent = by_name.keys() - {each.tool for each in told}
    told += [Entry(tool, by_name[tool].name, {}, is_here=True, is_by_name_only=True, is_own=False) for tool in silent]
    return tuple(sorted(told, key=lambda each: each.tool))


def as_json(listed: Iterable[Entry], system: System, *, with_all: bool) -> Iterator[str]:
    """One object a line."""
    for each in listed:
        if with_all or _is_main(each):
            yield json.dumps(_fields(each, system), ensure_ascii=False)


def as_text(listed: Iterable[Entry], system: System, *, with_all: bool) -> Iterator[str]:
    """Columns for a person, and what to do about the tools whose sessions nothing tells."""
    every = tuple(listed)
    shown = [each for each in every if with_all or _is_main(each)]
    words = {each.tool: _words(each) for each in shown}
    wide = max(len(tool) for tool in words)
    told = max(len(text) for text in words.values())
    yield f"{'TOOL':<{wide}}  {'TOLD BY, ON ' + system.value.upper():<{told}}  NAME"
    for each in shown:
        own = " (a file of your own)" if each.is_own else ""
        yield f"{each.tool:<{wide}}  {words[each.tool]:<{told}}  {each.name}{own}"
    yield ""
    yield from _footer(every, with_all=with_all)


def _is_main(entry: Entry) -> bool:
    """Whether it is listed unasked: it is there on this system, and the agent looks for it."""
    return entry.is_here and entry.signature is not None


def _words(entry: Entry) -> str:
    if not entry.is_here:
        has_operator = entry.signature is not None and any(map(entry.signature.is_seen, System))
        return "not on this system" if has_operator else "never a session itself"
    told = ", ".join(f"{kind} ({sure})" for kind, sure in entry.evidence.items())
    return told or ("nothing: by name only" if entry.is_by_name_only else "nothing: undecidable")


def _footer(every: tuple[Entry, ...], *, with_all: bool) -> Iterator[str]:
    proven = sum(bool(each.evidence) for each in every)
    undecidable = [each.tool for each in every if each.is_undecidable and not each.is_by_name_only]
    by_name = sum(each.is_by_name_only for each in every)
    left_out = sum(not each.is_here for each in every)
    listed = "" if with_all else " (mezzora-agent tools --all lists them)"
    yield f"{proven} tools are told by their logs, processes or connections, each as surely as it says."
    yield f"{len(undecidable)} are undecidable here: a session looks like the idle program. When one begins, say"
    yield f"    mezzora-agent begin --tool {(undecidable or ['telephone'])[0]} --peer NAME"
    yield "and when it is over, mezzora-agent end. It is then recorded as declared, not as observed."
    yield f"{by_name} more are known by name only, to be declared likewise; {left_out} hold no session here{listed}."


def _fields(entry: Entry, system: System) -> dict[str, object]:
    signature = entry.signature
    return {
        "tool": entry.tool,
        "name": entry.name,
        "system": system.value,
        "evidence": [{"kind": kind.value, "confidence": sure.value} for kind, sure in entry.evidence.items()],
        "undecidable": entry.is_undecidable,
        "here": entry.is_here,
        "by_name_only": entry.is_by_name_only,
        "own": entry.is_own,
        "aliases": list(signature.aliases) if signature else [],
        "browser": signature.browser if signature else False,
        "relays": list(signature.socket.relays) if signature else [],
        "note": signature.note if signature else "",
    }
