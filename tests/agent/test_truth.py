"""The law that all measuring serves: whatever happens and whenever one looks, no time is told that was not."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from itertools import accumulate, count

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.detector import detect, sightings
from agent.logbook import Logbook, Moment
from agent.meter import Meter
from agent.sighting import LoggedSession
from agent.signature import read_signature
from agent.snapshot import Address, Connection, Snapshot, Tick
from agent.tracker import Change, Timing, Tracks, Watch, track
from shared.moments import from_at, to_at
from shared.session import Session
from tests.agent.pictures import LOGGER, START, a_catalogue, a_process

CATALOGUE = a_catalogue()
Spans = Sequence[tuple[int, int]]  # from when to when a connection stood, in milliseconds after the start


@dataclass(frozen=True)
class Look:
    """When it begins, how long it takes, and how far into it each thing is looked at, in hundredths."""

    pause_ms: int
    takes_ms: int
    into_it: tuple[int, int, int]
    fails: bool


spans = st.lists(st.tuples(st.integers(0, 4_000), st.integers(1, 9_000)), max_size=6).map(
    lambda lengths: [
        (end - lengths[number][1], end) for number, end in enumerate(accumulate(gap + lasts for gap, lasts in lengths))
    ]
)
looks = st.lists(
    st.builds(
        Look,
        st.integers(1, 900) | st.integers(1, 20_000),
        st.integers(0, 400),
        st.tuples(*[st.integers(0, 100)] * 3),
        st.integers(0, 9).map(lambda number: number == 0),
    ),
    max_size=60,
)


def stands(truth: Spans, at: int) -> int | None:
    """The number of the connection that stands at this instant."""
    number = bisect_right(truth, (at, 1 << 60)) - 1
    return number if number >= 0 and at < truth[number][1] else None


class World:
    """Three viewers, two of them at one peer, whose connections stand as the truth says; and the meter that looks."""

    PEERS = ("192.0.2.7", "192.0.2.8", "192.0.2.8")

    def __init__(self, truths: Sequence[Spans], schedule: Sequence[Look]) -> None:
        self.truths = truths
        self._schedule, self._now_ms = list(schedule), 0
        self.told: list[Change] = []
        ids = count(1)
        meter = Meter(self, (), CATALOGUE, self.told.extend, lambda tool: None, lambda: f"{next(ids):032x}")
        for _ in schedule:
            meter.look()

    def look(self) -> Snapshot:
        look = self._schedule.pop(0)
        before = self._now_ms + look.pause_ms
        self._now_ms = before + look.takes_ms
        if look.fails:
            raise OSError("no more files")
        there = [
            (viewer, number)
            for viewer, (truth, part) in enumerate(zip(self.truths, look.into_it, strict=True))
            if (number := stands(truth, before + look.takes_ms * part // 100)) is not None
        ]
        processes = tuple(a_process(pid=100 + viewer) for viewer in range(len(self.truths)))
        connections = tuple(
            Connection(
                Address("192.0.2.1", 40_000 + 100 * viewer + number), Address(self.PEERS[viewer], 5900), 100 + viewer
            )
            for viewer, number in there
        )
        return Snapshot(tick(before), tick(self._now_ms), processes, connections)


def tick(ms: int) -> Tick:
    return Tick(START.at + ms, START.steady_ms + ms)


def is_within(session: Session, truth: Spans) -> bool:
    """Whether each stretch that has any length lies within one of the spans."""
    return all(
        any(START.at + begin <= each.started_at and each.ended_at <= START.at + end for begin, end in truth)
        for each in session.stretches
        if each.lasted_ms
    )


@settings(deadline=None)
@given(st.tuples(spans, spans, spans), looks)
def test_every_stretch_that_is_told_lies_within_one_connection(truths: tuple[Spans, ...], schedule: list[Look]) -> None:
    for session in [change.session for change in World(truths, schedule).told]:
        peers = zip(truths, World.PEERS, strict=True)
        assert is_within(session, [span for truth, peer in peers if session.peer == f"{peer}:5900" for span in truth])


class WrittenLog:
    """A tool's log of what truly was, read as it grows; its stamps are of whole seconds or finer."""

    def __init__(self, truth: Spans, *, whole_seconds: bool) -> None:
        rule = read_signature(LOGGER, "made up").log[0]
        self._format = "%Y-%m-%d %H:%M:%S" + ("" if whole_seconds else ".%f")
        rule = msgspec.structs.replace(rule, time_format=self._format)
        self._book = Logbook("logger", "log.txt", rule, lambda local: to_at(local.replace(tzinfo=UTC)))
        lines = [(at, text) for begin, end in truth for at, text in ((begin, "connected to 7"), (end, "closed 7"))]
        self._unread = sorted(lines, key=lambda line: line[0])
        self._read_ms = 0

    def look_at(self, now_ms: int) -> tuple[LoggedSession, ...]:
        reading = Moment(START.at + self._read_ms, START.at + now_ms)
        ended: list[LoggedSession] = []
        while self._unread and self._unread[0][0] <= now_ms:
            at, text = self._unread.pop(0)
            ended += self._book.read(f"{from_at(START.at + at).strftime(self._format)} {text}", reading)
        self._read_ms = now_ms
        return (*ended, *self._book.open)


@settings(deadline=None)
@given(spans, looks, st.booleans())
def test_every_stretch_that_a_log_tells_lies_within_one_session(
    truth: Spans, schedule: list[Look], whole_seconds: bool
) -> None:
    written, now_ms = WrittenLog(truth, whole_seconds=whole_seconds), 0
    tracks: Tracks = ()
    ids = count(1)
    watch = Watch()
    for look in schedule:
        before = now_ms + look.pause_ms
        now_ms = before + look.takes_ms
        snapshot = Snapshot(tick(before), tick(now_ms), (a_process("logger"),))
        logged = written.look_at(before + look.takes_ms * look.into_it[0] // 100)
        seen = sightings(detect(CATALOGUE, snapshot, logged))
        tracks, changes = track(tracks, seen, snapshot, lambda: f"{next(ids):032x}", Timing(), watch)
        watch = watch.then(snapshot, Timing())
        assert all(is_within(change.session, truth) for change in changes)
