"""Where things are kept."""

from pathlib import Path

from agent.paths import Paths, data_folder, own_catalogue


def test_everything_of_one_agent_is_in_its_data_folder() -> None:
    paths = Paths(Path("data"))
    assert {each.parent for each in (paths.spool, paths.lock, paths.notice)} == {Path("data")}


def test_the_usual_folders_are_this_user_s() -> None:
    assert data_folder().is_absolute()
    assert own_catalogue().name == "catalogue"
