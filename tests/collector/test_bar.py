"""A bar is drawn on a terminal, and nowhere else."""

import sys

import pytest

from collector.bar import bar, drawn


def test_it_shows_how_much_is_done() -> None:
    assert drawn(10, 20, "customers") == "[###############...............] 10/20 customers"
    assert drawn(20, 20, "files") == f"[{'#' * 30}] 20/20 files"


def test_it_is_drawn_over_itself_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    bar(1, 2)
    bar(0, 0)
    assert capsys.readouterr().err == f"\r\033[K{drawn(1, 2, 'customers')}\r\033[K"


def test_where_nobody_looks_nothing_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    bar(1, 2)
    assert capsys.readouterr().err == ""
