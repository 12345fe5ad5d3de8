"""The systemd unit as systemd judges it, and the line that it starts, started."""

import os
import shlex
import socket
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from agent.config import Enrolment, write_enrolment

ROOT = Path(__file__).parents[2]


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """Installed for a user with an awkward home, by a Python that lies in an awkward folder."""
    home = tmp_path / "Perché no & 100% $HOME"
    venv.create(home / "venv", system_site_packages=True)
    python = home / "venv" / "bin" / "python"
    (packages,) = home.glob("venv/lib/python3*/site-packages")
    found = [ROOT, *(path for path in sys.path if path.endswith("site-packages"))]
    (packages / "mezzora.pth").write_text("".join(f"{path}\n" for path in found), encoding="utf-8")
    environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")}
    done = subprocess.run(
        [python, "-P", "-m", "agent", "install"], env=environment, cwd=home, check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    return home / ".config" / "systemd" / "user" / "mezzora-agent.service"


@pytest.mark.needs("systemd-analyze")
def test_systemd_has_nothing_to_say_against_the_unit(unit: Path, tmp_path: Path) -> None:
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    verdict = subprocess.run(
        ["systemd-analyze", "--user", "verify", unit],
        env={**os.environ, "XDG_RUNTIME_DIR": str(runtime)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert (verdict.returncode, verdict.stderr) == (0, "")


@pytest.fixture
def line(unit: Path) -> list[str]:
    """The words that the unit starts, as systemd reads them."""
    (line,) = [line for line in unit.read_text(encoding="utf-8").splitlines() if line.startswith("ExecStart=")]
    return [word.replace("%%", "%") for word in shlex.split(line.removeprefix("ExecStart=:"))]


@pytest.fixture
def logged_on(tmp_path: Path) -> dict[str, str]:
    """What a user's service gets to know: little."""
    home = tmp_path / "another home"
    home.mkdir()
    return {"HOME": str(home), "PATH": os.environ["PATH"]}


def test_before_the_enrolment_the_unit_s_line_says_what_to_do(line: list[str], logged_on: dict[str, str]) -> None:
    started = subprocess.run(
        line, env=logged_on, cwd=logged_on["HOME"], check=False, capture_output=True, text=True, timeout=60
    )
    # A failure, so that the unit tries again.
    assert started.returncode == 1
    assert len(started.stderr.splitlines()) == 1
    assert "mezzora-agent enrol" in started.stderr


def test_once_enrolled_the_unit_s_line_runs_until_it_is_stopped(line: list[str], logged_on: dict[str, str]) -> None:
    data = Path(logged_on["HOME"]) / ".local" / "share" / "mezzora-agent"
    with socket.socket() as nobody:  # holds the port, and never answers
        nobody.bind(("127.0.0.1", 0))
        door = f"ws://127.0.0.1:{nobody.getsockname()[1]}/agents"
        write_enrolment(data, Enrolment(door, "a PC", "a token"))
        with subprocess.Popen(
            line, env=logged_on, cwd=logged_on["HOME"], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as started:
            assert started.stderr is not None
            assert any("uplink lost" in said for said in started.stderr)
            started.terminate()
            assert started.wait(timeout=60) == 0
