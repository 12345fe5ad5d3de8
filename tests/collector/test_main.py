"""The command line teaches, and says what is wrong in one line."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.collector.command import mezzora

VERBS = ("up", "serve", "enrol", "signin", "token", "customer", "intervention", "review", "rate", "migrate")


def test_help_names_every_verb() -> None:
    done = mezzora("--help")
    assert done.returncode == 0
    assert all(verb in done.stdout for verb in VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str) -> None:
    done = mezzora(verb, "--help")
    assert (done.returncode, done.stderr) == (0, "")


def test_without_a_verb_it_says_so() -> None:
    assert mezzora().returncode == 2


def test_rate_loads_no_server() -> None:
    code = "import sys, collector.__main__; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"fastapi", "sqlalchemy", "uvicorn"} & set(done.stdout.split())


def test_what_stands_in_the_way_is_one_line_with_the_remedy(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        cases = {
            "--port": ("serve", "--data", tmp_path, "--port", port),
            "--tls-cert": ("serve", "--data", tmp_path, "--host", "0.0.0.0"),
            "nothing.toml": ("up", "--data", tmp_path, "--tariff", tmp_path / "nothing.toml"),
            "--data": ("enrol", "x", "--data", "/dev/null/x"),
            "NAME": ("enrol", "  ", "--data", tmp_path),
            "token list": ("token", "revoke", "x", "--data", tmp_path),
        }
        for remedy, command in cases.items():
            done = mezzora(*command)
            assert done.returncode in (1, 2), command
            assert done.stdout == ""
            assert done.stderr.count("\n") == 1 and done.stderr.startswith("mezzora: "), done.stderr
            assert remedy in done.stderr


@pytest.mark.parametrize("verb", [("token", "create"), ("signin",)])
def test_a_role_that_there_is_not_is_refused_with_those_there_are(tmp_path: Path, verb: tuple[str, ...]) -> None:
    done = mezzora(*verb, "--role", "king", "--data", tmp_path / "new")
    assert (done.returncode, done.stdout) == (2, "")
    told = done.stderr.splitlines()[-1]
    assert "--role" in told and all(
        role in told for role in ("king", "supervisor", "technician", "office", "read-only")
    )
    assert not (tmp_path / "new").exists()
