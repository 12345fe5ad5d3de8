"""A support firm with one technician: `mezzora serve` and `mezzora-agent run`, started and killed as users do."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from collector.tariffs.files import shipped_text
from tests.real import desk
from tests.real.program import Program, until

SHORT = {
    'cap = "20m"': 'cap = "8s"',
    'cap = "30m"': 'cap = "8s"',
    'unit = "30m"': 'unit = "8s"',
    '["5m", "1m"]': '["5s", "1s"]',
}


class Firm:
    """Everything of it lies in one folder."""

    def __init__(self, folder: Path, prices: Mapping[str, str] = SHORT) -> None:
        self._folder = folder
        self._port = desk.free_port()
        self._token = ""
        self.collector: Program | None = None
        self.agent: Program | None = None
        tariff = shipped_text()
        for usual, short in prices.items():
            assert usual in tariff
            tariff = tariff.replace(usual, short)
        (folder / "short.toml").write_text(tariff, encoding="utf-8")

    def open(self) -> None:
        self.open_office()
        enrol = ("enrol", self.address, self.code("reception"))
        subprocess.run([*self._agent_command(), *enrol], check=True, capture_output=True, timeout=30)
        self.start_agent()

    def open_office(self) -> None:
        """The collector alone, and a supervisor who may ask it."""
        self.start_collector()
        self._token = self._mezzora("token", "create", "--role", "supervisor")[-1]

    @property
    def address(self) -> str:
        """Where the collector answers."""
        return f"http://127.0.0.1:{self._port}"

    def code(self, name: str) -> str:
        """The one-time code that makes a technician's PC known under this name."""
        return self._mezzora("enrol", name)[-1].split()[-1]

    def close(self) -> None:
        for program in (self.agent, self.collector):
            if program is not None:
                program.end()

    def start_collector(self) -> None:
        command = [sys.executable, "-m", "collector", "serve", "--data", str(self._folder / "data")]
        command += ["--port", str(self._port), "--tariff", str(self._folder / "short.toml")]
        self.collector = Program(command, self._folder)
        until(self._answers, "the collector to answer")

    def start_agent(self) -> None:
        self.agent = Program([*self._agent_command(), "run"], self._folder)

    def say(self, what: str, peer: str) -> None:
        """What the technician says at his desk of his session with this peer."""
        command = [*self._agent_command(), "say", what, "--peer", peer]
        subprocess.run(command, check=True, capture_output=True, timeout=30)

    def get(self, path: str) -> Any:
        """What the API answers."""
        return self._ask(path)

    def post(self, path: str, body: dict[str, object]) -> Any:
        """What the API answers to this."""
        return self._ask(path, json.dumps(body).encode())

    def session(self, peer: str) -> dict[str, Any] | None:
        """The session to this peer, as the collector knows it; None while it does not."""
        return next((each for each in self.get("sessions")["items"] if each["peer"] == peer), None)

    def alerts(self, intervention: int) -> list[str]:
        """The keys of its alerts, oldest first."""
        alerts = self.get("alerts")["items"]
        return [
            each["key"].partition("/")[2].partition("@")[0]
            for each in reversed(alerts)
            if each["intervention"] == intervention
        ]

    def _answers(self) -> bool:
        assert self.collector is not None
        self.collector.must_run()
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def _ask(self, path: str, body: bytes | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.address}/api/v1/{path}", body, headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def _mezzora(self, *arguments: str) -> list[str]:
        command = [sys.executable, "-m", "collector", *arguments, "--data", str(self._folder / "data")]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=30)
        return done.stdout.split("\n\n")[0].strip().splitlines()

    def _agent_command(self) -> list[str]:
        return [sys.executable, "-m", "agent", "--data", str(self._folder / "agent")]
