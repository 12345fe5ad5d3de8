"""Lines of a log → sessions."""

from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.logbook import Logbook, LongAgo, Moment, Reading
from agent.signature import LogRule, Zone, read_signature
from agent.years import Years
from shared.moments import iso, to_at
from tests.agent.pictures import LOGGER

LINES, RECORDS = read_signature(LOGGER, "made up").log


def at(text: str) -> int:
    return to_at(datetime.fromisoformat(text).replace(tzinfo=UTC))


NOW = at("2026-10-05 09:30:00")
MOMENT = Moment(NOW, NOW + 1_000)
WHENEVER = Moment(0, 10**14)


def a_book(rule: object = LINES) -> Logbook:
    return Logbook("logger", "log.txt", rule, lambda naive: to_at(naive.replace(tzinfo=UTC)))  # type: ignore[arg-type]


def test_an_attempt_is_no_session() -> None:
    book = a_book()
    book.read("2026-10-05 09:30:00.100 trying 7", MOMENT)
    assert book.open == ()


def test_a_start_without_a_peer_belongs_to_the_last_attempt() -> None:
    book = a_book()
    book.read("2026-10-05 09:30:00.100 trying 418 220 137", MOMENT)
    book.read("2026-10-05 09:30:00.400 connected", MOMENT)
    assert [(each.peer, each.began_at) for each in book.open] == [("418220137", NOW + 400)]


def test_an_end_closes_its_own_peer() -> None:
    book = a_book()
    for line in ("connected to 7", "connected to 8"):
        book.read(f"2026-10-05 09:30:00.100 {line}", MOMENT)
    (ended,) = book.read("2026-10-05 09:30:00.900 closed 7", MOMENT)
    assert (ended.peer, ended.ended_at, [each.peer for each in book.open]) == ("7", NOW + 900, ["8"])


def test_an_end_that_names_nobody_closes_the_only_one_and_never_one_of_two() -> None:
    book = a_book()
    book.read("2026-10-05 09:30:00.100 connected to 7", MOMENT)
    book.read("2026-10-05 09:30:00.100 connected to 8", MOMENT)
    assert book.read("2026-10-05 09:30:00.900 closed", MOMENT) == ()
    book.read("2026-10-05 09:30:00.900 closed 8", MOMENT)
    assert len(book.read("2026-10-05 09:30:00.900 closed", MOMENT)) == 1


def test_a_reconnect_without_an_attempt_belongs_to_the_peer_that_has_just_gone() -> None:
    book = a_book()
    for line in ("trying 7", "connected", "closed 7", "connected"):
        book.read(f"2026-10-05 09:30:00.100 {line}", MOMENT)
    assert [each.peer for each in book.open] == ["7"]


def test_an_attempt_that_waits_is_answered_before_one_that_is_over() -> None:
    book = a_book()
    for line in ("trying 7", "connected", "trying 8", "closed 7", "connected"):
        book.read(f"2026-10-05 09:30:00.100 {line}", MOMENT)
    assert [each.peer for each in book.open] == ["8"]


def test_the_incoming_side_is_not_looked_at() -> None:
    book = a_book()
    book.read("2026-10-05 09:30:00.100 incoming connected to 7", MOMENT)
    assert book.open == ()


def test_a_stamp_that_cannot_be_true_gives_the_latest_start_and_the_earliest_end() -> None:
    book = a_book()
    book.read("2018-05-29 16:43:03.143 connected to 7", MOMENT)
    assert book.open[0].began_at == MOMENT.until_at
    (ended,) = book.read("2099-05-29 16:44:35.385 closed 7", Moment(NOW + 5_000, NOW + 5_500))
    assert (ended.ended_at, ended.unsure_ms) == (NOW + 5_000, 1_000)


def test_the_name_of_the_other_computer_is_kept() -> None:
    book = a_book()
    book.read("2026-10-05 09:30:00.100 connected to 7", MOMENT)
    book.read("2026-10-05 09:30:00.200 name of 7 is RECEPTION", MOMENT)
    assert book.open[0].peer_name == "RECEPTION"


def test_a_record_tells_a_whole_session_with_blanks_removed_and_masks_kept() -> None:
    (ended,) = a_book(RECORDS).read("418 220 *** \t05-10-2026 09:00:00   05-10-2026 09:20:01  someone", MOMENT)
    assert (ended.peer, ended.began_at, ended.ended_at) == (
        "418220***",
        at("2026-10-05 09:00:00"),
        at("2026-10-05 09:20:01"),
    )


def test_a_record_from_before_we_looked_or_that_ends_before_it_starts_is_none() -> None:
    line = "7  05-10-2026 09:00:00   05-10-2026 09:20:01"
    assert a_book(RECORDS).read(line, LongAgo()) == ()
    assert a_book(RECORDS).read("7  05-10-2026 09:00:00   05-10-2026 08:20:01", MOMENT) == ()
    assert a_book(RECORDS).read("7  35-10-2026 09:00:00   05-10-2026 09:20:01", MOMENT) == ()


words = st.sampled_from(
    ["trying", "connected", "connected to 7", "closed", "closed 7", "name of 7 is X", "incoming", "7"]
)
lines = st.one_of(st.text(max_size=60), st.lists(words, max_size=4).map(" ".join), words)


@given(st.lists(lines.map(lambda text: f"2026-10-05 09:30:00.500 {text}"), max_size=30))
def test_no_line_breaks_the_book_and_no_time_leaves_its_moment(several: list[str]) -> None:
    book = a_book()
    for line in several:
        ended = book.read(line, MOMENT)
        for session in (*book.open, *ended):
            for instant in (session.began_at, session.ended_at):
                assert instant is None or MOMENT.since_at <= instant <= MOMENT.until_at


LOCAL = msgspec.structs.replace(
    LINES,
    zone=Zone.LOCAL,
    offset=r"^Start: (?P<time>\S+ \S+)? ?\(UTC(?P<offset>[+-]\d+:\d\d)?\)",
    begins=r"^Program: the service",
)
ROME = ZoneInfo("Europe/Rome")


def in_rome(rule: LogRule = LOCAL) -> Logbook:
    return Logbook("logger", "log.txt", rule, lambda naive: to_at(naive.replace(tzinfo=ROME)))


def test_the_program_s_new_start_ends_what_was_left_open() -> None:
    book = a_book(LOCAL)
    book.read("2026-10-05 09:30:00.100 connected to 7", LongAgo())
    (given_up,) = book.read("Program: the service", LongAgo())
    assert (book.open, given_up.ended_at, given_up.is_lost) == ((), None, True)


def test_a_new_start_may_be_told_by_two_lines_together() -> None:
    book = a_book(msgspec.structs.replace(LOCAL, begins=r"service $\nStart:"))
    for line in ("2026-10-05 09:30:00.100 connected to 7", "2026-10-05 09:30:00.200 window ", "Start: (UTC)"):
        assert book.read(line, MOMENT) == ()
    book.read("2026-10-05 09:30:00.300 service ", MOMENT)
    assert [each.peer for each in book.read("Start: (UTC)", MOMENT)] == ["7"]
    book.read("2026-10-05 09:30:00.400 connected to 7", MOMENT)
    assert len(book.open) == 1


def test_a_line_that_goes_on_with_the_one_before_it_is_no_event() -> None:
    book = a_book(msgspec.structs.replace(LINES, time=r"^(?P<time>\d\S+ \S+)"))
    book.read("2026-10-05 09:30:00.100 connected to 7", MOMENT)
    assert book.read("he wrote: closed 7", MOMENT) == ()
    book.read("he wrote: connected to 8", MOMENT)
    assert [each.peer for each in book.open] == ["7"]


def test_the_start_of_another_of_its_programs_ends_nothing() -> None:
    book = a_book(LOCAL)
    book.read("2026-10-05 09:30:00.100 connected to 7", MOMENT)
    book.read("Start: 2026-10-05 09:30:00.200 (UTC)", MOMENT)
    assert len(book.open) == 1


def test_a_line_without_its_year_is_of_the_moment_in_which_it_is_read_and_of_no_time_where_none_is_known() -> None:
    rule = msgspec.structs.replace(LINES, time=r"^(?P<time>[\d-]+ [\d:.]+)")
    years = Years(datetime.fromisoformat("2026-10-05T09:00:00"))
    for book, told_at in (
        (Logbook("logger", "log.txt", rule, lambda local: to_at(local.replace(tzinfo=UTC)), years), NOW + 400),
        (a_book(rule), MOMENT.until_at),
    ):
        book.read("10-05 09:30:00.400 connected to 8", MOMENT)
        assert [each.began_at for each in book.open] == [told_at]


def test_what_comes_with_a_start_stands_for_it_when_only_the_end_is_told() -> None:
    hinted = msgspec.structs.replace(ROUTED, hint="thread$")
    lines = ("trying 7", "[5] goes to 7", "thread", "[5] closed 7", "[5] closed 7")
    assert told(a_book(hinted), *lines) == [("7", 3_000, False)]
    assert told(a_book(hinted), "trying 7", "thread", "connected to 7", "closed 7", "[5] closed 7") == [
        ("7", 4_000, False)
    ]
    assert told(a_book(hinted), "trying 7", "thread", "trying 7", "[5] closed 7") == [], "that one came to nothing"
    at_once = ("trying 7", "trying 8", "[6] goes to 8", "thread", "connected to 7", "[6] closed 8")
    assert told(a_book(hinted), *at_once) == [], "it was the other one's"


SLEEPY = msgspec.structs.replace(LINES, sleeps="sleeps$", wakes="wakes$")


def pieces(*lines: tuple[str, str], reading: Reading = WHENEVER) -> list[tuple[str | None, str, str | None]]:
    """Peer, minute of the start and of the end of what these lines tell as over or leave open."""
    book = a_book(SLEEPY)
    over = [each for minute, line in lines for each in book.read(f"2026-10-05 09:{minute}.000 {line}", reading)]
    return [
        (each.peer, iso(each.began_at or 0)[14:19], iso(each.ended_at)[14:19] if each.ended_at is not None else None)
        for each in (*over, *book.open)
    ]


def test_a_session_ends_when_the_computer_falls_asleep_as_long_as_no_line_of_its_own_shows_more() -> None:
    slept = (("00:00", "connected to 7"), ("10:00", "sleeps"), ("20:00", "wakes"), ("20:01", "wakes"))
    told = [("7", "00:00", "10:00")]
    assert pieces(*slept) == told
    assert pieces(*slept, ("20:59", "closed 7")) == told, "it had died in the sleep"
    assert pieces(*slept, ("21:01", "closed 7")) == [*told, ("7", "20:00", "21:01")]
    assert pieces(*slept, ("20:05", "name of 7 is X")) == [*told, ("7", "20:00", None)]
    assert pieces(*slept, ("20:05", "connected to 7"), ("20:30", "closed 7")) == [*told, ("7", "20:05", "20:30")]
    anew = (("20:05", "trying 7"), ("20:06", "name of 7 is X"), ("20:09", "connected to 7"))
    assert pieces(*slept, *anew) == [*told, ("7", "20:09", None)]
    twice = (*slept, ("25:00", "sleeps"), ("30:00", "wakes"))
    assert pieces(*twice, ("30:09", "closed 7")) == told, "in one of the two"
    assert pieces(*twice, ("40:00", "closed 7")) == [*told, ("7", "20:00", "25:00"), ("7", "30:00", "40:00")]


def test_a_session_that_slept_is_live_again_for_whoever_follows_the_log_only_once_that_is_shown() -> None:
    book = a_book(SLEEPY)
    for minute, line, live in (
        ("00", "connected to 7", 1),
        ("10", "sleeps", 0),
        ("20", "wakes", 0),
        ("21", "name of 7 is X", 1),
    ):
        now_at = at(f"2026-10-05 09:{minute}:00")
        book.read(f"2026-10-05 09:{minute}:00.000 {line}", Moment(now_at - 1_000, now_at + 500))
        assert len(book.open) == live
    assert [each.began_at for each in book.open] == [at("2026-10-05 09:20:00")]
    book.forget(book.held)
    assert (book.open, book.held) == ((), ())


def test_a_line_that_names_nobody_may_be_the_end_of_the_only_session_and_its_own_end_is_known_better() -> None:
    rule = msgspec.structs.replace(ROUTED, may_end="somebody left$", ignore=r"incoming \[(?P<handle>\d+)\]")
    for beside, may_be in (((), 2_000), (("connected to 8",), None), (("trying 8",), None), (("incoming [9]",), None)):
        book = a_book(rule)
        assert (
            told(book, "connected to 7", *beside, *("x",) * (1 - len(beside)), "somebody left", "somebody left") == []
        )
        assert book.open[0].perhaps_ended_at == (NOW + may_be if may_be else None)
    assert told(a_book(rule), "connected to 7", "somebody left", "closed 8", "[5] closed 7") == [("7", 3_000, False)]


def test_what_ends_and_was_never_begun_is_noticed_once() -> None:
    for lines, count in (
        (("closed 7", "closed 7", "closed"), 1),
        (("closed 7", "closed 8"), 2),
        (("trying 7", "closed 7"), 0),
        (("connected to 7", "closed 7", "closed 7"), 0),
    ):
        book = a_book()
        told(book, *lines)
        assert book.beginless == count


PLACED = msgspec.structs.replace(
    LINES,
    attempt=r"(?P<handle>\w+) tries (?P<peer>\d+)",
    start=r"(?P<handle>\w+) connected$",
    end=r"(?P<handle>\w+) closed$",
    begins_beside="another$",
)


def test_a_session_that_was_lost_beside_a_start_is_told_whole_by_a_record_and_not_to_whoever_watched() -> None:
    lines = ("front tries 7", "front connected", "another", "front closed")
    assert told(a_book(PLACED), *lines) == [("7", None, True), ("7", 3_000, False)]
    book = a_book(PLACED)
    for second, line in enumerate(lines[:3]):
        book.read(f"2026-10-05 09:30:0{second}.000 {line}", Moment(NOW + second * 1_000, NOW + second * 1_000 + 500))
    assert book.read("2026-10-05 09:40:00.000 front closed", Moment(NOW + 600_000, NOW + 600_500)) == ()
    assert book.held == ()


def test_a_banner_tells_the_zone_of_the_lines_after_it() -> None:
    book = a_book(LOCAL)
    book.read("Start: (UTC+3:00)", MOMENT)
    book.read("2026-10-05 12:30:00.400 connected to 8", MOMENT)
    assert [each.began_at for each in book.open] == [NOW + 400]


def test_a_banner_that_has_become_false_costs_no_second_of_a_live_session() -> None:
    """Written at UTC+1 in winter, read in summer: the moment of reading tells the whole hour by which it is off."""
    book = a_book(LOCAL)
    book.read("Start: (UTC+1:00)", MOMENT)
    book.read("2026-10-05 11:30:00.400 connected to 8", MOMENT)
    assert [(each.began_at, each.unsure_ms) for each in book.open] == [(NOW + 400, 1)]


@pytest.mark.parametrize(
    ("stamp", "told"),
    [
        ("2026-10-25 01:59:59.000", "2026-10-24 23:59:59"),
        ("2026-10-25 02:30:00.000", "2026-10-25 01:30:00"),
        ("2026-10-25 03:00:00.000", "2026-10-25 02:00:00"),
    ],
)
def test_the_moment_of_reading_tells_which_of_the_two_hours_in_autumn_it_was(stamp: str, told: str) -> None:
    book = in_rome()
    book.read(f"{stamp} connected to 8", Moment(at(told) - 300, at(told) + 100))
    assert [(each.began_at, each.unsure_ms) for each in book.open] == [(at(told), 1 if " 02" not in stamp else 2_400)]


def spans(book: Logbook, *lines: str) -> list[tuple[int | None, int | None, int]]:
    ended = [session for line in lines for session in book.read(f"2026-10-25 {line}", WHENEVER)]
    return [(each.began_at, each.ended_at, each.unsure_ms) for each in ended]


def test_the_hour_that_comes_twice_is_told_apart_by_the_order_of_the_lines() -> None:
    lines = ("02:50:00.000 connected to 7", "02:55:00.000 anything", "02:05:00.000 anything", "02:10:00.000 closed 7")
    ((began_at, ended_at, unsure_ms),) = spans(in_rome(), "02:45:00.000 anything", *lines)
    assert (began_at, ended_at) == (at("2026-10-25 00:50:00"), at("2026-10-25 01:10:00"))
    assert unsure_ms == 3_600_000, "the first line in that hour might have been in the second one"


def test_an_end_in_the_hour_that_comes_twice_is_taken_as_the_earlier_one_and_said_to_be_unsure() -> None:
    told = spans(in_rome(), "01:50:00.000 connected to 7", "02:30:00.000 closed 7")
    assert told == [(at("2026-10-24 23:50:00"), at("2026-10-25 00:30:00"), 3_600_000)]


def test_a_session_over_the_hour_that_never_comes_is_as_long_as_it_was() -> None:
    book = in_rome()
    book.read("2026-03-29 01:59:00.000 connected to 7", WHENEVER)
    (ended,) = book.read("2026-03-29 03:01:00.000 closed 7", WHENEVER)
    assert (ended.ended_at or 0) - (ended.began_at or 0) == 120_000


def test_where_only_a_banner_is_known_the_stamps_that_go_back_at_night_tell_the_end_of_summer_time() -> None:
    book = a_book(LOCAL)
    book.read("Start: (UTC+2:00)", WHENEVER)
    told = spans(book, "02:58:00.000 connected to 7", "02:01:00.000 anything", "02:11:00.000 closed 7")
    assert told == [(at("2026-10-25 00:58:00"), at("2026-10-25 01:11:00"), 1)]


def test_a_banner_of_the_known_zone_lets_its_rules_hold_after_a_change_of_the_clocks() -> None:
    book = in_rome()
    book.read("Start: 2026-10-24 12:00:00.000 (UTC+2:00)", WHENEVER)
    told = spans(book, "12:00:00.000 connected to 7", "12:20:00.000 closed 7")
    assert told == [(at("2026-10-25 11:00:00"), at("2026-10-25 11:20:00"), 1)]


ROUTED = msgspec.structs.replace(
    LINES,
    route=r"\[(?P<handle>-?\d+)\] goes to (?P<peer>\d+)",
    end=r"\[(?P<handle>-?\d+)\] closed (?P<peer>\d+)",
)


def test_two_sessions_with_one_peer_end_each_by_its_own_handle() -> None:
    book = a_book(ROUTED)
    for line in ("[5] goes to 7", "connected to 7", "[6] goes to 7", "connected to 7"):
        book.read(f"2026-10-05 09:30:00.100 {line}", MOMENT)
    assert len(book.open) == 2
    (ended,) = book.read("2026-10-05 09:30:00.900 [6] closed 7", MOMENT)
    assert [ended.key == each.key for each in book.open] == [False]
    assert book.open[0].key.endswith(":5")


def test_an_attempt_that_came_to_nothing_ends_no_session_with_the_same_peer() -> None:
    book = a_book(ROUTED)
    for line in ("[5] goes to 7", "connected to 7", "[6] goes to 7", "[6] closed 7"):
        assert book.read(f"2026-10-05 09:30:00.100 {line}", MOMENT) == ()
    assert len(book.open) == 1


def told(book: Logbook, *lines: str) -> list[tuple[str | None, int | None, bool]]:
    """Peer, end in milliseconds, and whether it is lost, of the sessions that these lines end; each a second later."""
    ended = [
        session
        for number, line in enumerate(lines)
        for session in book.read(f"2026-10-05 09:30:{number:02}.000 {line}", WHENEVER)
    ]
    return [(each.peer, each.ended_at and each.ended_at - NOW, each.is_lost) for each in ended]


def test_a_handle_that_is_given_out_anew_loses_the_session_that_had_it() -> None:
    book = a_book(ROUTED)
    lines = ("[5] goes to 7", "connected to 7", "[5] goes to 8", "connected to 8", "[5] closed 8")
    assert told(book, *lines) == [("7", None, True), ("8", 4_000, False)]


def test_a_new_attempt_and_start_with_a_peer_that_is_open_loses_the_older_session() -> None:
    lines = ("trying 7", "connected", "trying 7", "connected", "closed 7")
    assert told(a_book(), *lines) == [("7", None, True), ("7", 4_000, False)]


def test_where_a_log_tells_of_no_attempts_every_start_is_a_new_one() -> None:
    book = a_book(msgspec.structs.replace(LINES, attempt=None))
    assert told(book, "connected to 7", "connected to 7", "closed 7") == [("7", None, True), ("7", 2_000, False)]


def test_a_start_that_is_told_again_loses_nothing() -> None:
    lines = ("trying 7", "connected", "connected", "closed 7")
    assert told(a_book(), *lines) == [("7", 3_000, False)]
    again = a_book()
    for line in ("trying 7", "connected to 7") * 2:
        assert again.read(f"2026-10-05 09:30:00.100 {line}", WHENEVER) == ()
    assert len(again.open) == 1, "the same part of a log read twice"


class Kind(StrEnum):
    OURS = "ours"
    LEFT_OPEN = "left open"  # the program was killed: no end is written
    FAILED = "failed"  # an attempt that was never answered
    INCOMING = "incoming"


calls = st.lists(
    st.tuples(st.sampled_from(Kind), st.sampled_from("56"), st.sampled_from("78"), st.integers(1, 6)), max_size=7
)


@given(calls)
def test_no_session_is_given_an_end_that_is_not_its_own(several: list[tuple[Kind, str, str, int]]) -> None:
    """Two handles and two peers, one call after the other or at once, as far as a handle is free."""
    lines: list[tuple[int, str]] = []
    truth: dict[tuple[str | None, int | None], int | None] = {}
    free_at = {"5": 0, "6": 0}
    begin = 0
    for kind, handle, peer, lasts in several:
        begin = max(begin, free_at[handle]) + 1
        end = begin + lasts
        if kind is Kind.INCOMING:
            lines.append((begin, f"incoming [{handle}]"))
        else:
            lines += [(begin, f"trying {peer}"), (begin, f"[{handle}] goes to {peer}")]
        if kind in (Kind.OURS, Kind.LEFT_OPEN):
            lines.append((begin, f"connected to {peer}"))
            truth[peer, NOW + begin * 1_000] = NOW + end * 1_000 if kind is Kind.OURS else None
        if kind is not Kind.LEFT_OPEN:
            free_at[handle] = end
            lines.append((end, f"[{handle}] closed {peer}"))
    book = a_book(msgspec.structs.replace(ROUTED, ignore=r"incoming \[(?P<handle>-?\d+)\]"))
    stamped = [f"2026-10-05 09:30:{second:02}.000 {line}" for second, line in sorted(lines, key=lambda told: told[0])]
    over = [session for line in stamped for session in book.read(line, WHENEVER)]
    for session in (*over, *book.open):
        assert session.ended_at in (None, truth[session.peer, session.began_at])


def test_an_end_that_names_another_peer_or_handle_than_the_open_session_ends_nothing() -> None:
    book = a_book(ROUTED)
    assert told(book, "[5] goes to 7", "connected to 7", "[5] closed 8", "[6] closed 7") == []
    assert len(book.open) == 1


def test_the_end_of_an_incoming_session_ends_none_of_ours() -> None:
    book = a_book(msgspec.structs.replace(ROUTED, ignore=r"incoming(?: \[(?P<handle>-?\d+)\])?"))
    assert told(book, "connected to 7", "incoming [6] from 7", "[6] closed 7", "[5] closed 7") == [("7", 3_000, False)]


def test_an_attempt_that_came_to_nothing_does_not_take_the_handle_of_the_next_one() -> None:
    lines = ("trying 7", "[5] goes to 7", "trying 7", "[6] goes to 7", "connected to 7", "[6] closed 7")
    assert told(a_book(ROUTED), *lines) == [("7", 5_000, False)]


def test_a_handle_that_nobody_gave_out_ends_the_session_of_its_peer() -> None:
    book = a_book(ROUTED)
    book.read("2026-10-05 09:30:00.100 connected to 7", MOMENT)
    assert len(book.read("2026-10-05 09:30:00.900 [-7] closed 7", MOMENT)) == 1


def test_a_session_has_the_same_key_when_the_log_is_read_again() -> None:
    once, again = a_book(), a_book()
    once.read("2026-10-05 09:29:00.000 connected to 5", LongAgo())
    for book in (once, again):
        book.read("2026-10-05 09:30:00.100 connected to 7", LongAgo())
    assert again.open[0].key in {each.key for each in once.open}


def test_a_reconnect_with_the_same_stamp_is_another_session() -> None:
    book = a_book(msgspec.structs.replace(LINES, time_format="%Y-%m-%d %H:%M:%S"))
    keys = []
    for _ in range(3):
        book.read("2026-10-05 09:30:00 connected to 7", MOMENT)
        keys += [each.key for each in book.read("2026-10-05 09:30:00 closed 7", MOMENT)]
    assert len(set(keys)) == 3


def test_a_log_without_times_is_as_unsure_as_its_readings_are_apart() -> None:
    book = a_book(msgspec.structs.replace(LINES, zone=Zone.NONE, time_format=""))
    book.read("connected to 7", MOMENT)
    assert [(each.began_at, each.unsure_ms) for each in book.open] == [(MOMENT.until_at, 1_000)]
    (ended,) = book.read("closed 7", Moment(NOW + 5_000, NOW + 5_400))
    assert (ended.ended_at, ended.unsure_ms) == (NOW + 5_000, 1_000)


def test_a_log_in_whole_seconds_is_unsure_by_one() -> None:
    rule = msgspec.structs.replace(LINES, time_format="%Y-%m-%d %H:%M:%S")
    book = a_book(rule)
    book.read("2026-10-05 09:30:00 connected to 7", MOMENT)
    assert [(each.began_at, each.unsure_ms) for each in book.open] == [(NOW + 999, 1_000)]
