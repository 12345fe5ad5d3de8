"""The shipped catalogue and the user's own."""

from pathlib import Path

from agent.shelf import read_catalogue
from agent.signature import System
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


def test_broken_ones_are_named_while_the_others_go_on(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("tool = ", encoding="utf-8")
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "c.toml").write_text(VIEWER, encoding="utf-8")
    catalogue, refused = read_catalogue(System.LINUX, tmp_path)
    assert "viewer" in {each.tool for each in catalogue.signatures}
    assert [str(error).split(":")[0] for error in refused] == [str(tmp_path / "a.toml"), str(tmp_path / "b.toml")]
