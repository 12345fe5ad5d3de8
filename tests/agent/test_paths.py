"""Where things are kept."""

from pathlib import Path

import pytest

from agent.paths import Paths, data_folder, own_catalogue
from shared.errors import MezzoraError


def test_everything_of_one_agent_is_in_its_data_folder() -> None:
    paths = Paths(Path("data"))
    assert {each.parent for each in (paths.spool, paths.lock, paths.notice)} == {Path("data")}


def test_the_usual_folders_are_this_user_s() -> None:
    assert data_folder().is_absolute()
    assert own_catalogue().name == "catalogue"


def test_another_folder_for_one_s_own_tools_is_named_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEZZORA_CATALOGUE", str(tmp_path))
    assert own_catalogue() == tmp_path
    monkeypatch.setenv("MEZZORA_CATALOGUE", str(tmp_path / "missing"))
    with pytest.raises(MezzoraError, match="which is no folder: make it, or unset"):
        own_catalogue()
