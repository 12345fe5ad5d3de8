"""`mezzora tariff`: a price list is checked, and a month is looked at under another one."""

import json
from pathlib import Path

import pytest

from collector.__main__ import main
from collector.tariffs.files import shipped_text
from tests.collector.command import started
from tests.collector.firm_folder import october_in


def a_list(folder: Path, name: str = "mine.toml", *, first_day: str = "", **changes: str) -> Path:
    """The list that ships, with these prices or caps in place of those."""
    text = (f"first_day = {first_day}\n" if first_day else "") + shipped_text()
    for old, new in changes.items():
        text = text.replace(f'"{old.removeprefix("_").replace("c", ".")}"', f'"{new}"')
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_a_good_list_is_told_in_a_short_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tariff", "check", str(a_list(tmp_path, first_day="2026-10-01"))]) == 0
    told = capsys.readouterr()
    assert told.err == "" and len(told.out.splitlines()) == 13
    for words in (
        "mine.toml: Service terms",
        "from 2026-10-01 on",
        "45.00  includes 20 min",
        "160.00  includes 30 min",
        "35.00  each 30 min begun, with a contract only",
        "to be agreed",
        "22.00  percent",
    ):
        assert words in told.out


def test_every_problem_is_a_line_with_its_place_and_the_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = a_list(tmp_path, _45c00="45,00", _20m="20")
    assert main(["tariff", "check", str(broken)]) == 2
    told = capsys.readouterr()
    cap, price, count = told.err.splitlines()
    assert told.out == "" and count == "mezzora: 2 problems"
    line = (
        broken.read_text(encoding="utf-8")
        .splitlines()
        .index('cap = "20"       # the connection time that the price includes')
    )
    assert cap.startswith(f"{broken}:{line + 1}: services.contract.cap: ") and "two decimals" in price


def test_a_folder_of_lists_is_checked_for_holes_and_overlaps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    a_list(folder, "a.toml")
    a_list(folder, "b.toml", first_day="2026-10-01", _45c00="50.00")
    assert main(["tariff", "check", str(folder)]) == 0
    told = capsys.readouterr().out
    assert "until 2026-09-30" in told and "from 2026-10-01 on" in told
    a_list(folder, "c.toml", first_day="2026-10-01")
    assert main(["tariff", "check", str(folder)]) == 2
    assert "c.toml: first_day: 2026-10-01, as in " in capsys.readouterr().err
    a_list(folder, "c.toml", _45c00="45,00")  # who knows when it begins: whether there is a hole is not told
    a_list(folder, "a.toml", first_day="2026-10-01")
    assert main(["tariff", "check", str(folder)]) == 2
    told = capsys.readouterr().err
    assert "b.toml: first_day: 2026-10-01, as in " in told and "hole" not in told
    (folder / "c.toml").unlink()
    (folder / "a.toml").unlink()
    assert main(["tariff", "check", str(folder)]) == 2
    assert "a hole: before 2026-10-01 no list holds" in capsys.readouterr().err


def test_a_month_is_rated_anew_beside_a_running_collector_and_nothing_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    october_in(tmp_path)
    other = a_list(tmp_path, _45c00="50.00", _20m="25m")

    def said(*words: str) -> str:
        assert main([*words, "--data", str(tmp_path)]) == 0
        told = capsys.readouterr()
        assert told.err == ""
        return told.out

    with started("serve", tmp_path):
        head = said("audit", "head")
        first, _, sums = said("tariff", "what-if", str(other), "--month", "2026-10", "--language", "it").splitlines()
        told = json.loads(said("tariff", "what-if", str(other), "--month", "2026-10", "--json"))
        assert said("audit", "head") == head
    assert first.split()[:3] == ["1", "2026-10-05", "Studio"] and "80.00      50.00     -30.00" in first
    assert "prezzo base 50.00 invece di 45.00; eccedenze 0 invece di 1 x 35.00" in first
    assert "160.00     100.00     -60.00  2 opened in 2026-10, 2 would change" in sums
    assert (told["before"], told["after"], told["difference"]) == ("160.00", "100.00", "-60.00")
    assert told["interventions"][0]["why_it"].startswith("prezzo base 50.00 invece di 45.00")


@pytest.mark.parametrize(
    ("file", "month", "status", "said"),
    [
        ("mine.toml", "2026-09", 1, "no intervention was opened in 2026-09"),
        ("mine.toml", "2026-13", 2, '--month: "2026-13" is no month'),
        ("none.toml", "2026-10", 2, "none.toml: the file: cannot be read"),
        ("other.toml", "2026-10", 2, "other.toml:1: firm_name: unknown key"),
    ],
)
def test_what_cannot_be_asked_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, month: str, status: int, said: str
) -> None:
    a_list(tmp_path)
    (tmp_path / "other.toml").write_text('firm_name = "x"\n', encoding="utf-8")
    words = ["what-if", str(tmp_path / file), "--month", month, "--data", str(tmp_path / "data")]
    assert main(["tariff", *words]) == status
    told = capsys.readouterr()
    assert told.out == "" and told.err.count("\n") == 1 and said in told.err
