"""The interventions from the command line."""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from shared.messages import Enrolled
from shared.moments import iso
from tests.collector.command import Running, mezzora_here, started
from tests.collector.intake.line import Agent
from tests.collector.room import S1, a_session

Run = Callable[..., "CompletedProcess[str]"]


@pytest.fixture
def intervention(tmp_path: Path) -> Run:
    """The command on a data folder of its own, with one customer."""
    mezzora_here("customer", "create", "Studio Però", "--contracts", "2020-01-01..", "--data", tmp_path / "data")

    def run(*arguments: str | Path) -> "CompletedProcess[str]":
        return mezzora_here("intervention", *arguments, "--data", tmp_path / "data")

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
    assert "/consent/" in intervention("consent-link", "1").stdout
    for command in (
        ("decide", "1", "overtime-waived", "--reason", "courtesy"),
        ("close", "1", "unresolved"),
        ("told", "1", "phone", "--at", iso(round(time.time() * 1000))),
        ("reopen", "1", "it came back"),
        ("describe", "1", "--notes", "", "--no-works-on-database"),
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
    mistaken = intervention("declare", "1", "2026-01-02T10:00:00Z", "2026-01-02T10:25:00Z").stdout.strip()
    assert intervention("withdraw", "1", mistaken).returncode == 0
    assert json.loads(intervention("show", "1", "--json").stdout)["connection_seconds"] == 25 * 60
    verified = mezzora_here("audit", "verify", "--data", tmp_path / "data")
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
        ("describe", "1", "--category", "gardening"): "category",
        ("assign", "1", "7"): "no customer 7",
        ("close", "1", "solved", "--at", "2026-01-01T10:00:00Z"): "--told",
        ("told", "1", "phone"): "nothing to tell",
        ("withdraw", "1", "x"): "no time of that name",
    }
    for command, told in cases.items():
        done = intervention(*command)
        assert done.returncode in (1, 2) and done.stdout == "", command
        assert done.stderr.count("\n") == 1 and told in done.stderr, done.stderr


def test_a_session_that_goes_on_is_split_beside_a_collector_that_runs(tmp_path: Path) -> None:
    code = command(tmp_path, "enrol", "PC Anna")
    key = command(tmp_path, "token", "create", "--role", "supervisor")
    command(tmp_path, "customer", "create", "Studio Bianchi", "--contracts", "2020-01-01..")
    with started("serve", tmp_path) as collector:
        asyncio.run(_split_while_it_goes_on(collector, code, key))
        charges = [collector.get(f"/api/v1/interventions/{n}", key)["charge"] for n in (1, 2)]
    assert [charge["connection_seconds"] for charge in charges] == [300, 290]


async def _split_while_it_goes_on(collector: Running, code: str, key: str) -> None:
    """An agent reports, commands are typed, and the live page is told of each."""

    async def typed(*words: str) -> None:
        await asyncio.to_thread(command, collector.data, *words)

    began_at = round(time.time() * 1000) - 600_000
    at, headers = collector.address.replace("http", "ws"), {"Authorization": f"Bearer {key}"}
    async with (
        asyncio.timeout(60),
        connect(f"{at}/agent") as line,
        connect(f"{at}/live", additional_headers=headers) as page,
    ):
        (enrolled,) = await Agent(line).enrol(code)
        assert isinstance(enrolled, Enrolled)
        async with connect(f"{at}/agent") as reports:
            agent = Agent(reports)
            await agent.greet(enrolled.token, sent_at=round(time.time() * 1000))
            await agent.say([(1, a_session(S1, (began_at, 500_000)))])
            await _told(page, lambda row: row["intervention"] == 1)
            await typed("intervention", "assign", "1", "1")
            await _told(page, lambda row: row["customer"] is not None)
            await typed("intervention", "split", "1", S1, iso(began_at + 300_000))
            await _told(page, lambda row: row["intervention"] == 2)
            await agent.say([(2, a_session(S1, (began_at, 590_000)))])
            await _told(page, lambda row: row["connected_ms"] == 290_000)


def command(data: Path, *words: str) -> str:
    """What it says."""
    done = mezzora_here(*words, "--data", data)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


async def _told(page: ClientConnection, as_hoped: Callable[[dict[str, Any]], bool]) -> None:
    """Wait until the live page is told of the one row that is so."""
    while True:
        told = json.loads(await page.recv())
        if any(as_hoped(row) for row in told.get("rows", ())):
            return
