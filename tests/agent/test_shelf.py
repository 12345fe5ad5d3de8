"""The shipped catalogue and the user's own."""

import os
import re
from pathlib import Path

import pytest

from agent.shelf import read_catalogue, read_shelf
from agent.signature import Catalogue, System, Target
from agent.snapshot import Process
from tests.agent.pictures import VIEWER


def test_every_shipped_signature_is_good_on_every_system(tmp_path: Path) -> None:
    for system in System:
        catalogue, refused = read_catalogue(system, tmp_path)
        assert refused == []
        assert {"tigervnc", "freerdp", "remmina", "mstsc", "teamviewer"} <= {each.tool for each in catalogue.signatures}


def test_a_file_of_the_user_s_own_adds_a_tool_or_takes_the_place_of_one(tmp_path: Path) -> None:
    (tmp_path / "viewer.toml").write_text(VIEWER, encoding="utf-8")
    (tmp_path / "tigervnc.toml").write_text(VIEWER.replace('"viewer"', '"tigervnc"'), encoding="utf-8")
    catalogue, refused = read_catalogue(System.LINUX, tmp_path)
    names = {each.tool: each.name for each in catalogue.signatures}
    assert (names["viewer"], names["tigervnc"], refused) == ("A viewer", "A viewer", [])


def refusals(folder: Path) -> list[str]:
    """What is said of the files of this folder, without the folder; nothing else is refused or missing."""
    catalogue, refused = read_catalogue(System.LINUX, folder)
    assert "tigervnc" in {each.tool for each in catalogue.signatures}
    return [str(error).replace(f"{folder}{os.sep}", "") for error in refused]


def test_broken_ones_are_named_while_the_others_go_on(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("tool = ", encoding="utf-8")
    (tmp_path / "b.toml").write_bytes(b"# one\n\xff\xfe\x00")
    (tmp_path / "c.toml").write_text(VIEWER, encoding="utf-8")
    (tmp_path / "d.toml").mkdir()
    (tmp_path / "e.toml").write_text(VIEWER, encoding="utf-8")
    (tmp_path / "f.toml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "g.txt").write_text("not looked at", encoding="utf-8")
    said = refusals(tmp_path)
    assert [text.split(":")[0] for text in said] == ["a.toml", "b.toml", "d.toml", "e.toml", "f.toml"]
    assert said[0].startswith("a.toml:1: not TOML")
    assert said[1] == "b.toml:2: not UTF-8: save it in that encoding"
    assert said[2] == "d.toml: this is no file: take it out of the folder"
    assert said[3] == "e.toml: c.toml tells of 'viewer' already: keep one of the two"
    assert "viewer" in {each.tool for each in read_catalogue(System.LINUX, tmp_path)[0].signatures}


def test_a_file_that_is_broken_leaves_the_shipped_one_in_place(tmp_path: Path) -> None:
    (tmp_path / "mstsc.toml").write_text(VIEWER.replace('"viewer"', '"mstsc"').replace("source", "sauce"), "utf-8")
    catalogue, refused = read_catalogue(System.WINDOWS, tmp_path)
    assert len(refused) == 1
    assert "Microsoft" in next(each.name for each in catalogue.signatures if each.tool == "mstsc")


def test_a_file_far_too_long_is_refused_and_not_read_to_its_end(tmp_path: Path) -> None:
    with (tmp_path / "a.toml").open("wb") as file:
        file.truncate(100_000_000)
    assert refusals(tmp_path) == ["a.toml: it is longer than 256 KB: this is no tool's file"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a thing of Unix")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.toml")
    assert refusals(tmp_path) == ["a.toml: this is no file: take it out of the folder"]


def test_a_file_that_starts_with_a_mark_of_its_encoding_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(VIEWER, encoding="utf-8-sig")
    assert refusals(tmp_path) == []


def test_a_folder_that_is_none_is_said_and_one_that_is_missing_is_not(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    _, refused = read_catalogue(System.LINUX, tmp_path / "file")
    assert [str(each) for each in refused] == [f"{tmp_path / 'file'}: the folder cannot be read: Not a directory"]
    assert read_catalogue(System.LINUX, tmp_path / "missing")[1] == []


def test_the_readme_s_example_is_read(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(tool = .*?)```", readme, flags=re.DOTALL)
    (tmp_path / "our-tool.toml").write_text(example, encoding="utf-8")
    shelf = read_shelf(tmp_path)
    assert (shelf.refused, shelf.own) == ((), {"firmviewer"})
    catalogue = Catalogue(shelf.signatures, System.WINDOWS)
    process = Process(1, 1, frozenset({"firmviewer.exe"}), "c:/firm/firmviewer.exe", ("-pw:secret", "-pc:srv01"))
    found = catalogue.match(process)
    assert found is not None
    assert found.signature.tool == "firmviewer"
    assert catalogue.target(found.signature, process.arguments) == Target("srv01", 7000)


def test_what_is_known_by_name_only_is_looked_for_and_never_a_session() -> None:
    catalogue, _ = read_catalogue(System.WINDOWS, Path("no-such-folder"))
    found = catalogue.match(Process(1, 1, frozenset({"ncplayer.exe"}), "c:/ncplayer.exe"))
    assert found is not None
    assert (found.signature.tool, catalogue.is_undecidable(found)) == ("ninjaone", True)
