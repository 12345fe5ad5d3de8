"""Lines of a log → sessions."""

from datetime import UTC, datetime

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from agent.logbook import Logbook, Moment
from agent.signature import Zone, read_signature
from shared.moments import to_at
from tests.agent.pictures import LOGGER

LINES, RECORDS = read_signature(LOGGER, "made up").log


def at(text: str) -> int:
    return to_at(datetime.fromisoformat(text).replace(tzinfo=UTC))


NOW = at("2026-10-05 09:30:00")
MOMENT = Moment(NOW, NOW + 1_000)


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
    ended = book.read("2026-10-05 09:30:00.900 closed 7", MOMENT)
    assert ended is not None
    assert (ended.peer, ended.ended_at, [each.peer for each in book.open]) == ("7", NOW + 900, ["8"])


def test_an_end_that_names_nobody_closes_the_only_one_and_never_one_of_two() -> None:
    book = a_book()
    book.read("2026-10-05 09:30:00.100 connected to 7", MOMENT)
    book.read("2026-10-05 09:30:00.100 connected to 8", MOMENT)
    assert book.read("2026-10-05 09:30:00.900 closed", MOMENT) is None
    book.read("2026-10-05 09:30:00.900 closed 8", MOMENT)
    assert book.read("2026-10-05 09:30:00.900 closed", MOMENT) is not None


def test_a_reconnect_without_an_attempt_belongs_to_the_peer_that_has_just_gone() -> None:
    book = a_book()
    for line in ("trying 7", "connected", "trying 8", "closed 7", "connected"):
        book.read(f"2026-10-05 09:30:00.100 {line}", MOMENT)
    assert [each.peer for each in book.open] == ["7"]


def test_the_incoming_side_is_not_looked_at() -> None:
    book = a_book()
    book.read("2026-10-05 09:30:00.100 incoming connected to 7", MOMENT)
    assert book.open == ()


def test_a_stamp_that_cannot_be_true_gives_the_latest_start_and_the_earliest_end() -> None:
    book = a_book()
    book.read("2018-05-29 16:43:03.143 connected to 7", MOMENT)
    assert book.open[0].began_at == MOMENT.until_at
    ended = book.read("2099-05-29 16:44:35.385 closed 7", Moment(NOW + 5_000, NOW + 5_500))
    assert ended is not None
    assert ended.ended_at == NOW + 5_000


def test_the_name_of_the_other_computer_is_kept() -> None:
    book = a_book()
    book.read("2026-10-05 09:30:00.100 connected to 7", MOMENT)
    book.read("2026-10-05 09:30:00.200 name of 7 is RECEPTION", MOMENT)
    assert book.open[0].peer_name == "RECEPTION"


def test_a_record_tells_a_whole_session_with_blanks_removed_and_masks_kept() -> None:
    ended = a_book(RECORDS).read("418 220 *** \t05-10-2026 09:00:00   05-10-2026 09:20:01  someone", MOMENT)
    assert ended is not None
    assert (ended.peer, ended.began_at, ended.ended_at) == (
        "418220***",
        at("2026-10-05 09:00:00"),
        at("2026-10-05 09:20:01"),
    )


def test_a_record_from_before_we_looked_or_that_ends_before_it_starts_is_none() -> None:
    line = "7  05-10-2026 09:00:00   05-10-2026 09:20:01"
    assert a_book(RECORDS).read(line, None) is None
    assert a_book(RECORDS).read("7  05-10-2026 09:00:00   05-10-2026 08:20:01", MOMENT) is None
    assert a_book(RECORDS).read("7  35-10-2026 09:00:00   05-10-2026 09:20:01", MOMENT) is None


words = st.sampled_from(
    ["trying", "connected", "connected to 7", "closed", "closed 7", "name of 7 is X", "incoming", "7"]
)
lines = st.one_of(st.text(max_size=60), st.lists(words, max_size=4).map(" ".join), words)


@given(st.lists(lines.map(lambda text: f"2026-10-05 09:30:00.500 {text}"), max_size=30))
def test_no_line_breaks_the_book_and_no_time_leaves_its_moment(several: list[str]) -> None:
    book = a_book()
    for line in several:
        ended = book.read(line, MOMENT)
        for session in (*book.open, *([ended] if ended else [])):
            for instant in (session.began_at, session.ended_at):
                assert instant is None or MOMENT.since_at <= instant <= MOMENT.until_at


def test_the_banner_of_a_new_start_ends_what_was_left_open() -> None:
    rule = msgspec.structs.replace(LINES, zone=Zone.LOCAL, offset=r"^Start: \(UTC(?P<offset>[+-]\d+:\d\d)?\)")
    book = a_book(rule)
    book.read("2026-10-05 09:30:00.100 connected to 7", None)
    book.read("Start: (UTC+3:00)", None)
    assert book.open == ()
    book.read("2026-10-05 12:30:00.400 connected to 8", MOMENT)
    assert [each.began_at for each in book.open] == [NOW + 400]
