"""`mezzora-agent tools` says of each tool what tells its sessions on a system, and what to do where nothing does."""

import json
from pathlib import Path

import pytest

from agent.__main__ import main
from tests.agent.pictures import VIEWER


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own folder."""
    monkeypatch.setenv("MEZZORA_CATALOGUE", str(tmp_path))
    return tmp_path


def listed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["tools", *words]) == 0
    return capsys.readouterr().out


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, dict[str, object]]:
    return {each["tool"]: each for each in map(json.loads, listed(capsys, "--json", *words).splitlines())}


def test_each_system_has_its_own_tools(capsys: pytest.CaptureFixture[str]) -> None:
    linux, windows = told(capsys, "--os", "linux"), told(capsys, "--os", "windows")
    assert linux["remmina"]["evidence"] == [{"kind": "socket", "confidence": "verified"}]
    assert "remmina" not in windows
    assert "mstsc" in windows
    assert "mstsc" not in linux
    assert {"kind": "log", "confidence": "verified"} in windows["teamviewer"]["evidence"]  # type: ignore[operator]


def test_what_cannot_be_told_is_said_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    out = listed(capsys, "--os", "windows")
    (line,) = [line for line in out.splitlines() if line.startswith("supremo ")]
    assert "undecidable" in line
    assert "mezzora-agent begin --tool" in out
    assert "mezzora-agent end" in out
    windows = told(capsys, "--os", "windows")
    assert (windows["supremo"]["undecidable"], windows["mstsc"]["undecidable"]) == (True, False)


def test_what_is_known_by_name_only_is_counted_and_listed_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert "atera" not in listed(capsys)
    assert "more are known by name only" in listed(capsys)
    every = told(capsys, "--all")
    assert every["atera"]["by_name_only"]
    assert every["telephone"]["undecidable"]
    assert not every["xrdp"]["here"]
    assert "never a session itself" in listed(capsys, "--all")


def test_a_file_of_the_user_s_own_is_marked_and_a_broken_one_named(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (own / "a.toml").write_text(VIEWER, encoding="utf-8")
    (own / "b.toml").write_text(VIEWER.replace("verified", "certain"), encoding="utf-8")
    assert main(["tools"]) == 0
    out, err = capsys.readouterr()
    (line,) = [line for line in out.splitlines() if line.startswith("viewer ")]
    assert line.endswith("A viewer (a file of your own)")
    assert f"{own / 'b.toml'}:7: process[0].confidence" in err
    assert told(capsys)["viewer"]["own"] is True


def test_the_columns_stand_under_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    head, *lines = listed(capsys, "--all").split("\n\n")[0].splitlines()
    at = head.index("TOLD BY"), head.index("NAME")
    assert all(line[start - 1] == " " and line[start] != " " for line in lines for start in at)


def test_a_system_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["tools", "--os", "beos"])
    assert "linux" in capsys.readouterr().err
