"""What the command says, and when it fails."""

import pytest

from tests.mutants.__main__ import judge
from tests.mutants.survivors import Survivor

FATES = {"rating": {"x_price__mutmut_1": "killed", "x_price__mutmut_2": "survived"}, "decision": {}}
ALIVE = Survivor("rating.price", "if n > 2:", "if n >= 2:")
GONE = Survivor("rating.price", "if n > 2:", "if n > 3:")


def test_a_survivor_with_its_reason_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert judge(FATES, [ALIVE], [ALIVE]) == 0
    assert [line.split() for line in capsys.readouterr().out.strip().splitlines()] == [
        ["module", "mutants", "killed", "survived", "reasoned"],
        ["rating", "2", "1", "1", "1"],
        ["decision", "0", "0", "0", "0"],
    ]


def test_a_survivor_without_a_reason_fails_and_is_told_with_its_change(capsys: pytest.CaptureFixture[str]) -> None:
    assert judge(FATES, [ALIVE], []) == 1
    told = capsys.readouterr().out
    assert f"no test notices it in {ALIVE}" in told and "'if n >= 2:'" in told


def test_a_reason_whose_mutant_is_gone_fails_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert judge(FATES, [ALIVE], [ALIVE, GONE]) == 1
    assert f"reasons.toml speaks of a mutant that does not survive: {GONE}" in capsys.readouterr().out
