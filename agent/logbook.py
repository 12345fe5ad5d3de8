"""The lines of one tool's log → the sessions that they tell. Pure: no file, no clock.

Which session a line belongs to is told by its handle or its peer; a line that names neither belongs to the last
attempt, or to the only session that is open.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

from agent.sighting import LoggedSession
from agent.signature import LogKind, LogRule, Zone
from shared.moments import to_at

NEAR_MS = 2_000  # a stamp this far outside the moment of reading is the same moment on a coarser clock
LONGEST_LINE = 4_000  # characters that are looked at; no pattern of the catalogue needs more


@dataclass(frozen=True)
class Moment:
    """Between which instants a line was written: after the last reading, not after this one."""

    since_at: int
    until_at: int

    def start(self, stamp: int | None) -> int:
        """The start that the stamp tells; the latest possible when the stamp cannot be true."""
        return self._within(stamp, self.until_at)

    def end(self, stamp: int | None) -> int:
        """The end that the stamp tells; the earliest possible when the stamp cannot be true."""
        return self._within(stamp, self.since_at)

    def _within(self, stamp: int | None, otherwise: int) -> int:
        if stamp is None or not self.since_at - NEAR_MS <= stamp <= self.until_at + NEAR_MS:
            return otherwise
        return min(max(stamp, self.since_at), self.until_at)


@dataclass(frozen=True)
class Attempt:
    """What the last attempt said, for the lines after it that name nobody."""

    peer: str | None = None
    handle: str | None = None
    name: str | None = None


class Logbook:
    """What one log has told so far."""

    def __init__(self, tool: str, source: str, rule: LogRule, local_at: Callable[[datetime], int]) -> None:
        self._tool, self._source, self._rule, self._local_at = tool, source, rule, local_at
        self._offset: timezone | None = None
        self._attempt = Attempt()
        self._open: dict[str, LoggedSession] = {}
        self._count = 0

    @property
    def open(self) -> tuple[LoggedSession, ...]:
        """The sessions that have begun and not ended."""
        return tuple(self._open.values())

    def read(self, line: str, moment: Moment | None) -> LoggedSession | None:
        """Take one line in; returns the session that it ends. Without a moment the line is from before we looked."""
        line = line[:LONGEST_LINE]
        if self._rule.kind is LogKind.RECORDS:
            return self._record(line) if moment is not None else None
        if self._hit(self._rule.void, line):
            self._attempt = Attempt()
        if self._hit(self._rule.ignore, line):
            return None
        if banner := self._hit(self._rule.offset, line):
            self._offset = _offset(banner.groupdict().get("offset"))
            self._open.clear()  # the program starts anew: whatever it had open is over
        if attempt := self._hit(self._rule.attempt, line):
            self._attempt = Attempt(_peer(attempt), attempt.groupdict().get("handle"))
        if name := self._hit(self._rule.name, line):
            self._name(_peer(name), name.groupdict().get("name"))
        if start := self._hit(self._rule.start, line):
            self._begin(start, moment.start(self._stamp(line)) if moment else None)
        if end := self._hit(self._rule.end, line):
            return self._finish(end, moment.end(self._stamp(line)) if moment else None)
        return None

    def _begin(self, start: re.Match[str], at: int | None) -> None:
        peer = _peer(start) or self._attempt.peer
        if peer is None and self._rule.void is not None:
            return
        handle = start.groupdict().get("handle") or self._attempt.handle or peer or "?"
        if handle in self._open:
            return
        self._count += 1
        name = start.groupdict().get("name") or (self._attempt.name if peer == self._attempt.peer else None)
        key = f"{self._source}#{self._count}:{handle}"
        self._open[handle] = LoggedSession(self._tool, key, peer, name, began_at=at)

    def _finish(self, end: re.Match[str], at: int | None) -> LoggedSession | None:
        handle = end.groupdict().get("handle") or _peer(end)
        if handle is None and len(self._open) == 1:
            handle = next(iter(self._open))
        session = self._open.pop(handle, None) if handle else None
        if session is None:
            return None
        # A reconnect may begin again without a new attempt: its start belongs to the peer that has just gone.
        self._attempt = Attempt() if self._rule.void is not None else Attempt(session.peer, name=session.peer_name)
        return replace(session, ended_at=at) if at is not None else None

    def _name(self, peer: str | None, name: str | None) -> None:
        for handle, session in self._open.items():
            if peer in (None, session.peer):
                self._open[handle] = replace(session, peer_name=name)
        if peer in (None, self._attempt.peer):
            self._attempt = replace(self._attempt, name=name)

    def _record(self, line: str) -> LoggedSession | None:
        record = self._hit(self._rule.record, line)
        if record is None:
            return None
        began, ended = self._read_time(record["start"]), self._read_time(record["end"])
        if began is None or ended is None or ended < began:
            return None
        self._count += 1
        return LoggedSession(self._tool, f"{self._source}#{self._count}", _peer(record), None, began, ended)

    def _stamp(self, line: str) -> int | None:
        found = self._hit(self._rule.time, line)
        return self._read_time(found["time"]) if found else None

    def _read_time(self, text: str) -> int | None:
        try:
            moment = datetime.strptime(text, self._rule.time_format)  # noqa: DTZ007 - the zone follows
        except ValueError:
            return None
        if moment.tzinfo is not None:
            return to_at(moment)
        if self._rule.zone is Zone.UTC:
            return to_at(moment.replace(tzinfo=UTC))
        if self._offset is not None:
            return to_at(moment.replace(tzinfo=self._offset))
        return self._local_at(moment)

    @staticmethod
    def _hit(pattern: str | None, line: str) -> re.Match[str] | None:
        return re.search(pattern, line) if pattern is not None else None


def _peer(found: re.Match[str]) -> str | None:
    """The peer in a line, blanks removed (TeamViewer writes some with blanks), masks kept."""
    text = "".join((found.groupdict().get("peer") or "").split())
    return text[:200] or None


def _offset(text: str | None) -> timezone | None:
    """The zone of a banner: +3:00, -8:00, or nothing for UTC."""
    found = re.fullmatch(r"([+-])(\d{1,2}):(\d\d)", text or "")
    if found is None:
        return UTC
    length = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-length if found[1] == "-" else length) if length < timedelta(days=1) else UTC
