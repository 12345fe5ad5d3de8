"""The events of one channel → the sessions that they tell. Pure: no call to the system, no clock.

The events of one connection carry one activity id, and the number of the process that writes them. Whose process it is
decides whether the events are the tool's: several programs write to one channel. Events may come twice and in any
order: a start that comes after its end is a session all the same.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from ipaddress import ip_address
from typing import TypeVar
from xml.parsers import expat

import msgspec

from agent.errors import BadEvent
from agent.sighting import LoggedSession
from agent.signature import EventRule
from shared.moments import to_at
from shared.session import Evidence

UNSURE_MS = 1  # stamps have 100 ns and are cut to the millisecond
LATE_MS = 10_000  # how long Windows may take to hand an event on; an older stamp was made before the clock was set
LONGEST_EVENT = 64 * 1024  # characters; one of ours has about a thousand
LONGEST_ITEM = 200
REMEMBERED = 2_000  # events that would be known again, and connections


class Held(msgspec.Struct, frozen=True):
    """The process that writes an event, when it is the tool's."""

    identity: str
    peer: str | None = None  # as its arguments name it


Holder = Callable[[int, int], Held | None]
"""Which process of the tool had this number at this instant; None when it was none of the tool's."""


_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Event(msgspec.Struct, frozen=True):
    """What is read of one event: nothing that names a person."""

    channel: str
    provider: str
    id: int
    record: int
    at: int
    pid: int
    activity: str  # ties the events of one connection together
    data: dict[str, str] = msgspec.field(default_factory=dict)


class Moment(msgspec.Struct, frozen=True):
    """Between which instants an event was written that is new now: after the last reading, not after this one."""

    since_at: int
    until_at: int

    def start(self, stamp: int) -> int:
        """The start that the stamp tells; the latest possible when the stamp cannot be true."""
        return stamp if self._can_be(stamp) else self.until_at

    def end(self, stamp: int) -> int:
        """The end that the stamp tells; the earliest possible when the stamp cannot be true."""
        return stamp if self._can_be(stamp) else self.since_at

    def _can_be(self, stamp: int) -> bool:
        return self.since_at - LATE_MS <= stamp <= self.until_at


class Call(msgspec.Struct, frozen=True):
    """One connection of one process, as far as events have told it."""

    pid: int
    held: Held
    at: int  # when it was first told of
    host: str | None = None
    address: str | None = None
    is_left_out: bool = False
    session: LoggedSession | None = None
    begun_at: int = 0  # the stamp of its start
    is_held: bool = True  # until its process is seen to be gone
    over_at: int | None = None  # an end whose start has not been told


class EventBook:
    """What one channel has told of one tool so far."""

    def __init__(self, tool: str, rule: EventRule, holder: Holder) -> None:
        self.tool, self.rule = tool, rule
        self._holder = holder
        self._calls: dict[str, Call] = {}
        self._known: dict[tuple[int, int], None] = {}

    def open(self) -> tuple[LoggedSession, ...]:
        """The sessions that have begun and not ended, and whose process is still there."""
        for activity, call in self._calls.items():
            if call.session is not None and call.is_held:
                is_held = self._holder(call.pid, call.at) == call.held
                self._calls[activity] = msgspec.structs.replace(call, is_held=is_held)
        return tuple(call.session for call in self._calls.values() if call.session is not None and call.is_held)

    def read(self, event: Event, moment: Moment | None) -> LoggedSession | None:
        """Take one event in; returns the session that it ends, without an end where nothing tells when.

        Without a moment it is from before we looked.
        """
        if (event.channel, event.provider) != (self.rule.channel, self.rule.provider) or event.id not in self.rule.ids:
            return None
        if (event.record, event.at) in self._known:
            return None
        call = self._calls.get(event.activity)
        if call is None:
            held = self._holder(event.pid, event.at)
            if held is None:
                return None
            call = Call(event.pid, held, event.at)
        _remember(self._known, (event.record, event.at), None)
        call, ended = self._told(call, event, moment)
        _remember(self._calls, event.activity, call)
        return ended

    def _told(self, call: Call, event: Event, moment: Moment | None) -> tuple[Call, LoggedSession | None]:
        named = event.data.get(self.rule.peer, "").strip()
        if event.id in self.rule.attempt:
            over: LoggedSession | None = None
            if call.session is not None and event.at > call.begun_at:
                over = msgspec.structs.replace(call.session, is_lost=True)  # who tries anew is connected no more
                call = Call(call.pid, call.held, event.at)
            is_left_out = bool(self.rule.ignore and re.search(self.rule.ignore, named, re.I))
            host = named.lower() or None
            address = call.address if call.host in (None, host) else None
            return self._named(msgspec.structs.replace(call, host=host, address=address, is_left_out=is_left_out)), over
        if event.id in self.rule.address:
            return self._named(msgspec.structs.replace(call, address=_numbers(named))), None
        if event.id in self.rule.start:
            return self._begun(call, event, moment)
        return self._ended(call, event, moment)

    def _begun(self, call: Call, event: Event, moment: Moment | None) -> tuple[Call, LoggedSession | None]:
        if call.session is not None:
            return call, None
        key = f"{self.rule.channel}#{event.activity}:{event.record}"
        session = LoggedSession(
            self.tool,
            key,
            self._peer(call),
            None,
            began_at=moment.start(event.at) if moment is not None else None,
            evidence=Evidence.EVENT,
            unsure_ms=UNSURE_MS,
            pid=call.pid,
            address=call.address,
        )
        begun = msgspec.structs.replace(call, session=session, begun_at=event.at, is_held=True, over_at=None)
        if call.is_left_out:
            return call, None
        if call.over_at is not None and call.over_at >= event.at:
            return msgspec.structs.replace(begun, session=None), _closed(
                session, call.over_at if moment is not None else None
            )
        return begun, None

    def _ended(self, call: Call, event: Event, moment: Moment | None) -> tuple[Call, LoggedSession | None]:
        at = moment.end(event.at) if moment is not None else None
        if call.session is None:
            return msgspec.structs.replace(call, over_at=event.at), None
        return msgspec.structs.replace(call, session=None), _closed(call.session, at)

    def _named(self, call: Call) -> Call:
        """What an attempt or an address says of a session that has already been told as begun."""
        if call.session is None:
            return call
        return msgspec.structs.replace(
            call, session=msgspec.structs.replace(call.session, peer=self._peer(call), address=call.address)
        )

    def _peer(self, call: Call) -> str | None:
        """The host as it was typed, since an address may be that of a gateway, behind which many are."""
        return call.host or call.address or call.held.peer


def _closed(session: LoggedSession, at: int | None) -> LoggedSession | None:
    """The session with its end; None when the end is from before we looked."""
    if at is None:
        return None
    return msgspec.structs.replace(session, ended_at=max(at, session.began_at or at))


def _remember(memory: dict[_Key, _Value], key: _Key, value: _Value) -> None:
    memory[key] = value
    if len(memory) > REMEMBERED:
        del memory[next(iter(memory))]


def _numbers(text: str) -> str | None:
    """The address as numbers, when it is one."""
    try:
        return str(ip_address(text.strip("[]").partition("%")[0]))
    except ValueError:
        return None


def read_event(xml: str) -> Event:
    """One event in Windows' own form; anything else is BadEvent, which names the reason and none of the content."""
    if len(xml) > LONGEST_EVENT:
        raise BadEvent(f"an event of {len(xml)} characters: no program writes such a long one here")
    reading = _Reading()
    try:
        reading.parser.Parse(xml.lstrip("\ufeff \r\n\t"), True)
    except expat.ExpatError as error:
        raise BadEvent(f"an event that is not XML: {expat.ErrorString(error.code)}") from error
    return reading.event()


class _Reading:
    """Picks out of one event's XML what is asked for. Builds no tree, and expands nothing."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._opens
        self.parser.CharacterDataHandler = self._says
        self.parser.EndElementHandler = self._closes
        self._path: list[str] = []
        self._text = ""
        self._item = ""
        self._found: dict[str, str] = {}
        self._data: dict[str, str] = {}

    def event(self) -> Event:
        """What was read."""
        pid = self._number("Execution ProcessID")
        return Event(
            channel=self._told("Channel"),
            provider=self._told("Provider Name"),
            id=self._number("EventID"),
            record=self._number("EventRecordID"),
            at=self._instant("TimeCreated SystemTime"),
            pid=pid,
            activity=self._found.get("Correlation ActivityID", "").strip("{}").lower() or f"process {pid}",
            data=self._data,
        )

    def _told(self, name: str) -> str:
        if name not in self._found:
            raise BadEvent(f"an event without {name}")
        return self._found[name]

    def _number(self, name: str) -> int:
        try:
            return int(self._told(name))
        except ValueError:
            raise BadEvent(f"an event whose {name} is no number") from None

    def _instant(self, name: str) -> int:
        try:
            return to_at(datetime.fromisoformat(self._told(name)))
        except ValueError:
            raise BadEvent(f"an event whose {name} is no date and time with a zone") from None

    def _refuse(self, *declared: object) -> None:
        raise BadEvent("an event with a document type: none has one")

    def _opens(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if not self._path and name != "Event":
            raise BadEvent("XML that is no event")
        self._path.append(name)
        self._text = ""
        if self._path[1:2] == ["System"]:
            self._found |= {f"{name} {key}": value for key, value in attributes.items()}
        self._item = attributes.get("Name", "") if self._path[1:] == ["EventData", "Data"] else ""

    def _says(self, text: str) -> None:
        self._text += text

    def _closes(self, name: str) -> None:
        if self._path[1:2] == ["System"] and len(self._path) == 3:
            self._found.setdefault(self._path[2], self._text.strip())
        elif self._item:
            self._data.setdefault(self._item, self._text.strip()[:LONGEST_ITEM])
        self._path.pop()
        self._text = self._item = ""


def split_export(text: str) -> Iterator[tuple[int, str]]:
    """The events of an exported channel, each with the line that it begins on.

    As `wevtutil qe CHANNEL /f:xml` prints them, one after another, or as Event Viewer saves them, under one root.
    """
    line, last = 1, 0
    for begins in re.finditer(r"<Event[\s>]", text):
        if begins.start() < last:
            continue
        line += text.count("\n", last, begins.start())
        ends = text.find("</Event>", begins.end())
        last = ends + len("</Event>") if ends >= 0 else len(text)
        yield line, text[begins.start() : last]
        line += text.count("\n", begins.start(), last)
