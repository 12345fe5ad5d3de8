"""What the technician reads, to the word, and what he may answer."""

import time

import pytest

from agent.desk import Notice
from agent.reminder import Reminders
from agent.reminding import declined, disconnecting, notice_of
from shared.messages import Quota, What
from shared.moments import MINUTE_MS, SECOND_MS
from tests.agent.test_reminder import CAP_MS, a_quota, lasting

NOW = 1_795_000_000_000


@pytest.fixture
def in_rome(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Rome")
    time.tzset()


def told(observed_ms: int, language: str, quota: Quota | None = None) -> Notice:
    from pathlib import Path

    reminders = Reminders(Path("/nowhere/quotas.json"))
    reminders.grant(quota or a_quota())
    (reminder,) = reminders.due(lasting(observed_ms))
    return notice_of(reminder, "AnyDesk", NOW, language, lambda session, what: None)


@pytest.mark.usefixtures("in_rome")
def test_a_reminder_says_who_what_and_what_comes_next() -> None:
    notice = told(19 * MINUTE_MS, "en")
    assert notice.title == "Studio Bianchi: 1 min left"
    assert notice.text == "AnyDesk. At 12:07:41 a half hour begins: EUR 35.00. Does the customer agree?"
    notice = told(CAP_MS, "it")
    assert notice.title == "Studio Bianchi: tempo compreso finito"
    assert notice.text == "AnyDesk. Alle 12:06:41 inizia una mezz'ora da € 35,00. Il cliente accetta?"
    assert told(CAP_MS + SECOND_MS, "it").title == "Studio Bianchi: mezz'ora 1 iniziata, € 35,00"
    assert told(CAP_MS - 30_500, "en").title == "Studio Bianchi: 31 s left"


def test_who_may_agree_is_asked_from_the_last_minute_on_and_no_more_once_he_has() -> None:
    assert [each.word for each in told(15 * MINUTE_MS, "it").buttons] == ["next-problem", "wrong-customer"]
    assert [each.title for each in told(CAP_MS, "it").buttons] == [
        "Il cliente accetta",
        "Altro problema",
        "Cliente sbagliato",
    ]
    agreed = told(CAP_MS, "en", a_quota(agreed=True))
    assert [each.word for each in agreed.buttons] == ["next-problem", "wrong-customer"]
    assert "agree" not in agreed.text


def test_what_may_not_be_sold_is_said_so() -> None:
    import msgspec

    quota = a_quota()
    unsold = msgspec.structs.replace(quota, marks=tuple(msgspec.structs.replace(m, price=None) for m in quota.marks))
    notice = told(CAP_MS, "en", unsold)
    assert "nothing may be sold" in notice.text
    assert "agreed" not in [each.word for each in notice.buttons]


def test_after_an_answer_nobody_is_told_to_ask_and_an_unknown_customer_is_to_be_assigned() -> None:
    no = told(CAP_MS, "en", a_quota(declined=True))
    assert no.text.endswith("The customer said no.")
    unknown = told(CAP_MS, "it", a_quota(unknown=True))
    assert unknown.text == "AnyDesk. Cliente sconosciuto: da assegnare."
    assert "agreed" not in [each.word for each in unknown.buttons]


def test_a_customers_no_says_what_may_be_done() -> None:
    notice = declined("Studio Bianchi", "a" * 32, "it", lambda session, what: None)
    assert (notice.title, notice.text) == (
        "Studio Bianchi: il cliente non accetta il supplemento",
        "Finire qui, o chiedere al responsabile.",
    )
    assert [each.word for each in notice.buttons] == ["agreed", "next-problem"]


def test_an_announced_end_says_when_and_how_to_stop_it() -> None:
    pressed: list[tuple[str, What]] = []
    for language in ("it", "en"):
        notice = disconnecting(
            "Studio Bianchi", 60, "s", language, lambda session, what: pressed.append((session, what))
        )
        assert "60 s" in notice.title
        for button in notice.buttons:
            button.press()
    assert pressed == [("s", What.AGREED), ("s", What.CRITICAL)] * 2
