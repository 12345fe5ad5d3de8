"""Follows the tools' own logs: new lines, rotation, truncation, replacement. Holds no file open between two looks.

One look reads a bounded number of bytes, so that it never takes long: what is left is read at the next looks, and
until a log has been read to its end nothing is told of it.
"""

import heapq
import os
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

import msgspec

from agent.log_lines import Lines
from agent.logbook import Logbook, LongAgo, Moment, Reading
from agent.places import Places, expand
from agent.sharing import open_shared
from agent.sighting import LoggedSession
from agent.signature import Catalogue, LogKind
from agent.years import Years
from shared.clock import Clock
from shared.moments import to_at

TAIL_BYTES = 4 * 1024 * 1024  # of a log that is older than the agent: enough for every tool that rotates
LOOK_BYTES = 1024 * 1024  # of all logs, at one look: some hundredths of a second
CHUNK_BYTES = 128 * 1024
ANCHOR_BYTES = 256  # the last ones that were read: when they are no longer there, it is another file
LOOK_FOR_FILES_MS = 1_000  # of the tools that run
LOOK_FOR_ALL_FILES_MS = 30_000
WARM = 64  # so many logs are looked at each time, those that changed last; the others in turn
STALE_MS = 24 * 3_600_000  # nothing is still open in a log that was not written for so long
GONE_MS = 5_000  # a log that is not there for so long will not come back from a rotation
ASIDE = 50  # so many files beside a log are looked into for what was left unread of it


class LogState(msgspec.Struct, frozen=True):
    """What is to be said of one place where the catalogue expects a log."""

    tool: str
    place: str
    why: str
    last: LoggedSession | None = None  # of which it told something last
    is_there: bool = True


class ToolLogs:
    """The logs of all tools on this system."""

    def __init__(self, catalogue: Catalogue, clock: Clock, environment: Mapping[str, str]) -> None:
        self._clock = clock
        self._places = Places(clock)
        self._rules = [
            (
                signature.tool,
                rule,
                tuple(dict.fromkeys(filter(None, (expand(each, environment) for each in rule.paths)))),
            )
            for signature in catalogue.signatures
            for rule in signature.log
            if catalogue.system in rule.systems and rule.paths
        ]
        self._files: dict[str, LogFile] = {}
        self._cold = 0  # how far the turn of the logs that rest has come
        self._since_at: int | None = None
        self._looked_at: dict[int, int] = {}  # when the files of each rule were last looked for
        self._looked_for_files_ms: int | None = None
        self._looked_for_all_ms: int | None = None

    def look(self, runs: Collection[str]) -> tuple[LoggedSession, ...]:
        """The sessions open at this look, and those that have ended since the last one; `runs`: tools running now.

        What was open at the last look, and whose program does not run at this one, is over: a later run of the program
        cannot end it.
        """
        now_at = self._clock.wall_ms()
        self._find_files(runs, now_at)
        if self._since_at is None:
            self._since_at = now_at
        gone = [(file.book, file.book.held) for file in self._files.values() if file.book.tool not in runs]
        ended: list[LoggedSession] = []
        left = LOOK_BYTES
        for file in self._due():
            if left <= 0:
                break
            told, used = file.read(now_at, left)
            ended += told
            left -= used
        for book, was_held in gone:
            book.forget(was_held)
        self._files = {path: file for path, file in self._files.items() if not file.is_gone(now_at)}
        return (
            *(each if each.is_lost else while_watching(each, self._since_at) for each in ended),
            *(session for file in self._files.values() if file.is_seen(now_at) for session in file.open()),
        )

    @property
    def is_behind(self) -> bool:
        """Whether the next look will read on where this one had to stop."""
        return any(file.is_behind for file in self._files.values())

    def states(self) -> tuple[LogState, ...]:
        """What is to be said of every log that the catalogue names on this system, as of the last look."""
        told: list[LogState] = []
        for tool, _, patterns in self._rules:
            here = [path for each in patterns for path in self._places.files(each) if path in self._files]
            told += [LogState(tool, path, self._files[path].state, self._files[path].book.last) for path in here]
            if not here:
                told.append(LogState(tool, " or ".join(patterns) or "its log", "there is none", is_there=False))
        return tuple(told)

    def _due(self) -> list["LogFile"]:
        """The logs to look at now: those that are behind or changed last, and a few of the others in turn."""
        files = list(self._files.values())
        if len(files) <= WARM:
            return files
        warm = heapq.nlargest(WARM, files, key=lambda file: (file.is_behind, file.changed_ns))
        begin = self._cold % len(files)
        self._cold += WARM
        return list(dict.fromkeys((*warm, *files[begin : begin + WARM])))

    def _find_files(self, runs: Collection[str], now_at: int) -> None:
        now_ms = self._clock.steady_ms()
        if not _is_due(self._looked_for_files_ms, LOOK_FOR_FILES_MS, now_ms):
            return
        self._looked_for_files_ms = now_ms
        if of_all := _is_due(self._looked_for_all_ms, LOOK_FOR_ALL_FILES_MS, now_ms):
            self._looked_for_all_ms = now_ms
        for number, (tool, rule, patterns) in enumerate(self._rules):
            if not of_all and tool not in runs:
                continue
            for path in (path for each in patterns for path in self._places.files(each)):
                if path not in self._files and (changed_ns := _changed_ns(path)) is not None:
                    years = Years(datetime.fromtimestamp(changed_ns / 1e9))  # noqa: DTZ006 - in the zone of its lines
                    book = Logbook(tool, path, rule, local_at, years)
                    self._files[path] = LogFile(Path(path), book, self._looked_at.get(number), changed_ns)
            self._looked_at[number] = now_at


def _changed_ns(path: str) -> int | None:
    """When the file was last written to; None when it is no file."""
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return stat.st_mtime_ns if S_ISREG(stat.st_mode) else None


def _is_due(last_ms: int | None, every_ms: int, now_ms: int) -> bool:
    return last_ms is None or now_ms - last_ms >= every_ms


def while_watching(session: LoggedSession, since_at: int) -> LoggedSession:
    """The part of an ended session that fell after the agent began to look."""
    began_at = max(since_at, session.began_at or since_at)
    return msgspec.structs.replace(session, began_at=began_at, ended_at=max(began_at, session.ended_at or began_at))


class LogFile:
    """One log, and how far it has been read."""

    def __init__(self, path: Path, book: Logbook, absent_at: int | None, changed_ns: int) -> None:
        """`absent_at`: when it was looked for and not there; None when nobody has looked before."""
        self._path, self.book = path, book
        self._read_at = absent_at  # when everything in it had been read
        self._identity: tuple[int, int] | None = None
        self._mark: tuple[int, ...] | None = None  # what the system says of it as long as nobody writes
        self._old_bytes = 0  # so many were there before anybody looked
        self._size = 0
        self._is_missing = False
        self._trouble: str | None = None
        self._unread_since_at: int | None = None
        self.changed_ns = changed_ns
        self._start_anew()

    def _start_anew(self) -> None:
        self._offset = 0
        self._anchor = b""
        self._lines = Lines()

    @property
    def is_behind(self) -> bool:
        """Whether there is more in it than was read."""
        return self._offset < self._size

    @property
    def state(self) -> str:
        """In words, for `explain`."""
        if self._trouble is not None:
            return f"it is there, and cannot be read: {self._trouble}"
        if self.book.rule.kind is LogKind.RECORDS:
            return "it is followed; it tells of a session when that has ended"
        if not self.book.open and self.book.not_understood:
            return "it is followed, and tells sessions in a language that is not understood: they are not told by it"
        if not self.book.open:
            return "it is followed; it tells of no session that is open"
        return f"it is followed; sessions open in it: {len(self.book.open)}; they are live if the program runs"

    def is_seen(self, now_at: int) -> bool:
        """Whether what it tells as open can be trusted to be so: its end would have been read."""
        return not self._is_blind(now_at) and not self.is_behind

    def open(self) -> Iterator[LoggedSession]:
        """The sessions that it tells as open: as of now, or, where it cannot be read, as of when it was read last."""
        until_at = None if self._unread_since_at is None else self._read_at
        return (msgspec.structs.replace(session, open_until_at=until_at) for session in self.book.open)

    def _is_blind(self, now_at: int) -> bool:
        return self._unread_since_at is not None and now_at - self._unread_since_at > GONE_MS

    def is_gone(self, now_at: int) -> bool:
        """Whether it was taken away, and not by a rotation."""
        return self._is_missing and self._is_blind(now_at)

    def read(self, now_at: int, limit: int) -> tuple[list[LoggedSession], int]:
        """Take in what is new, up to so many bytes; returns the sessions that it ends, and the bytes that it took."""
        try:
            return self._read(now_at, limit)
        except OSError as error:  # taken away, in use, or not ours: the next look tries again
            self._is_missing = isinstance(error, FileNotFoundError)
            self._trouble = error.strerror or str(error)
            if self._unread_since_at is None:
                self._unread_since_at = now_at
            return [], 0

    def _read(self, now_at: int, limit: int) -> tuple[list[LoggedSession], int]:
        stat = self._path.stat()
        mark = (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns)
        told: list[LoggedSession] = []
        used = 0
        if mark != self._mark or self.is_behind or self._trouble is not None:
            if self._mark is None:
                self._first_seen(stat, now_at)
            with open_shared(self._path) as file:
                told, used = self._read_open(file, now_at, limit)
            self._mark, self.changed_ns = mark, stat.st_mtime_ns
        self._is_missing, self._trouble, self._unread_since_at = False, None, None
        if not self.is_behind:
            self._read_at = now_at
        return told, used

    def _first_seen(self, stat: os.stat_result, now_at: int) -> None:
        changed_at = stat.st_mtime_ns // 1_000_000
        if self._read_at is not None and changed_at >= self._read_at - GONE_MS:
            return  # begun here since the last look for it, and not moved here
        self._read_at = now_at
        self._old_bytes = stat.st_size
        if self.book.rule.kind is LogKind.RECORDS or changed_at < now_at - STALE_MS:
            self._offset = stat.st_size
        else:
            self._offset = max(0, stat.st_size - TAIL_BYTES) // 2 * 2  # two bytes may be one letter

    def _read_open(self, file: BinaryIO, now_at: int, limit: int) -> tuple[list[LoggedSession], int]:
        stat = os.fstat(file.fileno())
        identity = (stat.st_dev, stat.st_ino)
        told: list[LoggedSession] = []
        if self._identity is None:
            if self._offset:
                self._begin_within(file)
        elif identity != self._identity or not _goes_on(file, stat.st_size, self._offset, self._anchor):
            told += self._read_aside(now_at)
            if self.book.rule.emptied_at_start or self._is_blind(now_at):
                told += self.book.give_up()
            self._start_anew()
            self._old_bytes = 0
        self._identity, self._size = identity, stat.st_size
        more, used = self._take(file, now_at, limit)
        return told + more, used

    def _begin_within(self, file: BinaryIO) -> None:
        """Reading begins in the middle of the file: the line that it falls into is passed over."""
        self._lines = Lines(file.read(8))
        length = min(self._offset, ANCHOR_BYTES)
        file.seek(self._offset - length)
        self._anchor = file.read(length)
        if not self._anchor.endswith((b"\n", b"\n\0")):
            self._lines.drop_rest()

    def _read_aside(self, now_at: int) -> list[LoggedSession]:
        """The last lines before a rotation stand in the file that was renamed, or that was copied before this one was
        emptied."""
        for path in self._candidates():
            try:
                with open_shared(path) as file:
                    stat = os.fstat(file.fileno())
                    may_be = self._is_it(stat) or bool(self._anchor)
                    if may_be and _goes_on(file, stat.st_size, self._offset, self._anchor):
                        self._size = stat.st_size
                        return self._take(file, now_at, TAIL_BYTES)[0]
            except OSError:
                continue
        return []

    def _candidates(self) -> list[Path]:
        """The files beside it that may be the one that stood here: the renamed one first, then the newest."""
        found = []
        try:
            for entry in os.scandir(self._path.parent):
                if entry.name != self._path.name and entry.is_file():
                    stat = os.stat(entry.path)
                    if stat.st_size >= self._offset:
                        found.append((self._is_it(stat), stat.st_mtime_ns, entry.path))
        except OSError:
            return []
        return [Path(path) for _, _, path in heapq.nlargest(ASIDE, found)]

    def _is_it(self, stat: os.stat_result) -> bool:
        """Whether it has this log's number; some systems give none."""
        return stat.st_ino != 0 and (stat.st_dev, stat.st_ino) == self._identity

    def _take(self, file: BinaryIO, now_at: int, limit: int) -> tuple[list[LoggedSession], int]:
        told: list[LoggedSession] = []
        used = 0
        file.seek(self._offset)
        while used < limit:
            reading = self._reading(now_at)
            old = self._old_bytes - self._offset
            new = file.read(min(CHUNK_BYTES, limit - used, old if old > 0 else limit))
            if not new:
                break
            self._anchor = (self._anchor + new)[-ANCHOR_BYTES:]
            self._offset += len(new)
            used += len(new)
            told += self._told_by(self._lines.take(new), reading)
        self._size = max(self._size, self._offset)
        if self.book.rule.kind is LogKind.RECORDS and (last := self._last_record()):
            told += self._told_by([last], self._reading(now_at))
        return told, used

    def _last_record(self) -> str | None:
        """A record that is whole without an end of line: some lists have none after the last."""
        rest = self._lines.rest
        if not rest.endswith("}"):
            return None
        self._lines.drop_rest()
        return rest

    def _reading(self, now_at: int) -> Reading:
        if self._offset < self._old_bytes:
            return LongAgo()
        return Moment(min(self._read_at, now_at) if self._read_at is not None else now_at, now_at)

    def _told_by(self, lines: list[str], reading: Reading) -> Iterator[LoggedSession]:
        for line in lines:
            yield from (each for each in self.book.read(line, reading) if each.is_lost or each.ended_at is not None)


def _goes_on(file: BinaryIO, size: int, offset: int, anchor: bytes) -> bool:
    """Whether the file has what was read, where it was read."""
    if size < offset:
        return False
    file.seek(offset - len(anchor))
    return file.read(len(anchor)) == anchor


def local_at(moment: datetime) -> int:
    """The instant of a local time of this computer."""
    return to_at(moment.astimezone())
