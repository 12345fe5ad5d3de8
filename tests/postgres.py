"""A real PostgreSQL for tests: started once for each process of tests, in a folder of its own, as nobody special.

It listens on a socket in that folder alone, so that no port is taken and nobody else reaches it; one that has a
certificate listens on loopback too. It ends with the process that started it, however that ends.
"""

import atexit
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import pytest

from tests.real.desk import free_port

OWNER = "mezzora"
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
_numbers = count(1)


def programs() -> Path | None:
    """Where the newest PostgreSQL of this machine has its programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: int(each.parts[-3]))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    return None if elsewhere is None else Path(elsewhere).parent


class Server:
    """Running from here on."""

    def __init__(self, bin: Path, *, certificate: bytes | None = None, durable: bool = False) -> None:
        """`certificate`: with its key, in PEM form. Tests that prove nothing of power cuts do not wait for the disk."""
        self._bin = bin
        self._settings = {} if durable else {"fsync": "off"}
        self.port = 5432 if certificate is None else free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="mezzora-pg-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, UNPRIVILEGED)
        self._run("initdb", "-D", "data", "-U", OWNER, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        if certificate is not None:
            self._certify(certificate)
        self._process = self._start()
        atexit.register(self.stop)
        self._await()

    def url(self, database: str) -> str:
        return f"postgresql://{OWNER}@/{database}?host={self.folder}"

    def new(self, like: str = "template0") -> str:
        """The URL of a new database; empty, or as another one is that nobody has open."""
        name = f"m{next(_numbers)}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        return self.url(name)

    def execute(self, sql: str, database: str = "postgres") -> str:
        """What it answers, one row a line."""
        return self._run(
            "psql", "-h", str(self.folder), "-p", str(self.port), "-U", OWNER, "-d", database, "-XAtqc", sql
        )

    def restart(self) -> None:
        """Gone at once, and back a moment later."""
        with self.away():
            pass

    @contextmanager
    def away(self) -> Iterator[None]:
        """Gone at once, and back when the block is left."""
        self._end(signal.SIGQUIT)
        yield
        self._process = self._start()
        self._await()

    def stop(self) -> None:
        self._end(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, how: signal.Signals) -> None:
        self._process.send_signal(how)
        self._process.wait(timeout=30)

    def _certify(self, certificate: bytes) -> None:
        file = self.folder / "server.pem"
        file.touch(mode=0o600)
        file.write_bytes(certificate)
        if os.geteuid() == 0:
            shutil.chown(file, UNPRIVILEGED)
        self._settings |= {"listen_addresses": "127.0.0.1", "ssl": "on"}
        self._settings |= {"ssl_cert_file": str(file), "ssl_key_file": str(file)}

    def _start(self) -> "subprocess.Popen[bytes]":
        settings = {"listen_addresses": "", "unix_socket_directories": str(self.folder), "port": str(self.port)}
        settings |= {"max_connections": "200", "shared_buffers": "32MB", "log_min_messages": "panic"} | self._settings
        told = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        return subprocess.Popen(
            [self._bin / "postgres", "-D", "data", *told],
            cwd=self.folder,
            user=_somebody(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_leash(),
        )

    def _await(self) -> None:
        deadline = time.monotonic() + 60
        while (
            subprocess.run(
                [self._bin / "pg_isready", "-q", "-h", self.folder, "-p", str(self.port)], check=False
            ).returncode
            != 0
        ):
            assert self._process.poll() is None, "PostgreSQL did not start"
            assert time.monotonic() < deadline, "PostgreSQL does not answer"
            time.sleep(0.05)

    def _run(self, name: str, *arguments: str) -> str:
        environment = {**os.environ, "HOME": str(self.folder), "PGTZ": "UTC"}
        return subprocess.run(
            [self._bin / name, *arguments],
            cwd=self.folder,
            env=environment,
            user=_somebody(),
            check=True,
            capture_output=True,
            text=True,
        ).stdout


def _somebody() -> str | None:
    return UNPRIVILEGED if os.geteuid() == 0 else None


def _leash() -> Callable[[], object] | None:
    """Let the system end it with whoever started it (prctl(2), PR_SET_PDEATHSIG)."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    return lambda: prctl(1, signal.SIGQUIT)


@cache
def server() -> Server:
    """The one of this process; the test skips where there is none to be had."""
    bin = programs()
    if bin is None:
        pytest.skip("PostgreSQL is missing: `python3 dev.py test` installs it or names its package")
    return Server(bin)


def name_of(url: str) -> str:
    """The database's, within its server."""
    return url.partition("@/")[2].partition("?")[0]
