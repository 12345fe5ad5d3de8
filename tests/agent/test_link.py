"""The line's standing, from the agent that keeps it to the command that tells it."""

from pathlib import Path

from agent.link import Link, read_link, write_link

LOST = Link(open=False, since_at=1_795_000_000_000, why="nobody answers")


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write_link(tmp_path / "link.json", LOST)
    assert read_link(tmp_path / "link.json") == LOST


def test_nothing_and_rubbish_are_unknown(tmp_path: Path) -> None:
    assert read_link(tmp_path / "link.json") is None
    (tmp_path / "link.json").write_text("[", encoding="utf-8")
    assert read_link(tmp_path / "link.json") is None


def test_a_folder_that_takes_nothing_is_no_trouble(tmp_path: Path) -> None:
    write_link(tmp_path / "gone" / "link.json", LOST)
    assert not (tmp_path / "gone").exists()
