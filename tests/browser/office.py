"""The office of a support firm: `mezzora serve` with a tariff of its own, started and killed as users do."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from collector.tariffs.files import shipped_text
from tests.real.desk import free_port
from tests.real.program import Program, until


class Office:
    """Everything of it lies in one folder. `cap`, `unit` and `warn` are lengths as the tariff writes them."""

    def __init__(
        self,
        folder: Path,
        *,
        cap: str = "20m",
        unit: str = "30m",
        warn: str = "5m",
        files: Mapping[str, str] | None = None,  # of the data folder
    ) -> None:
        self._folder = folder
        for name, content in (files or {}).items():
            (folder / "data").mkdir(exist_ok=True)
            (folder / "data" / name).write_text(content, encoding="utf-8")
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        text = shipped_text().replace('"20m"', f'"{cap}"').replace('"30m"', f'"{unit}"')
        (folder / "tariff.toml").write_text(text.replace('["5m", "1m"]', f'["{warn}"]'), encoding="utf-8")
        self.collector = self.start()
        self.token = self.mezzora("token", "create", "--role", "supervisor", "--name", "Laura")[-1]

    def start(self) -> Program:
        """The collector, once it answers."""
        command = [sys.executable, "-m", "collector", "serve", "--data", str(self._folder / "data")]
        command += ["--port", str(self.port), "--tariff", str(self._folder / "tariff.toml")]
        self.collector = Program(command, self._folder)
        until(self._answers, "the collector to answer")
        return self.collector

    def link(self, role: str = "supervisor") -> str:
        """A one-time address that signs in."""
        (line,) = [line for line in self.mezzora("signin", "--role", role, "--name", "Laura") if "code=" in line]
        return next(word for word in line.split() if "code=" in word)

    def code(self, name: str) -> str:
        """A code with which a PC enrols."""
        return self.mezzora("enrol", name)[-1].split()[-1]

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """What the API answers, to a question or (with a body) to an act."""
        return self.change("GET" if body is None else "POST", path, body)

    def change(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        """The same, by any method."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}/api/v1/{path}", content, headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def customer(self, name: str, *, tool: str = "teamviewer", peer: str = "111 222 333") -> int:
        peers = [{"tool": tool, "peer": peer}]
        made = self.ask("customers", {"name": name, "contract": True, "version": "current", "peers": peers})
        return int(made["id"])

    def close(self) -> None:
        self.collector.end()

    def mezzora(self, *arguments: str) -> list[str]:
        """The lines that the command prints, up to its notes."""
        command = [sys.executable, "-m", "collector", *arguments, "--data", str(self._folder / "data")]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=30)
        return done.stdout.split("\n\n")[0].strip().splitlines()

    def _answers(self) -> bool:
        self.collector.must_run()
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False
