"""`mezzora-agent explain`: for each candidate process and each log, in plain words, why it is or is not a session."""

import sys
from collections.abc import Iterator

import msgspec

from agent.detector import Verdict
from agent.toollogs import LogState
from shared.moments import iso


class Explanation(msgspec.Struct, frozen=True):
    """What one look saw, and what may be said of it."""

    verdicts: tuple[Verdict, ...]
    logs: tuple[LogState, ...]
    channels: tuple[str, ...]  # each event channel in words
    notes: dict[str, str]  # what a person should know about a tool


def run(of: Explanation) -> int:
    """Print it."""
    sys.stdout.write("".join(f"{line}\n" for line in lines(of)))
    return 0


def lines(of: Explanation) -> Iterator[str]:
    """The candidates, their logs and the channels; a log that is not there is told of tools that run here."""
    for verdict in of.verdicts:
        state = "a session" if verdict.sightings else "no session"
        yield f"{verdict.tool}: {state}: {verdict.subject}: {verdict.why}"
    if not of.verdicts:
        yield "no remote-support program that the agent knows runs here, and no log tells of a session"
    run_here = {verdict.tool for verdict in of.verdicts}
    yield from (_log(each) for each in of.logs if each.is_there or each.tool in run_here)
    yield from (f"{tool}: note: {of.notes[tool]}" for tool in sorted(run_here) if of.notes.get(tool))
    yield from of.channels


def _log(state: LogState) -> str:
    return f"{state.tool}: log: {state.place}: {state.why}{_last(state)}"


def _last(state: LogState) -> str:
    if state.last is None:
        return ""
    peer = state.last.peer or "a peer that it does not name"
    ended_at, began_at = state.last.ended_at, state.last.began_at
    if ended_at is not None:
        return f"; last it told the end of a session with {peer}, at {iso(ended_at)}"
    when = f" at {iso(began_at)}" if began_at is not None else ""
    return f"; last it told the start of a session with {peer}{when}"
