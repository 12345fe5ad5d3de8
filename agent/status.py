"""`mezzora-agent status`: what is recorded about you, what waits, how the collector answers, and how to stop it all."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from agent.link import Link
from agent.spool import SpoolState
from shared.moments import HOUR_MS, from_at
from shared.session import Mark, Session

DAY_MS = 24 * HOUR_MS


class Standing(msgspec.Struct, frozen=True):
    """What there is to tell."""

    collector: str  # its address
    agent: str  # what this PC is called there
    spool: SpoolState
    runs_as: str | None  # the process of the running agent; None when none runs
    link: Link | None
    live: tuple[Session, ...]
    recorded: tuple[Session, ...]  # ended, of the days that were asked for
    desk: str  # how the technician is told
    words: int = 0  # what he said and the collector has not noted yet


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `status` takes."""
    parser.add_argument(
        "--days", type=int, default=7, metavar="N", help="list what was recorded in so many days (default: 7)"
    )


def since_at(days: int, now_at: int) -> int:
    """The first instant of so many days up to now; ValueError when that is no number of days."""
    if not 0 <= days <= 400:
        raise ValueError("--days: write a number from 0 to 400; older sessions are not kept on this PC")
    return max(0, now_at - days * DAY_MS)


def run(standing: Standing, now_at: int, days: int, notice: str) -> int:
    """Print it."""
    sys.stdout.write("\n".join((*_agent(standing, now_at), "", *_sessions(standing, days), "", notice.rstrip(), "")))
    return 0


def _agent(of: Standing, now_at: int) -> Iterator[str]:
    if of.runs_as is None:
        yield "The agent does not run: nothing is recorded. Start it with: mezzora-agent run"
    else:
        yield f"The agent runs (process {of.runs_as})."
    yield f"It reports to {of.collector} as {of.agent}."
    if of.runs_as is not None:
        yield _collector(of.link, now_at)
    since = f", the longest since {_moment(of.spool.since_at)}" if of.spool.since_at is not None else ""
    yield f"{_sessions_of(of.spool.waiting)} to be sent{since}; {of.spool.refused} refused by the collector."
    if of.words:
        yield f"What you said of a session waits to be noted: {of.words}."
    if not of.spool.on_disk:
        yield "The file of what waits cannot be written." + (_IN_MEMORY if of.runs_as is not None else _BEFORE_A_RUN)
    yield f"Reminders reach you {of.desk}."
    yield "To stop it: Ctrl-C where it runs; from the log-on: mezzora-agent uninstall."


_IN_MEMORY = (
    " What the agent measures is kept in memory until the disk is mended: it is sent from there, is not shown here, and"
    " is lost if the agent is stopped before."
)
_BEFORE_A_RUN = " Mend the disk before you start the agent: it would keep all in memory."


def _collector(link: Link | None, now_at: int) -> str:
    if link is None:
        return "The collector has not been asked yet."
    if link.open:
        return f"The collector answers, since {_moment(link.since_at)}."
    silent = _length(max(0, now_at - link.since_at))
    return f"The collector has not answered since {_moment(link.since_at)} ({silent}): {link.why}. Nothing is lost."


def _sessions_of(count: int) -> str:
    return "1 session waits" if count == 1 else f"{count} sessions wait"


def _sessions(of: Standing, days: int) -> Iterator[str]:
    yield "Recorded about you now:" if of.live else "Recorded about you now: nothing."
    yield from _lines(of.live)
    within = "1 day" if days == 1 else f"{days} days"
    yield f"Recorded in the last {within}:" if of.recorded else f"Recorded in the last {within}: nothing."
    yield from _lines(of.recorded)


def _lines(sessions: Iterable[Session]) -> Iterator[str]:
    for each in sessions:
        marks = f"  ({', '.join(_MARKS[mark] for mark in each.marks)})" if each.marks else ""
        yield f"  {_moment(each.started_at)}  {_length(each.observed_ms):>10}  {each.tool}  {_peer(each)}{marks}"


def _peer(session: Session) -> str:
    """The other end by its name and by what the tool knows it by."""
    if session.peer_name and session.peer and session.peer_name != session.peer:
        return f"{session.peer_name} ({session.peer})"
    return session.peer_name or session.peer or "peer not told"


_MARKS = {
    Mark.PEER_BY_ARGUMENTS: "the peer is the one in the program's arguments",
    Mark.TUNNELLED: "through a tunnel",
    Mark.UNCONFIRMED_END: "its end was not seen",
}


def _moment(at: int) -> str:
    """In the time of this PC, as its user reads it on the wall."""
    local: datetime = from_at(at).astimezone()
    return local.strftime("%Y-%m-%d %H:%M:%S")


def _length(length_ms: int) -> str:
    minutes, seconds = divmod(length_ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
