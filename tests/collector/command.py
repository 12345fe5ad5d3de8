"""The collector's commands, as real processes or quicker within this one."""

import contextlib
import io
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collector.__main__ import main

ROOT = Path(__file__).parents[2]
READY_S = 30.0


def mezzora(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run one to its end."""
    return subprocess.run(
        [sys.executable, "-m", "collector", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def mezzora_here(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """The same without a process of its own."""
    words = [str(each) for each in arguments]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(words)
        except SystemExit as refused:  # an argument that the parser knows to be wrong
            status = int(refused.code or 0)
    return subprocess.CompletedProcess(words, status, out.getvalue(), err.getvalue())


@dataclass
class Running:
    """A collector that runs, and where it answers."""

    process: "subprocess.Popen[str]"
    data: Path
    address: str

    def get(self, path: str, token: str | None = None) -> Any:
        request = urllib.request.Request(self.address + path)
        if token is not None:
            request.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


@contextmanager
def started(verb: str, data: Path, *arguments: str) -> Iterator[Running]:
    """On a free port; killed at the end of the block where it still runs."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "errors.txt").open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "collector", verb, "--data", str(data), "--port", "0", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
            env={**os.environ, "DISPLAY": "", "WAYLAND_DISPLAY": ""},
        )
    try:
        yield Running(process, data, _address(process, data))
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _address(process: "subprocess.Popen[str]", data: Path) -> str:
    """As it says in its lock file, once it answers there."""
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            address = str(json.loads((data / "collector.lock").read_text(encoding="utf-8"))["address"])
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return address
        except (OSError, ValueError, KeyError):
            time.sleep(0.05)
    raise AssertionError(f"it does not answer: {(data / 'errors.txt').read_text(encoding='utf-8')}")
