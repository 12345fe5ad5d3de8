"""What an intervention owes at an instant, and when the next is due."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from collector.domain.caps import DeadlineKind
from collector.domain.entitlement import Version
from collector.domain.rating import Code
from collector.domain.routes import KINDS
from collector.domain.tariff import read_tariff
from collector.ledger.alerts import Had, NewAlert
from collector.ledger.decided import Decided
from collector.ledger.growth import Growth, grown
from collector.ledger.intervention import Agreed, Credit, Intervention, Request, SeenSession
from collector.tariffs.files import shipped_text
from collector.watch.findings import SILENT_MS, Kind, Watching
from collector.watch.marks import LATE_MS, due_after, is_settled, judge
from shared.messages import CLOSING_MS
from shared.moments import SECOND_MS, day_bounds
from shared.session import SessionState, Stretch
from tests.collector.room import ROME, S1, Room, a_session, minutes
from tests.collector.watch.made import ANNA, BEGAN_AT, a_seen, an_intervention

WATCHING = Watching(0)
PEER = (("tigervnc", "192.0.2.7:5900"),)


async def test_the_next_mark_is_due_when_the_time_reaches_it(room: Room) -> None:
    await room.customer(peers=PEER)
    await room.connect(seconds=14 * 60 + 30)
    of = (await room.reading.whole([1]))[1]
    judged = judge(of, room.clock.wall_ms(), room.presence.linked, WATCHING)
    assert (judged.owed, judged.due.mark_at) == ((), room.clock.wall_ms() + minutes(0.5))


async def test_nothing_is_due_while_the_time_stands_still(room: Room) -> None:
    await room.customer(peers=PEER)
    await room.connect(seconds=60, state=SessionState.PAUSED)
    of = (await room.reading.whole([1]))[1]
    assert judge(of, room.clock.wall_ms(), room.presence.linked, WATCHING).due.mark_at is None


async def test_an_alert_says_what_comes_next_and_what_it_costs(room: Room) -> None:
    await room.customer(peers=PEER)
    await room.connect(seconds=20 * 60)
    of = (await room.reading.whole([1]))[1]
    cap = judge(of, room.clock.wall_ms(), room.presence.linked, WATCHING).owed[-1]
    assert (cap.kind, cap.key, cap.session_id) == ("cap", "1/cap@1200000", S1)
    assert (cap.told.next_at, cap.told.next_amount) == (room.clock.wall_ms() + 1_000, "35.00")


async def test_a_previous_version_without_a_contract_has_no_overtime_to_buy(room: Room) -> None:

    await room.customer(peers=PEER, contract=False, version=Version.PREVIOUS)
    await room.connect(seconds=30 * 60 + 1)
    of = (await room.reading.whole([1]))[1]
    half_hour = judge(of, room.clock.wall_ms(), room.presence.linked, WATCHING).owed[-1]
    assert (half_hour.kind, half_hour.told.sellable, half_hour.told.amount) == ("half-hour", False, None)


async def test_a_warning_that_would_not_be_ahead_of_the_start_is_left_out(room: Room) -> None:
    await room.customer(peers=PEER)
    await room.connect(seconds=20 * 60)
    of = (await room.reading.whole([1]))[1]
    passed = judge(of, room.clock.wall_ms(), room.presence.linked, WATCHING).owed
    assert [alert.n for alert in passed if alert.kind == "warning"] == [300_000, 60_000]


async def test_a_clock_that_is_a_little_off_hastens_nothing(room: Room) -> None:
    """The agent's instants may be up to two seconds early: what it observed counts, not what its clock says."""

    await room.customer(peers=PEER)
    await room.tell(a_session(S1, (room.clock.wall_ms() - minutes(14.5) - 1_900, minutes(14.5))))
    of = (await room.reading.whole([1]))[1]
    assert judge(
        of, room.clock.wall_ms(), room.presence.linked, WATCHING
    ).due.mark_at == room.clock.wall_ms() + minutes(0.5)


# Laws, over any sessions: overlapping, paused, split, ended.

lengths = st.integers(0, 2_400)
a_shape = st.tuples(st.lists(st.tuples(lengths, lengths), min_size=1, max_size=4), st.sampled_from(SessionState))


def shaped(number: int, pieces: list[tuple[int, int]], state: SessionState, split_s: int | None = None) -> SeenSession:
    """A session of (pause, length) in seconds, one after the other; from `split_s` on it is another intervention's."""
    stretches: list[tuple[int, int]] = []
    at = 0
    for pause, length in pieces:
        stretches.append((at + pause, length))
        at += pause + length
    credits = (Credit(0, 1),) if split_s is None else (Credit(0, 1), Credit(BEGAN_AT + split_s * SECOND_MS, 2))
    return a_seen(number, *stretches, state=state, credits=credits)


shapes = st.lists(a_shape, min_size=1, max_size=3)
splits = st.none() | st.integers(1, 3_000)


def made_up(drawn: list[tuple[list[tuple[int, int]], SessionState]], split_s: int | None) -> tuple[Intervention, int]:
    """The first of the sessions is split; and an instant at which all of them have been heard."""
    sessions = [shaped(n, *each, split_s if n == 0 else None) for n, each in enumerate(drawn)]
    now_at = max(each.last_seen_at for each in sessions)
    return an_intervention(*(structs.replace(each, heard_at=now_at) for each in sessions)), now_at


def keys(alerts: tuple[NewAlert, ...]) -> set[str]:
    return {alert.key for alert in alerts}


@settings(max_examples=60, deadline=None)
@given(shapes, splits, st.integers(0, 4_000_000))
def test_nothing_becomes_true_before_it_is_due_and_what_was_true_stays_so(
    drawn: list[tuple[list[tuple[int, int]], SessionState]], split_s: int | None, later_ms: int
) -> None:
    of, now_at = made_up(drawn, split_s)
    linked = frozenset({ANNA})
    now = judge(of, now_at, linked, WATCHING)
    assert len(now.owed) == len(keys(now.owed))
    later = judge(of, now_at + later_ms, linked, WATCHING)
    assert keys(now.owed) <= keys(later.owed)
    assert (now.due.at is not None and now.due.at <= now_at + later_ms) or keys(now.owed) == keys(later.owed)
    assert all(alert.due_at <= now_at + later_ms for alert in later.owed)


@settings(max_examples=60, deadline=None)
@given(shapes, splits)
def test_what_is_told_as_begun_and_sold_is_what_is_charged(
    drawn: list[tuple[list[tuple[int, int]], SessionState]], split_s: int | None
) -> None:
    """The contract ends at midnight: what is begun later is told as not sold, and is not charged."""
    midnight = day_bounds(date(2026, 11, 19), ROME)[0]
    shift = midnight - BEGAN_AT - minutes(40)
    of, now_at = made_up(drawn, split_s)
    sessions = tuple(
        structs.replace(
            each,
            stretches=tuple(Stretch(s.started_at + shift, s.lasted_ms) for s in each.stretches),
            credits=(each.credits[0], *(Credit(c.from_at + shift, 2) for c in each.credits[1:])),
            heard_at=each.heard_at + shift,
            last_seen_at=each.last_seen_at + shift,
            state=SessionState.ENDED,
        )
        for each in of.sessions
    )
    of = replace(of, sessions=sessions, contract_until_day=date(2026, 11, 18))
    told = [a for a in judge(of, now_at + shift, frozenset({ANNA}), WATCHING).owed if a.kind == "half-hour"]
    charged = sum(line.quantity for line in of.charge.lines if line.code is Code.OVERTIME)
    assert len(told) == of.charge.overtime_half_hours
    assert sum(alert.told.sellable for alert in told) == charged


def test_declared_time_that_does_not_count_reaches_no_mark() -> None:
    text = shipped_text().replace("# declared_time_counts = true", "declared_time_counts = false")
    tariff = read_tariff(text, "strict")
    of = an_intervention(a_seen(1, (0, 3_000), evidence="declared", state=SessionState.ENDED), tariff=tariff)
    assert (judge(of, of.sessions[0].heard_at, frozenset(), WATCHING).owed, of.charge.overtime_half_hours) == ((), 0)


def test_what_is_found_beside_the_marks_says_whom_and_what_comes_next() -> None:
    of = an_intervention(a_seen(1, (0, 60)))
    silent_at = of.sessions[0].heard_at + SILENT_MS
    (alert,) = judge(of, silent_at, frozenset(), WATCHING).owed
    assert (alert.kind, alert.due_at, alert.late, alert.confirmed) == ("agent-silent", silent_at, False, True)
    assert (alert.told.customer, alert.told.technician, alert.told.next_amount) == (
        "Studio Bianchi",
        "PC Anna",
        "35.00",
    )
    assert alert.told.next_at == BEGAN_AT + minutes(20) + timedelta(seconds=1) // timedelta(milliseconds=1)


@settings(max_examples=60, deadline=None)
@given(shapes, splits, st.integers(0, 90_000), st.integers(-2_000, 90_000))
def test_what_only_goes_on_is_judged_again_before_anything_comes_of_it(
    drawn: list[tuple[list[tuple[int, int]], SessionState]], split_s: int | None, passed_ms: int, observed_ms: int
) -> None:
    of, now_at = made_up(drawn, split_s)
    session = of.open_sessions[0] if of.open_sessions else of.sessions[0]
    nth, later_at = len(session.stretches) - 1, now_at + passed_ms
    last = session.stretches[nth]
    growth = Growth(1, session.id, nth, last.started_at, last.lasted_ms + observed_ms, later_at, session.state)
    later = grown(of, growth)
    assert later is not None
    judged = judge(of, now_at, frozenset({ANNA}), WATCHING)
    due = due_after(of, later, judged.due, later_at, WATCHING)
    if len(of.open_sessions) != 1:
        assert due is None
        return
    anew = judge(later, later_at, frozenset({ANNA}), WATCHING)
    assert due is not None and due.silent_at == anew.due.silent_at
    if keys(anew.owed) == keys(judged.owed):
        assert due.mark_at is None if anew.due.mark_at is None else (due.mark_at or 0) <= anew.due.mark_at
    else:
        assert due.mark_at is not None and due.mark_at <= later_at


def test_a_pause_and_a_new_stretch_are_judged_at_once() -> None:
    of = an_intervention(a_seen(1, (0, 60)))
    due = judge(of, of.sessions[0].heard_at, frozenset({ANNA}), WATCHING).due
    goes_on = Growth(1, of.sessions[0].id, 0, BEGAN_AT, 61_000, of.sessions[0].heard_at + SECOND_MS, SessionState.LIVE)
    for told, judged in (
        (goes_on, False),
        (structs.replace(goes_on, state=SessionState.PAUSED), True),
        (structs.replace(goes_on, nth=1, started_at=BEGAN_AT + 70_000), True),
    ):
        now = grown(of, told)
        assert now is not None
        assert (due_after(of, now, due, told.heard_at, WATCHING) is None) == judged


END = "disconnect"
DUE_S = 18 * 60 + 30 - CLOSING_MS // SECOND_MS
"""Of the cap of 20 minutes, with a countdown of 90 s."""


def a_strict_one(*sessions: SeenSession, **told: object) -> Intervention:
    """Under a price list that ends the session at the cap."""
    text = (
        shipped_text()
        .replace('# at_cap = "remind"', 'at_cap = "disconnect"')
        .replace('# countdown = "60s"', 'countdown = "90s"')
    )
    return an_intervention(*sessions, tariff=read_tariff(text, "strict"), **told)


def told_kinds(of: Intervention, at_s: int) -> list[str]:
    return [a.kind for a in judge(of, BEGAN_AT + at_s * SECOND_MS, frozenset({ANNA}), WATCHING).owed]


def test_where_the_price_list_says_so_the_end_is_announced_a_countdown_before_the_cap() -> None:
    """And before that the time that a viewer is given to close: the firm's own closing begins no half hour."""
    live, due_s = a_seen(1, (0, DUE_S - 1)), DUE_S
    assert (
        judge(a_strict_one(live), live.heard_at, frozenset({ANNA}), WATCHING).due.mark_at == live.heard_at + SECOND_MS
    )
    assert "disconnect" not in told_kinds(a_strict_one(live), due_s - 1)
    assert "disconnect" in told_kinds(a_strict_one(live), due_s)
    assert "disconnect" not in told_kinds(an_intervention(live), due_s)


def test_a_session_that_begins_when_its_end_was_due_already_has_a_countdown_from_its_start() -> None:
    over, begins_s = a_seen(1, (0, 25 * 60), state=SessionState.ENDED), 40 * 60
    anew = a_seen(2, (begins_s, 2))
    now_at = anew.heard_at
    ended = [a for a in judge(a_strict_one(over, anew), now_at, frozenset({ANNA}), WATCHING).owed if a.kind == END]
    assert [(a.session_id, a.due_at, a.n) for a in ended] == [(anew.id, anew.first_seen_at, 90_000)]
    made = {ended[0].key: Had(END, True)}
    assert END not in [a.kind for a in judge(a_strict_one(over, anew), now_at, frozenset({ANNA}), WATCHING, made).owed]
    beside = a_seen(3, (20 * 60, 300))
    assert END not in told_kinds(a_strict_one(over, beside), 25 * 60), "it began too long ago"
    assert END not in told_kinds(a_strict_one(over, structs.replace(anew, evidence="declared")), begins_s + 2)


def test_a_yes_is_told_as_far_as_it_goes() -> None:
    yes = Decided("overtime-agreed", "Laura", BEGAN_AT, "phone", half_hours=2)

    def said(kind: str, n: int, *, after_min: int) -> tuple[int | None, int | None]:
        live = a_seen(1, (0, after_min * 60))
        of = an_intervention(live, agreed=Agreed("Laura", BEGAN_AT, "phone"), decided=(yes,))
        owed = {(a.kind, a.n): a.told for a in judge(of, live.heard_at, frozenset({ANNA}), WATCHING).owed}
        return owed[kind, n].agreed_at, owed[kind, n].agreed_up_to

    assert said("cap", 0, after_min=20) == said("half-hour", 1, after_min=49) == (BEGAN_AT, 2)
    assert said("half-hour", 2, after_min=51) == (None, None), "the third has to be asked for"


def test_what_is_told_late_names_as_coming_only_what_comes() -> None:
    live = a_seen(1, (0, 51 * 60))
    owed = judge(an_intervention(live), live.heard_at, frozenset({ANNA}), WATCHING).owed
    assert {a.told.next_at for a in owed} == {BEGAN_AT + minutes(80) + SECOND_MS}
    ended = an_intervention(structs.replace(live, state=SessionState.ENDED))
    assert {a.told.next_at for a in judge(ended, live.heard_at, frozenset({ANNA}), WATCHING).owed} == {None}


def test_who_was_given_half_hours_is_asked_for_the_next_and_who_was_given_all_is_not() -> None:
    def settled(what: str, after_min: int) -> tuple[bool, bool]:
        given = Decided(what, "Laura", BEGAN_AT, "", half_hours=1, reason="courtesy")
        live = a_seen(1, (0, after_min * 60))
        of = an_intervention(live, decided=(given,))
        (*_, last) = judge(of, live.heard_at, frozenset({ANNA}), WATCHING).owed
        return is_settled(of), last.told.waived

    assert [settled("overtime-waived", m) for m in (49, 51)] == [(True, False), (False, False)]
    assert [settled("waived", m) for m in (49, 51)] == [(True, True), (True, True)]


def test_a_route_may_ask_for_every_kind_that_is_told() -> None:
    assert {*DeadlineKind, *Kind} == KINDS


def test_what_came_of_an_announced_end_is_told() -> None:
    of = an_intervention(a_seen(1, (0, 20 * 60), state=SessionState.ENDED))
    told = (("disconnected", "closed"), ("disconnected", "killed"), ("disconnect-refused", "its process holds two"))
    rows = tuple(Decided(what, "PC Anna", BEGAN_AT + n, how) for n, (what, how) in enumerate(told))
    owed = judge(replace(of, decided=rows), of.sessions[0].heard_at, frozenset(), WATCHING).owed
    assert [(a.n, a.session_id) for a in owed if a.kind == "disconnected"] == [
        (n, of.sessions[0].id) for n in (0, 1, 2)
    ]


def test_who_agrees_or_does_critical_work_is_not_ended_nor_is_a_session_that_has() -> None:
    live, now_s = a_seen(1, (0, DUE_S)), DUE_S
    assert "disconnect" not in told_kinds(a_strict_one(live, agreed=Agreed("Laura", BEGAN_AT, "phone")), now_s)
    assert "disconnect" not in told_kinds(a_strict_one(live, request=Request(critical=True)), now_s)
    assert "disconnect" not in told_kinds(a_strict_one(live, customer_id=None), now_s)
    assert "disconnect" not in told_kinds(a_strict_one(structs.replace(live, state=SessionState.ENDED)), now_s)


def test_what_an_intervention_has_it_does_not_owe_again_until_it_can_be_confirmed() -> None:
    of, now_at = an_intervention(a_seen(1, (0, 19 * 60 + 30))), BEGAN_AT + 20 * 60 * SECOND_MS
    first, second, cap = judge(of, now_at, frozenset(), WATCHING).owed
    made = {each.key: Had(each.kind, each.confirmed) for each in (first, second, cap)}
    assert [first.confirmed, second.confirmed, cap.confirmed] == [True, True, False]
    assert judge(of, now_at, frozenset(), WATCHING, made).owed == ()
    (confirmed,) = judge(of, now_at, frozenset({ANNA}), WATCHING, made).owed
    assert (confirmed.key, confirmed.confirmed) == (cap.key, True)


def test_an_end_that_would_not_come_is_not_announced() -> None:
    live, at_s = a_seen(1, (0, DUE_S - 1)), DUE_S
    late = judge(a_strict_one(live), BEGAN_AT + at_s * SECOND_MS + LATE_MS + 1, frozenset({ANNA}), WATCHING)
    silent = judge(a_strict_one(live), BEGAN_AT + at_s * SECOND_MS, frozenset(), WATCHING)
    assert "disconnect" not in [alert.kind for alert in (*late.owed, *silent.owed)]


CAP = "1/cap@1200000"


def untrue(of: Intervention, *, after_s: float = 0, confirmed: bool = True) -> frozenset[str]:
    """Of the marks up to 20 minutes and the half hour, all told."""
    told = judge(an_intervention(a_seen(1, (0, 20 * 60 + 1))), BEGAN_AT + minutes(21), frozenset(), WATCHING).owed
    made = {each.key: Had(each.kind, confirmed) for each in told}
    now_at = max(each.heard_at for each in of.sessions) + round(after_s * SECOND_MS)
    return judge(of, now_at, frozenset({ANNA}), WATCHING, made).untrue


def test_a_mark_is_untrue_where_its_time_ended_before_was_taken_away_or_is_sold_otherwise() -> None:
    ended = a_seen(1, (0, 20 * 60 - 1), state=SessionState.ENDED)
    of = an_intervention(ended)
    assert untrue(of) == untrue(of, confirmed=False) == {CAP, "1/half-hour-1@1201000"}
    split = structs.replace(ended, state=SessionState.LIVE, credits=(Credit(0, 1), Credit(BEGAN_AT + minutes(10), 2)))
    assert {CAP, "1/warning-300000ms@900000"} < untrue(an_intervention(split))
    whole = a_seen(1, (0, 25 * 60))
    assert untrue(an_intervention(whole)) == frozenset()
    assert CAP in untrue(an_intervention(whole, version=Version.PREVIOUS)), "which includes 30 minutes"
    assert len(untrue(an_intervention(whole, category="download"))) == 4
    merged = a_seen(1, (0, 25 * 60), credits=(Credit(0, 2),))
    assert len(untrue(an_intervention(merged, request=Request(merged_into=2)))) == 4


def test_a_mark_is_true_while_nobody_knows_that_the_time_does_not_reach_it() -> None:
    live = a_seen(1, (0, 19 * 60))
    heard_late = structs.replace(live, heard_at=live.heard_at + minutes(1))
    assert CAP in untrue(an_intervention(live))
    assert untrue(an_intervention(live), after_s=60) == untrue(an_intervention(heard_late)) == frozenset()
    assert CAP in untrue(an_intervention(structs.replace(heard_late, state=SessionState.PAUSED)))
    a_bit_before = a_seen(1, (0, 20 * 60 - 3))
    assert untrue(an_intervention(a_bit_before)) == frozenset(), "its clock is no better than that"
