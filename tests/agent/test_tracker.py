"""Stretches, gaps and ends, as examples and as laws."""

from collections.abc import Sequence
from itertools import count

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from agent.sighting import Sighting
from agent.snapshot import Tick
from agent.tracker import KNOWN, Change, Happening, Timing, Tracks, Watch, resume, track
from shared.session import MAX_STRETCHES, Evidence, Mark, Session, SessionState
from tests.agent.pictures import START, a_look, after

TIMING = Timing()


def seen(key: str = "100:1:viewer", peer: str | None = "192.0.2.7:5900", **more: object) -> Sighting:
    return Sighting("viewer", key, peer, Evidence.SOCKET, **more)  # type: ignore[arg-type]


class Watched:
    """A tracker fed look by look."""

    def __init__(self, tracks: Tracks = ()) -> None:
        self.tracks = tracks
        self.told: list[Change] = []
        self._ids = count(1)
        self._watch = Watch()

    def look(self, at: Tick, *sightings: Sighting, took_ms: int = 0) -> list[Happening]:
        snapshot = a_look(at, took_ms=took_ms)
        ids = self._ids
        self.tracks, changes = track(self.tracks, sightings, snapshot, lambda: f"{next(ids):032x}", TIMING, self._watch)
        self._watch = self._watch.then(snapshot, TIMING)
        self.told += changes
        return [change.what for change in changes]

    def every(self, step: float, begin: float, end: float, *sightings: Sighting) -> None:
        at = begin
        while at <= end:
            self.look(after(at), *sightings)
            at += step


def test_a_session_lasts_from_the_first_look_that_saw_it_to_the_last() -> None:
    watched = Watched()
    watched.every(0.5, 0, 10, seen())
    assert watched.look(after(10.5)) == [Happening.STOP]
    session = watched.told[-1].session
    assert (session.observed_ms, session.started_at, session.state) == (10_000, START.at, SessionState.PAUSED)


def test_a_session_that_its_log_has_lost_ends_at_the_last_look_that_saw_it_and_is_unconfirmed() -> None:
    watched = Watched()
    watched.every(0.5, 0, 10, seen())
    assert watched.look(after(10.5), seen(is_lost=True)) == [Happening.STOP]
    session = watched.told[-1].session
    assert (session.observed_ms, session.marks) == (10_000, (Mark.UNCONFIRMED_END,))


def test_a_session_that_was_begun_and_lost_between_two_looks_is_none() -> None:
    assert Watched().look(after(0), seen(is_lost=True)) == []


def test_a_duration_begins_after_the_first_look_and_ends_before_the_last() -> None:
    watched = Watched()
    watched.look(after(0), seen(), took_ms=100)
    watched.look(after(1), seen(), took_ms=100)
    assert watched.tracks[0].session.observed_ms == 900


def test_a_progress_comes_every_five_seconds_without_drifting() -> None:
    watched = Watched()
    watched.every(0.4, 0, 60, seen())
    progresses = [change for change in watched.told if change.what is Happening.PROGRESS]
    assert len(progresses) == 12


def test_a_reconnect_within_the_grace_time_is_the_same_session_with_a_gap() -> None:
    watched = Watched()
    watched.every(0.5, 0, 5, seen("first"))
    assert watched.look(after(5.5)) == [Happening.STOP]
    assert watched.look(after(12), seen("second")) == [Happening.START]
    watched.every(0.5, 12.5, 14, seen("second"))
    first, again = watched.told[0].session, watched.tracks[0].session
    assert (again.id, again.observed_ms, len(again.stretches)) == (first.id, 7_000, 2)


def test_past_the_grace_time_it_is_another_session() -> None:
    watched = Watched()
    watched.every(0.5, 0, 5, seen())
    watched.every(0.5, 5.5, 25)
    assert [change.what for change in watched.told[-2:]] == [Happening.STOP, Happening.END]
    watched.look(after(30), seen())
    assert watched.told[-1].what is Happening.START
    assert watched.told[-1].session.id != watched.told[0].session.id


def test_two_viewers_to_one_peer_are_two_sessions() -> None:
    watched = Watched()
    watched.look(after(0), seen("one"), seen("two"))
    assert len({change.session.id for change in watched.told}) == 2


def test_a_viewer_that_starts_while_another_is_live_does_not_take_over_its_session() -> None:
    watched = Watched()
    watched.every(0.5, 0, 2, seen("one"))
    watched.look(after(2.5), seen("one"), seen("two"))
    assert len(watched.tracks) == 2


def test_a_suspended_pc_leaves_a_gap() -> None:
    watched = Watched()
    watched.every(0.5, 0, 5, seen())
    woken = Tick(after(3600).at, after(5.4).steady_ms)  # the steady clock slept too
    watched.look(woken, seen())
    session = watched.tracks[0].session
    assert (session.observed_ms, len(session.stretches)) == (5_000, 2)


def test_a_look_that_comes_too_late_leaves_a_gap() -> None:
    watched = Watched()
    watched.every(0.5, 0, 5, seen())
    watched.look(after(9), seen())
    watched.look(after(9.5), seen())
    assert watched.tracks[0].session.observed_ms == 5_500


def test_a_clock_that_is_set_back_changes_no_length() -> None:
    watched = Watched()
    watched.every(0.5, 0, 5, seen())
    watched.look(Tick(after(-3600).at, after(5.5).steady_ms), seen())
    session = watched.tracks[0].session
    assert (session.observed_ms, len(session.stretches)) == (5_500, 1)


def test_a_reconnect_between_two_looks_leaves_a_gap() -> None:
    watched = Watched()
    one, both, other = (frozenset(ends) for ends in (["pc:1"], ["pc:1", "pc:2"], ["pc:2"]))
    watched.every(0.5, 0, 5, seen(through=one))
    watched.every(0.5, 5.5, 6, seen(through=both))  # a second channel
    watched.every(0.5, 6.5, 8, seen(through=other))
    assert len(watched.tracks[0].session.stretches) == 1
    watched.every(0.5, 8.5, 10, seen(through=one))
    session = watched.tracks[0].session
    assert [each.lasted_ms for each in session.stretches] == [8_000, 1_500]


def test_a_session_with_as_many_stretches_as_can_be_told_goes_on_as_another() -> None:
    watched = Watched()
    watched.look(after(0), seen(through=frozenset("1")))
    (each,) = watched.tracks
    all_but_one = msgspec.structs.replace(each.session, stretches=each.session.stretches * (MAX_STRETCHES - 1))
    watched.tracks = (replace(each, session=all_but_one),)
    watched.look(after(0.5), seen(through=frozenset("2")))
    assert [change.session.id for change in watched.told] == [each.session.id]
    watched.every(0.5, 1, 2, seen())
    first, other = watched.tracks
    assert (first.session.state, len(first.session.stretches)) == (SessionState.PAUSED, MAX_STRETCHES)
    assert (other.session.state, other.session.observed_ms) == (SessionState.LIVE, 1_000)


def test_an_end_that_nobody_watched_is_marked() -> None:
    watched = Watched()
    watched.every(0.5, 0, 5, seen())
    watched.look(after(60))
    session = watched.told[-1].session
    assert (session.observed_ms, session.marks) == (5_000, (Mark.UNCONFIRMED_END,))


def kept_by(watched: Watched) -> list[tuple[str, Session]]:
    return [(change.key, change.session) for change in (each.told(Happening.PROGRESS) for each in watched.tracks)]


def test_what_is_still_live_after_a_restart_goes_on_after_a_gap() -> None:
    before = Watched()
    before.every(0.5, 0, 5, seen())
    kept = kept_by(before)
    watched = Watched(resume(kept, Tick(after(8).at, 50)))  # the steady clock began anew
    watched.look(Tick(after(8).at, 50), seen())
    watched.look(Tick(after(9).at, 1_050), seen())
    session = watched.tracks[0].session
    assert (session.id, session.observed_ms, len(session.stretches)) == (kept[0][1].id, 6_000, 2)


def test_what_is_gone_after_a_restart_ends_at_its_last_proof_of_life() -> None:
    before = Watched()
    before.every(0.5, 0, 5, seen())
    watched = Watched(
        resume([(each.told(Happening.PROGRESS).key, each.session) for each in before.tracks], Tick(after(8).at, 50))
    )
    assert watched.look(Tick(after(8).at, 50)) == [Happening.STOP]
    session = watched.told[0].session
    assert (session.observed_ms, session.marks) == (5_000, (Mark.UNCONFIRMED_END,))
    assert watched.look(Tick(after(30).at, 22_050)) == [Happening.END]


def test_an_end_that_was_told_stays_so_when_the_agent_is_killed_within_the_grace_time() -> None:
    before = Watched()
    before.every(0.5, 0, 5, LOG)
    before.look(after(5.5), replace(LOG, ended_at=after(5.2).at))
    kept = kept_by(before)
    watched = Watched(resume(kept, Tick(after(8).at, 50)))
    assert watched.look(Tick(after(8).at, 50)) == []
    assert watched.look(Tick(after(30).at, 22_050)) == [Happening.END]
    ended = watched.told[0].session
    assert (ended.observed_ms, ended.marks, ended.end_unsure_ms) == (5_200, (), kept[0][1].end_unsure_ms)


def test_a_log_tells_start_and_end_exactly() -> None:
    watched = Watched()
    watched.look(after(0))
    watched.look(after(0.5), seen(began_at=after(0.2).at))
    watched.look(after(1), seen(began_at=after(0.2).at))
    watched.look(after(1.5), seen(began_at=after(0.2).at, ended_at=after(1.3).at))
    session = watched.told[-1].session
    assert (session.started_at, session.observed_ms, session.state) == (after(0.2).at, 1_100, SessionState.PAUSED)


def test_while_a_log_cannot_be_read_nothing_is_observed_and_once_it_can_all_of_it_is() -> None:
    watched = Watched()
    shown = shown_by_log()
    watched.every(0.5, 0, 10, shown)
    watched.every(0.5, 10.5, 13, replace(shown, open_until_at=after(10).at))
    assert watched.tracks[0].session.observed_ms == 10_000
    goes_on = Watched(watched.tracks)
    goes_on.look(after(13.5), shown)
    assert [each.lasted_ms for each in goes_on.tracks[0].session.stretches] == [13_500]
    assert watched.look(after(13.5), replace(shown, ended_at=after(10.7).at)) == [Happening.STOP]
    assert [each.lasted_ms for each in watched.told[-1].session.stretches] == [10_700]


def test_a_log_that_stays_unreadable_ends_a_session_where_it_was_read_last_and_says_how_long_ago() -> None:
    watched = Watched()
    watched.every(0.5, 0, 10, shown_by_log())
    watched.every(0.5, 10.5, 13, replace(shown_by_log(), open_until_at=after(10).at))
    assert watched.look(after(13.5)) == [Happening.STOP]
    session = watched.told[-1].session
    assert (session.observed_ms, session.end_unsure_ms) == (10_000, 3_500)


def shown_by_log() -> Sighting:
    return Sighting("viewer", "a.log#1", "192.0.2.7", Evidence.LOG)


def test_a_closing_record_of_a_session_that_was_followed_is_no_second_one() -> None:
    watched = Watched()
    watched.every(0.5, 0, 60, seen())
    watched.look(after(60.5))
    record = seen("records#1", began_at=after(-2).at, ended_at=after(61).at)
    assert watched.look(after(61.5), record) == []
    watched.every(0.5, 62, 90)
    assert watched.look(after(90), seen("records#2", began_at=after(1).at, ended_at=after(61).at)) == []


def test_a_closing_record_whose_peer_is_masked_is_of_the_session_that_it_may_be() -> None:
    watched = Watched()
    watched.every(0.5, 0, 60, seen(peer="123456789"))
    watched.look(after(60.5))
    record = seen("records#1", peer="123***789", began_at=after(-2).at, ended_at=after(61).at)
    assert watched.look(after(61.5), record) == []
    other = seen("records#2", peer="123***780", began_at=after(-2).at, ended_at=after(61).at)
    assert watched.look(after(62), other) == [Happening.START, Happening.STOP]


def test_a_closing_record_ends_a_session_whose_end_was_not_seen() -> None:
    watched = Watched()
    watched.every(0.5, 0, 60, seen())
    assert watched.look(after(60.5), seen("records#1", began_at=after(0).at, ended_at=after(60.3).at)) == [
        Happening.STOP
    ]
    assert watched.told[-1].session.observed_ms == 60_300


def test_a_closing_record_alone_is_a_session_of_its_own() -> None:
    watched = Watched()
    watched.every(1, 0, 70)
    record = seen("records#1", began_at=after(10).at, ended_at=after(70).at)
    assert watched.look(after(71), record) == [Happening.START, Happening.STOP]
    assert watched.told[-1].session.observed_ms == 60_000


steps = st.lists(
    st.tuples(
        st.integers(1, 20_000),  # steady milliseconds since the last look
        st.integers(-5_000, 20_000),  # how far the wall clock was set besides
        st.frozensets(st.sampled_from(["one", "two", "three"])),
        st.integers(0, 50),  # how long the look took
    ),
    max_size=40,
)


def follow(looks: Sequence[tuple[int, int, frozenset[str], int]]) -> tuple[Watched, int]:
    watched, at, steady = Watched(), START.at, START.steady_ms
    for step, jump, keys, took in looks:
        at, steady = at + step + took + jump, steady + step + took
        watched.look(Tick(at, steady), *(seen(key) for key in sorted(keys)), took_ms=took)
    return watched, steady - START.steady_ms


@given(steps)
def test_no_session_is_longer_than_the_time_that_went_by(looks: list[tuple[int, int, frozenset[str], int]]) -> None:
    watched, lasted = follow(looks)
    for change in watched.told:
        assert 0 <= change.session.observed_ms <= lasted


@given(steps)
def test_what_is_told_of_a_session_only_grows(looks: list[tuple[int, int, frozenset[str], int]]) -> None:
    watched, _ = follow(looks)
    latest: dict[str, tuple[tuple[int, int], ...]] = {}
    for change in watched.told:
        session = change.session
        stretches = tuple((each.started_at, each.lasted_ms) for each in session.stretches)
        before = latest.get(session.id, ())
        assert stretches[: max(0, len(before) - 1)] == before[:-1]
        if before:
            assert stretches[len(before) - 1][0] == before[-1][0]
            assert stretches[len(before) - 1][1] >= before[-1][1]
        latest[session.id] = stretches


@given(steps)
def test_the_order_of_sightings_within_a_look_does_not_matter(
    looks: list[tuple[int, int, frozenset[str], int]],
) -> None:
    forward, backward = Watched(), Watched()
    at = START
    for step, _, keys, _ in looks:
        at = Tick(at.at + step, at.steady_ms + step)
        several = [seen(key, peer=f"192.0.2.{number}:1") for number, key in enumerate(sorted(keys))]
        forward.look(at, *several)
        backward.look(at, *reversed(several))
    lengths = [
        sorted((each.session.peer or "", each.session.observed_ms) for each in w.tracks) for w in (forward, backward)
    ]
    assert lengths[0] == lengths[1]


@given(steps)
def test_every_session_that_starts_stops_before_it_ends(looks: list[tuple[int, int, frozenset[str], int]]) -> None:
    watched, _ = follow(looks)
    state: dict[str, Happening] = {}
    for change in watched.told:
        before = state.get(change.session.id)
        allowed = {
            None: {Happening.START},
            Happening.START: {Happening.PROGRESS, Happening.STOP},
            Happening.PROGRESS: {Happening.PROGRESS, Happening.STOP},
            Happening.STOP: {Happening.START, Happening.END},
            Happening.END: set(),
        }[before]
        assert change.what in allowed
        state[change.session.id] = change.what


# Several kinds of evidence.


def shown(evidence: Evidence, key: str, peer: str | None = "192.0.2.7:5900", **more: object) -> Sighting:
    return Sighting("viewer", key, peer, evidence, **more)  # type: ignore[arg-type]


LOG = shown(Evidence.LOG, "log#1", "192.0.2.7")
EVENT = shown(Evidence.EVENT, "event#1", "reception-pc")
SOCKET = shown(Evidence.SOCKET, "socket")


def test_one_session_that_three_kinds_of_evidence_show_is_one() -> None:
    watched = Watched()
    watched.every(0.5, 0, 5, SOCKET, LOG, EVENT)
    (each,) = watched.tracks
    assert (each.session.evidence, each.session.also) == (Evidence.LOG, (Evidence.EVENT, Evidence.SOCKET))
    assert watched.look(after(5.5)) == [Happening.STOP]
    assert watched.told[-1].session.observed_ms == 5_000


def test_evidence_that_comes_later_joins_the_session_and_is_told() -> None:
    watched = Watched()
    watched.every(0.5, 0, 3, SOCKET)
    watched.every(0.5, 3.5, 10, SOCKET, EVENT)
    (each,) = watched.tracks
    assert (each.session.evidence, each.session.peer, each.session.peer_name) == (
        Evidence.EVENT,
        "192.0.2.7:5900",
        "reception-pc",
    )
    assert watched.told[-1].session.also == (Evidence.SOCKET,)


def test_an_address_that_an_event_tells_ties_its_name_to_the_connection_and_is_no_name() -> None:
    watched = Watched()
    watched.every(0.5, 0, 5, replace(EVENT, address="192.0.2.7"), SOCKET)
    (each,) = watched.tracks
    assert (each.session.peer, each.session.peer_name) == ("reception-pc", None)
    assert watched.look(after(5.5), EVENT) == [Happening.STOP]


def test_a_session_through_a_gateway_is_to_whom_its_event_names_as_soon_as_that_comes() -> None:
    watched = Watched()
    through = replace(SOCKET, peer=None, address="198.51.100.9:443", pid=100)
    watched.every(0.5, 0, 20, through)
    assert watched.told[0].session.peer is None
    event = shown(Evidence.EVENT, "event#1", "srv1", address="198.51.100.9", pid=100)
    watched.every(0.5, 20.5, 30, through, event)
    assert [each.session.peer for each in watched.tracks] == ["srv1"]
    assert watched.told[-1].session.peer == "srv1"
    later = Watched()
    later.every(0.5, 0, 90, through)
    later.every(0.5, 90.5, 95, through, event)
    assert [each.session.peer for each in later.tracks] == ["srv1"], "a password may take its time"


@pytest.mark.parametrize(
    ("connected", "typed", "peer"),
    [
        ("127.0.0.1:54321", "srv1", "srv1"),  # a tunnel
        ("198.51.100.9:8443", "192.168.1.10", "192.168.1.10"),  # a gateway
        ("198.51.100.9:8443", "srv1:3390", "srv1:3390"),
        ("192.0.2.7:3389", "srv1", "192.0.2.7:3389"),
        ("127.0.0.1:13389", "localhost:13389", "127.0.0.1:13389"),
    ],
)
def test_an_address_that_cannot_be_the_host_that_was_typed_is_not_the_peer(
    connected: str, typed: str, peer: str
) -> None:
    watched = Watched()
    socket = replace(SOCKET, peer=connected, pid=100)
    watched.every(0.5, 0, 5, socket)
    watched.every(0.5, 5.5, 10, socket, shown(Evidence.EVENT, "event#1", typed, pid=100))
    (each,) = watched.tracks
    assert each.session.peer == peer
    assert each.session.peer_name != peer


def test_two_tabs_seen_by_two_kinds_of_evidence_are_two_sessions() -> None:
    watched = Watched()
    second = shown(Evidence.LOG, "log#2", "192.0.2.8"), shown(Evidence.SOCKET, "socket 2", "192.0.2.8:5900")
    watched.every(0.5, 0, 2, LOG, SOCKET)
    watched.every(0.5, 2.5, 4, LOG, SOCKET, *second)
    assert [each.session.peer for each in watched.tracks] == ["192.0.2.7", "192.0.2.8"]
    assert watched.look(after(4.5), LOG, SOCKET) == [Happening.STOP]
    assert [each.session.state for each in watched.tracks] == [SessionState.LIVE, SessionState.PAUSED]


def test_two_processes_are_two_sessions_whatever_shows_them() -> None:
    watched = Watched()
    one, other = replace(EVENT, pid=100), replace(SOCKET, pid=200)
    watched.look(after(0), one, other)
    assert len(watched.tracks) == 2


def test_a_name_and_an_address_that_come_at_the_same_time_are_one_session() -> None:
    watched = Watched()
    watched.look(after(0), EVENT, SOCKET)
    assert len(watched.tracks) == 1


def test_a_name_and_an_address_that_come_far_apart_are_two() -> None:
    watched = Watched()
    watched.every(0.5, 0, 90, SOCKET)
    watched.look(after(90.5), SOCKET, EVENT)
    assert len(watched.tracks) == 2


def test_what_may_be_another_session_s_does_not_end_this_one() -> None:
    watched = Watched()
    watched.every(0.5, 0, 5, EVENT, SOCKET)
    assert watched.look(after(5.5), EVENT) == []
    assert watched.look(after(6), replace(EVENT, ended_at=after(5.8).at)) == [Happening.STOP]


def test_an_end_that_is_told_ends_it_though_the_socket_lingers_and_that_begins_no_other() -> None:
    watched = Watched()
    watched.every(0.5, 0, 5, LOG, SOCKET)
    assert watched.look(after(5.5), replace(LOG, ended_at=after(5.2).at, unsure_ms=1), SOCKET) == [Happening.STOP]
    ended = watched.told[-1].session
    assert (ended.observed_ms, ended.end_unsure_ms) == (5_200, 1)
    watched.every(0.5, 6, 60, SOCKET)
    assert [change.what for change in watched.told].count(Happening.START) == 1
    watched.look(after(60.5))
    assert watched.look(after(61), SOCKET) == [Happening.START]


def test_a_witness_that_falls_silent_stops_the_session_and_resumes_it() -> None:
    watched = Watched()
    watched.every(0.5, 0, 5, LOG, SOCKET)
    assert watched.look(after(5.5), LOG) == [Happening.STOP]
    assert watched.look(after(6), LOG, SOCKET) == [Happening.START]
    watched.every(0.5, 6.5, 8, LOG, SOCKET)
    (each,) = watched.tracks
    assert (each.session.observed_ms, len(each.session.stretches)) == (7_000, 2)


def test_a_log_that_is_left_open_by_a_viewer_that_went_long_ago_begins_no_other() -> None:
    watched = Watched()
    watched.every(0.5, 0, 5, LOG, SOCKET)
    watched.every(0.5, 5.5, 1_000, LOG)
    assert [change.what for change in watched.told].count(Happening.START) == 1


def test_a_closing_record_ends_a_session_that_its_log_left_open() -> None:
    watched = Watched()
    watched.every(0.5, 0, 60, LOG)
    record = shown(Evidence.LOG, "records#1", "192.0.2.7", began_at=after(-3).at, ended_at=after(60.3).at)
    assert watched.look(after(60.5), LOG, record) == [Happening.STOP]
    watched.every(0.5, 61, 90, LOG)
    assert [change.what for change in watched.told].count(Happening.START) == 1


def test_a_closing_record_belongs_to_the_session_that_it_overlaps_most() -> None:
    watched = Watched()
    watched.every(0.5, 0, 60, LOG)
    watched.look(after(60.5), replace(LOG, ended_at=after(60.2).at))
    second = replace(LOG, key="log#2")
    watched.every(0.5, 80, 82, second)
    record = shown(Evidence.LOG, "records#1", "192.0.2.7", began_at=after(0).at, ended_at=after(79).at)
    assert watched.look(after(82.5), second, record) == []


def test_a_closing_record_that_only_comes_near_a_session_is_of_another_one() -> None:
    for begin, end in ((-60, -2), (13, 40)):
        watched = Watched()
        watched.every(0.5, 0, 10, LOG)
        watched.look(after(10.5), replace(LOG, ended_at=after(10.2).at))
        watched.every(1, 11, 40)
        record = shown(Evidence.LOG, "records#1", "192.0.2.7", began_at=after(begin).at, ended_at=after(end).at)
        assert Happening.STOP in watched.look(after(41), record)


def test_a_closing_record_that_is_written_after_a_sleep_is_of_the_session_that_ended_with_it() -> None:
    watched = Watched()
    watched.every(0.5, 0, 60, LOG)
    watched.look(after(60.5), replace(LOG, ended_at=after(60.2).at))
    watched.every(0.5, 3600, 3605)
    record = shown(Evidence.LOG, "records#1", "192.0.2.7", began_at=after(0).at, ended_at=after(3603).at)
    assert watched.look(after(3605.5), record) == []
    assert [change.session.observed_ms for change in watched.told if change.what is Happening.END] == [60_200]


def test_of_the_sessions_that_are_over_so_many_are_known_those_that_ended_last() -> None:
    watched = Watched()
    for number in range(KNOWN + 5):
        watched.look(after(20 * number), seen(f"key {number}", f"peer {number}"))
        watched.look(after(20 * number + 1))
    watched.every(1, 3000, 3020)
    assert [each.session.peer for each in watched.tracks] == [f"peer {number}" for number in range(5, KNOWN + 5)]


# What a log tells of a time in which nobody looked.


def stretches(watched: Watched) -> list[list[tuple[float, float]]]:
    """From when to when each session was observed, in seconds after the start."""
    last = {change.session.id: change.session for change in watched.told}
    return [
        [((each.started_at - START.at) / 1000, (each.ended_at - START.at) / 1000) for each in session.stretches]
        for session in last.values()
    ]


def the_record(begin: float, end: float) -> Sighting:
    return shown(Evidence.LOG, "records#1", "192.0.2.7", began_at=after(begin).at, ended_at=after(end).at)


def test_a_closing_record_long_after_a_sleep_adds_what_came_after_it_and_counts_nothing_twice() -> None:
    watched = Watched()
    watched.every(0.5, 0, 60, LOG)
    watched.look(after(60.5), replace(LOG, ended_at=after(60.2).at))
    watched.every(1, 3600, 5000)
    assert watched.look(after(5000.5), the_record(0, 5000)) == [Happening.START, Happening.STOP]
    assert stretches(watched) == [[(0, 60.2)], [(3600, 5000)]]


def test_a_closing_record_is_of_the_session_that_its_log_told_after_the_sleep_when_that_is_live() -> None:
    watched = Watched()
    watched.every(0.5, 0, 60, LOG)
    watched.look(after(60.5), replace(LOG, ended_at=after(60.2).at))
    again = replace(LOG, key="log#2")
    watched.every(1, 3600, 3630, again)
    assert watched.look(after(3631), again, the_record(0, 3630.3)) == [Happening.STOP]
    assert stretches(watched) == [[(0, 60.2)], [(3600, 3630.3)]]


@pytest.mark.parametrize(
    ("back", "end", "observed"),
    [(1000, 1500, [(10, 100), (1000, 1500)]), (1000, 1050, [(10, 100)]), (None, 90, [(10, 90)])],
    ids=["lived on", "did not", "before"],
)
def test_a_session_that_its_record_alone_tells_is_told_without_the_sleep(
    back: float | None, end: float, observed: list[tuple[float, float]]
) -> None:
    watched = Watched()
    watched.every(1, 0, 100)
    if back is not None:
        watched.every(1, back, end)
    assert watched.look(after(end + 0.5), the_record(10, end)) == [Happening.START, Happening.STOP]
    assert stretches(watched) == [observed]


def test_a_session_of_which_a_log_tells_only_in_a_time_in_which_nobody_looked_is_none() -> None:
    watched = Watched()
    watched.look(after(0))
    assert watched.look(after(100), the_record(20, 80)) == []


def test_a_session_that_began_before_a_sleep_and_was_first_seen_after_it_begins_there() -> None:
    watched = Watched()
    watched.every(1, 0, 10)
    begun = replace(LOG, began_at=after(10.4).at)
    watched.every(1, 3600, 3610, begun)
    assert stretches(watched) == [[(3600, 3610)]]


@pytest.mark.parametrize(("end", "observed", "marks"), [(60.6, 60.6, ()), (3600.1, 60, (Mark.UNCONFIRMED_END,))])
def test_an_end_that_is_told_when_the_computer_wakes_adds_no_sleep(
    end: float, observed: float, marks: tuple[Mark, ...]
) -> None:
    watched = Watched()
    watched.every(0.5, 0, 60, LOG)
    assert watched.look(after(3600.2), replace(LOG, ended_at=after(end).at)) == [Happening.STOP]
    assert stretches(watched) == [[(0, observed)]]
    assert watched.told[-1].session.marks == marks


def test_a_clock_that_was_set_forward_and_back_hides_nothing_that_comes_later() -> None:
    watched = Watched()
    watched.every(1, 0, 10)
    watched.look(Tick(after(3600).at, after(11).steady_ms))
    watched.every(1, 12, 500)
    assert watched.look(after(501), the_record(100, 500)) == [Happening.START, Happening.STOP]
    assert stretches(watched) == [[(100, 500)]]


def test_what_was_joined_is_taken_up_again_after_a_restart() -> None:
    before = Watched()
    before.every(0.5, 0, 5, LOG, SOCKET)
    watched = Watched(resume(kept_by(before), after(6)))
    assert watched.look(after(6), LOG, SOCKET) == []
    watched.every(0.5, 6.5, 7, LOG, SOCKET)
    (each,) = watched.tracks
    assert (each.session.observed_ms, each.session.id) == (6_000, before.tracks[0].session.id)


# How unsure the ends are.


def test_start_and_end_say_between_which_looks_they_lie() -> None:
    watched = Watched()
    watched.look(after(0), took_ms=10)
    watched.look(after(0.5), seen(), took_ms=10)
    watched.every(0.5, 1, 4, seen())
    watched.look(after(4.5), took_ms=10)
    session = watched.told[-1].session
    assert (session.start_unsure_ms, session.end_unsure_ms) == (510, 510)


def test_a_session_that_was_there_before_the_first_look_does_not_pretend_to_know_its_start() -> None:
    watched = Watched()
    watched.every(0.5, 0, 2, seen())
    assert watched.told[0].session.start_unsure_ms is None


def test_a_log_s_ends_are_as_unsure_as_its_stamps() -> None:
    watched = Watched()
    watched.look(after(0))
    begun = seen(began_at=after(0.2).at, unsure_ms=1_000)
    watched.look(after(0.5), begun)
    watched.look(after(5), replace(begun, ended_at=after(2).at))
    session = watched.told[-1].session
    assert (session.start_unsure_ms, session.end_unsure_ms) == (1_000, 1_000)


def test_an_end_that_nobody_watched_says_how_long_nobody_did() -> None:
    watched = Watched()
    watched.every(0.5, 0, 5, seen())
    watched.look(after(60))
    assert watched.told[-1].session.end_unsure_ms == 55_000


evidence_looks = st.lists(
    st.tuples(
        st.integers(100, 2_000),
        st.frozensets(st.sampled_from(["log", "event", "socket", "second socket", "declared"])),
        st.frozensets(st.sampled_from(["log", "event", "declared"])),
    ),
    max_size=40,
)
WITNESSES = {
    "log": LOG,
    "event": EVENT,
    "socket": SOCKET,
    "second socket": shown(Evidence.SOCKET, "second socket", "192.0.2.9:5900"),
    "declared": shown(Evidence.DECLARED, "declared", None),
}


def witnessed(looks: Sequence[tuple[int, frozenset[str], frozenset[str]]], *, backward: bool = False) -> Watched:
    watched, at = Watched(), START
    for step, names, ends in looks:
        at = Tick(at.at + step, at.steady_ms + step)
        several = [
            replace(WITNESSES[name], ended_at=at.at) if name in ends else WITNESSES[name] for name in sorted(names)
        ]
        watched.look(at, *(reversed(several) if backward else several))
    return watched


@given(evidence_looks)
def test_evidence_of_several_kinds_never_makes_more_time_than_went_by(
    looks: list[tuple[int, frozenset[str], frozenset[str]]],
) -> None:
    watched = witnessed(looks)
    went_by = sum(step for step, _, _ in looks)
    assert all(change.session.observed_ms <= went_by for change in watched.told)
    live = [each for each in watched.tracks if each.session.state is SessionState.LIVE]
    shown_now = looks[-1][1] - looks[-1][2] if looks else frozenset()
    assert len(live) <= len(shown_now)


@given(evidence_looks)
def test_the_order_of_evidence_within_a_look_does_not_matter(
    looks: list[tuple[int, frozenset[str], frozenset[str]]],
) -> None:
    forward, backward = witnessed(looks), witnessed(looks, backward=True)
    assert [(c.what, c.session) for c in forward.told] == [(c.what, c.session) for c in backward.told]
