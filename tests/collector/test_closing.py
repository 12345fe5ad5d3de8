"""`mezzora month`: looked at, closed, and closed only when nothing is kept back; beside a running collector too."""

from pathlib import Path

from tests.collector.command import mezzora, started
from tests.collector.firm_folder import october_in


def test_a_month_is_looked_at_and_what_waits_is_named(tmp_path: Path) -> None:
    october_in(tmp_path)
    seen = mezzora("month", "status", "2026-10", "--data", tmp_path)
    assert seen.returncode == 0
    assert seen.stdout.splitlines()[0] == "2026-10: open"
    assert "ready to be issued: 1" in seen.stdout
    assert "kept back: intervention 2: waits in review: overtime-not-agreed" in seen.stderr


def test_what_waits_keeps_it_open_beside_a_running_collector_and_no_bar_is_drawn_where_nobody_looks(
    tmp_path: Path,
) -> None:
    october_in(tmp_path)
    with started("serve", tmp_path):
        done = mezzora("month", "close", "2026-10", "--data", tmp_path)
    assert done.returncode == 1
    assert done.stdout == "2026-10: 1 statements issued; still open\n"
    assert "\r" not in done.stderr and "kept back: intervention 2" in done.stderr


def test_a_month_with_nothing_left_is_closed_and_no_more_changed(tmp_path: Path) -> None:
    october_in(tmp_path)
    assert mezzora("month", "close", "2026-09", "--data", tmp_path).stdout == "2026-09: 0 statements issued; closed\n"
    again = mezzora("month", "close", "2026-09", "--data", tmp_path)
    assert (again.returncode, again.stderr.count("\n")) == (1, 1) and "2026-09 is closed" in again.stderr


def test_a_month_that_goes_on_is_refused(tmp_path: Path) -> None:
    october_in(tmp_path)
    done = mezzora("month", "close", "2126-10", "--data", tmp_path)
    assert (done.returncode, done.stdout) == (2, "") and "2126-10 is not over" in done.stderr
