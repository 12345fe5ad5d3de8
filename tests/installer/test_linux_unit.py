"""The systemd unit as systemd judges it, and the line that it starts, started."""

import os
import shlex
import subprocess
import sys
import venv
from pathlib import Path

import pytest

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


def test_the_line_that_the_unit_starts_starts_the_agent(unit: Path, tmp_path: Path) -> None:
    (line,) = [line for line in unit.read_text(encoding="utf-8").splitlines() if line.startswith("ExecStart=")]
    command = [word.replace("%%", "%") for word in shlex.split(line.removeprefix("ExecStart=:"))]
    home = tmp_path / "a home without enrolment"
    home.mkdir()
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "MEZZORA_"))}
    started = subprocess.run(
        command, env={**bare, "HOME": str(home)}, cwd=home, check=False, capture_output=True, text=True, timeout=60
    )
    # Nobody has enrolled it: a failure, so that the unit tries again, and one line that says what to do.
    assert started.returncode == 1
    assert len(started.stderr.splitlines()) == 1
    assert "mezzora-agent enrol" in started.stderr
