"""The customers from the command line."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.collector.command import mezzora, mezzora_here, started

Customer = Callable[..., "CompletedProcess[str]"]


@pytest.fixture
def customer(tmp_path: Path) -> Customer:
    """The command on a data folder of its own."""

    def run(*arguments: str | Path) -> "CompletedProcess[str]":
        return mezzora_here("customer", *arguments, "--data", tmp_path / "data")

    return run


def test_a_customer_is_made_found_changed_and_shown(customer: Customer) -> None:
    made = customer("create", "Studio Però", "--code", "B1", "--contracts", "2026-01-01..", "--peers", "vnc:srv-*")
    assert (made.returncode, made.stdout, made.stderr) == (0, "1\n", "")
    assert "Studio Però" in customer("list", "però").stdout
    assert customer("list", "rossi").stdout == ""
    done = customer("change", "1", "--edition", "Igienista", "--code", "", "--suspensions", "2026-03-01.. not paid")
    assert (done.returncode, done.stderr) == (0, "")
    shown = json.loads(customer("show", "1", "--json").stdout)
    assert (shown["code"], shown["edition"], shown["contracts"]) == ("", "hygienist", "2026-01-01..")
    assert shown["suspensions"] == "2026-03-01.. not paid" and "vat_number" in shown["missing"]
    assert "srv-*" in customer("show", "1").stdout


def test_what_can_not_be_taken_is_one_line_with_every_place(customer: Customer, tmp_path: Path) -> None:
    cases = {
        ("create", "X", "--peers", "7", "--postcode", "1x"): ("--peers", "--postcode"),
        ("change", "7", "--note", "x"): ("no customer 7",),
        ("change", "7"): ("nothing to change",),
        ("show", "7"): ("no customer 7", "customer list"),
        ("merge", "7", "7"): ("the same customer",),
        ("accept-terms", "7", "--version", "1", "--sha256", "x", "--who", "A", "--channel", "web"): ("--sha256",),
        ("import", str(tmp_path / "none.csv")): ("mezzora: " + str(tmp_path / "none.csv") + ": cannot be read",),
        ("export", str(tmp_path / "no" / "x.csv")): ("x.csv", "cannot be written"),
    }
    for command, told in cases.items():
        done = customer(*command)
        assert done.returncode in (1, 2) and done.stdout == "", command
        assert done.stderr.count("\n") == 1 and all(each in done.stderr for each in told), done.stderr


def test_a_sheet_goes_in_whole_or_not_at_all_and_comes_out_again(customer: Customer, tmp_path: Path) -> None:
    sheet, out = tmp_path / "in.csv", tmp_path / "out.csv"
    good = "codice;nome;cap\nB1;Però;00184\nB2;=Verdi;20121\n"
    sheet.write_text(good.replace("20121", "2012x").replace("00184", "?"), encoding="cp1252")
    for tried in (customer("import", sheet), customer("import", sheet, "--dry-run")):
        assert (tried.returncode, tried.stdout) == (2, "")
        assert [line.split(": ", 1)[1].partition(":")[0] for line in tried.stderr.splitlines()] == [
            "line 2, cap",
            "line 3, cap",
            "2 problems",
        ]
    assert customer("list").stdout == ""
    sheet.write_text(good, encoding="cp1252")
    assert customer("import", sheet, "--dry-run").stdout == "would be: 2 added, 0 changed, 0 as they were\n"
    assert customer("import", sheet).stdout == "2 added, 0 changed, 0 as they were\n"
    assert customer("export", out).returncode == 0
    assert customer("import", out).stdout == "0 added, 0 changed, 2 as they were\n"
    assert "'=Verdi" in out.read_text(encoding="utf-8-sig") and "'=Verdi" in customer("export", "-").stdout


def test_those_who_may_be_one_are_offered_as_the_command_that_merges_them(customer: Customer) -> None:
    customer("create", "Studio Bianchi", "--contracts", "2026-01-01..")
    customer("create", "Bianchi S.r.l.", "--contracts", "2026-06-01..")
    offered = customer("duplicates").stdout
    assert offered.startswith("mezzora customer merge 1 2 ") and "same name" in offered
    refused = customer("merge", "1", "2")
    assert refused.returncode == 2 and "2026-01-01.. and 2026-06-01.. overlap" in refused.stderr
    assert customer("merge", "1", "2", "--drop-periods").returncode == 0
    assert customer("duplicates").stdout == ""
    assert "merged into 1" in customer("change", "2", "--note", "x").stderr


def test_accepted_terms_are_kept_by_their_hash(customer: Customer, tmp_path: Path) -> None:
    customer("create", "Studio Bianchi")
    (tmp_path / "terms.txt").write_bytes(b"the terms")
    told = ("--version", "2026-01", "--who", "Dr. Bianchi", "--channel", "paper", "--at", "2020-01-01T10:00:00+01:00")
    assert customer("accept-terms", "1", "--text", tmp_path / "terms.txt", *told).returncode == 0
    (kept,) = json.loads(customer("show", "1", "--json").stdout)["terms"]
    assert (kept["sha256"], kept["at"]) == (hashlib.sha256(b"the terms").hexdigest(), "2020-01-01T09:00:00.000Z")


def test_beside_a_running_collector_it_is_seen_at_once(customer: Customer, tmp_path: Path) -> None:
    with started("serve", tmp_path / "data") as collector:
        token = mezzora("token", "create", "--role", "office", "--data", tmp_path / "data").stdout.strip()
        assert customer("create", "Studio Bianchi").stdout == "1\n"
        assert collector.get("/api/v1/customers/1", token)["name"] == "Studio Bianchi"
