"""What looks like a session and is none. A true one beside each trap shows that the watch was awake."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.real import desk
from tests.real.line import Instant, Line
from tests.real.program import Program, until
from tests.real.ssh import Ssh
from tests.real.viewers import Remmina, to
from tests.real.watching import ROOT, Told, Watch

Viewer = Callable[..., Program]
SEVERAL_LOOKS_S = 1.5


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


def explained() -> str:
    command = [sys.executable, "-m", "agent", "explain"]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=30).stdout


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


def test_a_viewer_that_asks_for_a_password_is_no_session(
    locked_vnc_server: desk.Server,
    tigervnc: Viewer,
    tightvnc: Viewer,
    gvncviewer: Viewer,
    remote_viewer: Viewer,
    silence: Silence,
) -> None:
    port = locked_vnc_server.port
    asking = [
        tigervnc(to(port), security="VncAuth"),
        tightvnc(to(port)),
        gvncviewer(port),
        remote_viewer(f"vnc://127.0.0.1:{port}"),
    ]
    until(lambda: desk.sockets_towards(port).count(desk.ESTABLISHED) == len(asking), "all of them to ask")
    said = silence()
    for each in asking:
        each.must_run()
    assert towards(port, said) == []
    assert desk.sockets_towards(port).count(desk.ESTABLISHED) == len(asking)
    assert explained().count("still asking for a password?") == len(asking)


def test_a_session_behind_a_password_begins_with_the_picture(
    watch: Watch, locked_line: Line, tmp_path: Path, screen: desk.Screen, ended: Callable[[Program], Program]
) -> None:
    typed = tmp_path / "typed"
    os.mkfifo(typed)
    with open(typed, "rb+", buffering=0) as keys:
        command = f"exec xtightvncviewer -autopass {to(locked_line.port)} < {typed}"
        viewer = ended(Program(["sh", "-c", command], tmp_path, screen.environment))
        locked_line.opened()
        time.sleep(SEVERAL_LOOKS_S)
        assert watch.starts(locked_line.peer) == []
        with watch.patience() as patience:
            before = time.monotonic()
            keys.write(f"{desk.PASSWORD}\n".encode())
            let_in = Instant(before, time.monotonic())
            patience.assert_told_in_time(watch.start_of(locked_line.peer), let_in)
            time.sleep(1)
            viewer.end()
            patience.assert_observed(watch.stop_of(locked_line.peer), [(let_in, locked_line.closed())])


def test_a_wrong_password_is_no_session(
    tmp_path: Path, locked_vnc_server: desk.Server, tigervnc: Viewer, silence: Silence
) -> None:
    wrong = desk.password_file(tmp_path, desk.OTHER_PASSWORD)
    viewer = tigervnc("-passwd", str(wrong), to(locked_vnc_server.port), security="VncAuth")
    said = silence()
    viewer.must_run()  # it says so in a window
    assert towards(locked_vnc_server.port, said) == []


def test_a_remote_desktop_that_is_not_trusted_or_lets_nobody_in_is_no_session(
    tmp_path: Path,
    screen: desk.Screen,
    ended: Callable[[Program], Program],
    rdp_server: desk.Server,
    freerdp: Viewer,
    silence: Silence,
) -> None:
    guarded = desk.rdp_server(tmp_path, screen, "nla")
    ended(guarded.program)
    refuses = freerdp(rdp_server.port, trusts=False)  # there is no terminal to ask at
    fails = freerdp(guarded.port, security="nla")
    asking = freerdp(rdp_server.port, trusts=False, asks=True)
    until(lambda: "Do you trust" in asking.said(), "the question about the certificate")
    said = silence()
    until(lambda: not refuses.is_running and not fails.is_running, "both to give up")
    asking.must_run()
    assert desk.sockets_towards(rdp_server.port).count(desk.ESTABLISHED) == 1
    assert towards(rdp_server.port, said) == []
    assert towards(guarded.port, said) == []


def test_a_terminal_over_ssh_is_no_session(
    watch: Watch, ssh: Ssh, ended: Callable[[Program], Program], silence: Silence
) -> None:
    before = len(watch.heard)
    terminal = ended(ssh.run("echo there; sleep 30"))
    until(lambda: "there" in terminal.said(), "the other side")
    silence()
    terminal.must_run()
    assert {told.line["tool"] for told in watch.heard[before:] if told.event == "start"} == {"tigervnc"}


@pytest.mark.needs("chromium")
def test_a_browser_with_many_connections_is_no_session(
    watch: Watch, tmp_path: Path, screen: desk.Screen, ended: Callable[[Program], Program], silence: Silence
) -> None:
    before = len(watch.heard)
    with ExitStack() as held:
        doors = [held.enter_context(socket.create_server((f"127.0.0.{number}", 0))) for number in range(1, 6)]
        ports = [door.getsockname()[1] for door in doors]
        asked = [
            f"{host}:{port}/{number}" for host, port in (door.getsockname() for door in doors) for number in range(6)
        ]
        page = tmp_path / "page.html"
        page.write_text("".join(f'<img src="http://{each}">' for each in asked), encoding="utf-8")
        command = ["chromium", "--no-sandbox", "--no-first-run", "--disable-gpu", f"--user-data-dir={tmp_path}/profile"]
        browser = ended(Program([*command, page.as_uri()], tmp_path, screen.environment))
        until(lambda: sum(len(desk.sockets_towards(port)) for port in ports) >= 20, "the browser to connect")
        silence()
        browser.must_run()
    assert {told.line["tool"] for told in watch.heard[before:] if told.event == "start"} == {"tigervnc"}


def test_a_program_that_is_only_called_like_a_viewer_is_no_session(
    tmp_path: Path, ended: Callable[[Program], Program], silence: Silence
) -> None:
    namesake = tmp_path / "xtigervncviewer"
    shutil.copy("/bin/sleep", namesake)
    sleeping = ended(Program([str(namesake), "60"], tmp_path))
    said = silence()
    sleeping.must_run()
    assert of("tigervnc", said) == []


def test_a_killed_viewer_has_ended_although_its_connection_lingers(
    watch: Watch, vnc_line: Line, tigervnc: Viewer
) -> None:
    viewer = tigervnc(to(vnc_line.port))
    watch.start_of(vnc_line.peer)
    time.sleep(1)
    vnc_line.fall_silent()  # the other side never says goodbye
    time.sleep(0.5)
    with watch.patience() as patience:
        before = time.monotonic()
        viewer.kill()
        killed = Instant(before, time.monotonic())
        stop = watch.stop_of(vnc_line.peer)
        patience.assert_told_in_time(stop, killed)
        patience.assert_observed(stop, [(vnc_line.opened(), killed)])
    assert set(desk.sockets_towards(vnc_line.port)) <= {desk.FIN_WAIT1, desk.FIN_WAIT2}
    assert desk.sockets_towards(vnc_line.port)


def test_a_viewer_that_does_not_notice_its_server_has_gone_has_ended(
    watch: Watch, vnc_line: Line, tigervnc: Viewer
) -> None:
    viewer = tigervnc(to(vnc_line.port))
    watch.start_of(vnc_line.peer)
    time.sleep(1)
    os.kill(viewer.pid, signal.SIGSTOP)
    with watch.patience() as patience:
        vnc_line.cut()
        stop = watch.stop_of(vnc_line.peer)
        patience.assert_told_in_time(stop, vnc_line.closed())
        patience.assert_observed(stop, [(vnc_line.opened(), vnc_line.closed())])
    assert desk.sockets_towards(vnc_line.port) == [desk.CLOSE_WAIT]
    viewer.kill()


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
