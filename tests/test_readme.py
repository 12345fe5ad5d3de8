"""What the README says to type works as it stands there, and nothing that can be typed is missing from it."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from collector.ledger import proof
from collector.ledger.engine import open_engines
from collector.ledger.price_lists import PriceLists
from collector.ledger.schema import prepare
from collector.settings import KEYS
from collector.tariffs.files import shipped_text
from tests import postgres
from tests.collector.room import ROME
from tests.fakes.clock import FakeClock

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "tests" / "agent" / "catalogue" / "samples"
README = (ROOT / "README.md").read_text(encoding="utf-8")
INSTALLING = (ROOT / "installer" / "README.md").read_text(encoding="utf-8")
PROGRAMS = {
    "mezzora": (sys.executable, "-P", "-m", "collector"),
    "mezzora-agent": (sys.executable, "-P", "-m", "agent"),
    "python3 dev.py": (sys.executable, str(ROOT / "dev.py")),
}
# These run until they are stopped, need a collector that answers, or are this very test: their help must know them.
NOT_NOW = {"up", "serve", "run", "enrol URL", "test", "setup", "lock", "format", "uninstall"}


def written(text: str) -> list[str]:
    """The commands that stand on lines of their own."""
    starts = "|".join(map(re.escape, PROGRAMS))
    return sorted(set(re.findall(rf"^    ((?:{starts}) \S.*)$", text, flags=re.MULTILINE)))


def split(command: str) -> tuple[str, list[str]]:
    """The program, and the words that follow."""
    program = next(name for name in sorted(PROGRAMS, key=len, reverse=True) if command.startswith(f"{name} "))
    return program, shlex.split(command.removeprefix(program))


@cache
def helps(program: str, *words: str) -> str:
    """What the program says to `--help` after these words; empty where it knows no such verb."""
    done = subprocess.run([*PROGRAMS[program], *words, "--help"], check=False, capture_output=True, text=True, cwd=ROOT)
    return done.stdout if done.returncode == 0 else ""


def verbs(help_text: str) -> list[str]:
    """The verbs that a help lists: the first words of the indented lines below its positional arguments."""
    listed = re.search(r"^positional arguments:\n((?:  .*\n)+)", help_text, flags=re.MULTILINE)
    return re.findall(r"^    ([a-z][a-z-]+)(?:\s|$)", listed[1], flags=re.MULTILINE) if listed else []


def verb_of(program: str, words: list[str]) -> list[str]:
    """The verb, of one word or two."""
    return words[:2] if len(words) > 1 and words[1] in verbs(helps(program, words[0])) else words[:1]


@pytest.mark.parametrize("command", written(README))
def test_the_programs_know_every_word_of_a_command(command: str) -> None:
    program, words = split(command)
    if program == "python3 dev.py":  # what follows `run` is meant for `mezzora up`
        assert words[0] in verbs(helps(program))
        program, words = ("mezzora", ["up", *words[1:]]) if words[0] == "run" else (program, words)
    known = helps(program, *verb_of(program, words)) + helps(program)
    assert known, f"no such verb: {command}"
    for option in (word for word in words if word.startswith("--")):
        assert option in known, command


def works_now(command: str) -> bool:
    _, words = split(command)
    return not any(" ".join(words).startswith(verb) for verb in NOT_NOW) and "CODE" not in words


@pytest.mark.parametrize("command", [command for command in written(README) if works_now(command)])
def test_a_command_runs_as_it_stands(command: str, tmp_path: Path) -> None:
    program, words = split(command)
    if words == ["install"]:  # this PC is not ours to change
        words = ["install", "--dry-run"]
    (tmp_path / "one-second-over.json").write_text(example(), encoding="utf-8")
    shutil.copy(ROOT / "collector" / "tariffs" / "service-terms.toml", tmp_path / "my-tariff.toml")
    shutil.copy(SAMPLES / "teamviewer" / "Connections.txt", tmp_path)
    done = subprocess.run(
        [*PROGRAMS[program], *words],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "MEZZORA_DATA": str(tmp_path / "this-user-s")},
        stdin=subprocess.DEVNULL,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    if words[0] == "rate":
        answer = json.loads(done.stdout)
        assert [answer["net"], *(line["amount"] for line in answer["lines"])] == ["80.00", "45.00", "35.00"]


def example() -> str:
    """The intervention that the README shows."""
    (shown,) = re.findall(r"```json\n(.*?)```", README, flags=re.DOTALL)
    return str(shown)


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_verb_is_in_the_readme(program: str) -> None:
    listed = verbs(helps(program))
    assert listed
    for verb in listed:
        for words in [f"{verb} {inner}" for inner in verbs(helps(program, verb))] or [verb]:
            assert re.search(rf"{program} {words}\b|`{words}`", README), f"{program} {words} is not in README.md"


@pytest.mark.parametrize("setting", (*KEYS, "data"))
def test_every_setting_is_in_the_readme(setting: str) -> None:
    assert f"`MEZZORA_{setting.upper()}`" in README
    assert f"`{setting}`" in README or f"`--{setting} DIR`" in README


def test_every_file_that_the_readme_points_at_is_there() -> None:
    for place in re.findall(r"\]\((?!https?:)([^)#]+)\)", README + INSTALLING):
        assert (ROOT / place).exists(), place


def test_the_folders_of_the_layout_are_there() -> None:
    for row in re.findall(r"^\| (`.+?/`.*?) \|", README, flags=re.MULTILINE):
        first, *more = re.findall(r"`(.+?)/`", row)
        for folder in (first, *(Path(first).parent / name for name in more)):
            assert (ROOT / folder).is_dir(), folder


async def test_a_backup_of_postgresql_comes_back_as_it_was(tmp_path: Path) -> None:
    create, dump, restore = re.findall(r"^    ((?:createdb|pg_dump|pg_restore) .+)$", README, flags=re.MULTILINE)
    server, bin = postgres.server(), postgres.programs()
    assert bin is not None
    there = {**os.environ, "PGHOST": str(server.folder), "PGPORT": str(server.port), "PGUSER": postgres.OWNER}

    def typed(command: str) -> None:
        name, *words = shlex.split(command)
        done = subprocess.run(
            [bin / name, *words], check=False, capture_output=True, text=True, cwd=tmp_path, env=there
        )
        assert done.returncode == 0, done.stderr

    async def kept(*, first: bool = False) -> proof.Verdict:
        """Where the chain stands; the first one makes the tables, and enters a price list."""
        engines = open_engines(server.url("mezzora"))
        try:
            if first:
                await prepare(engines, PriceLists([shipped_text()], ROME), FakeClock())
            async with engines.readers.connect() as connection:
                return await proof.verify(connection)
        finally:
            await engines.close()

    typed(create)
    before = await kept(first=True)
    assert before.broken is None and before.head.n > 0
    typed(dump)
    server.execute("DROP DATABASE mezzora")
    typed(create)
    typed(restore)
    assert await kept() == before
