"""Patterns → files, in real folders."""

import os
from pathlib import Path

import pytest

from agent.places import SETTLED_MS, Places, expand
from tests.fakes.clock import FakeClock


@pytest.fixture
def places() -> Places:
    return Places(FakeClock(wall=4_000_000_000_000))


def found(places: Places, pattern: str) -> list[str]:
    return sorted(Path(path).name for path in places.files(pattern))


def test_a_path_without_wildcards_is_there_or_not(tmp_path: Path, places: Places) -> None:
    assert found(places, f"{tmp_path}/a.log") == []
    (tmp_path / "a.log").touch()
    assert found(places, f"{tmp_path}/a.log") == ["a.log"]


def test_wildcards_may_stand_in_folders_and_names(tmp_path: Path, places: Places) -> None:
    for folder in ("ad_one", "ad_two", "other"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "ad.trace").touch()
        (tmp_path / folder / "ad.txt").touch()
    assert found(places, f"{tmp_path}/ad_*/ad.tr*") == ["ad.trace", "ad.trace"]


def test_brackets_in_a_user_s_folder_are_no_wildcards(tmp_path: Path, places: Places) -> None:
    home = tmp_path / "Åsa [1]"
    home.mkdir()
    (home / "a.log").touch()
    pattern = expand("%HOME%/*.log", {"home": str(home)})
    assert pattern is not None
    assert found(places, pattern) == ["a.log"]
    literal = expand("%HOME%/a.log", {"home": str(home)})
    assert literal is not None
    assert found(places, literal) == ["a.log"]


def test_a_file_that_comes_or_goes_is_noticed(tmp_path: Path, places: Places) -> None:
    assert found(places, f"{tmp_path}/*.log") == []
    (tmp_path / "a.log").touch()
    assert found(places, f"{tmp_path}/*.log") == ["a.log"]
    (tmp_path / "a.log").unlink()
    assert found(places, f"{tmp_path}/*.log") == []


def test_a_folder_that_has_just_changed_is_listed_again_though_its_time_stamp_is_the_same(tmp_path: Path) -> None:
    clock = FakeClock(wall=1_795_000_000_000)
    places = Places(clock)
    os.utime(tmp_path, ns=(0, clock.wall * 1_000_000))
    assert found(places, f"{tmp_path}/*.log") == []
    (tmp_path / "a.log").touch()
    os.utime(tmp_path, ns=(0, clock.wall * 1_000_000))
    assert found(places, f"{tmp_path}/*.log") == ["a.log"]
    clock.advance(SETTLED_MS + 1)
    assert found(places, f"{tmp_path}/*.log") == ["a.log"]
    (tmp_path / "b.log").touch()
    os.utime(tmp_path, ns=(0, (clock.wall - SETTLED_MS - 1) * 1_000_000))
    assert found(places, f"{tmp_path}/*.log") == ["a.log"], "a settled folder is not listed at every look"


def test_a_folder_that_may_not_be_read_has_nothing(places: Places) -> None:
    assert found(places, "/nowhere/at/all/*/x.log") == []


def test_variables_and_home_are_filled_in_and_missing_ones_rule_a_path_out() -> None:
    assert expand("%APPDATA%/X[1]/*.log", {"AppData": "C:/Users/Åsa [1]"}) == "C:/Users/Åsa [[]1]/X[1]/*.log"
    assert expand("%APPDATA%/X", {"AppData": "C:\\Users\\a"}) == "C:/Users/a/X"
    assert expand("%APPDATA%/X", {}) is None
    assert "~" not in (expand("~/x", {}) or "~")
