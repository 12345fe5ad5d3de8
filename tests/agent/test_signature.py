"""Catalogue files are read strictly, and the more specific signature wins."""

import pytest

from agent.errors import BadSignature
from agent.signature import Catalogue, Role, System, Target, read_signature
from agent.snapshot import Process
from tests.agent.pictures import VIEWER, a_catalogue, a_process


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("tool =", "tool"), "not TOML"),
        (('tool = "viewer"', 'tool = "A Viewer"'), "$.tool"),
        (('tool = "viewer"', 'tool = "viewer"\ncolour = "red"'), "colour"),
        (('confidence = "verified"', 'confidence = "certain"'), "$.process[0].confidence"),
        (("pattern = '^(", "pattern = '^(("), "argument[0].pattern"),
    ],
)
def test_a_broken_file_is_refused_with_place_and_reason(change: tuple[str, str], says: str) -> None:
    with pytest.raises(BadSignature, match=r"own\.toml") as refused:
        read_signature(VIEWER.replace(*change), "own.toml")
    assert says in str(refused.value)


def test_a_log_of_lines_needs_start_and_end() -> None:
    log = '[[log]]\npaths=["x"]\nsystems=["linux"]\ntime="x"\ntime_format="%Y"\nzone="utc"\nsource="s"\n'
    log += 'confidence="verified"\n'
    with pytest.raises(BadSignature, match=r"log\[0\]"):
        read_signature(VIEWER + log, "own.toml")


def test_names_are_known_whatever_their_case_and_with_wildcards() -> None:
    catalogue = a_catalogue(VIEWER.replace('"viewer.exe"', '"View*.exe"'))
    assert catalogue.knows("viewer64.exe")
    assert not catalogue.knows("firefox")


def test_the_signature_that_names_a_path_wins() -> None:
    own = VIEWER.replace('tool = "viewer"', 'tool = "own"').replace(
        'role = "service"', 'role = "service"\npaths = ["/opt/*"]'
    )
    special = own.replace('names = ["viewer", "viewer.exe"]', 'names = ["viewer"]\npaths = ["*/special/*"]')
    catalogue = a_catalogue(VIEWER, special)
    somewhere = Process(1, 1, frozenset({"viewer"}), "/usr/lib/special/viewer")
    assert [found.signature.tool for each in (a_process(), somewhere) if (found := catalogue.match(each))] == [
        "viewer",
        "own",
    ]


def test_roles_are_told_apart() -> None:
    found = a_catalogue().match(a_process("viewer-host"))
    assert found is not None
    assert found.rule.role is Role.INCOMING


def test_only_the_named_fields_of_the_arguments_are_kept() -> None:
    catalogue = a_catalogue()
    (signature,) = [each for each in catalogue.signatures if each.tool == "viewer"]
    assert catalogue.target(signature, ("-passwd", "secret", "Reception::5901")) == Target("reception", 5901)
    assert catalogue.target(signature, ("-listen",)) == Target()


def test_a_rule_of_another_system_is_passed_over() -> None:
    only_windows = VIEWER.replace('role = "service"', 'role = "service"\nsystems = ["windows"]')
    assert Catalogue((read_signature(only_windows, "x"),), System.LINUX).match(a_process("viewerd")) is None
