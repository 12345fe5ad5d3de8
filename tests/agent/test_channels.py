"""Channels that are followed: what they hold at the start, what is new, and those that cannot be read."""

import logging
from collections.abc import Sequence
from itertools import count

import pytest
from msgspec.structs import replace

from agent.channels import HISTORY, RETRY_MS, Channels
from agent.meter import Meter
from agent.sighting import LoggedSession
from agent.signature import System
from agent.snapshot import Address, Connection, Process, Snapshot, Tick
from agent.tracker import Change, Happening
from shared.session import Evidence
from tests.agent.catalogue.scenes import catalogue
from tests.agent.written_events import BASE_AT, CHANNEL, a_session, an_event
from tests.fakes.clock import FakeClock

ASSISTANCE = "Microsoft-Windows-RemoteAssistance/Operational"


def a_viewer(pid: int = 11136, *arguments: str, name: str = "mstsc.exe", born: int = BASE_AT - 5_000) -> Process:
    return Process(pid, born, frozenset({name}), f"c:/windows/system32/{name}", arguments)


class FakeChannel:
    """A channel that holds what it is given, and hands on what is written to it."""

    def __init__(self) -> None:
        self.held: list[str] = []
        self.written: list[str] = []
        self.trouble: OSError | None = None
        self.on = True

    def write(self, *events: str) -> None:
        self.written += events

    def history(self, count: int) -> list[str]:
        return self.held[-count:]

    def new(self) -> list[str]:
        if self.trouble is not None:
            raise self.trouble
        new, self.written = self.written, []
        self.held += new
        return new

    def is_on(self) -> bool:
        return self.on

    def close(self) -> None:
        self.written = []


class Pc:
    """A Windows PC with these channels, and an agent that follows them."""

    def __init__(self, *viewers: Process) -> None:
        self.clock = FakeClock(wall=BASE_AT)
        self.there: dict[str, FakeChannel | OSError] = {CHANNEL: FakeChannel(), ASSISTANCE: FakeChannel()}
        self.viewers = {each.pid: each for each in viewers or (a_viewer(),)}
        self.opened: list[tuple[str, str, Sequence[int]]] = []
        self.start_agent()

    def start_agent(self) -> None:
        self.channels = Channels(catalogue(System.WINDOWS), self.clock, self.opens, self.viewers.get)

    def opens(self, name: str, provider: str, ids: Sequence[int]) -> FakeChannel:
        self.opened.append((name, provider, ids))
        found = self.there[name]
        if isinstance(found, OSError):
            raise found
        return found

    @property
    def channel(self) -> FakeChannel:
        found = self.there[CHANNEL]
        assert isinstance(found, FakeChannel)
        return found

    def look(self, after_ms: int = 500) -> tuple[LoggedSession, ...]:
        self.clock.advance(after_ms)
        return self.channels.look()

    def standing(self, name: str = CHANNEL) -> str:
        (found,) = (each for each in self.channels.standing() if name in each)
        return found


def test_each_channel_is_asked_once_for_the_events_of_all_its_tools() -> None:
    pc = Pc()
    pc.look()
    pc.look()
    assert [(name, tuple(ids)) for name, _, ids in pc.opened] == [
        (ASSISTANCE, (16, 18, 19)),
        (CHANNEL, (1024, 1026, 1027, 1102)),
    ]


def test_a_session_is_told_at_the_look_after_its_events() -> None:
    pc = Pc()
    assert pc.look() == ()
    *begin, end = a_session()
    pc.channel.write(*begin)
    (live,) = pc.look(after_ms=3_000)
    assert (live.tool, live.peer, live.began_at, live.ended_at) == ("mstsc", "pc7", BASE_AT + 3_000, None)
    assert pc.look() == (live,)
    pc.channel.write(end)
    (ended,) = pc.look(after_ms=56_500)
    assert (ended.key, ended.began_at, ended.ended_at) == (live.key, BASE_AT + 3_000, BASE_AT + 60_000)
    assert pc.look() == ()


def test_the_process_tells_which_tool_it_was() -> None:
    tab = a_viewer(11, name="mremoteng.exe")
    pc = Pc(a_viewer(), tab)
    pc.look()
    pc.channel.write(*a_session()[:-1], *a_session("pc8", None, pid=11, activity="a" * 8)[:-1])
    assert [(each.tool, each.peer, each.pid) for each in pc.look(5_000)] == [
        ("mremoteng", "pc8", 11),
        ("mstsc", "pc7", 11136),
    ]


def test_the_windows_of_wsl_and_of_virtual_machines_are_no_session() -> None:
    machine = "29A7892D-8743-4A3F-85E3-06FE9D7977B4"
    pc = Pc(a_viewer(1, "/v:" + machine, "/wslg", name="msrdc.exe"), a_viewer(2, name="msrdc.exe"), a_viewer())
    pc.look()
    for pid, host in ((1, "pc7"), (2, machine), (11136, machine)):
        pc.channel.write(*a_session(host, None, pid=pid, activity=str(pid))[:-1])
    assert pc.look(5_000) == ()


def test_a_process_that_was_born_after_its_event_is_another_one() -> None:
    pc = Pc(a_viewer(born=BASE_AT + 100_000))
    pc.channel.held = a_session()[:-1]
    assert pc.look(200_000) == ()


def test_events_of_another_user_s_program_are_his() -> None:
    pc = Pc(replace(a_viewer(), is_foreign=True))
    pc.channel.held = a_session()[:-1]
    assert pc.look(5_000) == ()


def test_after_a_restart_what_is_still_live_is_taken_up_and_what_has_ended_is_not_told() -> None:
    pc = Pc()
    pc.look()
    over, lives = a_session(activity="1"), a_session("pc8", activity="2")[:-1]
    pc.channel.write(*over, *lives)
    before = {each.key for each in pc.look(70_000) if each.ended_at is None}
    pc.start_agent()
    (after,) = pc.look(1_000)
    assert ({after.key}, after.began_at) == (before, None)


def test_an_end_after_a_restart_is_counted_from_where_we_looked_again() -> None:
    pc = Pc()
    pc.channel.held = a_session()[:-1]
    pc.look(30_000)
    pc.channel.write(a_session()[-1])
    (ended,) = pc.look(30_500)
    assert (ended.began_at, ended.ended_at) == (BASE_AT + 30_000, BASE_AT + 60_000)


def test_only_so_much_is_read_back() -> None:
    pc = Pc()
    pc.channel.held = [*a_session()[:-1], *(an_event(1024, "pc9", activity="9") for _ in range(HISTORY))]
    assert pc.look(60_000) == ()


def test_events_of_one_look_are_taken_by_their_time() -> None:
    pc = Pc()
    pc.look()
    pc.channel.write(*reversed(a_session()))
    (session,) = pc.look(70_000)
    assert (session.peer, session.began_at, session.ended_at) == ("pc7", BASE_AT + 3_000, BASE_AT + 60_000)


def test_an_attempt_within_a_session_ends_it_and_nobody_says_since_when() -> None:
    pc = Pc()
    pc.look()
    pc.channel.write(*a_session()[:-1])
    (before,) = pc.look(5_000)
    pc.channel.write(an_event(1024, "pc8", after_ms=6_000))
    (over,) = pc.look(7_000)
    assert (over.key, over.is_lost, over.ended_at) == (before.key, True, None)
    assert pc.look() == ()
    pc.channel.write(an_event(1027, after_ms=8_000))
    (now,) = pc.look(9_000)
    assert (now.peer, now.began_at, now.key != before.key) == ("pc8", BASE_AT + 8_000, True)


def test_a_cleared_channel_ends_nothing() -> None:
    pc = Pc()
    pc.look()
    pc.channel.write(*a_session()[:-1])
    pc.look(5_000)
    pc.channel.held.clear()
    assert len(pc.look()) == 1
    pc.channel.write(an_event(1026, "1", after_ms=60_000, record=1))  # its count begins anew
    assert [each.ended_at for each in pc.look(60_000)] == [BASE_AT + 60_000]


def test_a_channel_that_may_not_be_read_is_said_once_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    pc = Pc()
    channel, pc.there[CHANNEL] = pc.channel, PermissionError(13, "access is denied")
    pc.look()
    pc.look(RETRY_MS)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "access is denied; its sessions are told by their connections" in caplog.text
    assert "cannot be read: access is denied" in pc.standing()
    pc.there[CHANNEL] = channel
    channel.held = a_session()[:-1]
    assert pc.look(RETRY_MS - 1) == ()
    assert len(pc.look(1)) == 1


def test_a_channel_that_is_not_there_is_no_trouble(caplog: pytest.LogCaptureFixture) -> None:
    pc = Pc()
    pc.there[ASSISTANCE] = FileNotFoundError(2, "none")
    pc.look()
    assert caplog.records == []
    assert "there is no such channel here" in pc.standing(ASSISTANCE)
    assert "tells of no live session" in pc.standing()


def test_a_channel_that_fails_later_is_opened_anew_and_nothing_is_lost_or_doubled() -> None:
    pc = Pc()
    pc.look()
    *begin, end = a_session()
    pc.channel.write(*begin)
    (live,) = pc.look(5_000)
    pc.channel.trouble = OSError(22, "the event log service was stopped")
    assert pc.look() == (live,)
    pc.channel.held.append(end)
    pc.channel.trouble = None
    (ended,) = pc.look(RETRY_MS)
    assert (ended.key, ended.ended_at) == (live.key, BASE_AT + 60_000)


def test_rubbish_is_said_once_and_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    pc = Pc()
    pc.look()
    pc.channel.write("rubbish", "<Event/>", *a_session()[:-1])
    assert len(pc.look(5_000)) == 1
    assert len(caplog.records) == 1


def test_its_standing_is_told_in_words() -> None:
    pc = Pc()
    assert pc.standing().endswith("windows-app): not looked at yet")
    pc.look()
    pc.channel.write(*a_session()[:-1])
    pc.look(5_000)
    assert pc.standing().endswith("it is read, and tells of 1 live session")
    pc.channel.on = False
    assert pc.standing().endswith("it is switched off in Windows")


def test_whoever_is_helped_is_no_session_and_whoever_helps_is() -> None:
    helped, helper = a_viewer(1, "-saveasfile", "x", name="msra.exe"), a_viewer(2, "/offerRA", "pc7", name="msra.exe")
    pc = Pc(helped, helper)
    pc.look()
    channel = pc.there[ASSISTANCE]
    assert isinstance(channel, FakeChannel)
    where = {"channel": ASSISTANCE, "provider": "Microsoft-Windows-RemoteAssistance", "activity": None}
    channel.write(*(an_event(16, pid=each, **where) for each in (1, 2)))
    assert [(each.tool, each.peer, each.pid) for each in pc.look()] == [("remote-assistance", "pc7", 2)]
    channel.write(*(an_event(18, pid=each, after_ms=900, **where) for each in (1, 2)))
    assert [each.ended_at for each in pc.look()] == [BASE_AT + 900]


@pytest.mark.parametrize("address", ["192.0.2.7", None])
def test_events_and_the_connection_of_one_viewer_are_one_session(address: str | None) -> None:
    """The connection comes first and goes last; without an address nothing but the process ties the two together."""
    viewer = a_viewer()
    pc = Pc(viewer)
    connection = Connection(Address("192.0.2.1", 40_000), Address("192.0.2.7", 3389), viewer.pid)

    class Machine:
        connections: tuple[Connection, ...] = ()

        def look(self) -> Snapshot:
            pc.clock.advance(500)
            now = Tick(pc.clock.wall, pc.clock.steady)
            return Snapshot(now, now, (viewer,), self.connections)

    told: list[Change] = []
    machine, ids = Machine(), count(1)
    known = catalogue(System.WINDOWS)
    meter = Meter(machine, [pc.channels], known, told.extend, lambda tool: None, lambda: f"{next(ids):032x}")
    meter.look()
    events = a_session("pc7", address)
    machine.connections = (connection,)
    meter.look()
    pc.channel.write(*events[:-1])
    while pc.clock.wall < BASE_AT + 60_000:
        meter.look()
    pc.channel.write(events[-1])
    meter.look()
    machine.connections = ()
    meter.look()
    starts = [change.session for change in told if change.what is Happening.START]
    assert len({change.session.id for change in told}) == len(starts) == 1
    last = told[-1]
    assert (last.what, last.session.evidence, last.session.also) == (Happening.STOP, Evidence.EVENT, (Evidence.SOCKET,))
    assert (last.session.peer, last.session.peer_name) == ("192.0.2.7:3389", "pc7")
    assert abs(last.session.last_seen_at - (BASE_AT + 60_000)) <= 1_000
