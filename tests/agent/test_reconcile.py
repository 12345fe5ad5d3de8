"""Where the record and a tool's own list differ."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.__main__ import main
from agent.paths import Paths
from agent.reconcile import Difference, Span, differences
from agent.spool import Spool
from shared.moments import to_at
from shared.session import Evidence, Session, SessionState, Stretch
from tests.agent.catalogue.scenes import SAMPLES

LIST = SAMPLES / "teamviewer" / "Connections.txt"  # 1660360496, 2024-02-20 13:10:33 to 13:11:52 UTC
PEER = "1660360496"


def at(text: str) -> int:
    return to_at(datetime.fromisoformat(f"2024-02-20T{text}").replace(tzinfo=UTC))


def span(start: str, end: str) -> Span:
    return Span(at(start), at(end))


A, B = span("13:00:00", "13:10:00"), span("13:10:05", "13:20:00")


def told(ours: list[Span], theirs: list[Span]) -> list[tuple[str, Span | None, Span | None]]:
    found, _ = differences([("7", each) for each in ours], [("7", each) for each in theirs], 0)
    return [(each.what, each.recorded, each.listed) for each in found]


def test_what_is_as_long_to_two_seconds_agrees() -> None:
    assert told([A, B], [span("13:00:02", "13:09:58"), B]) == []


def test_a_start_and_an_end_that_differ_by_more_are_told() -> None:
    late, short = span("13:00:03", "13:10:00"), span("13:10:05", "13:19:57")
    assert told([A, B], [late, short]) == [("start", A, late), ("end", B, short)]


def test_a_session_that_only_one_side_has_is_told() -> None:
    assert told([A], [B]) == [("session", A, None), ("session", None, B)]


def test_one_session_here_may_be_two_records_there() -> None:
    whole = span("13:00:00", "13:20:00")
    assert told([whole], [A, B]) == []
    assert told([A, B], [whole]) == []
    assert [each[0] for each in told([whole], [A, span("13:10:05", "13:19:00")])] == ["end"]


def test_another_peer_is_another_session_and_a_mask_hides_none() -> None:
    assert len(differences([("7", A)], [("8", A)], 0)[0]) == 2
    assert differences([("1660360496", A)], [("1XXXXXXXX6", A)], 0) == ([], 1)


def test_what_ended_before_the_day_is_left_out_on_both_sides() -> None:
    assert differences([("7", A)], [("7", B)], B.ended_at + 1) == ([], 0)
    found, _ = differences([("7", A)], [("7", B)], A.ended_at + 1)
    assert [each.what for each in found] == ["session"]


spans = st.lists(st.tuples(st.sampled_from("78"), st.integers(0, 10**7), st.integers(0, 10**6)), max_size=12)


@given(spans, st.randoms(use_true_random=False))
def test_a_record_agrees_with_itself_in_any_order(several: list[tuple[str, int, int]], random: object) -> None:
    one = [(peer, Span(begin, begin + length)) for peer, begin, length in several]
    other = list(one)
    random.shuffle(other)  # type: ignore[attr-defined]
    assert differences(one, other, 0) == ([], len(one))


def test_a_difference_is_told_to_people_in_words() -> None:
    text = Difference("7", "end", A, span("13:00:00", "13:09:00")).text
    assert "7: end: recorded" in text
    assert text.endswith("60.0 s earlier")


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
