"""What is granted to a session, in its own observed time."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from collector.domain.entitlement import Version
from collector.ledger.decided import Decided
from collector.ledger.intervention import Agreed, Credit, Intervention
from collector.ledger.standing import axes_of, axis_with, going
from collector.watch.quotas import quotas
from shared.messages import Quota
from shared.moments import MINUTE_MS, SECOND_MS
from shared.session import SessionState
from tests.collector.watch.made import ANNA, BEGAN_AT, a_seen, an_intervention

CAP_MS = 20 * MINUTE_MS


def granted(of: Intervention, now_at: int = BEGAN_AT) -> list[Quota]:
    return [quota for _, quota in quotas(of, now_at)]


def at_ms(quota: Quota, kind: str, n: int = 0) -> int:
    return next(each.at_ms for each in quota.marks if (each.kind, each.n) == (kind, n))


def test_a_session_alone_reaches_the_marks_at_its_own_length() -> None:
    (agent, quota), *others = quotas(an_intervention(a_seen(1, (0, 60))), BEGAN_AT)
    assert (agent, others, quota.customer, quota.agreed) == (ANNA, [], "Studio Bianchi", False)
    assert [(each.kind, each.n, each.at_ms, each.price) for each in quota.marks[:5]] == [
        ("warning", 300_000, 15 * MINUTE_MS, None),
        ("warning", 60_000, 19 * MINUTE_MS, None),
        ("cap", 0, CAP_MS, None),
        ("half-hour", 1, CAP_MS + SECOND_MS, "35.00"),
        ("half-hour", 2, CAP_MS + 30 * MINUTE_MS + SECOND_MS, "35.00"),
    ]


def test_it_stays_the_same_while_the_session_goes_on() -> None:
    first = granted(an_intervention(a_seen(1, (0, 60))), BEGAN_AT + 60_000)
    assert granted(an_intervention(a_seen(1, (0, 900))), BEGAN_AT + 900_000) == first


def test_what_other_sessions_have_used_is_taken_off() -> None:
    before = a_seen(1, (0, 600), state=SessionState.ENDED)
    (quota,) = granted(an_intervention(before, a_seen(2, (900, 60))))
    assert at_ms(quota, "cap") == CAP_MS - 600_000


def test_time_that_is_another_interventions_counts_for_nothing_here() -> None:
    split = a_seen(1, (0, 600), credits=(Credit(0, 2), Credit(BEGAN_AT + 500_000, 1)))
    (quota,) = granted(an_intervention(split))
    assert at_ms(quota, "cap") == CAP_MS + 500_000


def test_what_may_not_be_sold_has_no_price_and_what_is_never_capped_no_marks() -> None:
    previous = an_intervention(a_seen(1, (0, 60)), contract=False, version=Version.PREVIOUS)
    assert {each.price for each in granted(previous)[0].marks} == {None}
    assert granted(an_intervention(a_seen(1, (0, 60)), category="download"))[0].marks == ()
    assert granted(an_intervention(a_seen(1, (0, 60)), customer_id=None))[0].marks[-1].price is None


def test_that_the_customer_said_no_is_told() -> None:
    of = an_intervention(a_seen(1, (0, 60)))
    no = Decided("overtime-declined", "Studio Bianchi", BEGAN_AT, "link")
    assert [quota.declined for each in (of, replace(of, decided=(no,))) for quota in granted(each)] == [False, True]


def test_that_somebody_agreed_is_told_and_what_has_ended_is_granted_nothing() -> None:
    of = an_intervention(a_seen(1, (0, 60)))
    assert granted(replace(of, agreed=Agreed("Laura", BEGAN_AT, "phone")))[0].agreed
    assert granted(an_intervention(a_seen(1, (0, 60), state=SessionState.ENDED))) == []


lengths = st.lists(st.tuples(st.integers(0, 900), st.integers(1, 900)), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(lengths, lengths, st.integers(0, 5_000))
def test_off_line_the_agent_reaches_the_cap_when_the_collector_foretells_it(
    mine: list[tuple[int, int]], theirs: list[tuple[int, int]], latency_ms: int
) -> None:
    """However the two overlap, and however late the last word of mine was heard."""
    sessions = []
    for number, pieces in enumerate((mine, theirs)):
        stretches, at = [], 0
        for pause, length in pieces:
            stretches.append((at + pause, length))
            at += pause + length
        sessions.append(a_seen(number, *stretches))
    heard_at = max(each.last_seen_at for each in sessions) + latency_ms
    ours, other = (
        structs.replace(sessions[0], heard_at=heard_at),
        structs.replace(sessions[1], state=SessionState.ENDED),
    )
    of = an_intervention(ours, other)
    axis = axis_with(ours.id, axes_of(of, going(of, None)))
    foretold_at = axis.instant(CAP_MS)
    assert foretold_at is not None
    (quota,) = granted(of, heard_at)
    if axis.connected_ms < CAP_MS:
        assert heard_at + at_ms(quota, "cap") - ours.observed_ms == foretold_at
    else:
        assert at_ms(quota, "cap") <= ours.observed_ms
