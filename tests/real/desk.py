"""What a viewer needs: a screen to draw on, and servers that let it in without asking anybody."""

import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.real.program import Program, first_of, until

_TRIES = 5  # a free port may be taken between finding it and using it
_LISTEN = "0A"  # TCP_LISTEN as /proc/net/tcp writes it, see proc(5)
SHADOW = first_of("freerdp-shadow-cli", "freerdp-shadow-cli3")


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

    def command(port: int) -> list[str]:
        # -displayfd: its display is any free one, and is told to standard output, which nobody needs.
        display = ["-displayfd", "1", "-geometry", "400x300"]
        return ["Xtigervnc", *display, "-rfbport", str(port), "-localhost", "-SecurityTypes", "None", "-AlwaysShared"]

    return Server(command, folder, {})


def rdp_server(folder: Path, screen: Screen) -> Server:
    """The screen over RDP, for anybody."""

    def command(port: int) -> list[str]:
        return [SHADOW, f"/port:{port}", "/bind-address:127.0.0.1", "-auth", "/sec:tls"]

    return Server(command, folder, screen.environment)


def free_port() -> int:
    """A loopback port that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """Whether somebody listens there, on any address of this machine; found out without connecting."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        rows = Path(table).read_text(encoding="ascii").splitlines()[1:]
        if any(row.split()[1].endswith(f":{port:04X}") and row.split()[3] == _LISTEN for row in rows):
            return True
    return False
