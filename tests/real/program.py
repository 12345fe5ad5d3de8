"""A program that a test starts, and ends with everything that it started itself."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PATIENCE_S = 30.0  # how long a step may take on a busy machine before the test gives up


def first_of(*names: str) -> str:
    """The first of these names of one program that this machine has; the first name when it has none."""
    return next((name for name in names if shutil.which(name)), names[0])


def until(true: Callable[[], bool], what: str, within_s: float = PATIENCE_S) -> None:
    """Wait for something; AssertionError with its name when it does not come."""
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, f"after {within_s:.0f} s still waiting for {what}"
        time.sleep(0.02)


class Program:
    """Runs in a process group of its own; what it prints goes to a file, which a failing test shows."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.name = Path(command[0]).name
        self.log = folder / f"{self.name}-{time.monotonic_ns()}.log"
        home = folder / "home"
        home.mkdir(exist_ok=True)
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=folder,
                env={**_plain_environment(), "HOME": str(home), **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=pass_fds,
            )
        self.pid = self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def must_run(self) -> None:
        """AssertionError with its last words when it has ended by itself."""
        assert self.is_running, f"{self.name} ended with {self._process.returncode}: {self.said()}"

    def said(self) -> str:
        """The end of what it printed."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-1500:]

    def kill(self) -> None:
        """kill -9, as nobody is asked."""
        os.kill(self.pid, signal.SIGKILL)
        self._process.wait(PATIENCE_S)

    def end(self) -> None:
        """Ask it to end and wait for that; at last make it."""
        if self.is_running:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
        with contextlib.suppress(ProcessLookupError):  # its children, which share its group and nobody else's
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait(PATIENCE_S)


def _plain_environment() -> dict[str, str]:
    """This machine's, without what ties a program to the desktop of whoever runs the tests."""
    ties = ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "SESSION_MANAGER")
    plain = {name: value for name, value in os.environ.items() if name not in ties and not name.startswith("XDG_")}
    return {**plain, "DBUS_SESSION_BUS_ADDRESS": "disabled:"}  # else some start a message bus that outlives them
