"""What a viewer needs: a screen to draw on, and servers that let it in without asking anybody."""

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.real.program import Program, first_of, until

_TRIES = 5  # a free port may be taken between finding it and using it
_LISTEN = "0A"  # the states of TCP as /proc/net/tcp writes them, see proc(5)
ESTABLISHED, FIN_WAIT1, FIN_WAIT2, CLOSE_WAIT = "01", "04", "05", "08"
SHADOW = first_of("freerdp-shadow-cli", "freerdp-shadow-cli3")
QEMU = "qemu-system-x86_64"
PASSWORD = "password"
HIDDEN_PASSWORD = bytes.fromhex("dbd83cfd727a1458")  # PASSWORD under the key that all of VNC knows
OTHER_PASSWORD = bytes.fromhex("0123456789abcdef")


class Screen:
    """An X display that nobody sees."""

    def __init__(self, folder: Path) -> None:
        reading, writing = os.pipe()
        # -noreset: else it starts afresh when its last program leaves, and lets nobody in meanwhile.
        command = ["Xvfb", "-displayfd", str(writing), "-noreset", "-screen", "0", "1024x768x24", "-nolisten", "tcp"]
        self.program = Program(command, folder, pass_fds=[writing])
        os.close(writing)
        with open(reading, encoding="ascii") as told:  # up to the end: it fails when nobody takes the line's end
            number = told.readline().strip()
        assert number, f"Xvfb does not start: {self.program.said()}"
        self.environment: Mapping[str, str] = {"DISPLAY": f":{number}"}


class Server:
    """A program that listens on a loopback port of its own."""

    def __init__(self, command: Callable[[int], list[str]], folder: Path, environment: Mapping[str, str]) -> None:
        for _ in range(_TRIES):
            self.port = free_port()
            self.program = Program(command(self.port), folder, environment)
            until(lambda: listens(self.port) or not self.program.is_running, f"{self.program.name} to listen")
            if self.program.is_running:
                return
        self.program.must_run()

    @property
    def peer(self) -> str:
        return f"127.0.0.1:{self.port}"


def vnc_server(folder: Path) -> Server:
    """A desktop over VNC that asks for no password and takes several viewers at once."""
    return _vnc_server(folder, "-SecurityTypes", "None")


def locked_vnc_server(folder: Path) -> Server:
    """The same behind PASSWORD, however often somebody tries."""
    password = password_file(folder)
    return _vnc_server(
        folder, "-SecurityTypes", "VncAuth", "-PasswordFile", str(password), "-BlacklistThreshold", "9999"
    )


def _vnc_server(folder: Path, *security: str) -> Server:
    def command(port: int) -> list[str]:
        # -displayfd: its display is any free one, and is told to standard output, which nobody needs.
        display = ["-displayfd", "1", "-geometry", "400x300"]
        return ["Xtigervnc", *display, "-rfbport", str(port), "-localhost", "-AlwaysShared", *security]

    return Server(command, folder, {})


def password_file(folder: Path, hidden: bytes = HIDDEN_PASSWORD) -> Path:
    """The file that VNC servers and viewers read a password from."""
    file = folder / f"password-{hidden.hex()}"
    file.write_bytes(hidden)
    return file


def rdp_server(folder: Path, screen: Screen, security: str = "tls") -> Server:
    """The screen over RDP, for anybody; with `nla`, for nobody: it has no list of users."""

    def command(port: int) -> list[str]:
        return [SHADOW, f"/port:{port}", "/bind-address:127.0.0.1", "-auth", f"/sec:{security}"]

    return Server(command, folder, screen.environment)


def spice_server(folder: Path) -> Server:
    """The screen of a virtual machine that was never switched on, over SPICE, for anybody."""

    def command(port: int) -> list[str]:
        machine = [QEMU, "-nodefaults", "-display", "none", "-vga", "std", "-S", "-accel", "tcg", "-m", "16"]
        return [*machine, "-spice", f"addr=127.0.0.1,port={port},disable-ticketing=on"]

    return Server(command, folder, {})


def free_port() -> int:
    """A loopback port that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """Whether somebody listens there, on any address of this machine; found out without connecting."""
    return any(local.endswith(f":{port:04X}") and state == _LISTEN for local, _, state in _sockets())


def sockets_towards(port: int) -> list[str]:
    """The states of TCP of all sockets that go to this port."""
    return [state for _, remote, state in _sockets() if remote.endswith(f":{port:04X}")]


def _sockets() -> Iterator[tuple[str, str, str]]:
    """Local end, remote end and state of each, as the system writes them."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for row in Path(table).read_text(encoding="ascii").splitlines()[1:]:
            _, local, remote, state, *_ = row.split()
            yield local, remote, state
