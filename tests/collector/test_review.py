"""The review from the command line."""

import json
from pathlib import Path

from tests.collector.command import mezzora


def test_what_waits_is_listed_with_for_whom(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert mezzora("review", "--data", data).stdout == ""
    mezzora("intervention", "open", "--problem", "Who is it?", "--data", data)
    assert "unassigned" in mezzora("review", "--data", data).stdout
    told = json.loads(mezzora("review", "--whose", "office", "--json", "--data", data).stdout)
    assert told["waits"] == [{"what": "unassigned", "whose": "office"}]
    assert mezzora("review", "--whose", "technician", "--data", data).stdout == ""
