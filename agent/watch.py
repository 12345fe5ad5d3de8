"""`mezzora-agent watch`: the sessions of this PC as JSON lines, with no collector and nothing kept."""

import threading
from collections.abc import Callable, Sequence
from typing import TextIO

import msgspec

from agent.meter import Meter
from agent.tracker import Change, Happening
from shared.clock import Clock
from shared.moments import iso, seconds
from shared.session import Session

Tell = Callable[[Sequence[Change]], None]


def json_lines(out: TextIO) -> Tell:
    """One JSON object for each change, flushed at once. The end of the grace time is not told: the stop was."""
    return _lines(out, lambda change: msgspec.json.encode(_line(change.what, change.session)).decode())


def text_lines(out: TextIO) -> Tell:
    """The same for a person at a terminal."""

    def line(change: Change) -> str:
        session = change.session
        peer = session.peer or "unknown peer"
        return f"{change.what:<8}  {session.tool}  {peer}  {seconds(session.observed_ms):.0f} s"

    return _lines(out, line)


def _lines(out: TextIO, line: Callable[[Change], str]) -> Tell:
    def tell(changes: Sequence[Change]) -> None:
        out.writelines(f"{line(change)}\n" for change in changes if change.what is not Happening.END)
        out.flush()

    return tell


def _line(what: Happening, session: Session) -> dict[str, object]:
    line: dict[str, object] = {
        "event": what.value,
        "session": session.id,
        "tool": session.tool,
        "peer": session.peer,
        "at": iso(session.stretches[-1].started_at if what is Happening.START else session.last_seen_at),
        "observed_seconds": seconds(session.observed_ms),
        "evidence": session.evidence.value,
        "also": [each.value for each in session.also],
        "unsure_seconds": {"start": _seconds(session.start_unsure_ms), "end": _seconds(session.end_unsure_ms)},
    }
    if session.marks:
        line["marks"] = [mark.value for mark in session.marks]
    return line


def _seconds(length_ms: int | None) -> float | None:
    return None if length_ms is None else seconds(length_ms)


def watch(meter: Meter, tell: Tell, clock: Clock, stop: threading.Event, for_ms: int | None) -> None:
    """Look until told to stop, or until so much time has gone by; what is live then gets a last progress."""
    began_ms = clock.steady_ms()
    until_ms = began_ms + for_ms if for_ms is not None else None
    while not stop.is_set():
        look_ms = clock.steady_ms()
        due_ms = look_ms + meter.look()
        if until_ms is not None and look_ms >= until_ms:
            break
        due_ms = due_ms if until_ms is None else min(due_ms, until_ms)
        stop.wait(max(0, due_ms - clock.steady_ms()) / 1000)
    tell(meter.live())
