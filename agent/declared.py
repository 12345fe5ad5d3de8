"""Sessions that the technician declares: the telephone, a browser console, a tool that shows nothing of its sessions.

`mezzora-agent begin` and `end` write them down; the running agent reads them at every look and measures them by its own
clocks. What nobody measured, because no agent ran, is not recorded.
"""

import argparse
import logging
import secrets
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

import msgspec

from agent import own_file
from agent.errors import NothingDeclared
from agent.sighting import LoggedSession
from shared.clock import Clock
from shared.moments import from_at
from shared.session import Evidence, Instant, Name, Slug

TELEPHONE = "telephone"
KEPT_ENDED = 50  # so many that have ended stay in the file, for an agent that has not looked since


log = logging.getLogger(__name__)


class Declaration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One session on the technician's word."""

    id: Name
    tool: Slug
    peer: Name | None
    began_at: Instant
    ended_at: Instant | None = None


_file = msgspec.json.Decoder(tuple[Declaration, ...])


def read_declarations(path: Path) -> tuple[Declaration, ...]:
    """What is declared; a file that cannot be read is NothingDeclared with the remedy."""
    try:
        return _file.decode(path.read_bytes())
    except FileNotFoundError:
        return ()
    except (OSError, msgspec.DecodeError) as error:
        raise NothingDeclared(f"{path} cannot be read ({error}): remove it and declare again") from error


class Declarations:
    """What the technician declared, as the logs' readers tell sessions."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path, self._clock = path, clock
        self._stamp: tuple[int, int] | None = None
        self._declared: tuple[Declaration, ...] = ()
        self._open: frozenset[str] = frozenset()
        self._read_at: int | None = None

    def look(self, runs: Collection[str]) -> tuple[LoggedSession, ...]:
        """The sessions that are open at this look, and those that were ended since the last one."""
        del runs  # the technician's word needs no program
        now_at = self._clock.wall_ms()
        since_at = min(self._read_at, now_at) if self._read_at is not None else now_at
        is_first, self._read_at = self._read_at is None, now_at
        self._refresh()
        told = [
            self._told(each, None if is_first else since_at, now_at)
            for each in self._declared
            if each.ended_at is None or each.id in self._open or (not is_first and each.ended_at > since_at)
        ]
        self._open = frozenset(each.id for each in self._declared if each.ended_at is None)
        return tuple(told)

    def _refresh(self) -> None:
        try:
            stat = self._path.stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
        except OSError:
            stamp = None
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._declared = read_declarations(self._path)
        except NothingDeclared as error:
            log.error("%s; nothing of it is recorded", error)
            self._declared = ()

    def _told(self, each: Declaration, since_at: int | None, now_at: int) -> LoggedSession:
        """Its instants as far as they were watched; None for a start before the first look."""
        began_at = None if since_at is None or each.began_at < since_at else min(each.began_at, now_at)
        ended_at = each.ended_at
        if ended_at is not None:
            earliest_at = began_at if began_at is not None else since_at if since_at is not None else now_at
            ended_at = min(max(ended_at, earliest_at), now_at)
        return LoggedSession(
            each.tool, f"declared:{each.id}", each.peer, None, began_at, ended_at, evidence=Evidence.DECLARED
        )


def begin(path: Path, tool: str, peer: str | None, now_at: int) -> Declaration:
    """Declare that a session begins now; NothingDeclared when the same one is open already."""
    declared = read_declarations(path)
    for each in declared:
        if each.ended_at is None and (each.tool, each.peer) == (tool, peer):
            raise NothingDeclared(f"{_named(each)} is declared already, since {_moment(each.began_at)}")
    new = Declaration(secrets.token_hex(8), tool, peer, now_at)
    _write(path, (*declared, new))
    return new


def end(path: Path, tool: str | None, peer: str | None, now_at: int) -> Declaration:
    """Declare that the open session ends now; NothingDeclared when none or several could be meant."""
    declared = read_declarations(path)
    are_open = [each for each in declared if each.ended_at is None]
    meant = [each for each in are_open if tool in (None, each.tool) and peer in (None, each.peer)]
    if len(meant) != 1:
        names = ", ".join(_named(each) for each in meant or are_open) or "nothing"
        remedy = "say which one by --tool or --peer" if meant else "begin one with: mezzora-agent begin"
        raise NothingDeclared(f"declared and open: {names}; {remedy}")
    ended = msgspec.structs.replace(meant[0], ended_at=max(now_at, meant[0].began_at))
    _write(path, tuple(ended if each is meant[0] else each for each in declared))
    return ended


def _write(path: Path, declared: Sequence[Declaration]) -> None:
    """Whole or not at all."""
    ended = [each for each in declared if each.ended_at is not None]
    kept = [each for each in declared if each.ended_at is None or each in ended[-KEPT_ENDED:]]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        own_file.write(path, msgspec.json.format(msgspec.json.encode(kept)))
    except OSError as error:
        why = error.strerror or str(error)
        raise NothingDeclared(
            f"{path} cannot be written ({why}): nothing is declared; mend the disk and declare again, or note the times"
        ) from error


def _moment(at: int) -> str:
    """In the time of this PC."""
    return from_at(at).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _named(each: Declaration) -> str:
    return each.tool if each.peer is None else f"{each.tool} to {each.peer}"


# The command line.


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `begin` and `end` take."""
    parser.add_argument("--tool", metavar="T", help="which tool, as `mezzora-agent tools --all` names it")
    parser.add_argument("--peer", metavar="P", help="towards whom: an id, a computer, a customer's name")


def name_given(text: str | None, what: str) -> str | None:
    """A name from the command line, blanks at its ends removed; ValueError when it is none."""
    if text is None:
        return None
    text = text.strip()
    if not 0 < len(text) <= 200 or not text.isprintable():
        raise ValueError(f"--{what}: write 1 to 200 printable letters")
    return text


def the_one_meant(undecidable: Collection[str]) -> str:
    """What somebody means who names no tool: the only one that runs and cannot be seen, else the telephone."""
    if len(undecidable) > 1:
        raise NothingDeclared(f"these run and cannot be seen: {', '.join(sorted(undecidable))}; say which by --tool")
    return next(iter(undecidable), TELEPHONE)


def run_begin(path: Path, tool: str, peer: str | None, clock: Clock, *, is_running: bool) -> int:
    """Declare and say so."""
    begun = begin(path, tool, peer, clock.wall_ms())
    sys.stdout.write(f"begun: {_named(begun)}, on your word; it ends with: mezzora-agent end\n")
    if not is_running:
        sys.stderr.write("mezzora-agent: no agent runs, so nothing is recorded until: mezzora-agent run\n")
    return 0


def run_end(path: Path, tool: str | None, peer: str | None, clock: Clock) -> int:
    """End the one that is meant and say so."""
    ended = end(path, tool, peer, clock.wall_ms())
    minutes, seconds = divmod(((ended.ended_at or ended.began_at) - ended.began_at) // 1000, 60)
    sys.stdout.write(f"ended: {_named(ended)}, {minutes}:{seconds:02d} after it was begun\n")
    return 0
