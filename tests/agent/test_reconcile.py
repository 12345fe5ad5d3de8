"""Where the record and a tool's own list differ."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.__main__ import main
from agent.paths import Paths
from agent.reconcile import Difference, Span, differences
from agent.spool import Spool
from shared.moments import to_at
from shared.session import Evidence, Mark, Session, SessionState, Stretch
from tests.agent.catalogue.scenes import SAMPLES

LIST = SAMPLES / "teamviewer" / "Connections.txt"  # 1660360496, 2024-02-20 13:10:33 to 13:11:52 UTC
PEER = "1660360496"
IDS = count()


def at(text: str) -> int:
    return to_at(datetime.fromisoformat(f"2024-02-20T{text}").replace(tzinfo=UTC))


def span(start: str, end: str) -> Span:
    return Span(at(start), at(end))


A, B = span("13:00:00", "13:10:00"), span("13:10:05", "13:20:00")


def session(*parts: Span, peer: str = "7", marks: tuple[Mark, ...] = ()) -> Session:
    """One recorded session of these stretches."""
    return Session(
        id=f"{next(IDS):032x}",
        tool="teamviewer",
        peer=peer,
        evidence=Evidence.LOG,
        state=SessionState.ENDED,
        stretches=tuple(Stretch(each.began_at, each.ended_at - each.began_at) for each in parts),
        marks=marks,
    )


def compared(ours: Iterable[Session], theirs: Iterable[Span], peer: str = "7") -> tuple[list[Difference], int]:
    return differences(ours, [(peer, each) for each in theirs], 0)


def told(ours: Iterable[Session], theirs: Iterable[Span]) -> list[tuple[str, Span | None, Span | None]]:
    return [(each.what, each.recorded, each.listed) for each in compared(ours, theirs)[0]]


def test_what_is_as_long_to_two_seconds_agrees() -> None:
    assert told([session(A), session(B)], [span("13:00:02", "13:09:58"), B]) == []


def test_a_start_and_an_end_that_differ_by_more_are_told() -> None:
    late, short = span("13:00:03", "13:10:00"), span("13:10:05", "13:19:57")
    assert told([session(A), session(B)], [late, short]) == [("start", A, late), ("end", B, short)]


def test_a_session_that_only_one_side_has_is_told() -> None:
    assert told([session(A)], [B]) == [("session", A, None), ("session", None, B)]


WHOLE = span("13:00:00", "13:20:00")


@pytest.mark.parametrize("pause", [3, 5, 40, 100, 400])
def test_what_was_recorded_without_a_gap_is_not_two_records_with_one(pause: int) -> None:
    again = Span(A.ended_at + pause * 1000, WHOLE.ended_at)
    found, agreed = compared([session(WHOLE)], [A, again])
    assert [(each.what, each.recorded, each.listed) for each in found] == [
        ("gap", None, Span(A.ended_at, again.began_at))
    ]
    assert agreed == 0


@pytest.mark.parametrize("pause_ms", [-2_000, 0, 1_000, 2_000])
def test_two_records_with_no_more_than_two_seconds_between_them_are_one_recorded_session(pause_ms: int) -> None:
    assert compared([session(WHOLE)], [A, Span(A.ended_at + pause_ms, WHOLE.ended_at)]) == ([], 2)


def test_a_record_that_ends_early_is_told_beside_the_gap_before_it() -> None:
    found = told([session(WHOLE)], [A, span("13:10:05", "13:19:00")])
    assert [each[0] for each in found] == ["gap", "end"]


@pytest.mark.parametrize("listed", [[A, B], [WHOLE]])
def test_a_session_that_was_recorded_with_a_gap_may_be_one_record_or_two(listed: list[Span]) -> None:
    assert told([session(A, B)], listed) == []


def test_a_gap_that_is_longer_than_the_list_s_is_an_end_and_a_start_that_differ() -> None:
    listed = [span("13:00:00", "13:09:00"), span("13:12:00", "13:20:00")]
    assert [each[0] for each in told([session(A, B)], listed)] == ["end", "start"]


def test_what_nobody_watched_within_one_record_is_no_difference_and_an_end_that_was_seen_is_one() -> None:
    later = span("13:15:00", "13:20:00")
    lost = session(A, marks=(Mark.UNCONFIRMED_END,))
    assert told([lost, session(later)], [WHOLE]) == []
    assert told([session(A), session(B)], [WHOLE]) == [], "a reconnect"
    assert told([session(A), session(later)], [WHOLE]) == [("gap", Span(A.ended_at, later.began_at), None)]


def test_each_record_is_matched_once() -> None:
    assert told([session(A)], [A, A]) == [("session", None, A)]
    assert told([session(A), session(A)], [A]) == [("session", A, None)]
    assert compared([session(A), session(A)], [A, A]) == ([], 2)


def test_sessions_at_the_same_time_are_each_set_against_the_nearest_record() -> None:
    inner, long = span("13:02:00", "13:04:00"), span("13:00:00", "13:11:00")
    assert told([session(A), session(inner)], [long, inner]) == [("end", A, long)]
    assert told([session(A), session(inner)], [long]) == [("session", inner, None), ("end", A, long)][::-1]


@pytest.mark.parametrize(("lasted", "off"), [(0, 0), (0, 1_000), (900, -1_000), (2_000, 2_000)])
def test_a_session_of_no_length_or_nearly_none_agrees_with_itself(lasted: int, off: int) -> None:
    short = Span(A.began_at, A.began_at + lasted)
    moved = Span(short.began_at + off, short.ended_at + off)
    assert compared([session(short)], [moved]) == ([], 1)


def test_a_session_of_many_stretches_that_is_in_no_list_is_told_once() -> None:
    gone = session(A, B)
    assert told([gone], []) == [("session", WHOLE, None)]
    assert told([gone], [A]) == [("session", B, None)]


def test_another_peer_is_another_session_and_a_mask_hides_none() -> None:
    assert len(compared([session(A, peer="7")], [A], "8")[0]) == 2
    for masked in ("1XXXXXXXX6", "1660***496"):
        assert compared([session(A, peer="1660360496")], [A], masked) == ([], 1)
        assert compared([session(A, peer=masked)], [A], "1660360496") == ([], 1)


def test_of_two_peers_that_a_mask_may_hide_the_one_of_the_same_time_is_meant() -> None:
    ours = [session(A, peer="1550360496"), session(B, peer="1660360496")]
    listed = [("1***360496", B), ("1***360496", A)]
    assert differences(ours, listed, 0) == ([], 2)


def test_what_ended_before_the_day_is_left_out_on_both_sides() -> None:
    assert differences([session(A)], [("7", B)], B.ended_at + 1) == ([], 0)
    found, _ = differences([session(A)], [("7", B)], A.ended_at + 1)
    assert [each.what for each in found] == ["session"]


spans = st.lists(st.tuples(st.sampled_from("78"), st.integers(0, 10**7), st.integers(0, 10**6)), max_size=12)


@given(spans, st.randoms(use_true_random=False), st.integers(-1_000, 1_000))
def test_a_record_agrees_with_itself_in_any_order_and_to_the_second(
    several: list[tuple[str, int, int]], random: Random, off: int
) -> None:
    ours = [session(Span(10_000 + begin, 10_000 + begin + length), peer=peer) for peer, begin, length in several]
    theirs = [(each.peer or "", Span(each.started_at + off, each.last_seen_at + off)) for each in ours]
    random.shuffle(theirs)
    assert differences(ours, theirs, 0) == ([], len(ours))


@given(spans.filter(bool), st.integers(2_001, 10**5), st.integers(0, 10**6))
def test_a_record_that_breaks_off_where_the_session_goes_on_is_never_passed_over(
    several: list[tuple[str, int, int]], pause: int, rest: int
) -> None:
    ours = [(peer, Span(begin, begin + length)) for peer, begin, length in several]
    (peer, first), *rest_of_them = ours
    others = [each for each in rest_of_them if each[0] != peer]  # one like it may begin a moment before that end
    again = Span(first.ended_at + pause, first.ended_at + pause + rest)
    whole = session(Span(first.began_at, again.ended_at), peer=peer)
    recorded = [whole, *(session(each, peer=its) for its, each in others)]
    assert differences(recorded, [(peer, first), (peer, again), *others], 0)[0] != []


def test_a_difference_is_told_to_people_in_words() -> None:
    text = Difference("7", "end", A, span("13:00:00", "13:09:00")).text
    assert "7: end: recorded" in text
    assert text.endswith("60.0 s earlier")
    gap = Span(A.ended_at, B.began_at)
    assert "recorded without a gap, in the list there is one: " in Difference("7", "gap", None, gap).text
    assert "not recorded, in the list it goes on: " in Difference("7", "gap", gap, None).text
    assert Difference("7", "gap", None, gap).line == {
        "peer": "7",
        "what": "gap",
        "recorded": None,
        "listed": "2024-02-20T13:10:00.000Z/2024-02-20T13:10:05.000Z",
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """What an agent recorded: the session of the list, three seconds short, and one of another tool."""
    spool = Spool(Paths(tmp_path).spool, floor_seq=0)
    for number, tool in enumerate(("teamviewer", "anydesk")):
        session = Session(
            id=f"{number:032x}",
            tool=tool,
            peer=PEER,
            evidence=Evidence.LOG,
            state=SessionState.ENDED,
            stretches=(Stretch(at("13:10:33"), 76_000),),
        )
        spool.keep(session, "k")
    spool.forget(upto=2)
    spool.close()
    return tmp_path


def reconcile(data: Path, *arguments: str, day: str = "2024-02-01") -> int:
    return main(["reconcile", "--os", "windows", "--from", day, "--data", str(data), *arguments])


def test_what_the_agent_recorded_is_compared_with_the_list(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reconcile(data, "--connections", str(LIST), "--json") == 0
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {
            "peer": PEER,
            "what": "end",
            "recorded": "2024-02-20T13:11:49.000Z",
            "listed": "2024-02-20T13:11:52.000Z",
        }
    ]


def test_a_later_day_has_no_difference(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reconcile(data, "--connections", str(LIST), day="2024-03-01") == 0
    assert capsys.readouterr().out == "0 differences; sessions that agree: 0\n"


def test_a_pc_that_recorded_nothing_lacks_every_session_and_gets_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert reconcile(tmp_path / "none", "--connections", str(LIST)) == 0
    assert f"{PEER}: not recorded: " in capsys.readouterr().out
    assert not (tmp_path / "none").exists()


def test_the_list_of_the_incoming_side_is_none_to_compare_with(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    incoming = tmp_path / "Connections_incoming.txt"
    incoming.write_bytes(LIST.read_bytes())
    assert reconcile(data, "--connections", str(incoming)) == 2
    written = capsys.readouterr()
    assert (written.out, "incoming sessions" in written.err) == ("", True)


def test_a_list_that_is_none_is_one_line_and_status_2(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reconcile(data, "--connections", str(data / "missing")) == 2
    written = capsys.readouterr()
    assert (written.out, len(written.err.splitlines())) == ("", 1)


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "", "01-11-2026"])
def test_a_day_that_there_is_not_is_refused(day: str, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        reconcile(data, "--connections", str(LIST), day=day)
    assert ended.value.code == 2
    assert "write it as 2026-11-01" in capsys.readouterr().err
