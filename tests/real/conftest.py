"""What the real sessions share. Servers and the screen live as long as the run; viewers as long as their test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.real import desk, viewers
from tests.real.line import Line
from tests.real.program import Program
from tests.real.ssh import SSHD, Ssh
from tests.real.watching import Watch


def _need(*programs: str) -> None:
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is missing: `python3 dev.py test` installs it or names its package")


@pytest.fixture(scope="session")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[desk.Screen]:
    _need("Xvfb")
    screen = desk.Screen(tmp_path_factory.mktemp("screen"))
    yield screen
    screen.program.end()


@pytest.fixture(scope="session")
def vnc_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[desk.Server]:
    _need("Xtigervnc")
    server = desk.vnc_server(tmp_path_factory.mktemp("vnc"))
    yield server
    server.program.end()


@pytest.fixture(scope="session")
def rdp_server(tmp_path_factory: pytest.TempPathFactory, screen: desk.Screen) -> Iterator[desk.Server]:
    _need(desk.SHADOW)
    server = desk.rdp_server(tmp_path_factory.mktemp("rdp"), screen)
    yield server
    server.program.end()


@pytest.fixture(scope="session")
def locked_vnc_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[desk.Server]:
    _need("Xtigervnc")
    server = desk.locked_vnc_server(tmp_path_factory.mktemp("locked"))
    yield server
    server.program.end()


@pytest.fixture(scope="session")
def spice_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[desk.Server]:
    _need(desk.QEMU)
    server = desk.spice_server(tmp_path_factory.mktemp("spice"))
    yield server
    server.program.end()


@pytest.fixture(scope="session")
def ssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ssh]:
    _need(SSHD, "ssh")
    ssh = Ssh(tmp_path_factory.mktemp("ssh"))
    yield ssh
    ssh.server.program.end()


@pytest.fixture
def vnc_line(vnc_server: desk.Server) -> Iterator[Line]:
    with Line(vnc_server.port) as line:
        yield line


@pytest.fixture
def other_vnc_line(vnc_server: desk.Server) -> Iterator[Line]:
    with Line(vnc_server.port) as line:
        yield line


@pytest.fixture
def rdp_line(rdp_server: desk.Server) -> Iterator[Line]:
    with Line(rdp_server.port) as line:
        yield line


@pytest.fixture
def locked_line(locked_vnc_server: desk.Server) -> Iterator[Line]:
    with Line(locked_vnc_server.port) as line:
        yield line


@pytest.fixture
def spice_line(spice_server: desk.Server) -> Iterator[Line]:
    with Line(spice_server.port) as line:
        yield line


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """One watch for all tests of a file: each asks it only about its own peers."""
    with Watch(tmp_path_factory.mktemp("watch")) as watch:
        yield watch
        assert watch.interrupt() == 0, watch.notices


@pytest.fixture
def ended() -> Iterator[Callable[[Program], Program]]:
    """Call it with a program: the test's end is the program's end."""
    programs: list[Program] = []

    def remember(program: Program) -> Program:
        programs.append(program)
        return program

    yield remember
    for program in reversed(programs):
        program.end()


@pytest.fixture
def tigervnc(tmp_path: Path, screen: desk.Screen, ended: Callable[[Program], Program]) -> Callable[..., Program]:
    """Start TigerVNC's viewer with these arguments."""
    _need("xtigervncviewer")
    return lambda *arguments, **more: ended(viewers.tigervnc(tmp_path, screen, *arguments, **more))


@pytest.fixture
def tightvnc(tmp_path: Path, screen: desk.Screen, ended: Callable[[Program], Program]) -> Callable[..., Program]:
    """Start TightVNC's viewer with these arguments."""
    _need("xtightvncviewer")
    return lambda *arguments: ended(viewers.tightvnc(tmp_path, screen, *arguments))


@pytest.fixture
def gvncviewer(tmp_path: Path, screen: desk.Screen, ended: Callable[[Program], Program]) -> Callable[[int], Program]:
    """Start GNOME's small viewer towards this port."""
    _need("gvncviewer")
    return lambda port: ended(viewers.gvncviewer(tmp_path, screen, port))


@pytest.fixture
def remote_viewer(tmp_path: Path, screen: desk.Screen, ended: Callable[[Program], Program]) -> Callable[[str], Program]:
    """Start the viewer of virtual machines towards this address."""
    _need("remote-viewer")
    return lambda address: ended(viewers.remote_viewer(tmp_path, screen, address))


@pytest.fixture
def freerdp(tmp_path: Path, screen: desk.Screen, ended: Callable[[Program], Program]) -> Callable[..., Program]:
    """Start FreeRDP's viewer towards this port."""
    _need(viewers.XFREERDP)
    return lambda port, **more: ended(viewers.freerdp(tmp_path, screen, port, **more))


@pytest.fixture
def remmina(tmp_path: Path, screen: desk.Screen) -> Iterator[viewers.Remmina]:
    """A Remmina of the test's own, not started yet."""
    _need("remmina", "dbus-daemon")
    remmina = viewers.Remmina(tmp_path, screen)
    yield remmina
    remmina.end()
