"""What every file of the catalogue owes."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from agent.signature import Confidence, Proof, Role, Signature, System, read_signature
from tests.agent.catalogue.scenes import FILES, catalogue

IDS = [file.stem for file in FILES]
EVENT_GROUPS = {"peer", "handle", "name"}


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
    assert all(each.confidence is not Confidence.GUESS for each in signature.log)


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_every_pattern_uses_only_groups_that_are_read(file: Path) -> None:
    signature = read(file)
    for rule in signature.argument:
        assert groups(rule.pattern) <= {"host", "port", "display", "id"}
    for log in signature.log:
        events = [log.attempt, log.start, log.end, log.name]
        assert all(groups(each) <= EVENT_GROUPS for each in events if each is not None)
        assert groups(log.record or "") <= {"peer", "start", "end", "handle", "mode"}
        assert "time" in groups(log.time)


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_a_tool_that_nothing_can_prove_says_why(file: Path) -> None:
    signature = read(file)
    proves = any(each.role is Role.VIEWER and each.proof is not Proof.NONE for each in signature.process)
    assert proves or signature.log or signature.note


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_the_places_of_its_logs_are_written_with_forward_slashes(file: Path) -> None:
    assert not [path for log in read(file).log for path in log.paths if "\\" in path]


@pytest.mark.parametrize("system", list(System))
def test_a_name_that_two_tools_claim_is_told_apart_by_more_than_the_name(system: System) -> None:
    bare = [
        (signature.tool, rule.role, set(rule.names))
        for signature in catalogue(system).signatures
        for rule in signature.process
        if system in rule.systems and not rule.is_specific
    ]
    claims = [(one[0], two[0]) for one, two in combinations(bare, 2) if one[0] != two[0] and one[2] & two[2]]
    assert set(claims) <= {("realvnc", "ultravnc")}  # both call their server winvnc.exe, and neither is counted


def groups(pattern: str) -> set[str]:
    return set(re.compile(pattern).groupindex)
