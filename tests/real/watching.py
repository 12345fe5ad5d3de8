"""Hears `mezzora-agent watch --json`, and holds what it says against the truth."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.real.line import Instant
from tests.real.program import PATIENCE_S, until

ROOT = Path(__file__).parents[2]

TOLD_WITHIN_S = 1.0  # start and end, on an idle machine
SHORT_BY_S = 1.5  # the most that an observed duration may lack


@dataclass(frozen=True)
class Told:
    """One line of the watch, and when it arrived on the steady clock."""

    at: float
    line: dict[str, Any]

    @property
    def event(self) -> str:
        return str(self.line["event"])

    @property
    def session(self) -> str:
        return str(self.line["session"])

    @property
    def observed_s(self) -> float:
        return float(self.line["observed_seconds"])


class Watch:
    """A running `mezzora-agent watch --json`."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        home = folder / "home"
        home.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "agent", "watch", "--json", *arguments],
            cwd=ROOT,
            env={**os.environ, "HOME": str(home), "PYTHONUNBUFFERED": ""},  # what it flushes, it flushes itself
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        self.heard: list[Told] = []
        self.raw: list[str] = []
        self.notices: list[str] = []
        self._ears = [threading.Thread(target=each, daemon=True) for each in (self._hear, self._hear_notices)]
        for ear in self._ears:
            ear.start()
        until(lambda: self._is_looking() or self.process.poll() is not None, "the watch to look")

    def _hear(self) -> None:
        assert self.process.stdout is not None
        for text in self.process.stdout:
            arrived = time.monotonic()
            self.raw.append(text)
            self.heard.append(Told(arrived, json.loads(text)))

    def _hear_notices(self) -> None:
        assert self.process.stderr is not None
        self.notices.extend(self.process.stderr)

    def _is_looking(self) -> bool:
        """From when it takes SIGTERM itself, which Python does not by default; the first look follows at once."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            caught = next(line.split()[1] for line in status if line.startswith("SigCgt:"))
        return bool(int(caught, 16) & 1 << (signal.SIGTERM - 1))

    def told_of(self, peer: str | None) -> list[Told]:
        """All that was said of sessions with this peer: other tests may have theirs beside."""
        return [told for told in self.heard if told.line["peer"] == peer]

    def starts(self, peer: str) -> list[Told]:
        return [told for told in self.told_of(peer) if told.event == "start"]

    def stops(self, peer: str) -> list[Told]:
        return [told for told in self.told_of(peer) if told.event == "stop"]

    def start_of(self, peer: str, number: int = 0) -> Told:
        """The n-th start told of this peer; waits for it."""
        until(lambda: len(self.starts(peer)) > number, f"start {number} of {peer} in {self.heard[-5:]} {self.notices}")
        return self.starts(peer)[number]

    def stop_of(self, peer: str, number: int = 0) -> Told:
        """The n-th stop told of this peer; waits for it."""
        until(lambda: len(self.stops(peer)) > number, f"stop {number} of {peer} in {self.heard[-5:]} {self.notices}")
        return self.stops(peer)[number]

    def interrupt(self) -> int:
        """Ctrl-C; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.wait()

    def wait(self, within_s: float = PATIENCE_S) -> int:
        """Its exit status, when it has said everything."""
        status = self.process.wait(within_s)
        for ear in self._ears:
            ear.join(PATIENCE_S)
        return status

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.wait()

    @contextmanager
    def patience(self) -> Iterator["Patience"]:
        """Counts, while in the block, how long the machine let the watch wait for a processor."""
        yield Patience.with_(self.process.pid)


@dataclass
class Patience:
    """The bounds hold on an idle machine; a busy one is forgiven exactly the time that it made the watch wait."""

    pid: int
    before_s: float

    @classmethod
    def with_(cls, pid: int) -> Self:
        """From now on, with this process."""
        return cls(pid, _kept_waiting_s(pid))

    def forgiven_s(self) -> float:
        return _kept_waiting_s(self.pid) - self.before_s

    def assert_told_in_time(self, told: Told, truth: Instant) -> None:
        """Told within a second of the truth."""
        late_s, forgiven_s = told.at - truth.not_after, self.forgiven_s()
        assert late_s <= TOLD_WITHIN_S + forgiven_s, (
            f"{told.event} told {late_s:.3f} s late ({forgiven_s:.3f} forgiven)"
        )

    def assert_observed(self, told: Told, stretches: Sequence[tuple[Instant, Instant]]) -> None:
        """At most 1.5 s short for each stretch that there was, and never long."""
        at_least = sum(closed.not_before - opened.not_after for opened, closed in stretches)
        at_most = sum(closed.not_after - opened.not_before for opened, closed in stretches)
        assert told.observed_s <= at_most, f"observed {told.observed_s} s of {at_most:.3f} s: long"
        short_s, forgiven_s = at_least - told.observed_s, self.forgiven_s()
        allowed_s = SHORT_BY_S * len(stretches) + forgiven_s
        assert short_s <= allowed_s, (
            f"observed {told.observed_s} s of {at_least:.3f} s: short ({forgiven_s:.3f} forgiven)"
        )


def _kept_waiting_s(pid: int) -> float:
    """How long its threads were ready to run and had no processor (schedstat), and how long this machine had none
    because its host gave it to others (steal); 0 where the system does not count it."""
    waited_s = 0.0
    for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            waited_s += int(task.read_text(encoding="ascii").split()[1]) / 1e9
        except OSError:
            continue
    with open("/proc/stat", encoding="ascii") as stat:
        stolen_ticks = int(stat.readline().split()[8])
    return waited_s + stolen_ticks / os.sysconf("SC_CLK_TCK")
