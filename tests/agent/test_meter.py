"""Loop one, on a machine that shows the pictures it is given."""

from collections.abc import Callable, Collection, Sequence
from itertools import count

import pytest

from agent.detector import Verdict
from agent.meter import BUSY_MS, IDLE_MS, Meter
from agent.sighting import LoggedSession
from agent.signature import Catalogue
from agent.snapshot import Snapshot, Tick
from agent.tracker import Change, Happening
from tests.agent.pictures import a_catalogue, a_connection, a_look, a_process, after


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
