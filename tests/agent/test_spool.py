"""Kept until it is safe."""

from pathlib import Path

import msgspec
import pytest

from agent.spool import RECORD_MS, Spool
from shared.session import Evidence, Session, SessionState, Stretch


def a_session(number: int = 1, lasted_ms: int = 5_000, state: SessionState = SessionState.LIVE) -> Session:
    return Session(
        id=f"{number:032x}",
        tool="viewer",
        peer="192.0.2.7:5900",
        evidence=Evidence.SOCKET,
        state=state,
        stretches=(Stretch(1_795_000_000_000, lasted_ms),),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spool.sqlite3"


def test_the_newer_replaces_the_older_and_takes_a_new_number(path: Path) -> None:
    spool = Spool(path, 0)
    spool.keep(a_session(lasted_ms=5_000), "k")
    spool.keep(a_session(lasted_ms=10_000), "k")
    (progress,) = spool.oldest()
    assert (progress.seq, progress.session.observed_ms) == (2, 10_000)


def test_the_ack_of_an_older_one_keeps_the_newer(path: Path) -> None:
    spool = Spool(path, 0)
    spool.keep(a_session(lasted_ms=5_000), "k")
    spool.keep(a_session(lasted_ms=10_000), "k")
    spool.forget(upto=1)
    assert [each.seq for each in spool.oldest()] == [2]


def test_it_is_told_in_the_order_of_its_numbers(path: Path) -> None:
    spool = Spool(path, 0)
    for number in (3, 1, 2):
        spool.keep(a_session(number), "k")
    assert [each.seq for each in spool.oldest(limit=2)] == [1, 2]
    assert [each.seq for each in spool.oldest(after_seq=2)] == [3]


def test_a_confirmed_session_that_goes_on_is_there_after_a_restart_and_an_ended_one_is_not(path: Path) -> None:
    spool = Spool(path, 0)
    spool.keep(a_session(1), "live")
    spool.keep(a_session(2, state=SessionState.ENDED), "ended")
    spool.forget(upto=2)
    spool.close()
    again = Spool(path, 0)
    assert [key for key, _ in again.unfinished()] == ["live"]
    assert again.oldest() == []


def test_what_was_not_confirmed_is_sent_again_after_a_restart(path: Path) -> None:
    spool = Spool(path, 0)
    spool.keep(a_session(state=SessionState.ENDED), "k")
    spool.close()
    assert [each.session.id for each in Spool(path, 0).oldest()] == [a_session().id]


def test_a_refused_one_is_set_aside_and_holds_up_none_behind_it(path: Path) -> None:
    spool = Spool(path, 0)
    spool.keep(a_session(1, state=SessionState.ENDED), "k")
    spool.keep(a_session(2), "k")
    spool.refuse(1, "no")
    assert [each.seq for each in spool.oldest()] == [2]
    assert spool.state().refused == 1


def test_no_number_at_or_below_the_floor_is_given(path: Path) -> None:
    spool = Spool(path, 1_000)
    spool.keep(a_session(), "k")
    assert spool.oldest()[0].seq == 1_001
    spool.close()
    lower = Spool(path, 10)
    lower.keep(a_session(), "k")
    assert lower.oldest()[0].seq == 1_002


def test_rubbish_is_set_aside_and_never_deleted(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.write_bytes(b"rubbish " * 1_000)
    spool = Spool(path, 0)
    spool.keep(a_session(), "k")
    assert path.with_name("spool.sqlite3.broken-1").read_bytes().startswith(b"rubbish")
    assert "set aside" in caplog.text


def test_a_file_cut_short_is_set_aside(path: Path) -> None:
    spool = Spool(path, 0)
    for number in range(1, 200):
        spool.keep(a_session(number), "k" * 100)
    spool.close()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 3])
    again = Spool(path, 0)
    again.keep(a_session(), "k")
    assert len(again.oldest()) == 1
    assert path.with_name("spool.sqlite3.broken-1").exists()


def test_a_disk_that_cannot_be_written_lets_it_go_on_in_memory_with_what_it_held(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spool = Spool(path, 0)
    spool.keep(a_session(1), "k")
    spool._db.execute("PRAGMA query_only = ON")  # what a disk that turned read-only does to every write
    spool.keep(a_session(2), "k")
    assert [each.seq for each in spool.oldest()] == [1, 2]
    assert not spool.state().on_disk
    assert "in memory" in caplog.text


def test_an_ack_on_a_disk_that_cannot_be_written_is_heard_all_the_same(path: Path) -> None:
    spool = Spool(path, 0)
    spool.keep(a_session(1, state=SessionState.ENDED), "k")
    spool.keep(a_session(2), "k")
    spool._db.execute("PRAGMA query_only = ON")
    spool.forget(upto=1)
    spool.refuse(2, "no")
    assert (spool.oldest(), spool.state().refused, spool.state().live) == ([], 1, 1)


def test_what_has_ended_stays_in_the_technician_s_own_record_after_the_collector_has_it(path: Path) -> None:
    spool = Spool(path, 0)
    spool.keep(a_session(1), "live")
    spool.keep(a_session(2, state=SessionState.ENDED), "ended")
    spool.forget(upto=2)
    spool.keep(a_session(2, lasted_ms=6_000, state=SessionState.ENDED), "told more of")
    spool.close()
    assert [each.observed_ms for each in Spool(path, 0).recorded(0)] == [6_000]
    assert Spool(path, 0).recorded(1_795_000_006_001) == []


def test_the_record_is_kept_for_so_many_days_and_no_longer(path: Path) -> None:
    spool = Spool(path, 0)
    first = a_session(1, state=SessionState.ENDED)
    for number, after_ms in ((2, RECORD_MS), (3, RECORD_MS + 1)):
        spool.keep(first, "k")
        later = Stretch(first.started_at + after_ms, 5_000)
        spool.keep(msgspec.structs.replace(first, id=f"{number:032x}", stretches=(later,)), "k")
        assert (first in spool.recorded(0)) is (number == 2)
