"""The viewers, started so that they connect without a human."""

import sys
from collections.abc import Mapping
from pathlib import Path

from tests.real.desk import Screen
from tests.real.program import Program, first_of, until

XFREERDP = first_of("xfreerdp", "xfreerdp3")
# What follows runs on a terminal of its own, where nobody types.
TERMINAL = (
    sys.executable,
    "-c",
    "import os, pty, sys\nchild, terminal = pty.fork()\nif not child: os.execvp(sys.argv[1], sys.argv[1:])\n"
    "while True: os.write(1, os.read(terminal, 4096))",
)


def tigervnc(
    folder: Path, screen: Screen, *arguments: str, security: str = "None", via: Mapping[str, str] | None = None
) -> Program:
    """TigerVNC's viewer; give `to(port)`, or the arguments of another purpose."""
    command = ["xtigervncviewer", "-SecurityTypes", security, *arguments]
    return Program(command, folder, {**screen.environment, **(via or {})})


def tightvnc(folder: Path, screen: Screen, *arguments: str) -> Program:
    """TightVNC's viewer; give `to(port)`."""
    return Program(["xtightvncviewer", *arguments], folder, screen.environment)


def gvncviewer(folder: Path, screen: Screen, port: int) -> Program:
    """GNOME's small viewer, which knows no ports, only displays."""
    return Program(["gvncviewer", f"127.0.0.1:{port - 5900}"], folder, screen.environment)


def remote_viewer(folder: Path, screen: Screen, address: str) -> Program:
    """The viewer of virtual machines, for VNC and SPICE; its address has the form vnc://host:port."""
    return Program(["remote-viewer", address], folder, {**screen.environment, **_own_folders(folder)})


def to(port: int) -> str:
    """A port of this machine, as VNC viewers name it."""
    return f"127.0.0.1::{port}"


def freerdp(
    folder: Path, screen: Screen, port: int, *, security: str = "tls", trusts: bool = True, asks: bool = False
) -> Program:
    """FreeRDP's viewer, which trusts any certificate, or none; with `asks`, a terminal is there to ask."""
    command = [XFREERDP, f"/v:127.0.0.1:{port}", f"/sec:{security}", "/u:nobody", "/p:nothing", "/size:400x300"]
    command += ["/cert:ignore"] if trusts else []
    return Program([*TERMINAL, *command] if asks else command, folder, screen.environment)


class Remmina:
    """Remmina in a home of its own, on a message bus of its own: it is one process for each bus."""

    def __init__(self, folder: Path, screen: Screen) -> None:
        self._folder = folder
        self._bus = Program(["dbus-daemon", "--session", "--nofork", "--print-address"], folder)
        until(lambda: "unix:" in self._bus.said(), "the message bus")
        self._environment = {**screen.environment, **_own_folders(folder)}
        self._environment["DBUS_SESSION_BUS_ADDRESS"] = next(
            line for line in self._bus.said().splitlines() if line.startswith("unix:")
        )
        self._windows: list[Program] = []

    def open_window(self) -> Program:
        """Its list of connections, connected to nothing."""
        return self._start()

    def connect(self, port: int, protocol: str = "VNC") -> Program:
        """A session; the first one starts the program, a later one becomes a tab of it."""
        profile = self._folder / f"{protocol}-{port}.remmina"
        profile.write_text(
            "[remmina]\n"
            f"name=desk {port}\nprotocol={protocol}\nserver=127.0.0.1:{port}\n"
            "username=nobody\npassword=\nviewmode=1\nquality=9\ncolordepth=24\ndisableencryption=1\n"
            "ignore-tls-errors=1\ncert_ignore=1\nsecurity=tls\n",
            encoding="utf-8",
        )
        return self._start("-c", str(profile))

    def end(self) -> None:
        for program in (*self._windows, self._bus):
            program.end()

    def _start(self, *arguments: str) -> Program:
        program = Program(["remmina", *arguments], self._folder, self._environment)
        self._windows.append(program)
        return program


def _own_folders(folder: Path) -> Mapping[str, str]:
    """Where a desktop program keeps its things, all inside `folder`."""
    made = {}
    for name in ("CONFIG_HOME", "DATA_HOME", "CACHE_HOME", "STATE_HOME", "RUNTIME_DIR"):
        place = folder / name.lower()
        place.mkdir(mode=0o700, exist_ok=True)
        made[f"XDG_{name}"] = str(place)
    return {**made, "TMPDIR": str(folder), "NO_AT_BRIDGE": "1", "GTK_A11Y": "none", "GDK_BACKEND": "x11"}
