"""What is told beside the marks of the cap."""

from dataclasses import replace

import pytest
from msgspec import structs

from collector.domain.tariff import read_tariff
from collector.ledger.decided import Decided
from collector.ledger.intervention import Agreed, Credit, Intervention, Request
from collector.tariffs.files import shipped_text
from collector.watch.findings import DAY_MS, SILENT_MS, Finding, Watching, findings
from shared.moments import HOUR_MS, MINUTE_MS, SECOND_MS
from shared.session import SessionState
from tests.collector.watch.made import ANNA, BEGAN_AT, a_seen, an_intervention

NOW = BEGAN_AT + MINUTE_MS
HEARD = frozenset({ANNA})
WATCHING = Watching(0)


def found(of: Intervention, now_at: int = NOW, linked: frozenset[int] = HEARD) -> list[Finding]:
    return list(findings(of, now_at, linked, WATCHING))


def kinds(of: Intervention, now_at: int = NOW, linked: frozenset[int] = HEARD) -> list[str]:
    return [each.kind for each in found(of, now_at, linked)]


def test_an_ordinary_intervention_has_nothing_to_tell() -> None:
    assert kinds(an_intervention(a_seen(1, (0, 60)))) == []


def test_excluded_work_is_told_once_it_is_sorted_so_and_until_somebody_decides() -> None:
    sorted_ = Decided("category", "Laura", NOW - 5, "- > e-mail")
    of = an_intervention(a_seen(1, (0, 60)), category="e-mail", decided=(sorted_,))
    assert [(each.kind, each.key, each.at) for each in found(of)] == [
        ("excluded-work", "1/excluded-work/e-mail", NOW - 5)
    ]
    assert kinds(replace(of, category="download")) == []
    assert kinds(replace(of, decided=(Decided("price-named", "Laura", NOW, "", price_cents=0),))) == []


def test_the_customers_no_to_overtime_is_told_until_somebody_agrees() -> None:
    no = Decided("overtime-declined", "Studio Bianchi", NOW - 5, "link")
    of = an_intervention(a_seen(1, (0, 60)), decided=(no, replace(no, at=NOW - 3)))
    (told,) = found(of)
    assert (told.kind, told.key, told.at, told.session) == (
        "declined",
        f"1/declined/{NOW - 3}",
        NOW - 3,
        of.sessions[0],
    )
    assert kinds(replace(of, agreed=Agreed("Studio Bianchi", NOW, "phone"))) == []


@pytest.mark.parametrize(("backup_at", "hours"), [(None, 0), (NOW - 25 * HOUR_MS, 25)])
def test_work_on_a_database_wants_a_fresh_backup(backup_at: int | None, hours: int) -> None:
    of = an_intervention(a_seen(1, (0, 60)), request=Request(works_on_database=True, backup_at=backup_at))
    assert [(each.kind, each.n) for each in found(of)] == [("backup", hours)]
    fresh = replace(of, request=Request(works_on_database=True, backup_at=NOW - 24 * HOUR_MS))
    assert kinds(fresh) == []
    before_any_session = an_intervention(request=Request(works_on_database=True))
    assert [(each.kind, each.session) for each in found(before_any_session)] == [("backup", None)]


def test_a_backup_that_grows_old_after_the_work_is_nobodys_concern() -> None:
    ended = a_seen(1, (0, 60), state=SessionState.ENDED)
    of = an_intervention(ended, request=Request(works_on_database=True, backup_at=BEGAN_AT - HOUR_MS))
    assert kinds(of, NOW + 48 * HOUR_MS) == []


def test_terms_that_were_never_accepted_or_only_an_older_version() -> None:
    asking = read_tariff('terms_version = "2026"\n' + shipped_text(), "asking")
    of = an_intervention(a_seen(1, (0, 60)), tariff=asking)
    assert [(each.kind, each.n) for each in found(of)] == [("terms", 0)]
    assert [each.n for each in found(replace(of, terms_accepted=frozenset({"2025"})))] == [1]
    assert kinds(replace(of, terms_accepted=frozenset({"2025", "2026"}))) == []
    assert kinds(replace(of, customer_id=None)) == []


def test_a_silent_agent_is_told_once_for_each_silence() -> None:
    of = an_intervention(a_seen(1, (0, 60)))
    silent_at = NOW + SILENT_MS
    assert kinds(of, silent_at - 1, frozenset()) == []
    assert kinds(of, silent_at, HEARD) == []
    (told,) = found(of, silent_at, frozenset())
    assert (told.kind, told.at) == ("agent-silent", silent_at)
    (later,) = found(of, silent_at + HOUR_MS, frozenset())
    assert later.key == told.key
    again = an_intervention(a_seen(1, (0, 60), heard_at=silent_at))
    assert found(again, silent_at + SILENT_MS, frozenset())[0].key != told.key


def test_the_agent_of_a_declared_session_is_waited_for_as_any_other() -> None:
    declared = an_intervention(a_seen(1, (0, 60), evidence="declared"))
    assert kinds(declared, NOW + SILENT_MS, frozenset()) == ["agent-silent"]
    by_hand = an_intervention(a_seen(1, (0, 60), evidence="declared", state=SessionState.ENDED))
    assert kinds(by_hand, NOW + SILENT_MS, frozenset()) == []


def test_while_nobody_watched_nobody_could_be_heard() -> None:
    of = an_intervention(a_seen(1, (0, 60)))
    just_started = Watching(NOW + HOUR_MS)
    assert list(findings(of, NOW + HOUR_MS, frozenset(), just_started)) == []
    assert [each.at for each in findings(of, NOW + HOUR_MS + SILENT_MS, frozenset(), just_started)] == [
        NOW + HOUR_MS + SILENT_MS
    ]


def test_a_session_whose_end_nobody_saw_is_told_wherever_it_is_moved_under_one_key() -> None:
    ended = a_seen(1, (0, 60), state=SessionState.ENDED, marks=("unconfirmed-end",))
    (told,) = found(an_intervention(ended))
    moved = structs.replace(ended, credits=(Credit(0, 2),))
    (there,) = found(replace(an_intervention(moved), id=2))
    assert (
        (told.kind, told.key) == (there.kind, there.key) == ("unconfirmed-end", f"session/{ended.id}/unconfirmed-end")
    )
    assert kinds(an_intervention(moved)) == []


def test_a_clock_that_is_off_by_more_than_two_seconds() -> None:
    assert kinds(an_intervention(a_seen(1, (0, 60), clock_offset_ms=2_000))) == []
    of = an_intervention(a_seen(1, (0, 60), clock_offset_ms=-2_001), a_seen(2, (0, 60), clock_offset_ms=-2_001))
    assert {(each.kind, each.key, each.n) for each in found(of)} == {("clock-off", "1/clock-off/1", -2_001)}


def test_an_open_intervention_without_contact_is_told_for_each_time_that_it_falls_quiet() -> None:
    ended = a_seen(1, (0, 60), state=SessionState.ENDED)
    of = an_intervention(ended)
    due_at = BEGAN_AT + 60 * SECOND_MS + WATCHING.quiet_ms
    assert kinds(of, due_at - 1) == kinds(replace(of, state="closed"), due_at) == []
    (told,) = found(of, due_at)
    assert (told.kind, told.at, told.n) == ("no-contact", due_at, 14)
    again = an_intervention(ended, a_seen(2, (90, 60), state=SessionState.ENDED))
    assert found(again, due_at + DAY_MS)[0].key != told.key


def test_what_was_merged_into_another_tells_nothing() -> None:
    of = an_intervention(a_seen(1, (0, 60), clock_offset_ms=9_000), request=Request(merged_into=2))
    assert kinds(of) == []
