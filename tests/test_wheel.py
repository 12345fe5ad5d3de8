"""Installed as a stranger installs it, in a bare virtual environment and run elsewhere, it finds all its data."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
ENOUGH_S = 60
ONE_SECOND_OVER = {
    "customer": {"contract": True, "version": "current"},
    "category": None,
    "opened_at": "2026-03-02T09:00:00+01:00",
    "spans": [{"start": "2026-03-02T09:00:00+01:00", "end": "2026-03-02T09:20:01+01:00"}],
    "overtime_agreed": True,
}


class Stranger:
    """Somebody else's machine: an empty home, an environment of its own, a folder that is no checkout."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.home.mkdir()
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG") if name in os.environ},
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.home),
        }
        self.programs = folder / "venv" / SCRIPTS

    def command(self, program: str, *arguments: str) -> list[str]:
        return [str(self.programs / program), *arguments]

    def runs(self, program: str, *arguments: str, given: str = "") -> str:
        """Standard output of a run that must end well."""
        done = subprocess.run(
            self.command(program, *arguments),
            env=self.environment,
            cwd=self.home,
            input=given,
            check=False,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=ENOUGH_S,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Stranger:
    """`pip install .[agent,collector]`, at the locked versions, so that it is the same tomorrow."""
    folder = tmp_path_factory.mktemp("stranger")
    stranger = Stranger(folder)
    venv.create(folder / "venv", with_pip=True, symlinks=os.name != "nt")
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    versions = re.findall(r"^[^#\s].*?(?= \\$)", locked, flags=re.MULTILINE)
    (folder / "versions.txt").write_text("\n".join(versions), encoding="utf-8")
    installed = subprocess.run(
        stranger.command("python", "-m", "pip", "install", "--quiet", f"{ROOT}[agent,collector]"),
        # The constraint holds in the build's own environment too, which an option would not reach.
        env={**os.environ, "PIP_CONSTRAINT": str(folder / "versions.txt"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        check=False,
        capture_output=True,
        text=True,
    )
    assert installed.returncode == 0, installed.stderr
    return stranger


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT],
        check=False,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    (file,) = folder.glob("mezzora-*-py3-none-any.whl")
    return zipfile.ZipFile(file)


def test_the_wheel_holds_the_three_packages_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.partition("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"agent", "collector", "shared"}


@pytest.mark.parametrize("package", ["agent", "collector", "shared", "installer"])
def test_the_wheel_holds_every_file_that_the_checkout_has(package: str, wheel: zipfile.ZipFile) -> None:
    inside = "agent/_installer" if package == "installer" else package
    files = [file.relative_to(ROOT / package).as_posix() for file in (ROOT / package).rglob("*") if file.is_file()]
    wanted = {f"{inside}/{file}" for file in files if "__pycache__" not in file and not file.endswith(".md")}
    assert wanted - set(wheel.namelist()) == set()


def test_it_is_not_the_checkout_that_runs(stranger: Stranger) -> None:
    where = stranger.runs("python", "-c", "import agent, collector, shared; print(agent.__file__)")
    assert str(ROOT) not in where


def test_a_stranger_rates_with_the_tariff_that_ships(stranger: Stranger) -> None:
    answer = json.loads(stranger.runs("mezzora", "rate", "-", given=json.dumps(ONE_SECOND_OVER)))
    assert (answer["net"], answer["overtime_half_hours"]) == ("80.00", 1)


def test_a_stranger_watches_with_the_catalogue_that_ships(stranger: Stranger) -> None:
    for line in stranger.runs("mezzora-agent", "watch", "--json", "--seconds", "1").splitlines():
        assert json.loads(line)["event"] in {"start", "progress", "stop"}
    tools = (
        "import agent.catalogue, importlib.resources as r; print(len(list(r.files(agent.catalogue).glob('*.toml'))))"
    )
    assert int(stranger.runs("python", "-c", tools)) >= 6


def test_a_stranger_has_the_templates_of_the_log_on(stranger: Stranger) -> None:
    shown = stranger.runs("mezzora-agent", "install", "--dry-run")
    assert str(stranger.programs / "python") in shown


@pytest.fixture
def address(stranger: Stranger) -> Iterator[str]:
    """Where a stranger's collector answers: database made by the migrations, pages from the templates."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve = stranger.command("mezzora", "serve", "--data", str(stranger.home / "data"), "--port", str(port))
    with subprocess.Popen(
        serve, env=stranger.environment, cwd=stranger.home, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as collector:
        try:
            wait_until_ready(f"http://127.0.0.1:{port}/readyz", collector)
            yield f"http://127.0.0.1:{port}"
        finally:
            collector.terminate()
            collector.communicate(timeout=ENOUGH_S)


def wait_until_ready(address: str, collector: subprocess.Popen[str]) -> None:
    patience = time.monotonic() + ENOUGH_S
    while time.monotonic() < patience:
        if collector.poll() is not None:
            pytest.fail(f"the collector ended: {collector.communicate()[1]}")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"{address} did not answer")


def test_a_stranger_serves_pages_style_and_interface(stranger: Stranger, address: str) -> None:
    with urllib.request.urlopen(f"{address}/signin", timeout=ENOUGH_S) as answer:
        page = answer.read().decode()
    assert "Mezzora" in page
    kept = re.findall(r"(?:href|src)=\"(/static/[^\"]+)\"", page)
    assert kept
    for place in (*kept, "/api/docs", "/healthz"):
        with urllib.request.urlopen(address + place, timeout=ENOUGH_S) as answer:
            assert answer.status == 200
