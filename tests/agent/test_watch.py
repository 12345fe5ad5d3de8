"""Lines on standard output, for programs and for people."""

import io
import json
import threading

import msgspec

from agent.tracker import Change, Happening
from agent.watch import json_lines, text_lines, watch
from shared.session import Evidence, Mark, SessionState, Stretch
from tests.agent.pictures import START, a_connection, a_look, a_process, after
from tests.agent.test_meter import a_meter
from tests.agent.test_spool import a_session
from tests.fakes.clock import FakeClock


def lines_of(*changes: Change) -> list[dict[str, object]]:
    out = io.StringIO()
    json_lines(out)(changes)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_says_what_was_promised() -> None:
    session = msgspec.structs.replace(a_session(lasted_ms=12_300), also=(Evidence.PROCESS,), start_unsure_ms=400)
    (line,) = lines_of(Change(Happening.PROGRESS, session, "k"))
    assert line == {
        "event": "progress",
        "session": f"{1:032x}",
        "tool": "viewer",
        "peer": "192.0.2.7:5900",
        "at": "2026-11-18T11:06:52.300Z",
        "observed_seconds": 12.3,
        "evidence": "socket",
        "also": ["process"],
        "unsure_seconds": {"start": 0.4, "end": None},
    }


def test_a_start_is_told_at_its_own_instant_and_the_end_of_the_grace_time_not_at_all() -> None:
    session = a_session()
    start, end = Change(Happening.START, session, "k"), Change(Happening.END, session, "k")
    assert [line["at"] for line in lines_of(start, end)] == ["2026-11-18T11:06:40.000Z"]


def test_what_must_be_said_beside_a_session_is_said() -> None:

    marked = msgspec.structs.replace(a_session(), marks=(Mark.TUNNELLED,), stretches=(Stretch(START.at, 0),))
    assert lines_of(Change(Happening.START, marked, "k"))[0]["marks"] == ["tunnelled"]


def test_a_person_gets_a_line_too() -> None:
    out = io.StringIO()
    text_lines(out)([Change(Happening.STOP, a_session(state=SessionState.PAUSED), "k")])
    assert out.getvalue() == "stop      viewer  192.0.2.7:5900  5 s\n"


def test_what_is_live_at_the_end_gets_a_last_progress_and_no_stop() -> None:
    out, clock = io.StringIO(), FakeClock()
    live = {"processes": (a_process(),), "connections": (a_connection(),)}
    stop = threading.Event()
    tell = json_lines(out)
    watch(a_meter([a_look(after(0), **live), a_look(after(1), **live)], tell), tell, clock, stop, for_ms=0)
    assert [json.loads(line)["event"] for line in out.getvalue().splitlines()] == ["start", "progress"]
