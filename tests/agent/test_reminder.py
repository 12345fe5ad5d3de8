"""Which reminder is due, from quotas and sessions alone."""

from pathlib import Path

import pytest

from agent.reminder import Reminder, Reminders
from shared.messages import Quota, QuotaMark
from shared.moments import MINUTE_MS, SECOND_MS
from shared.session import Session
from tests.agent.test_spool import a_session

CAP_MS = 20 * MINUTE_MS


def a_quota(cap_ms: int = CAP_MS, **told: object) -> Quota:
    """Five minutes, one minute, the cap, and two half hours."""
    marks = [("warning", cap_ms - 5 * MINUTE_MS, 5 * MINUTE_MS, None), ("warning", cap_ms - MINUTE_MS, MINUTE_MS, None)]
    marks += [("cap", cap_ms, 0, None)]
    marks += [("half-hour", cap_ms + n * 30 * MINUTE_MS + SECOND_MS, n + 1, "35.00") for n in (0, 1)]
    quota = tuple(QuotaMark(kind=kind, at_ms=at, n=n, price=price) for kind, at, n, price in marks)
    return Quota(session=a_session().id, marks=quota, customer="Studio Bianchi", **told)  # type: ignore[arg-type]


def lasting(ms: int) -> list[Session]:
    return [a_session(lasted_ms=ms)]


def names(found: list[Reminder]) -> list[tuple[str, int]]:
    return [(each.mark.kind, each.mark.n) for each in found]


@pytest.fixture
def reminders(tmp_path: Path) -> Reminders:
    return Reminders(tmp_path / "quotas.json")


def test_each_mark_is_reminded_of_once_when_the_observed_time_reaches_it(reminders: Reminders) -> None:
    reminders.grant(a_quota())
    told = {ms: names(reminders.due(lasting(ms))) for ms in range(14 * MINUTE_MS, 51 * MINUTE_MS, 500)}
    assert {ms: each for ms, each in told.items() if each} == {
        15 * MINUTE_MS: [("warning", 5 * MINUTE_MS)],
        19 * MINUTE_MS: [("warning", MINUTE_MS)],
        CAP_MS: [("cap", 0)],
        CAP_MS + SECOND_MS: [("half-hour", 1)],
        CAP_MS + 30 * MINUTE_MS + SECOND_MS: [("half-hour", 2)],
    }


def test_of_several_passed_at_once_the_last_alone_is_told_with_what_is_really_left(reminders: Reminders) -> None:
    reminders.grant(a_quota(cap_ms=90 * SECOND_MS))
    (reminder,) = reminders.due(lasting(60 * SECOND_MS))
    assert (reminder.mark.n, reminder.left_ms, reminder.in_ms) == (MINUTE_MS, 30 * SECOND_MS, 31 * SECOND_MS)
    assert reminder.following is not None and reminder.following.price == "35.00"


def test_a_better_quota_corrects_what_was_told_too_early(reminders: Reminders) -> None:
    reminders.grant(a_quota())
    assert names(reminders.due(lasting(CAP_MS))) == [("cap", 0)]
    reminders.grant(a_quota(cap_ms=CAP_MS + 10 * MINUTE_MS))
    assert reminders.due(lasting(CAP_MS + 500)) == []
    assert names(reminders.due(lasting(CAP_MS + 10 * MINUTE_MS))) == [("cap", 0)]


def test_a_quota_that_moves_by_less_than_a_second_tells_nothing_twice(reminders: Reminders) -> None:
    reminders.grant(a_quota())
    assert names(reminders.due(lasting(CAP_MS))) == [("cap", 0)]
    reminders.grant(a_quota(cap_ms=CAP_MS + 400))
    assert [reminders.due(lasting(CAP_MS + ms)) for ms in (100, 500)] == [[], []]


def test_an_agent_that_is_started_anew_off_line_goes_on(reminders: Reminders, tmp_path: Path) -> None:
    reminders.grant(a_quota())
    reminders.due(lasting(15 * MINUTE_MS))
    again = Reminders(tmp_path / "quotas.json")
    assert again.due(lasting(16 * MINUTE_MS)) == []
    assert names(again.due(lasting(19 * MINUTE_MS))) == [("warning", MINUTE_MS)]
    again.forget([a_session().id])
    assert Reminders(tmp_path / "quotas.json").quota_of(a_session().id) is None


def test_where_consent_is_asked_for_it_is_asked_again_until_somebody_agrees(reminders: Reminders) -> None:
    reminders.grant(a_quota(policy="consent"))
    reminders.due(lasting(CAP_MS + 2 * SECOND_MS))
    asked = [ms for ms in range(0, 12 * MINUTE_MS, SECOND_MS) if reminders.due(lasting(CAP_MS + 2 * SECOND_MS + ms))]
    assert asked == [5 * MINUTE_MS - 2 * SECOND_MS, 10 * MINUTE_MS - 2 * SECOND_MS]
    reminders.grant(a_quota(policy="consent", agreed=True))
    assert reminders.due(lasting(CAP_MS + 16 * MINUTE_MS)) == []


def test_a_kind_that_a_newer_collector_grants_is_passed_over(reminders: Reminders) -> None:
    reminders.grant(Quota(session=a_session().id, marks=(QuotaMark(kind="eclipse", at_ms=0),)))
    assert reminders.due(lasting(MINUTE_MS)) == []


def test_a_disk_that_takes_nothing_keeps_nobody_from_being_reminded(tmp_path: Path) -> None:
    reminders = Reminders(tmp_path / "nowhere" / "quotas.json")
    reminders.grant(a_quota())
    assert names(reminders.due(lasting(CAP_MS))) == [("cap", 0)]
