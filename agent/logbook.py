"""The lines of one tool's log → the sessions that they tell. Pure: no file, no clock.

Which session a line belongs to is told by its handle or its peer; a line that names neither belongs to the last
attempt, or to the only session that is open.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

import msgspec

from agent.local_times import HOUR_MS, LocalAt, LocalTimes
from agent.sighting import LoggedSession
from agent.signature import LOG_PATTERNS, LogKind, LogRule, Zone
from shared.moments import to_at

NEAR_MS = 2_000  # a stamp this far outside the moment of reading is the same moment on a coarser clock
QUARTER_MS = HOUR_MS // 4  # zones differ by whole quarters of an hour
REMEMBERED_ROUTES = 1_000


class Stamp(msgspec.Struct, frozen=True):
    """The time that a line tells."""

    at: int
    unsure_ms: int
    cut_ms: int = 0  # so much later it may truly have been: a log of whole seconds cuts off the rest
    is_local: bool = False  # so that it may be whole quarters of an hour off, where the zone is not known for sure


class Told(msgspec.Struct, frozen=True):
    """An instant of a session, and how far the true one may lie from it."""

    at: int | None
    unsure_ms: int = 0


class Reading(Protocol):
    """What is known, besides its stamp, of when a line was written."""

    def start(self, stamp: Stamp | None) -> Told: ...

    def end(self, stamp: Stamp | None) -> Told: ...


class Moment(msgspec.Struct, frozen=True):
    """A line that is read as it is written: after the last reading, not after this one."""

    since_at: int
    until_at: int

    def start(self, stamp: Stamp | None) -> Told:
        """The latest start that the stamp tells; the latest possible when the stamp cannot be true."""
        return self._within(stamp, self.until_at, stamp.cut_ms if stamp is not None else 0)

    def end(self, stamp: Stamp | None) -> Told:
        """The earliest end that the stamp tells; the earliest possible when the stamp cannot be true."""
        return self._within(stamp, self.since_at, 0)

    def _within(self, stamp: Stamp | None, otherwise: int, later_ms: int) -> Told:
        for at in self._readings(stamp):
            if stamp is not None and self.since_at - NEAR_MS <= at <= self.until_at + NEAR_MS:
                unsure_ms = min(stamp.unsure_ms, self.until_at - self.since_at + NEAR_MS)
                return Told(min(max(at + later_ms, self.since_at), self.until_at), unsure_ms)
        return Told(otherwise, self.until_at - self.since_at)

    def _readings(self, stamp: Stamp | None) -> Iterator[int]:
        """The stamp's instant, and the one of another zone that is nearest to this moment."""
        if stamp is not None:
            yield stamp.at
            if stamp.is_local:
                yield stamp.at + round((self.until_at - stamp.at) / QUARTER_MS) * QUARTER_MS


class LongAgo(msgspec.Struct, frozen=True):
    """A line from before anybody looked: it tells that a session is open, and no time of which we know more."""

    def start(self, stamp: Stamp | None) -> Told:
        """Before the log was followed."""
        del stamp
        return Told(None)

    def end(self, stamp: Stamp | None) -> Told:
        """Over before it was seen live: nothing of it was watched."""
        del stamp
        return Told(None)


class Attempt(msgspec.Struct, frozen=True):
    """What the last attempt said, for the lines after it that name nobody."""

    peer: str | None = None
    handle: str | None = None
    name: str | None = None


class Logbook:
    """What one log has told so far."""

    def __init__(self, tool: str, source: str, rule: LogRule, local_at: LocalAt) -> None:
        self.tool, self.rule = tool, rule
        self.times = LocalTimes(local_at)
        self.last: LoggedSession | None = None  # of which it told something last
        self._source = source
        self._patterns = {name: re.compile(pattern) for name in LOG_PATTERNS if (pattern := getattr(rule, name))}
        self._attempt = Attempt()
        self._routes: dict[str, str] = {}  # the handles that were given out, and to which peer
        self._open: dict[str, LoggedSession] = {}
        self._count = 0
        self._latest_key, self._alike = "", 0
        self._latest = ""  # the latest stamp's text, for logs of local times

    @property
    def open(self) -> tuple[LoggedSession, ...]:
        """The sessions that have begun and not ended."""
        return tuple(self._open.values())

    def read(self, line: str, reading: Reading) -> tuple[LoggedSession, ...]:
        """Take one line in; returns the sessions that it ends, without an end where it does not tell when."""
        rule = self.rule
        if rule.kind is LogKind.RECORDS:
            return self._read_record(line, reading)
        if rule.zone is Zone.LOCAL:
            self._watch_order(line)
        if rule.words and not any(word in line for word in rule.words):
            return ()
        if self._hit("void", line):
            self._attempt = Attempt()
        if self.is_ignored(line):
            return ()
        self.learn_offset(line)
        if self._hit("begins", line):
            return self.give_up()
        if attempt := self._hit("attempt", line):
            self._attempt = Attempt(_peer(attempt), attempt.groupdict().get("handle"))
        if (route := self._hit("route", line)) and (peer := _peer(route)) is not None:
            self._route(route["handle"], peer)
        if name := self._hit("name", line):
            self._name(_peer(name), name.groupdict().get("name"))
        if start := self._hit("start", line):
            self._begin(start, line, reading)
        if end := self._hit("end", line):
            return self._finish(end, line, reading)
        return ()

    def give_up(self) -> tuple[LoggedSession, ...]:
        """Whatever was open is over, nobody knows since when."""
        over = self.open
        self._open.clear()
        self._routes.clear()
        self._attempt = Attempt()
        return over

    def stamp(self, line: str) -> Stamp | None:
        """The time in a line."""
        found = self._hit("time", line) if self.rule.zone is not Zone.NONE else None
        return self._read_time(found["time"]) if found else None

    def _route(self, handle: str, peer: str) -> None:
        if len(self._routes) >= REMEMBERED_ROUTES:
            self._routes.clear()
        self._routes[handle] = peer

    def _handle_for(self, peer: str | None) -> str | None:
        """The first handle that was given out to this peer and is not in use."""
        return next((handle for handle, to in self._routes.items() if to == peer and handle not in self._open), None)

    def _begin(self, start: re.Match[str], line: str, reading: Reading) -> None:
        peer = _peer(start) or self._attempt.peer
        if peer is None and self.rule.void is not None:
            return
        handle = start.groupdict().get("handle") or self._attempt.handle or self._handle_for(peer) or peer or "?"
        if handle in self._open:
            return
        self._count += 1
        stamp = self.stamp(line)
        told = reading.start(stamp)
        name = start.groupdict().get("name") or (self._attempt.name if peer == self._attempt.peer else None)
        key = self._new_key(f"{self._source}#{stamp.at if stamp else self._count}:{handle}")
        stamped_at = stamp.at if stamp else None
        self.last = LoggedSession(self.tool, key, peer, name, told.at, unsure_ms=told.unsure_ms, stamped_at=stamped_at)
        self._open[handle] = self.last

    def _new_key(self, key: str) -> str:
        """The same whenever this line is read, and another one for a reconnect that has the same stamp."""
        self._alike = self._alike + 1 if key == self._latest_key else 0
        self._latest_key = key
        return f"{key}.{self._alike}" if self._alike else key

    def _finish(self, end: re.Match[str], line: str, reading: Reading) -> tuple[LoggedSession, ...]:
        handle = self._ended(end.groupdict().get("handle"), _peer(end))
        session = self._open.pop(handle, None) if handle else None
        if session is None:
            return ()
        self._routes.pop(handle or "", None)
        # A reconnect may begin again without a new attempt: its start belongs to the peer that has just gone.
        self._attempt = Attempt() if self.rule.void is not None else Attempt(session.peer, name=session.peer_name)
        told = reading.end(self.stamp(line))
        self.last = msgspec.structs.replace(session, ended_at=told.at, unsure_ms=max(session.unsure_ms, told.unsure_ms))
        return (self.last,)

    def _ended(self, handle: str | None, peer: str | None) -> str | None:
        """Which open session an end belongs to."""
        if handle in self._open:
            return handle
        if handle is not None and self._routes.pop(handle, None) is not None:
            return None  # it was given out to an attempt that came to nothing
        if peer is not None:
            own = [each for each, session in self._open.items() if session.peer == peer]
            return peer if peer in own else next(iter(own), None)
        return next(iter(self._open)) if handle is None and len(self._open) == 1 else None

    def _name(self, peer: str | None, name: str | None) -> None:
        for handle, session in self._open.items():
            if peer in (None, session.peer):
                self._open[handle] = msgspec.structs.replace(session, peer_name=name)
        if peer in (None, self._attempt.peer):
            self._attempt = msgspec.structs.replace(self._attempt, name=name)

    def _read_record(self, line: str, reading: Reading) -> tuple[LoggedSession, ...]:
        if isinstance(reading, LongAgo) or self.is_ignored(line):
            return ()
        try:
            self.last, _ = self.record(line)
        except ValueError:
            return ()
        return (self.last,)

    def record(self, line: str) -> tuple[LoggedSession, str | None]:
        """The session that a record tells, and its mode; a ValueError says why there is none."""
        found = self._hit("record", line)
        if found is None:
            raise ValueError("this is no record of a session")
        began, ended = (self._read_time(found[each]) for each in ("start", "end"))
        if began is None or ended is None:
            raise ValueError("there is no such date or time")
        if ended.at < began.at:
            raise ValueError("it ends before it starts")
        groups = found.groupdict()
        peer = _peer(found)
        key = f"{self._source}#{began.at}:{ended.at}:{peer}:{groups.get('handle')}"
        session = LoggedSession(self.tool, key, peer, None, began.at, ended.at, unsure_ms=began.unsure_ms)
        return session, groups.get("mode")

    def learn_offset(self, line: str) -> bool:
        """If this is a banner with the offset of the local times that follow; returns whether it is."""
        banner = self._hit("offset", line)
        if banner is None:
            return False
        text = banner.groupdict().get("time")
        self.times.learn(_offset(banner.groupdict().get("offset")), self._parsed(text) if text else None)
        self._latest = ""
        return True

    def is_ignored(self, line: str) -> bool:
        """Whether it is the incoming side's."""
        return self._hit("ignore", line) is not None

    def is_foreign(self, line: str) -> bool:
        """Whether it tells a session in words that are not understood."""
        return self._hit("foreign", line) is not None and not (self._hit("start", line) or self._hit("end", line))

    def is_start(self, line: str) -> bool:
        """Whether it tells that a session begins, whenever that was."""
        return self._hit("start", line) is not None

    def _watch_order(self, line: str) -> None:
        """Where the stamps go back, the local clock did, at the end of daylight saving time or by a hand."""
        if (found := self._hit("time", line)) is None:
            return
        text = found["time"]
        if text < self._latest:
            for each in (self._latest, text):
                self._read_time(each)
        self._latest = text

    def _read_time(self, text: str) -> Stamp | None:
        moment, unsure_ms = self._parsed(text), self.rule.resolution_ms
        cut_ms = unsure_ms - 1
        if moment is None:
            return None
        if moment.tzinfo is not None:
            return Stamp(to_at(moment), unsure_ms, cut_ms)
        if self.rule.zone is Zone.UTC:
            return Stamp(to_at(moment.replace(tzinfo=UTC)), unsure_ms, cut_ms)
        at = self.times.at(moment)
        return Stamp(at, max(unsure_ms, self.times.unsure_ms), cut_ms, is_local=True)

    def _parsed(self, text: str) -> datetime | None:
        try:
            if self.rule.time_format == "iso":
                return datetime.fromisoformat(text)
            return datetime.strptime(text, self.rule.time_format)  # noqa: DTZ007 - the zone follows
        except ValueError:
            return None

    def _hit(self, name: str, line: str) -> re.Match[str] | None:
        pattern = self._patterns.get(name)
        return pattern.search(line) if pattern is not None else None


def _peer(found: re.Match[str]) -> str | None:
    """The peer in a line, blanks removed (TeamViewer writes some with blanks), masks kept."""
    text = "".join((found.groupdict().get("peer") or "").split())
    return text[:200] or None


def _offset(text: str | None) -> timedelta:
    """The zone of a banner: +3:00, -8:00, or nothing for UTC."""
    found = re.fullmatch(r"([+-])(\d{1,2}):(\d\d)", text or "")
    if found is None:
        return timedelta()
    length = timedelta(hours=int(found[2]), minutes=int(found[3]))
    if length >= timedelta(days=1):
        return timedelta()
    return -length if found[1] == "-" else length
