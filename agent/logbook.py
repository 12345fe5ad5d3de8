"""The lines of one tool's log → the sessions that they tell. Pure: no file, no clock.

Which session a line belongs to is told by its handle and its peer; a line that names neither belongs to the last
attempt, or to the only session that is open. An end that names another handle or peer ends nothing, and a session
whose place another one takes is over, nobody knows since when: it is never given the other's end. Where several may
share a place, the one that began last ends first, so that none is long.
"""

import re
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Protocol

import msgspec

from agent.local_times import HOUR_MS, LocalAt, LocalTimes
from agent.sighting import LoggedSession
from agent.signature import LOG_PATTERNS, LogKind, LogRule, Zone
from agent.years import Years
from shared.moments import to_at

NEAR_MS = 2_000  # a stamp this far outside the moment of reading is the same moment on a coarser clock
QUARTER_MS = HOUR_MS // 4  # zones differ by whole quarters of an hour
RECONNECT_MS = 15_000  # a tool that reconnects by itself within it goes on with the same session
TOLD_AGAIN_MS = 10_000  # of one end several lines may tell, the last of them so long after the first
WAKING_MS = 60_000  # a connection that did not live through a sleep is told as over within so long after it
AT_ONCE_MS = 1_000  # two lines that tell the same end come within it
ANSWER_MS = 120_000  # an attempt that is older is answered after those that are not: it may have come to nothing
REMEMBERED_ROUTES = 1_000
YEARS = range(1990, 2101)  # a date in any other is none
A_LEAP_YEAR = "2000"
FRACTION = re.compile(r":\d\d[.,]\d")
WHOLE_SECOND = re.compile(r"[.,]%f")


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

    def __init__(self, tool: str, source: str, rule: LogRule, local_at: LocalAt, years: Years | None = None) -> None:
        """`years`: of the lines that leave theirs out; without, such a line has no time."""
        self.tool, self.rule = tool, rule
        self.years = years
        self.times = LocalTimes(local_at)
        self.last: LoggedSession | None = None  # of which it told something last
        self.not_understood = 0  # lines that tell a session in a language that is not known
        self.beginless = 0  # lines of a session or an attempt of which it did not tell the beginning
        self.left_out: set[str] = set()  # kinds of connections that it told, and that are no sessions
        self._source = source
        self._patterns = {
            name: re.compile(pattern, re.MULTILINE) for name in LOG_PATTERNS if (pattern := getattr(rule, name))
        }
        # Whether attempts name their place: what ends there is of the one that was made there last.
        self.tells_places = "attempt" in self._patterns and "handle" in self._patterns["attempt"].groupindex
        self._attempt = Attempt()
        self._routes: dict[str, str] = {}  # the handles that were given out, and to which peer; "": the incoming side
        self._tried: set[str] = set()  # the handles and peers of attempts that no start has answered yet
        self._tried_at: dict[str, int] = {}  # when each of them was made
        self._reached: set[str] = set()  # those whose peer was found
        self._failed: Stamp | None = None  # when one of them came to nothing last
        self._refused: tuple[Stamp | None, frozenset[str]] | None = None  # a line that ended nothing, and who waited
        self._hints: dict[str, tuple[Told, Stamp | None]] = {}  # starts whose own line may be missing, by their peer
        self.sleeps: deque[tuple[int, int | None]] = deque(
            maxlen=REMEMBERED_ROUTES
        )  # from when until when it told them
        self._asleep: dict[str, LoggedSession] = {}  # what was open when the computer began to sleep
        self._unproven: set[str] = set()  # what may have woken with it, while no line of its own has shown that
        self._between: dict[str, tuple[LoggedSession, ...]] = {}  # what that was awake, until it fell asleep again
        self._gone: dict[str, tuple[int, str | None]] = {}  # when the last session with a peer ended, and its name
        self._before = ""  # the line before this one
        self._attempts: dict[str, Attempt] = {}  # the last one in each place that attempts name
        self._aliases: dict[str, str] = {}  # places that tell of a session whose attempt was made in another
        self._strangers: dict[str, int] = {}  # places in which something has ended, or was none of ours, and when
        self._heard: set[str] = set()  # peers, handles and processes that it named in a beginning, or of the other side
        self._doubted: dict[str, LoggedSession] = {}  # what was open when one more of the program's processes began
        self._unnamed: dict[str, frozenset[str]] = {}  # open sessions of a peer unknown, and those that it may be
        self._open: dict[str, LoggedSession] = {}
        self._count = 0
        self._latest_key, self._alike = "", 0
        self._latest = ""  # the latest stamp's text, for logs of local times

    @property
    def open(self) -> tuple[LoggedSession, ...]:
        """The sessions that have begun and not ended."""
        return tuple(session for handle, session in self._open.items() if handle not in self._unproven)

    @property
    def held(self) -> tuple[LoggedSession, ...]:
        """Those, and the ones that may go on after a sleep, or beside what has begun."""
        return (*self._open.values(), *self._asleep.values(), *self._doubted.values())

    def read(self, line: str, reading: Reading) -> tuple[LoggedSession, ...]:
        """Take one line in; returns the sessions that it ends, those as lost of which it does not tell when."""
        before, self._before = self._before, line
        rule = self.rule
        if rule.kind is LogKind.RECORDS:
            return self._read_record(line, reading)
        if rule.zone is Zone.LOCAL:
            self._watch_order(line)
        if not self._is_understood(line):
            self.not_understood += 1
        if no_session := self._hit("no_session", line):
            self.left_out.add(no_session["kind"])
        if rule.words and not any(word in line for word in rule.words):
            return ()
        self.learn_offset(line)
        if self._begins(before, line):
            return self.give_up()
        if self._hit("begins_beside", line):
            return self._doubt()
        if rule.zone is not Zone.NONE and not self._hit("time", line):
            return ()  # it goes on with what the line before says: a message over several lines, a chat
        if self._hit("void", line):
            self._attempt = Attempt()
        if ignored := self._hit("ignore", line):
            handle = _place(ignored, self.rule)
            if handle is not None and self.tells_places:
                self._estrange(handle)
            return self._route(handle, "", line) if handle is not None else ()
        return self._read_event(line, reading)

    def _begins(self, before: str, line: str) -> bool:
        """Whether the program starts anew, as this line says by itself or together with the one before it."""
        pattern = self._patterns.get("begins")
        said = pattern.finditer(f"{before}\n{line}") if pattern is not None else ()
        return any(found.end() > len(before) + 1 for found in said)

    def _read_event(self, line: str, reading: Reading) -> tuple[LoggedSession, ...]:
        self._settle(line)
        over: tuple[LoggedSession, ...] = ()
        if attempt := self._hit("attempt", line):
            self._attempt = Attempt(self._known_as(_peer(attempt, self.rule)), _place(attempt, self.rule))
            self._try(line, self._attempt.handle, self._attempt.peer)
            self._hints.pop(self._attempt.peer or "", None)
            self._reached.discard(self._attempt.peer or "")
            self._attempt_in(self._attempt.handle)
        if retry := self._hit("retry", line):
            self._retry(line, self._known_as(_peer(retry, self.rule)))
        if (reached := self._hit("reached", line)) and (peer := self._known_as(_peer(reached, self.rule))) is not None:
            self._reached = self._reached & self._tried | {peer}
        if self._tried and self._hit("failed", line):
            self._failed = self.stamp(line)
        if lookup := self._hit("lookup", line):
            self._look_up(_place(lookup, self.rule), _peer(lookup, self.rule))
        if (route := self._hit("route", line)) and (peer := _peer(route, self.rule)) is not None:
            over += self._give_out(route["handle"], peer, line)
        if name := self._hit("name", line):
            self._name(_peer(name, self.rule), name.groupdict().get("name"))
        if self._hit("hint", line) and self._attempt.peer is not None:
            stamp = self.stamp(line)
            self._hints = {self._attempt.peer: (reading.start(stamp), stamp)}
        over += self._sleep(line, reading)
        if start := self._hit("start", line):
            over += self._begin(start, line, reading)
        if end := self._hit("end", line):
            over += self._finish(end, line, reading)
        elif (end_here := self._hit("end_here", line)) and (place := _place(end_here, self.rule)) is not None:
            over += self._finish_in(place, line, reading, is_told_by_it=True)
        elif self._hit("may_end", line) and (only := self._only()) is not None:
            self._may_have_ended((only,), self.stamp(line), reading)
        elif far_end := self._hit("far_end", line):
            over += self._left(far_end, line, reading)
        return over

    def give_up(self) -> tuple[LoggedSession, ...]:
        """Whatever was open is over, nobody knows since when."""
        over = tuple(_lost(session) for session in self.open)
        for memory in (
            self._open,
            self._routes,
            self._hints,
            self._asleep,
            self._between,
            self._gone,
            self._tried_at,
            self._attempts,
            self._aliases,
            self._unnamed,
            self._strangers,
            self._doubted,
        ):
            memory.clear()
        self._refused = self._failed = None
        for several in (self._unproven, self._tried, self._reached):
            several.clear()
        self._attempt = Attempt()
        return over

    def _doubt(self) -> tuple[LoggedSession, ...]:
        """One more process of the program begins, or the same anew: what is open is lost, unless its end is told."""
        over = tuple(_lost(session) for session in self.open)
        if len(self._doubted) >= REMEMBERED_ROUTES:
            self._doubted.clear()
        self._doubted |= self._open
        self._open = {}
        return over

    def forget(self, sessions: Collection[LoggedSession]) -> None:
        """The program is gone, and these with it."""
        keys = {session.key for session in sessions}
        for memory in (self._open, self._asleep, self._doubted):
            for handle in [handle for handle, session in memory.items() if session.key in keys]:
                del memory[handle]
        self._unproven &= self._open.keys()

    def stamp(self, line: str) -> Stamp | None:
        """The time in a line."""
        found = self._hit("time", line) if self.rule.zone is not Zone.NONE else None
        return self._read_time(found["time"]) if found else None

    def _sleep(self, line: str, reading: Reading) -> tuple[LoggedSession, ...]:
        """What is open when the computer falls asleep is told up to there.

        It goes on where it woke, if at all: once a line of its own shows that it lived through the sleep.
        """
        if self._hit("sleeps", line):
            over, stamp = self.open, self.stamp(line)
            for handle in self._unproven:
                piece = _closed(self._open[handle], reading.end(stamp))
                self._between[handle] = (*self._between.get(handle, ()), piece)
            self._asleep |= self._open
            self._open = {}
            self._unproven.clear()
            if stamp is not None:
                self.sleeps.append((stamp.at, None))
            return tuple(_closed(session, reading.end(stamp)) for session in over)
        if self._hit("wakes", line):
            self._wake(line, reading)
        return ()

    def _wake(self, line: str, reading: Reading) -> None:
        stamp, last = self.stamp(line), self.last
        if stamp is not None and self.sleeps and self.sleeps[-1][1] is None:
            self.sleeps[-1] = self.sleeps[-1][0], stamp.at
        told = reading.start(stamp)
        for handle, session in self._asleep.items():
            self._open[handle] = self._opened(handle, session.peer, session.peer_name, told, stamp)
        self._unproven |= self._asleep.keys()
        self._asleep, self.last = {}, last

    def _estrange(self, place: str, stamp: Stamp | None = None) -> None:
        """What ends there next is nothing that is open: something has just ended there, or it is nobody's of ours."""
        if len(self._strangers) >= REMEMBERED_ROUTES:
            self._strangers.clear()
        self._strangers[place] = stamp.at if stamp is not None else 0
        self._hear(place)
        self._attempts.pop(place, None)

    def _look_up(self, place: str | None, peer: str | None) -> None:
        """The peer is asked for in this place: for an attempt that was made in another one, or for nobody's."""
        made = [each for each in self._attempts.values() if each.peer == peer and self._waits(each, self._tried)]
        if place is not None and peer is not None and made:
            self._strangers.pop(place, None)
            self._attempts[place] = made[-1]
        elif place is not None and not any(place in each for each in (self._open, self._attempts, self._aliases)):
            self._estrange(place)

    def _attempt_in(self, place: str | None) -> None:
        if place is None:
            return
        if len(self._attempts) >= REMEMBERED_ROUTES:
            self._attempts.clear()
        self._attempts[place] = self._attempt
        for handle in self._own(self._open, place):  # what ended there was another attempt
            self._open[handle] = msgspec.structs.replace(self._open[handle], perhaps_ended_at=None)
        for memory in (self._strangers, self._routes, self._doubted):
            memory.pop(place, None)

    def _known_as(self, peer: str | None) -> str | None:
        """The same peer as it was named first: with its server."""
        known = (*self._tried, *(session.peer for session in self._open.values()))
        return next((each for each in known if each and _is_same(each, peer)), peer)

    def _try(self, line: str, *named: str | None) -> None:
        if len(self._tried_at) >= REMEMBERED_ROUTES:
            self._tried.clear()
            self._tried_at.clear()
        stamp = self.stamp(line)
        self._hear(*named)
        for each in filter(None, named):
            self._tried.add(each)
            if stamp is not None:
                self._tried_at[each] = stamp.at
        if self._refused is not None:
            self._refused = self._refused[0], self._refused[1].difference(named)

    def _hear(self, *named: str | None) -> None:
        if len(self._heard) < REMEMBERED_ROUTES:
            self._heard |= {_root(each) for each in named if each is not None}

    def _miss(self, *named: str | None) -> None:
        """Something has ended of which no line told the beginning, if none of these was ever named."""
        if len(self._heard) < REMEMBERED_ROUTES and self._heard.isdisjoint(_root(each) for each in named if each):
            self.beginless += any(named)
        self._hear(*named)

    def _retry(self, line: str, peer: str | None) -> None:
        """An attempt, unless it is one of a session that is open."""
        if not any(_is_same(session.peer, peer) for session in self._open.values()):
            self._attempt = Attempt(peer)
            self._try(line, peer)

    def _settle(self, line: str) -> None:
        """Unless one that names its peer follows at once, an end that names nobody is of the only attempt there is."""
        if self._refused is None:
            return
        (told, waiting), now = self._refused, self.stamp(line)
        if told is not None and now is not None and 0 <= now.at - told.at <= AT_ONCE_MS:
            return
        self._refused = None
        if len(waiting) == 1:
            self._tried -= waiting

    def _give_out(self, handle: str, peer: str, line: str) -> tuple[LoggedSession, ...]:
        """The next session with this peer has this handle; or the one that has just begun, as threads write."""
        begun, stamp = self._open.get(peer), self.stamp(line)
        is_taken = handle in self._open or peer in self._tried | self._unproven
        if begun is not None and not is_taken and not _is_after(stamp, begun, NEAR_MS):
            over = self._route(handle, peer, line)
            self._open[handle] = self._open.pop(peer)
            return over
        self._try(line, handle, peer)
        return self._route(handle, peer, line)

    def _route(self, handle: str, peer: str, line: str) -> tuple[LoggedSession, ...]:
        """The handle is this peer's from here on."""
        if len(self._routes) >= REMEMBERED_ROUTES:
            self._routes.clear()
        self._routes.pop(handle, None)  # the one that was given out last stands last
        self._routes[handle] = peer
        self._hear(handle)
        held = self._open.get(handle)
        stamp = self.stamp(line)
        return self._give_up(handle, stamp) if held is not None and _is_after(stamp, held) else ()

    def _give_up(self, handle: str, stamp: Stamp | None) -> tuple[LoggedSession, ...]:
        session = self._open.pop(handle, None)
        self._unnamed.pop(handle, None)
        self._leave_places_of(handle, stamp)
        is_told = handle in self._unproven  # up to when the computer fell asleep
        self._unproven.discard(handle)
        return (_lost(session),) if session is not None and not is_told else ()

    def _handle_for(self, peer: str | None) -> str | None:
        """The last handle that was given out to this peer and is not in use."""
        given = reversed(self._routes.items())
        return next((handle for handle, to in given if to == peer and handle not in self._open), None)

    def _begin(self, start: re.Match[str], line: str, reading: Reading) -> tuple[LoggedSession, ...]:
        """A session begins; returns the one in whose place it does."""
        place, stamp = _place(start, self.rule), self.stamp(line)
        attempt = self._attempts.get(place or "")
        if attempt is None or not self._waits(attempt, self._tried):
            told = self._open.get(self._aliases.get(place or "", ""))
            if told is not None and not _is_after(stamp, told, AT_ONCE_MS):
                return ()
            attempt = self._attempt
        peer, may_be = _peer(start, self.rule) or attempt.peer, frozenset[str]()
        if self._names_nobody(start, attempt):
            peer, may_be = self._answered(peer, start.groupdict().get("name"), stamp)
        if peer is None and self.rule.void is not None:
            if place not in self._routes and not self._is_told_again(place or "", stamp):
                self.beginless += 1
            return ()
        given = attempt.handle or place or self._handle_for(peer)
        is_new = self.rule.attempt is None or bool(self._tried & {given, peer})
        handle = given or (self._last_with(peer) if not is_new else None) or peer or f"?{stamp.at if stamp else ''}"
        self._tried -= {given, peer}
        held = self._open.get(handle)
        if held is not None and self._goes_beside(held, stamp, is_new=is_new):
            handle, held = self._beside(handle), None
        is_again = held is not None and not (_is_after(stamp, held) and (is_new or self._is_over(handle, held, stamp)))
        over = () if is_again else self._give_up(handle, stamp)
        if place is not None and place != _base(handle):
            self._aliases[place] = handle
        for each in (_base(handle), place):
            self._strangers.pop(each or "", None)
        if is_again:
            return ()
        self._forget_hint(handle, peer)
        self._hints.clear()
        self._gone.pop(peer or "", None)
        for each in [each for each in self._unproven if self._open[each].peer == peer]:
            self._give_up(each, stamp)
        name = start.groupdict().get("name") or (self._attempt.name if peer == self._attempt.peer else None)
        self._open[handle] = self._opened(handle, peer, name, reading.start(stamp), stamp)
        if peer is None:
            self._unnamed[handle] = may_be
            if sum(each == may_be for each in self._unnamed.values()) >= len(may_be):
                self._tried -= may_be
        return over

    def _goes_beside(self, held: LoggedSession, stamp: Stamp | None, *, is_new: bool) -> bool:
        """Whether a start in a place that is taken is one more session there."""
        if not _is_after(stamp, held) or held.perhaps_ended_at is not None:
            return False
        return (self.rule.tabs or self.rule.reconnects) and (is_new or held.peer in self._just_gone(stamp))

    def _just_gone(self, stamp: Stamp | None) -> dict[str, str | None]:
        """The peers that a reconnect may be of, each with its name."""
        if stamp is None or not self.rule.reconnects:
            return {}
        return {peer: name for peer, (at, name) in self._gone.items() if 0 <= stamp.at - at <= RECONNECT_MS}

    def _is_over(self, handle: str, held: LoggedSession, stamp: Stamp | None) -> bool:
        """Whether the session that a start without an attempt meets in its place cannot be the one that it tells."""
        return handle in self._unproven or (self.rule.reconnects and _is_after(stamp, held, RECONNECT_MS))

    def _last_with(self, peer: str | None) -> str | None:
        """The place of the session with this peer that began last."""
        own = [handle for handle, session in self._open.items() if peer is not None and session.peer == peer]
        return own[-1] if own else None

    def _opened(
        self, handle: str, peer: str | None, name: str | None, told: Told, stamp: Stamp | None
    ) -> LoggedSession:
        self._count += 1
        self._hear(handle, peer)
        key = self._new_key(f"{self._source}#{stamp.at if stamp else self._count}:{handle}")
        stamped_at = stamp.at if stamp else None
        self.last = LoggedSession(self.tool, key, peer, name, told.at, unsure_ms=told.unsure_ms, stamped_at=stamped_at)
        return self.last

    def _forget_hint(self, handle: str | None, peer: str | None) -> None:
        """What was known of a session with this peer that is now told, or over."""
        self._hints.pop(peer or "", None)
        self._asleep = {
            each: session
            for each, session in self._asleep.items()
            if each != handle and (peer is None or session.peer != peer)
        }

    def _names_nobody(self, start: re.Match[str], attempt: Attempt) -> bool:
        """Whether nothing but the order of the lines tells whose start it is."""
        named = (_peer(start, self.rule), _place(start, self.rule), attempt.handle, self.rule.void)
        return all(each is None for each in named)

    def _answered(self, last: str | None, name: str | None, stamp: Stamp | None) -> tuple[str | None, frozenset[str]]:
        """Which attempt a start answers that names nobody, or who reconnects; where it may be several, those."""
        again = [peer for peer, its in self._just_gone(stamp).items() if name is not None and its == name]
        waiting = frozenset(again) or self._found(self._fresh(stamp) or frozenset(self._tried))
        if len(waiting) > 1:
            return None, waiting
        return next(iter(waiting), last), frozenset()

    def _fresh(self, stamp: Stamp | None) -> frozenset[str]:
        """The attempts that are no older than somebody takes who is asked for a password."""
        now_at = stamp.at if stamp is not None else 0
        return frozenset(each for each in self._tried if now_at - self._tried_at.get(each, 0) <= ANSWER_MS)

    def _found(self, waiting: frozenset[str]) -> frozenset[str]:
        """Those of them whose peer was found, or may be without a line of its own: by its address or its name."""
        found = frozenset(each for each in waiting if each in self._reached or not each.partition("@")[0].isdigit())
        return found if self.rule.reached is not None and found else waiting

    def _beside(self, handle: str) -> str:
        """A place for one more session with the same peer."""
        return next(each for n in count(2) if (each := f"{_base(handle)}\t{n}") not in self._open)

    def _new_key(self, key: str) -> str:
        """The same whenever this line is read, and another one for a reconnect that has the same stamp."""
        self._alike = self._alike + 1 if key == self._latest_key else 0
        self._latest_key = key
        return f"{key}.{self._alike}" if self._alike else key

    def _finish(self, end: re.Match[str], line: str, reading: Reading) -> tuple[LoggedSession, ...]:
        place, peer = _place(end, self.rule), _peer(end, self.rule)
        if place is not None and self.tells_places:
            return self._finish_in(place, line, reading)
        number = end.groupdict().get("number")
        if number in self._open or number in self._routes:
            place = number
        if peer is not None and self._has_just_failed(peer, self.stamp(line)):
            self._give_way(peer)
            return ()
        is_ours = self._routes.get(place or "") in (None, peer)
        handle = self._ended(place, peer)
        session = self._open.get(handle) if handle is not None else None
        if handle is not None and session is not None:
            self._forget_hint(place, peer)
            return self._close(handle, session, peer, line, reading)
        hinted = self._hinted(place, peer) if is_ours else None
        self._forget_hint(place, peer)
        if hinted is None:
            self._forget_attempt(place, peer, line)
            self._miss(place, peer)
            return ()
        self.last = _closed(hinted, reading.end(self.stamp(line)))
        return (self.last,)

    def _finish_in(
        self, place: str, line: str, reading: Reading, *, is_told_by_it: bool = False
    ) -> tuple[LoggedSession, ...]:
        """What ends in this place is what was begun there last, an attempt or a session, once.

        Else it is the only one of its process, unless that tells of its end in its own place alone.
        """
        stamp, own, attempt = self.stamp(line), self._own(self._open, place), self._attempts.get(place)
        if doubted := self._own(self._doubted, place):
            return self._told_after_all(doubted[-1], stamp, reading)
        if attempt is not None and self._waits(attempt, self._fresh(stamp)):
            self._came_to_nothing(attempt, place, stamp)
            self._may_have_ended(own, stamp, reading)
        elif len(own) > 1 and set(own) <= set(self._aliases.values()) and not self._is_told_again(place, stamp):
            self._estrange(place, stamp)  # each has a place of its own, which will tell the end of one of them
            self._may_have_ended(
                [each for each in own if self._open[each].perhaps_ended_at is None][-1:], stamp, reading
            )
        elif own and not self._is_told_again(place, stamp):
            return self._close(own[-1], self._open[own[-1]], None, line, reading)
        elif not own and (place in self._strangers or place in self._attempts):
            self._estrange(place, stamp)
        elif not own:
            return self._finish_beside(place, line, reading, is_told_by_it=is_told_by_it)
        return ()

    def _finish_beside(
        self, place: str, line: str, reading: Reading, *, is_told_by_it: bool
    ) -> tuple[LoggedSession, ...]:
        """Something ends in a place of which nothing was told: an attempt that waits in its process, or its session."""
        stamp, process = self.stamp(line), _process(place)
        own = [each for each in self._open if _process(each) == process]
        if any(_process(each) == process and self._is_told_again(each, stamp) for each in self._strangers):
            return ()
        fresh = self._fresh(stamp)
        waiting = [
            each for each in self._attempts.values() if self._waits(each, fresh) and _process(each.handle) == process
        ]
        if waiting and not is_told_by_it:
            self._came_to_nothing(waiting[-1], place, stamp)
        elif len(own) == 1 and not waiting:
            if not is_told_by_it:
                return self._close(own[0], self._open[own[0]], None, line, reading)
            self._may_have_ended(own, stamp, reading)
        elif not is_told_by_it:
            self._miss(place)
        return ()

    def _waits(self, attempt: Attempt, tried: Collection[str]) -> bool:
        """Whether it is the last one that was made in its place, and one of these that were not answered."""
        return attempt.handle in tried and self._attempts.get(attempt.handle or "") == attempt

    def _own(self, sessions: Collection[str], place: str) -> list[str]:
        """The places of those of these sessions that this place tells of, the one that began last at the end."""
        its = self._aliases.get(place)
        return [each for each in sessions if (each == its if its is not None else _base(each) == place)]

    def _is_told_again(self, place: str, stamp: Stamp | None) -> bool:
        """Whether what ended in this place was told just now."""
        return stamp is not None and 0 <= stamp.at - self._strangers.get(place, 0) <= TOLD_AGAIN_MS

    def _came_to_nothing(self, attempt: Attempt, place: str, stamp: Stamp | None) -> None:
        """It waits no longer, unless a start still says so."""
        for each in (attempt.handle, attempt.peer):
            self._tried_at.pop(each or "", None)
        for each in (attempt.handle, place):
            self._estrange(each or "", stamp)

    def _may_have_ended(self, own: Sequence[str], stamp: Stamp | None, reading: Reading) -> None:
        """The first line that may tell the end of a session stands for it where none does for sure."""
        for handle in own:
            if (session := self._open[handle]).perhaps_ended_at is None:
                self._open[handle] = msgspec.structs.replace(session, perhaps_ended_at=reading.end(stamp).at)

    def _told_after_all(self, handle: str, stamp: Stamp | None, reading: Reading) -> tuple[LoggedSession, ...]:
        """The session that was taken as lost has ended now: whole for whoever reads a record, else not watched."""
        session = self._doubted.pop(handle)
        self._leave_places_of(handle, stamp)
        self._estrange(_base(handle), stamp)
        began_at = reading.start(Stamp(session.stamped_at, 1)).at if session.stamped_at is not None else None
        told = reading.end(stamp)
        if began_at is None or told.at is None or told.at <= began_at:
            return ()
        return (_closed(msgspec.structs.replace(session, began_at=began_at), told),)

    def _has_just_failed(self, peer: str, stamp: Stamp | None) -> bool:
        """Whether this end is that of an attempt with the peer that came to nothing at this moment."""
        failed = self._failed
        is_now = failed is None or stamp is None or 0 <= stamp.at - failed.at <= AT_ONCE_MS
        return failed is not None and is_now and any(_is_same(each, peer) for each in self._tried)

    def _give_way(self, peer: str) -> None:
        """An attempt with this peer has failed: no session that is live is the one that it would have become."""
        named = {each for each in self._tried if _is_same(each, peer)}
        self._tried -= named
        self._refused = self._failed = None
        for handle in list(self._unnamed):
            self._narrow(handle, named)

    def _narrow(self, handle: str, named: Collection[str]) -> None:
        """The session of an unknown peer in this place is with none of these."""
        may_be = self._unnamed[handle]
        self._unnamed[handle] = rest = may_be.difference(named)
        if len(rest) == 1 and may_be != rest and handle in self._open:
            (peer,) = rest
            del self._unnamed[handle]
            self._tried.discard(peer)
            self._open[handle] = msgspec.structs.replace(self._open[handle], peer=peer)

    def _left(self, far_end: re.Match[str], line: str, reading: Reading) -> tuple[LoggedSession, ...]:
        """The other side has ended the session in this place, or the only one that it can mean.

        Its own line may still come, which then ends nothing: the place stays given out.
        """
        place = _place(far_end, self.rule)
        handle: str | None = place
        if place is None or place not in (self._open.keys() | self._routes.keys()):
            handle = self._only()
            handle = handle if place is None or handle not in self._routes else None
        session = self._open.get(handle) if handle is not None else None
        if handle is None or session is None:
            return ()
        routes = dict(self._routes)
        over = self._close(handle, session, session.peer, line, reading)
        self._routes = routes
        return over

    def _only(self) -> str | None:
        """The place of the only session that a line which names nobody can be of."""
        is_only = len(self._open) == 1 and not self._tried and "" not in self._routes.values()
        return next(iter(self._open)) if is_only else None

    def _close(
        self, handle: str, session: LoggedSession, peer: str | None, line: str, reading: Reading
    ) -> tuple[LoggedSession, ...]:
        """The open session in this place is over, as this line tells."""
        stamp = self.stamp(line)
        lived = handle not in self._unproven or (stamp is not None and _is_after(stamp, session, WAKING_MS))
        del self._open[handle]
        self._refused = None
        self._unproven.discard(handle)
        self._leave_places_of(handle, stamp)
        if self.tells_places:
            self._estrange(_base(handle), stamp)
        if self.rule.reconnects and session.peer in self._tried:
            self._tried -= {handle, session.peer}
            return (_lost(session),)
        if handle in self._unnamed:
            session = msgspec.structs.replace(session, peer=peer)
            self._name_rest(handle, peer)
        self._routes.pop(handle, None)
        # A reconnect may begin again without a new attempt: its start belongs to the peer that has just gone.
        self._attempt = Attempt() if self.rule.void is not None else Attempt(session.peer, name=session.peer_name)
        if self.rule.reconnects and session.peer is not None and stamp is not None:
            if len(self._gone) >= REMEMBERED_ROUTES:
                self._gone.clear()
            self._gone[session.peer] = stamp.at, session.peer_name
        between = self._between.pop(handle, ())
        if not lived:
            return ()
        self.last = _closed(session, reading.end(stamp))
        return (*between, self.last)

    def _leave_places_of(self, handle: str, stamp: Stamp | None) -> None:
        """What ends next where the session in this place was told of is nothing that is open."""
        for place in [place for place, of in self._aliases.items() if of == handle]:
            del self._aliases[place]
            self._estrange(place, stamp)

    def _hinted(self, handle: str | None, peer: str | None) -> LoggedSession | None:
        """The session with this peer whose start has no line of its own, as far as another line tells it."""
        hint = self._hints.get(peer or "")
        return self._opened(handle or peer or "?", peer, self._attempt.name, *hint) if hint is not None else None

    def _forget_attempt(self, place: str | None, peer: str | None, line: str) -> None:
        """An end that ends nothing may be that of an attempt that came to nothing."""
        if place is None and peer is not None:
            self._tried = {each for each in self._tried if not _is_same(each, peer)}
            self._refused = None
        elif place is None and self._tried:
            self._refused = self.stamp(line), frozenset(self._tried)

    def _name_rest(self, handle: str, peer: str | None) -> None:
        """One session of an unknown peer has told who it was: the others are none of that."""
        del self._unnamed[handle]
        for each in list(self._unnamed):
            self._narrow(each, {peer or ""})

    def _ended(self, handle: str | None, peer: str | None) -> str | None:
        """Which open session an end belongs to: that of its handle and of its peer, as far as it names them."""
        if self.rule.tabs and handle is not None:
            own = self._own(self._open, handle)
            return own[-1] if own else None  # the one that began last: the others may have been left open
        if handle in self._open:
            return handle if peer in (None, self._open[handle].peer) else None
        if handle is not None and self._routes.pop(handle, None) is not None:
            return None  # it was given out to an attempt that came to nothing, or to the incoming side
        if peer is not None:
            own = [each for each, session in self._open.items() if _is_same(session.peer, peer)]
            if handle is not None:
                return peer if peer in own else None  # the others have handles of their own
            if self.rule.reconnects and own:
                return own[-1]  # of several the one that began last: the others may have been left open
            return peer if peer in own else next(iter(own), self._unnamed_of(peer))
        return next(iter(self._open)) if handle is None and len(self._open) == 1 and not self._tried else None

    def _unnamed_of(self, peer: str) -> str | None:
        """The open session of an unknown peer that may be this one's: the last that began, so that none is long."""
        may = [
            each
            for each, may_be in self._unnamed.items()
            if each in self._open and (peer in may_be or not (may_be or peer in self._tried))
        ]
        return may[-1] if may else None

    def _name(self, peer: str | None, name: str | None) -> None:
        for handle, session in self._open.items():
            if peer in (None, session.peer):
                self._open[handle] = msgspec.structs.replace(session, peer_name=name)
                if peer is not None and peer not in self._tried:
                    self._unproven.discard(handle)
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
        peer = _peer(found, self.rule)
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

    def _is_understood(self, line: str) -> bool:
        """Whether it tells no session, or tells it in a language that is known."""
        return not self._hit("any_language", line) or bool(self._hit("start", line) or self._hit("end", line))

    def is_start(self, line: str) -> bool:
        """Whether it tells that a session begins, whenever that was."""
        return self._hit("start", line) is not None

    def is_undated(self, line: str) -> bool:
        """Whether it tells a start or an end at a time that there is not."""
        found = self._hit("time", line) if self.rule.zone is not Zone.NONE else None
        is_told = found is not None and (self.is_start(line) or self._hit("end", line) is not None)
        return found is not None and is_told and self.stamp(line) is None

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
        moment, unsure_ms = self._parsed(text), self.rule.resolution_ms if FRACTION.search(text) else 1_000
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
        moment = self._read_text(text)
        if moment is not None:
            if self.years is not None:
                self.years.told(moment.replace(tzinfo=None))
        elif self.years is not None and self.rule.time_format.startswith("%Y"):
            in_some_year = self._read_text(f"{A_LEAP_YEAR}{self.rule.time_format[2]}{text}")
            moment = self.years.of(in_some_year) if in_some_year is not None else None
        return moment if moment is not None and moment.year in YEARS else None

    def _read_text(self, text: str) -> datetime | None:
        form = self.rule.time_format
        try:
            if form == "iso":
                return datetime.fromisoformat(text)
            form = form if FRACTION.search(text) else WHOLE_SECOND.sub("", form)
            return datetime.strptime(text, form)  # noqa: DTZ007 - the zone follows
        except ValueError:
            return None

    def _hit(self, name: str, line: str) -> re.Match[str] | None:
        pattern = self._patterns.get(name)
        return pattern.search(line) if pattern is not None else None


def _closed(session: LoggedSession, told: Told) -> LoggedSession:
    return msgspec.structs.replace(session, ended_at=told.at, unsure_ms=max(session.unsure_ms, told.unsure_ms))


def _lost(session: LoggedSession) -> LoggedSession:
    return msgspec.structs.replace(session, is_lost=True)


def _is_after(stamp: Stamp | None, session: LoggedSession, by_ms: int = 0) -> bool:
    """Whether what is told now came so long after the session's start: else it is told again, or out of order."""
    return stamp is None or session.stamped_at is None or stamp.at > session.stamped_at + by_ms


def _peer(found: re.Match[str], rule: LogRule) -> str | None:
    """The peer in a line, masks kept; blanks are removed where they part its digits, as TeamViewer writes some."""
    blank = " " if rule.names_have_blanks else ""
    return blank.join((found.groupdict().get("peer") or "").split())[:200] or None


def _place(found: re.Match[str], rule: LogRule) -> str | None:
    """What an event says of where it belongs: a handle, or one of two parts, or the peer and a part.

    A computer's name is the same in large and small letters.
    """
    groups = found.groupdict()
    place = groups.get("handle")
    if "part" not in groups:
        return place
    if place is None and (peer := _peer(found, rule)) is not None:
        place = peer.casefold()
    return f"{place}/{groups['part'] or ''}" if place is not None else None


def _base(handle: str) -> str:
    """The place of a session, which others may have too."""
    return handle.partition("\t")[0]


def _process(place: str | None) -> str:
    """What is the same in neighbouring places."""
    handle, _, part = _base(place or "").rpartition("/")
    return handle or part


def _root(named: str) -> str:
    """What is the same however a peer or a place is written."""
    return _process(named).partition("@")[0].casefold()


def _is_same(one: str | None, other: str | None) -> bool:
    """Whether two peers are one, of which only one is named with its server."""
    if one is None or other is None:
        return False
    one, other = one.casefold(), other.casefold()
    return one == other or other == one.partition("@")[0] or one == other.partition("@")[0]


def _offset(text: str | None) -> timedelta:
    """The zone of a banner: +3:00, -8:00, or nothing for UTC."""
    found = re.fullmatch(r"([+-])(\d{1,2}):(\d\d)", text or "")
    if found is None:
        return timedelta()
    length = timedelta(hours=int(found[2]), minutes=int(found[3]))
    if length >= timedelta(days=1):
        return timedelta()
    return -length if found[1] == "-" else length
