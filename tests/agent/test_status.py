"""What `status` prints for the one it records."""

import re

import msgspec
import pytest

from agent.link import Link
from agent.spool import SpoolState
from agent.status import Standing, run, since_at
from shared.session import Mark
from tests.agent.test_spool import a_session

NOW = 1_795_000_600_000


def a_standing(**more: object) -> Standing:
    told: dict[str, object] = {
        "collector": "wss://mezzora.example/agent",
        "agent": "PC Anna",
        "spool": SpoolState(waiting=1, live=0, refused=0, on_disk=True, since_at=NOW - 3_600_000),
        "runs_as": "1234",
        "link": Link(open=True, since_at=NOW - 60_000),
        "live": (),
        "recorded": (),
        "desk": "as notifications",
        **more,
    }
    return Standing(**told)  # type: ignore[arg-type]


def printed(standing: Standing, capsys: pytest.CaptureFixture[str], days: int = 7) -> str:
    assert run(standing, NOW, days, "THE NOTICE\n") == 0
    return capsys.readouterr().out


def test_it_says_who_runs_where_it_reports_what_waits_and_how_to_stop(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(a_standing(), capsys)
    assert "The agent runs (process 1234)." in out
    assert "reports to wss://mezzora.example/agent as PC Anna" in out
    assert re.search(r"1 session waits to be sent, the longest since [\d: -]{19}; 0 refused", out)
    assert "mezzora-agent uninstall" in out
    assert out.endswith("THE NOTICE\n")


def test_a_silent_collector_is_told_with_since_when_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    lost = Link(open=False, since_at=NOW - 3_723_000, why="nobody answers")
    assert "(1:02:03): nobody answers. Nothing is lost." in printed(a_standing(link=lost), capsys)


def test_an_agent_that_does_not_run_is_said_first_and_the_line_is_not_guessed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = printed(a_standing(runs_as=None), capsys)
    assert out.startswith("The agent does not run: nothing is recorded.")
    assert "The collector" not in out


def test_every_recorded_session_is_shown_with_its_marks(capsys: pytest.CaptureFixture[str]) -> None:
    session = msgspec.structs.replace(a_session(lasted_ms=125_000), marks=(Mark.UNCONFIRMED_END,))
    out = printed(a_standing(recorded=(session,), live=(a_session(2),)), capsys)
    assert "2:05  viewer  192.0.2.7:5900  (its end was not seen)" in out
    assert "Recorded about you now:\n" in out


def test_nothing_is_told_as_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(a_standing(), capsys, days=1)
    assert "Recorded about you now: nothing." in out
    assert "Recorded in the last 1 day: nothing." in out


def test_a_disk_that_takes_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    spool = SpoolState(waiting=2, live=0, refused=0, on_disk=False)
    assert "is kept in memory until the disk is mended" in printed(a_standing(spool=spool), capsys)
    out = printed(a_standing(spool=spool, runs_as=None), capsys)
    assert "Mend the disk before you start the agent" in out
    assert "is kept in memory" not in out


def test_the_other_end_is_shown_by_its_name_and_by_its_id(capsys: pytest.CaptureFixture[str]) -> None:
    named = msgspec.structs.replace(a_session(), peer="777 777 777", peer_name="RECEPTION-2")
    assert "viewer  RECEPTION-2 (777 777 777)\n" in printed(a_standing(live=(named,)), capsys)


@pytest.mark.parametrize("days", [-1, 401])
def test_no_number_of_days_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match="--days"):
        since_at(days, NOW)
