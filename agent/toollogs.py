"""Follows the tools' own logs: new lines, rotation, truncation. Holds no file open, so that no tool is in its way."""

import codecs
import contextlib
import glob
import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from agent.logbook import Logbook, Moment
from agent.sighting import LoggedSession
from agent.signature import Catalogue, LogRule
from shared.clock import Clock
from shared.moments import to_at

TAIL_BYTES = 4 * 1024 * 1024  # of a log that is older than the agent: enough for every tool that rotates
LOOK_FOR_FILES_MS = 1_000  # of the tools that run
LOOK_FOR_ALL_FILES_MS = 30_000


class ToolLogs:
    """The logs of all tools on this system."""

    def __init__(self, catalogue: Catalogue, clock: Clock, environment: Mapping[str, str]) -> None:
        self._clock = clock
        self._rules = [
            (signature.tool, rule, pattern)
            for signature in catalogue.signatures
            for rule in signature.log
            if catalogue.system in rule.systems
            for path in rule.paths
            if (pattern := expand(path, environment)) is not None
        ]
        self._files: dict[str, LogFile] = {}
        self._read_at: int | None = None
        self._since_at: int | None = None
        self._looked_for_files_ms: int | None = None
        self._looked_for_all_ms: int | None = None

    def look(self, runs: Collection[str]) -> tuple[LoggedSession, ...]:
        """The sessions open at this look, and those that have ended since the last one; `runs`: tools running now."""
        now_at = self._clock.wall_ms()
        moment = Moment(min(self._read_at, now_at), now_at) if self._read_at is not None else None
        self._find_files(runs)
        self._read_at = now_at
        if self._since_at is None:
            self._since_at = now_at
        ended = [session for file in self._files.values() for session in file.read(moment)]
        return (
            *(while_watching(each, self._since_at) for each in ended),
            *(session for file in self._files.values() for session in file.book.open),
        )

    def _find_files(self, runs: Collection[str]) -> None:
        now_ms = self._clock.steady_ms()
        if not _is_due(self._looked_for_files_ms, LOOK_FOR_FILES_MS, now_ms):
            return
        self._looked_for_files_ms = now_ms
        if of_all := _is_due(self._looked_for_all_ms, LOOK_FOR_ALL_FILES_MS, now_ms):
            self._looked_for_all_ms = now_ms
        for tool, rule, pattern in self._rules:
            if not of_all and tool not in runs:
                continue
            for path in glob.iglob(pattern):
                if path not in self._files and os.path.isfile(path):
                    self._files[path] = LogFile(Path(path), Logbook(tool, path, rule, local_at), rule)


def _is_due(last_ms: int | None, every_ms: int, now_ms: int) -> bool:
    return last_ms is None or now_ms - last_ms >= every_ms


def while_watching(session: LoggedSession, since_at: int) -> LoggedSession:
    """The part of an ended session that fell after the agent began to look."""
    began_at = max(since_at, session.began_at or since_at)
    return replace(session, began_at=began_at, ended_at=max(began_at, session.ended_at or began_at))


class LogFile:
    """One log, and how far it has been read."""

    def __init__(self, path: Path, book: Logbook, rule: LogRule) -> None:
        self._path, self._rule = path, rule
        self.book = book
        self._identity: tuple[int, int] | None = None
        self._start_anew()

    def _start_anew(self) -> None:
        self._offset = 0
        self._rest = ""
        self._decoder = codecs.getincrementaldecoder(self._rule.encoding)(errors="replace")

    def read(self, moment: Moment | None) -> Iterator[LoggedSession]:
        """Take in what is new; yields the sessions that it ends."""
        try:
            stat = self._path.stat()
        except OSError:
            return
        identity = (stat.st_dev, stat.st_ino)
        if self._identity is None:
            if moment is None:
                self._offset = max(0, stat.st_size - TAIL_BYTES)
        elif identity != self._identity:
            yield from self._read_renamed(self._identity, moment)
            self._start_anew()
        elif stat.st_size < self._offset:
            self._start_anew()
        self._identity = identity
        if stat.st_size > self._offset:
            yield from self._take(self._path, moment)

    def _read_renamed(self, identity: tuple[int, int], moment: Moment | None) -> Iterator[LoggedSession]:
        """The last lines before a rotation stand in the file that was renamed."""
        with contextlib.suppress(OSError):
            for entry in os.scandir(self._path.parent):
                stat = os.stat(entry.path)
                if (stat.st_dev, stat.st_ino) == identity and stat.st_size > self._offset:
                    yield from self._take(Path(entry.path), moment)

    def _take(self, path: Path, moment: Moment | None) -> Iterator[LoggedSession]:
        try:
            with path.open("rb") as file:
                file.seek(self._offset)
                new = file.read()
        except OSError:
            return  # in use or taken away: the next look reads it
        self._offset += len(new)
        *lines, self._rest = (self._rest + self._decoder.decode(new)).replace("\r\n", "\n").split("\n")
        for line in lines:
            if (session := self.book.read(line, moment)) is not None:
                yield session


def expand(path: str, environment: Mapping[str, str]) -> str | None:
    """The path with %VARIABLE% and ~ filled in, ready for glob; None when this system lacks the variable."""
    known = {name.upper(): value for name, value in environment.items()}
    names = re.findall(r"%([^%]+)%", path)
    if any(name.upper() not in known for name in names):
        return None
    for name in names:
        path = path.replace(f"%{name}%", glob.escape(known[name.upper()]))
    return os.path.expanduser(path)


def local_at(moment: datetime) -> int:
    """The instant of a local time of this computer."""
    return to_at(moment.astimezone())
