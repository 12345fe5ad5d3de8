"""What looks like a session and is none. A true one beside each trap shows that the watch was awake."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.real import desk
from tests.real.line import Line
from tests.real.program import Program, until
from tests.real.viewers import Remmina, to
from tests.real.watching import Told, Watch

Viewer = Callable[..., Program]
SEVERAL_LOOKS_S = 3.0


@pytest.fixture
def silence(watch: Watch, vnc_line: Line, tigervnc: Viewer) -> Iterator[Callable[[], list[Told]]]:
    """Call it once the trap is set: the starts told from the test's beginning until a true session was seen."""
    before = len(watch.heard)

    def said() -> list[Told]:
        time.sleep(SEVERAL_LOOKS_S)
        tigervnc(to(vnc_line.port))
        watch.start_of(vnc_line.peer)
        told = watch.heard[before:]
        return [each for each in told if each.event == "start" and each.line["peer"] != vnc_line.peer]

    yield said


Silence = Callable[[], list[Told]]


def of(tool: str, said: list[Told]) -> list[Told]:
    return [told for told in said if told.line["tool"] == tool]


def towards(port: int, said: list[Told]) -> list[Told]:
    return [told for told in said if str(told.line["peer"]).endswith(f":{port}")]


def test_a_server_that_nobody_views_is_no_session(
    tmp_path: Path, ended: Callable[[Program], Program], rdp_server: desk.Server, silence: Silence
) -> None:
    server = desk.vnc_server(tmp_path)
    ended(server.program)
    said = silence()
    assert towards(server.port, said) == []
    assert towards(rdp_server.port, said) == []


def test_a_viewer_that_waits_to_be_called_is_no_session(tigervnc: Viewer, silence: Silence) -> None:
    port = desk.free_port()
    waiting = tigervnc("-listen", str(port))
    until(lambda: desk.listens(port), "the viewer to listen")
    said = silence()
    waiting.must_run()
    assert of("tigervnc", said) == []


def test_a_viewer_that_asks_where_to_is_no_session(tigervnc: Viewer, silence: Silence) -> None:
    asking = tigervnc()
    said = silence()
    asking.must_run()
    assert of("tigervnc", said) == []


def test_a_viewer_that_was_refused_is_no_session(tigervnc: Viewer, silence: Silence) -> None:
    port = desk.free_port()
    tigervnc(to(port))
    assert towards(port, silence()) == []


def test_a_viewer_that_was_refused_is_no_session_beside_another_programs_connection(
    other_vnc_line: Line, tigervnc: Viewer, silence: Silence
) -> None:
    with socket.create_connection(("127.0.0.1", other_vnc_line.port)):
        other_vnc_line.opened()
        other_vnc_line.refuse()
        viewer = tigervnc(to(other_vnc_line.port))
        said = silence()
        viewer.must_run()  # it says so in a window
        assert towards(other_vnc_line.port, said) == []


def test_a_viewer_that_knocks_where_nobody_answers_is_no_session(tigervnc: Viewer, silence: Silence) -> None:
    with ExitStack() as held:
        door = held.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        port = door.getsockname()[1]
        for _ in range(3):  # fill the queue of those who wait to be let in: who comes after them gets no answer
            knocking = held.enter_context(socket.socket())
            knocking.setblocking(False)
            knocking.connect_ex(("127.0.0.1", port))
        viewer = tigervnc(to(port))
        said = silence()
        viewer.must_run()
        assert towards(port, said) == []


def test_remminas_list_of_connections_is_no_session(remmina: Remmina, silence: Silence) -> None:
    window = remmina.open_window()
    said = silence()
    window.must_run()
    assert of("remmina", said) == []


def test_a_program_that_nobody_knows_is_no_session_even_on_a_viewers_port(silence: Silence) -> None:
    with ExitStack() as held:
        try:
            door = held.enter_context(socket.create_server(("127.0.0.1", 5900)))
        except OSError:
            pytest.skip("port 5900 of this machine is taken")
        held.enter_context(socket.create_connection(("127.0.0.1", 5900)))
        held.enter_context(door.accept()[0])
        assert towards(5900, silence()) == []


def test_the_incoming_side_is_no_session_the_viewer_is(
    watch: Watch, vnc_line: Line, rdp_line: Line, tigervnc: Viewer, freerdp: Viewer
) -> None:
    before = len(watch.heard)
    tigervnc(to(vnc_line.port))
    freerdp(rdp_line.port)
    watch.start_of(vnc_line.peer)
    watch.start_of(rdp_line.peer)
    time.sleep(SEVERAL_LOOKS_S)
    mine = {vnc_line.peer, rdp_line.peer}
    started = [told for told in watch.heard[before:] if told.event == "start"]
    assert sorted(told.line["peer"] for told in started if told.line["peer"] in mine) == sorted(mine)
    callers = {call.near.getpeername()[1] for line in (vnc_line, rdp_line) for call in line.calls}
    callers |= {call.far.getsockname()[1] for line in (vnc_line, rdp_line) for call in line.calls}
    for port in callers:  # what a server's own connections go to
        assert towards(port, started) == []
