"""The interventions from the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.collector.command import mezzora, started

Run = Callable[..., "CompletedProcess[str]"]


@pytest.fixture
def intervention(tmp_path: Path) -> Run:
    """The command on a data folder of its own, with one customer."""
    mezzora("customer", "create", "Studio Però", "--contracts", "2020-01-01..", "--data", tmp_path / "data")

    def run(*arguments: str | Path) -> "CompletedProcess[str]":
        return mezzora("intervention", *arguments, "--data", tmp_path / "data")

    return run


def test_a_request_goes_from_its_opening_to_its_end_and_back(intervention: Run, tmp_path: Path) -> None:
    opened = intervention("open", "--customer", "1", "--problem", "The index is broken", "--works-on-database")
    assert (opened.returncode, opened.stdout, opened.stderr) == (0, "1\n", "")
    declared = intervention("declare", "1", "2026-01-01T10:00:00Z", "2026-01-01T10:25:00Z")
    session = declared.stdout.strip()
    assert len(session) == 32
    shown = json.loads(intervention("show", "1", "--json").stdout)
    assert (shown["net"], shown["warning"]) == ("80.00", "backup-unknown")
    assert "overtime-not-agreed" in intervention("list", "--customer", "1").stdout
    for command in (
        ("decide", "1", "overtime-waived", "--reason", "courtesy"),
        ("close", "1", "unresolved", "--told", "phone"),
        ("reopen", "1", "it came back"),
    ):
        done = intervention(*command)
        assert (done.returncode, done.stderr) == (0, "")
    assert intervention("split", "1", session, "2026-01-01T10:20:00Z").stdout == "2\n"
    assert intervention("move", "2", session, "1", "--from", "2026-01-01T10:22:00Z").returncode == 0
    spans = [json.loads(intervention("show", n, "--json").stdout)["connection_seconds"] for n in ("1", "2")]
    assert spans == [23 * 60, 2 * 60]
    assert intervention("merge", "2", "1").returncode == 0
    assert [each.split()[0] for each in intervention("list").stdout.splitlines()] == ["1"]
    assert "it came back" in intervention("show", "1").stdout
    verified = mezzora("audit", "verify", "--data", tmp_path / "data")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_what_can_not_be_taken_is_one_line_that_says_where(intervention: Run) -> None:
    intervention("open")
    cases = {
        ("show", "7"): "no intervention 7",
        ("open", "--customer", "7"): "no customer 7",
        ("open", "--category", "gardening"): "category",
        ("open", "--backup", "yesterday"): "--backup",
        ("split", "1", "x", "2026-01-01T10:20:00Z"): "no session x",
        ("declare", "1", "2026-01-01T10:00:00Z", "2026-02-10T10:00:00Z"): "24 hours",
        ("declare", "1", "2026-01-01T10:00:00Z", "2026-01-01T09:00:00Z"): "not after the start",
        ("decide", "1", "price-named", "--price", "1,5"): "--price",
        ("decide", "1", "waived"): "reason",
        ("reopen", "1", "again"): "is open",
    }
    for command, told in cases.items():
        done = intervention(*command)
        assert done.returncode in (1, 2) and done.stdout == "", command
        assert done.stderr.count("\n") == 1 and told in done.stderr, done.stderr


def test_time_is_not_moved_behind_the_back_of_a_collector_that_runs(tmp_path: Path) -> None:
    with started("serve", tmp_path / "data"):
        done = mezzora("intervention", "merge", "1", "2", "--data", tmp_path / "data")
    assert done.returncode == 1 and "a collector runs at" in done.stderr
