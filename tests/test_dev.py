"""The one script that runs before anything is installed: it asks little, says what is wrong, and does nothing twice."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).parents[1]


def runs(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "dev.py", *words],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_python_of_2016_can_read_it_as_far_as_the_line_that_names_the_remedy() -> None:
    ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_it_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


def test_what_is_set_up_is_not_set_up_again() -> None:
    """Without a network, that is: pip would be told to look for its packages nowhere."""
    before = (dev.STAMP.read_bytes(), dev.STAMP.stat().st_mtime_ns)
    done = runs("setup", PIP_NO_INDEX="1")
    assert (done.returncode, done.stdout) == (0, f"Ready: {dev.VENV}\n")
    assert (dev.STAMP.read_bytes(), dev.STAMP.stat().st_mtime_ns) == before


def test_the_stamp_tells_of_another_lock_and_of_another_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = tmp_path / "a.lock"
    lock.write_text("one")
    first = dev.digest(lock)
    assert dev.digest(lock) == first
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    moved = dev.digest(lock)
    lock.write_text("two")
    assert len({first, moved, dev.digest(lock)}) == 3


@pytest.mark.parametrize("broken", ["", "[]", "{", '{"half'])
def test_a_broken_stamp_means_nothing_is_set_up(broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "STAMP", tmp_path / "set-up.json")
    assert dev.read_stamp() == {}
    dev.STAMP.write_text(broken)
    assert dev.read_stamp() == {}
    dev.STAMP.write_text(json.dumps({"a.lock": "1"}))
    assert dev.read_stamp() == {"a.lock": "1"}


def test_a_lock_is_its_requirements_with_their_hashes() -> None:
    hashes = "\n    --hash=sha256:0a \\\n    --hash=sha256:0b"
    lock = f"# a word\na==1 ; sys_platform == 'win32' \\{hashes}\nB.c==2 \\{hashes}\n"
    assert dev.blocks(lock) == [f"a==1 ; sys_platform == 'win32' \\{hashes}", f"B.c==2 \\{hashes}"]


def test_a_word_that_it_does_not_know_is_named() -> None:
    assert "--fast" in runs("lint", "--fast").stderr
    assert runs("lint", "--fast").returncode == 2
    assert runs().returncode == 2


def test_the_arguments_of_run_test_and_mutants_are_passed_on_as_they_are() -> None:
    words = ["-k", "tracker", "--all", "--port", "9000", "--", "-x"]
    for verb in ("run", "test", "mutants"):
        command, rest = dev.read_command([verb, *words])
        assert (command.verb, rest) == (verb, words)


def test_what_the_tests_drive_is_recognised_by_name_and_by_place(tmp_path: Path) -> None:
    (tmp_path / "plugin-1.so").touch()
    assert dev.Need("a plugin", (f"{tmp_path}/plugin-*.so",), ("p",)).is_there()
    assert dev.Need("a shell", ("no-such-shell", "sh"), ("p",)).is_there()
    assert not dev.Need("a dream", ("no-such-shell", f"{tmp_path}/*.dream"), ("p",)).is_there()


def test_ci_does_what_a_developer_types() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert lines[-1] == "exec python3 dev.py test"
