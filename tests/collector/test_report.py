"""Reports from the command line."""

import json
from pathlib import Path

from tests.collector.command import mezzora_here


def test_overtime_is_told_as_csv_and_as_json_and_a_bad_month_by_its_option(tmp_path: Path) -> None:
    def report(*words: str) -> tuple[int, str, str]:
        done = mezzora_here("report", "overtime", *words, "--data", tmp_path)
        return done.returncode, done.stdout, done.stderr

    assert mezzora_here("intervention", "open", "--data", tmp_path, "--opened", "2026-10-05T09:00:00Z").returncode == 0
    sheet = report("--from", "2026-09", "--to", "2026-10")[1].splitlines()
    assert sheet[:3] == [
        "kind;name;interventions;half_hours;overtime",
        "month;2026-09;0;0;0.00",
        "month;2026-10;1;0;0.00",
    ]
    assert "share;agreed;;;0.00" in sheet and "near-the-cap;over-15;1;;" in sheet
    told = json.loads(report("--from", "2026-10", "--to", "2026-10", "--json")[1])
    assert (told["from"], told["interventions"], told["near_the_cap"]["over-15"]) == ("2026-10", 1, 1)
    assert len(json.loads(report("--json")[1])["months"]) == 12
    assert report("--from", "october")[0] == 2
    assert report("--from", "2026-10", "--to", "2026-09")[2].startswith("mezzora: --from: 2026-10 to 2026-09")
