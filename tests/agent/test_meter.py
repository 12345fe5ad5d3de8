"""Loop one, on a machine that shows the pictures it is given."""

import os
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from agent.detector import Verdict
from agent.meter import BUSY_MS, IDLE_MS, Meter
from agent.sighting import LoggedSession
from agent.signature import Catalogue, System
from agent.snapshot import Snapshot, Tick
from agent.toollogs import ToolLogs
from agent.tracker import Change, Happening
from shared.moments import iso, to_at
from shared.session import Session
from tests.agent.catalogue.scenes import signature
from tests.agent.pictures import a_catalogue, a_connection, a_look, a_process, after
from tests.fakes.clock import FakeClock


class FakeMachine:
    """Shows the pictures it is given, one a look; an error instead of a picture is raised."""

    def __init__(self, pictures: Sequence[Snapshot | OSError]) -> None:
        self._pictures = list(pictures)

    def look(self) -> Snapshot:
        picture = self._pictures.pop(0)
        if isinstance(picture, OSError):
            raise picture
        return picture


class SilentLogs:
    def look(self, runs: Collection[str]) -> tuple[LoggedSession, ...]:
        return ()


def a_meter(
    pictures: Sequence[Snapshot | OSError],
    tell: Callable[[Sequence[Change]], None],
    catalogue: Catalogue | None = None,
    ask: Callable[[str], None] = lambda tool: None,
) -> Meter:
    ids = count(1)
    known = catalogue or a_catalogue()
    return Meter(FakeMachine(pictures), [SilentLogs()], known, tell, ask, lambda: f"{next(ids):032x}")


def test_it_looks_more_often_while_a_candidate_is_there() -> None:
    meter = a_meter([a_look(), a_look(processes=(a_process(),))], lambda changes: None)
    assert [meter.look(), meter.look()] == [IDLE_MS, BUSY_MS]


def test_what_runs_all_day_makes_no_hurry() -> None:
    meter = a_meter([a_look(processes=(a_process("viewerd"),))], lambda changes: None)
    assert meter.look() == IDLE_MS


def test_it_tells_what_the_tracker_finds() -> None:
    told: list[Happening] = []
    live = {"processes": (a_process(),), "connections": (a_connection(),)}
    meter = a_meter(
        [a_look(after(0), **live), a_look(after(1))], lambda changes: told.extend(change.what for change in changes)
    )
    meter.look()
    assert [change.what for change in meter.live()] == [Happening.PROGRESS]
    meter.look()
    assert (told, meter.live()) == ([Happening.START, Happening.STOP], [])


@pytest.mark.parametrize("set_s", [(3_600, 0), (-3_600, 0), (-3_600, 7_200, -60)])
def test_a_wall_clock_that_is_set_back_and_forth_makes_no_time_and_doubles_nothing(set_s: tuple[int, ...]) -> None:
    told: list[Change] = []
    live = {"processes": (a_process(),), "connections": (a_connection(),)}
    pictures = [
        a_look(Tick(after(look * 0.5 + set_s[look // 5 % len(set_s)]).at, after(look * 0.5).steady_ms), **live)
        for look in range(61)
    ]
    meter = a_meter([*pictures, a_look(after(31))], told.extend)
    for _ in range(62):
        meter.look()
    assert len({each.session.id for each in told}) == 1
    assert 0 < told[-1].session.observed_ms <= 30_000


def test_what_shows_the_same_is_judged_once() -> None:
    live = {"processes": (a_process(),), "connections": (a_connection(),)}
    meter = a_meter([a_look(after(n), **live) for n in range(3)] + [a_look(after(3))], lambda changes: None)
    first, second, third, gone = (meter.verdicts()[1] for _ in range(4))
    assert first == second and second is third and gone != third


def test_a_look_that_fails_counts_nothing_and_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    trouble = OSError("no more files")
    meter = a_meter([trouble, trouble, a_look()], lambda changes: None)
    assert [meter.look(), meter.look(), meter.look()] == [BUSY_MS, BUSY_MS, IDLE_MS]
    assert len(caplog.records) == 1


def test_a_tool_that_shows_nothing_is_asked_about_once_each_time_it_is_opened() -> None:
    asked: list[str] = []
    catalogue = a_catalogue(
        'tool = "silent"\nname = "S"\n[[process]]\nnames = ["silent"]\nproof = "none"\n'
        'source = "made up"\nconfidence = "guess"'
    )
    runs, gone = a_look(processes=(a_process("silent"), a_process("silent", pid=101))), a_look()
    meter = a_meter([runs, runs, gone, runs], lambda changes: None, catalogue, asked.append)
    for _ in range(4):
        meter.look()
    assert asked == ["silent", "silent"]


def test_a_tool_whose_log_tells_its_sessions_is_not_asked_about() -> None:
    asked: list[str] = []
    meter = a_meter([a_look(processes=(a_process("logger"),))], lambda changes: None, ask=asked.append)
    meter.look()
    assert asked == []


def test_it_can_say_why() -> None:
    meter = a_meter([a_look(processes=(a_process(),))], lambda changes: None)
    verdicts: tuple[Verdict, ...] = meter.verdicts()[1]
    assert [verdict.tool for verdict in verdicts] == ["viewer"]


class Tells:
    def __init__(self, key: str) -> None:
        self.told = LoggedSession("viewer", key, None, None, began_at=1)

    def look(self, runs: Collection[str]) -> tuple[LoggedSession, ...]:
        return (self.told,)


def test_what_several_readers_tell_is_heard_from_all() -> None:
    ids = count(1)
    readers = [Tells("a"), SilentLogs(), Tells("b")]
    meter = Meter(
        FakeMachine([a_look()]),
        readers,
        a_catalogue(),
        lambda changes: None,
        lambda tool: None,
        lambda: f"{next(ids):032x}",
    )
    assert len(meter.verdicts()[1]) == 2


# The agent's own parts on one clock, over a sleep of the computer.

TOLD = "2026/11/24 {}  11052 15268 G1   {}\n"
BEGUN = "Client connection to 418220137, server version is 12.0.93330 , OS=32768 Participant=[418220137,1]"
ASLEEP = "TVPower: SERVICE_CONTROL_POWEREVENT 4"
AWAKE = "TVPower: SERVICE_CONTROL_POWEREVENT 18"
RECORD = (
    "418220137\t24-11-2026 09:00:00\t24-11-2026 {}\tMario\tRemoteControl\t{{b35110b2-7dc5-4bb9-8d54-ca80953f65f8}}\n"
)


class Pc:
    """TeamViewer runs, writes its log and its list, and is measured, each second that the computer is awake."""

    def __init__(self, home: Path) -> None:
        self.clock = FakeClock(wall=to_at(datetime(2026, 11, 24, 9, tzinfo=UTC)) - 2_000)
        folder = home / "TeamViewer"
        folder.mkdir()
        self.log, self.list = folder / "TeamViewer15_Logfile.log", folder / "Connections.txt"
        self.log.write_text("Start:              2026/11/24 08:00:00.000 (UTC)\n", encoding="utf-8")
        catalogue = Catalogue((signature("teamviewer"),), System.WINDOWS)
        self.told: dict[str, Session] = {}
        ids = count(1)
        logs = ToolLogs(catalogue, self.clock, {"appdata": str(home)})
        self._meter = Meter(self, [logs], catalogue, self._tell, lambda tool: None, lambda: f"{next(ids):032x}")
        self.watch(2)

    def _tell(self, changes: Sequence[Change]) -> None:
        self.told |= {change.session.id: change.session for change in changes}

    def look(self) -> Snapshot:
        now = Tick(self.clock.wall, self.clock.steady)
        return Snapshot(now, now, (a_process("teamviewer.exe"),))

    def watch(self, seconds: int) -> None:
        for _ in range(seconds):
            self.clock.advance(1_000)
            self._meter.look()

    def write(self, path: Path, text: str) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
        os.utime(path, ns=(0, self.clock.wall * 1_000_000 + path.stat().st_size))

    def observed(self) -> list[tuple[str, str]]:
        return [
            (iso(each.started_at)[11:19], iso(each.ended_at)[11:19])
            for session in self.told.values()
            for each in session.stretches
        ]


@pytest.fixture
def pc(tmp_path: Path) -> Pc:
    return Pc(tmp_path)


@pytest.mark.parametrize("says_it_wakes", [True, False])
def test_a_record_that_comes_long_after_a_sleep_is_of_the_session_from_before_it(pc: Pc, says_it_wakes: bool) -> None:
    pc.write(pc.log, TOLD.format("09:00:00.000", BEGUN))
    pc.watch(600)
    pc.write(pc.log, TOLD.format("09:10:00.000", ASLEEP))
    pc.watch(1)
    pc.clock.advance(3_600_000)
    if says_it_wakes:
        pc.write(pc.log, TOLD.format("10:10:01.000", AWAKE))
    pc.watch(1_199)
    pc.write(pc.list, RECORD.format("10:30:00"))
    pc.watch(30)
    assert pc.observed() == [("09:00:00", "09:10:00"), ("10:10:02", "10:30:00")]
    assert [session.peer for session in pc.told.values()] == ["418220137"] * 2


def test_a_record_alone_is_told_without_the_sleep_within_it(pc: Pc) -> None:
    pc.watch(600)
    pc.clock.advance(3_600_000)
    pc.watch(1_200)
    pc.write(pc.list, RECORD.format("10:30:00"))
    pc.watch(30)
    assert pc.observed() == [("09:00:00", "09:10:00"), ("10:10:01", "10:30:00")]
    assert len(pc.told) == 1
