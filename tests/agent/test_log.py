"""One line for each change, on standard error."""

import logging

import pytest

from agent.log import to_stderr


@pytest.fixture(autouse=True)
def as_it_was() -> object:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before[0], before[1]


@pytest.mark.parametrize(("talkative", "lines"), [(False, 1), (True, 2)])
def test_what_goes_well_is_said_only_when_asked_for(
    capsys: pytest.CaptureFixture[str], talkative: bool, lines: int
) -> None:
    to_stderr(talkative=talkative)
    logging.getLogger("agent.uplink").info("uplink open")
    logging.getLogger("agent.uplink").warning("uplink lost")
    written = capsys.readouterr()
    assert (len(written.err.splitlines()), written.out) == (lines, "")
