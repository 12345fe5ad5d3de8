"""Follows Windows' event channels: what they hold at the start, and what is new at each look.

A channel that is not there, is switched off or may not be read takes nothing away: the same sessions are seen by
their connections. It is said once, and tried again from time to time.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Protocol

import msgspec

from agent.errors import BadEvent
from agent.eventlog import Event, EventBook, Held, Holder, Moment, read_event
from agent.sighting import LoggedSession
from agent.signature import Catalogue, EventRule, Role, Signature
from agent.snapshot import Process
from shared.clock import Clock

HISTORY = 1_000  # events that are read back at the start: more than a week of them
RETRY_MS = 60_000
BORN_SLACK_MS = 1_000  # the start of a process is told on a coarser clock than its events

log = logging.getLogger(__name__)


class Channel(Protocol):
    """One channel that is followed; every event as XML."""

    def history(self, count: int) -> list[str]:
        """The last ones that it holds, oldest first; some of them may come as new ones too."""

    def new(self) -> list[str]:
        """Those since the last time."""

    def is_on(self) -> bool:
        """Whether Windows writes to it."""

    def close(self) -> None:
        """Follow it no longer."""


Opens = Callable[[str, str, Sequence[int]], Channel]
"""Begins to follow a channel: its name, the provider, the events that matter. FileNotFoundError: there is none."""
ProcessOf = Callable[[int], Process | None]


class Channels:
    """All channels in which a tool of the catalogue tells its sessions."""

    def __init__(self, catalogue: Catalogue, clock: Clock, opens: Opens, process_of: ProcessOf) -> None:
        books: dict[str, list[EventBook]] = defaultdict(list)
        for signature in catalogue.signatures:
            for rule in signature.event:
                holder = _holder(catalogue, signature, rule, process_of)
                books[rule.channel].append(EventBook(signature.tool, rule, holder))
        self._followed = [Followed(name, tuple(of_it), clock, opens) for name, of_it in sorted(books.items())]

    def look(self, runs: Collection[str] = ()) -> tuple[LoggedSession, ...]:
        """The sessions open at this look, and those that have ended since the last one.

        Which programs run does not matter: nothing is asked while Windows raises no signal.
        """
        del runs
        ended = [session for each in self._followed for session in each.read()]
        return (*ended, *(session for each in self._followed for session in each.open()))

    def standing(self) -> tuple[str, ...]:
        """What each channel is good for, in words, after a look."""
        return tuple(each.standing() for each in self._followed)


class Followed:
    """One channel, and how far it has been read."""

    def __init__(self, name: str, books: tuple[EventBook, ...], clock: Clock, opens: Opens) -> None:
        self._name, self._books, self._clock, self._opens = name, books, clock, opens
        self._channel: Channel | None = None
        self._trouble: str | None = None
        self._tried_ms: int | None = None
        self._since_at: int | None = None  # when it was first read
        self._read_at: int | None = None
        self._told_rubbish = False

    def read(self) -> list[LoggedSession]:
        """Take in what is new; the sessions that it ends."""
        now_at = self._clock.wall_ms()
        try:
            texts = self._texts()
        except OSError as error:
            self._lost(error)
            return []
        if texts is None:
            return []
        moment = Moment(min(self._read_at, now_at), now_at) if self._read_at is not None else None
        if self._since_at is None:
            self._since_at = now_at
        self._read_at = now_at
        events = sorted(self._events(texts), key=lambda each: (each.at, each.record))
        ended = [told for event in events for book in self._books if (told := book.read(event, moment)) is not None]
        return [each if each.is_lost else _while_watching(each, self._since_at) for each in ended]

    def open(self) -> list[LoggedSession]:
        """The sessions that it tells as begun and not as ended."""
        return [session for book in self._books for session in book.open()]

    def standing(self) -> str:
        """What it is good for, in words."""
        tools = ", ".join(sorted(book.tool for book in self._books))
        return f"event channel {self._name} ({tools}): {self._why()}"

    def _why(self) -> str:
        if self._channel is None:
            return self._trouble or "not looked at yet"
        if not self._is_on():
            return "it is switched off in Windows"
        live = len(self.open())
        return f"it is read, and tells of {live or 'no'} live session{'s' if live > 1 else ''}"

    def _is_on(self) -> bool:
        try:
            return self._channel is not None and self._channel.is_on()
        except OSError:
            return True  # not told: what it holds is read all the same

    def _texts(self) -> list[str] | None:
        """The events that are new; None while it is not yet time to try again."""
        if self._channel is not None:
            return self._channel.new()
        now_ms = self._clock.steady_ms()
        if self._tried_ms is not None and now_ms - self._tried_ms < RETRY_MS:
            return None
        self._tried_ms = now_ms
        ids = sorted({id for book in self._books for id in book.rule.ids})
        self._channel = self._opens(self._name, self._books[0].rule.provider, ids)
        return self._channel.history(HISTORY)

    def _lost(self, error: OSError) -> None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        is_missing = isinstance(error, FileNotFoundError)
        trouble = "there is no such channel here" if is_missing else f"it cannot be read: {error.strerror or error}"
        if trouble != self._trouble:
            level = logging.INFO if is_missing else logging.WARNING
            log.log(level, "event channel %s: %s; its sessions are told by their connections", self._name, trouble)
        self._trouble = trouble

    def _events(self, texts: Iterable[str]) -> Iterable[Event]:
        for text in texts:
            try:
                yield read_event(text)
            except BadEvent as error:
                if not self._told_rubbish:
                    log.warning("event channel %s: %s; it is passed over, as others like it", self._name, error)
                self._told_rubbish = True


def _holder(catalogue: Catalogue, signature: Signature, rule: EventRule, process_of: ProcessOf) -> Holder:
    """Tells whether a process number was this tool's viewer at an instant."""

    def holder(pid: int, at: int) -> Held | None:
        process = process_of(pid)
        if process is None or process.is_foreign or process.born > at + BORN_SLACK_MS:
            return None
        found = catalogue.match(process)
        if found is None or found.signature is not signature or found.rule.role is not Role.VIEWER:
            return None
        if not rule.is_of(process.arguments):
            return None
        target = catalogue.target(signature, process.arguments)
        return Held(process.identity, target.host or target.id)

    return holder


def _while_watching(session: LoggedSession, since_at: int) -> LoggedSession:
    """The part of an ended session that fell after the agent began to look."""
    began_at = max(since_at, session.began_at or since_at)
    return msgspec.structs.replace(session, began_at=began_at, ended_at=max(began_at, session.ended_at or began_at))
