"""`mezzora audit`: the past looked at, listed, and its head kept, beside a running collector too."""

import json
import sqlite3
from pathlib import Path

import pytest

from collector.errors import BadInput
from collector.settings import Settings
from collector.trail import a_moment, read_head, read_subject
from shared.moments import iso
from tests.collector.command import mezzora, started


def test_a_whole_past_is_said_to_be_and_its_head_holds_later(tmp_path: Path) -> None:
    with started("serve", tmp_path):
        head = mezzora("audit", "head", "--data", tmp_path).stdout.strip()
        said = mezzora("audit", "verify", "--head", head, "--data", tmp_path)
        assert (said.returncode, said.stderr) == (0, "")
        assert said.stdout == f"whole: {read_head(head).n} entries, head {head}\n"


def test_what_was_changed_behind_its_back_is_one_line_and_status_one(tmp_path: Path) -> None:
    assert mezzora("migrate", "--data", tmp_path).returncode == 0
    with sqlite3.connect(tmp_path / "mezzora.sqlite3") as connection:
        connection.execute("UPDATE tariff SET text = replace(text, '45.00', '54.00')")
    connection.close()
    said = mezzora("audit", "verify", "--data", tmp_path)
    assert (said.returncode, said.stdout.count("\n")) == (1, 1)
    assert said.stdout.startswith("broken: tariff ")


def test_what_was_entered_is_listed_for_people_and_for_programs(tmp_path: Path) -> None:
    assert mezzora("migrate", "--data", tmp_path).returncode == 0
    assert "tariff-kept" in mezzora("audit", "list", "--data", tmp_path).stdout
    told = json.loads(mezzora("audit", "list", "--json", "--subject", "tariff", "--data", tmp_path).stdout)
    assert (told["n"], told["kind"], told["before"]) == (1, "tariff", None)
    assert told["after"]["id"] == told["subject"]
    assert mezzora("audit", "list", "--to", "2020-01-01", "--data", tmp_path).stdout == ""


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "--head", "17"),
        ("list", "--from", "yesterday"),
        ("list", "--to", "2026-02-30"),
        ("list", "--subject", "weather:1"),
        ("list", "--subject", "customer:"),
    ],
)
def test_what_cannot_be_understood_is_refused_in_a_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    said = mezzora("audit", *words, "--data", tmp_path)
    assert (said.returncode, said.stdout, said.stderr.count("\n")) == (2, "", 1)


def test_a_day_is_the_firms(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    assert iso(a_moment(settings, "--from", "2026-10-05")) == "2026-10-04T22:00:00.000Z"
    assert iso(a_moment(settings, "--to", "2026-10-05", after=True)) == "2026-10-05T22:00:00.000Z"
    assert iso(a_moment(settings, "--to", "2026-10-05T09:30:00+02:00", after=True)) == "2026-10-05T07:30:00.000Z"


def test_a_subject_is_a_kind_or_one_of_it() -> None:
    assert read_subject("customer") == ("customer", None)
    assert read_subject("session:12ab") == ("session", "12ab")
    with pytest.raises(BadInput):
        read_subject("7")
