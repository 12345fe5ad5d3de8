"""What every file of the catalogue owes."""

import re
from datetime import UTC
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest

from agent.logbook import Logbook
from agent.signature import (
    ANY_PORT,
    Confidence,
    Match,
    ProcessRule,
    Proof,
    Role,
    Signature,
    System,
    read_signature,
    weight,
)
from agent.snapshot import Process
from shared.moments import to_at
from tests.agent.catalogue.scenes import ANY_TIME, FILES, SAMPLES, a_process, catalogue

IDS = [file.stem for file in FILES]
EVENT_GROUPS = {"peer", "handle", "part", "name"}


def read(file: Path) -> Signature:
    return read_signature(file.read_text(encoding="utf-8"), file.name)


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_it_is_read_and_named_after_its_tool(file: Path) -> None:
    assert read(file).tool == file.stem


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_a_guess_proves_no_session(file: Path) -> None:
    signature = read(file)
    guesses = [each for each in signature.process if each.confidence is Confidence.GUESS and each.role is Role.VIEWER]
    assert all(each.proof is Proof.NONE for each in guesses)
    assert all(each.confidence is not Confidence.GUESS for each in (*signature.log, *signature.event))


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_every_pattern_uses_only_groups_that_are_read(file: Path) -> None:
    signature = read(file)
    for rule in signature.argument:
        assert groups(rule.pattern) <= {"host", "port", "display", "id"}
    for log in signature.log:
        events = [log.attempt, log.route, log.start, log.name]
        assert all(groups(each) <= EVENT_GROUPS for each in events if each is not None)
        assert groups(log.end or "") <= EVENT_GROUPS | {"number"}
        assert groups(log.record or "") <= {"peer", "start", "end", "handle", "mode"}


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*/*.*")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_quick_sieve_keeps_back_no_line_that_tells_something(sample: Path) -> None:
    for rule in read(Path(str(files("agent.catalogue"))) / f"{sample.parent.name}.toml").log:
        told = []
        for each in (rule, msgspec.structs.replace(rule, words=())):
            book = Logbook("tool", "log", each, lambda naive: to_at(naive.replace(tzinfo=UTC)))
            told.append([book.read(line, ANY_TIME) for line in sample.read_text(encoding="utf-8").splitlines()])
        assert told[0] == told[1]


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_a_tool_that_nothing_can_prove_says_why(file: Path) -> None:
    signature = read(file)
    proves = any(each.role is Role.VIEWER and each.proof is not Proof.NONE for each in signature.process)
    assert proves or signature.log or signature.event or signature.note


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_the_places_of_its_logs_are_written_with_forward_slashes(file: Path) -> None:
    assert not [path for log in read(file).log for path in log.paths if "\\" in path]


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_every_section_says_whence_it_is_known(file: Path) -> None:
    signature = read(file)
    sections = [*signature.process, *signature.argument, *signature.log, *signature.event, signature.picture]
    sections += [signature.socket] if signature.socket is not ANY_PORT else []
    assert all(len(each.source) > 3 for each in sections if each is not None)


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_a_program_of_windows_is_looked_for_on_windows_alone(file: Path) -> None:
    only_there = [rule for rule in read(file).process if all(name.endswith(".exe") for name in rule.names)]
    assert all(rule.systems == (System.WINDOWS,) for rule in only_there)


@pytest.mark.parametrize("system", list(System))
def test_no_two_tools_claim_one_process(system: System) -> None:
    """Of all names that a file writes, and of all that its wildcards may stand for."""
    for process in {a_process_of(rule, name) for rule in rules(system) for name in rule.names}:
        fitting = [
            (weight(Match(signature, rule), process), signature.tool)
            for signature in catalogue(system).signatures
            for rule in signature.process
            if system in rule.systems and rule.fits(process)
        ]
        best = max((heavy for heavy, _ in fitting), default=None)  # none: it wants arguments
        assert len({tool for heavy, tool in fitting if heavy == best}) <= 1, (process, fitting)


def rules(system: System) -> list[ProcessRule]:
    return [rule for each in catalogue(system).signatures for rule in each.process if system in rule.systems]


def a_process_of(rule: ProcessRule, name: str) -> Process:
    file = name.lower().replace("*", "x")
    folder = rule.paths[0].lower().replace("*", "x").rpartition("/")[0] if rule.paths != ("*",) else "/usr/bin"
    return a_process(f"{folder}/{file}")


def groups(pattern: str) -> set[str]:
    return set(re.compile(pattern).groupindex)
