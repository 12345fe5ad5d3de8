"""Kept until it is safe."""

import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest

from agent.errors import Unreadable
from agent.spool import FORMAT, RECORD_MS, TRY_DISK_EVERY, Spool, beside
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


def recorded(path: Path, since_at: int = 0) -> list[Session]:
    with beside(path) as spool:
        return spool.recorded(since_at)


def aside(path: Path, what: str = "") -> Path:
    return path.with_name(f"{path.name}.broken-1{what}")


SESSIONS = [
    a_session(number, number * 1_000, SessionState.ENDED if number % 2 else SessionState.LIVE)
    for number in range(1, 41)
]


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a spool that holds SESSIONS."""
    path = tmp_path_factory.mktemp("written") / "spool.sqlite3"
    with closing(Spool(path, 0)) as spool:
        for each in SESSIONS:
            spool.keep(each, f"key of {each.id}")
    return path.read_bytes()


def holds_nothing_but_what_was_written_and_goes_on(path: Path) -> bool:
    """And whether it was set aside: then only may anything be missing."""
    with closing(Spool(path, 1_000)) as spool:
        told = [each.session for each in spool.oldest(limit=1_000)]
        live = [session for _, session in spool.unfinished()]
        missing = [each for each in SESSIONS if each not in told and each not in live]
        assert all(each in SESSIONS for each in told + live)
        assert not missing or aside(path).exists() or not spool.state().on_disk
        spool.keep(a_session(99), "new")
        newest = spool.oldest(limit=1_000)[-1]
        assert (newest.session, newest.seq > 1_000) == (a_session(99), True)
    return aside(path).exists()


def clear(path: Path) -> None:
    for each in path.parent.glob("spool*"):
        each.unlink()


def test_the_newer_replaces_the_older_and_takes_a_new_number(path: Path) -> None:
    spool = Spool(path, 0)
    spool.keep(a_session(lasted_ms=5_000), "k")
    spool.keep(a_session(lasted_ms=10_000), "k")
    (progress,) = spool.oldest()
    assert (progress.seq, progress.session.observed_ms) == (2, 10_000)


def test_what_one_look_tells_is_kept_together(path: Path) -> None:
    spool = Spool(path, floor_seq=0)
    spool.keep_all([(a_session(1), "one"), (a_session(2, state=SessionState.ENDED), "two")])
    assert [(each.seq, each.session.id) for each in spool.oldest()] == [(1, f"{1:032x}"), (2, f"{2:032x}")]
    assert [key for key, _ in spool.unfinished()] == ["one"]


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


def test_a_file_cut_short_anywhere_is_set_aside_and_what_can_be_read_of_it_goes_on(path: Path, written: bytes) -> None:
    were_aside = 0
    for length in range(1, len(written), len(written) // 40):
        clear(path)
        path.write_bytes(written[:length])
        were_aside += holds_nothing_but_what_was_written_and_goes_on(path)
    assert were_aside > 35  # in the last page nothing may be missing


def test_a_byte_that_turned_anywhere_is_never_taken_for_time(path: Path, written: bytes) -> None:
    chance, were_aside = random.Random(8), 0
    for begin in range(0, len(written), len(written) // 200):
        clear(path)
        turned, place = bytearray(written), min(begin + chance.randrange(80), len(written) - 1)
        turned[place] ^= chance.randrange(1, 256)
        path.write_bytes(turned)
        were_aside += holds_nothing_but_what_was_written_and_goes_on(path)
    assert were_aside > 20


def test_a_digit_that_turned_in_one_session_sets_the_file_aside_and_keeps_the_others(
    path: Path, written: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_bytes(written.replace(b"1795000000000,7000]", b"1795000000000,9000]", 1))
    with closing(Spool(path, 1_000)) as spool:
        assert [each.session for each in spool.oldest(limit=100)] == [
            each for each in SESSIONS if each.observed_ms != 7_000
        ]
    assert len(caplog.records) == 1
    assert aside(path).exists()


def test_pages_overwritten_while_it_is_open_set_it_aside_and_it_goes_on(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(Spool(path, 0)) as spool:
        for each in SESSIONS:
            spool.keep(each, "k")
        spool._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"rubbish!" * ((size - 4096) // 8))
        spool._db.execute("PRAGMA cache_size = 0")  # as after a while: nothing is remembered
        spool.keep(a_session(99), "new")
        last = spool.oldest(limit=1_000)[-1]
        assert (last.session, last.seq) == (a_session(99), 41)
        assert spool.state().on_disk
    assert aside(path).exists()
    assert len(caplog.records) == 1


@pytest.mark.parametrize("beside_it", [False, True])
def test_a_file_cut_to_nothing_is_set_aside_with_what_stands_beside_it(
    path: Path, beside_it: bool, caplog: pytest.LogCaptureFixture
) -> None:
    path.touch()
    if beside_it:
        path.with_name(f"{path.name}-wal").write_bytes(b"of the file that was")
    with closing(Spool(path, 0)) as spool:
        spool.keep(a_session(), "k")
    assert aside(path).exists()
    assert not beside_it or aside(path, "-wal").read_bytes() == b"of the file that was"
    assert [each.levelname for each in caplog.records] == ["ERROR"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody delete or cut a file that is open")
@pytest.mark.parametrize("done", ["deleted", "cut", "replaced", "overwritten"])
def test_what_is_done_to_the_file_while_it_is_open_is_said_and_what_it_held_goes_on(
    path: Path, done: str, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(Spool(path, 0)) as before:
        for each in SESSIONS:
            before.keep(each, "k")
    with closing(Spool(path, 0)) as spool:
        if done in ("deleted", "replaced"):
            path.unlink()
        if done == "replaced":
            path.write_bytes(b"another's")
        if done == "cut":
            os.truncate(path, 5_000)
        if done == "overwritten":
            with path.open("r+b") as file:
                file.write(b"rubbish!" * 100)
        spool.keep(a_session(99), "new")
        assert spool.state().on_disk
    assert len(caplog.records) == 1
    assert aside(path).exists() == (done != "deleted")
    with closing(Spool(path, 0)) as after:
        told = [each.session for each in after.oldest(limit=100)]
        assert told[-1] == a_session(99)
        assert done not in ("deleted", "replaced") or told[:-1] == SESSIONS


def test_what_stands_beside_a_damaged_file_is_set_aside_with_it(path: Path) -> None:
    path.write_bytes(b"rubbish " * 1_000)
    for what in ("-wal", "-shm"):
        path.with_name(path.name + what).write_bytes(b"of the damaged file")
    with closing(Spool(path, 0)) as spool:
        spool.keep(a_session(), "k")
    assert aside(path, "-wal").read_bytes() == aside(path, "-shm").read_bytes() == b"of the damaged file"


def test_rubbish_in_the_log_of_writes_is_passed_over(path: Path, written: bytes) -> None:
    for what in ("-wal", "-shm"):
        path.write_bytes(written)
        path.with_name(path.name + what).write_bytes(b"rubbish " * 8_192)
        assert not holds_nothing_but_what_was_written_and_goes_on(path)


def test_a_newer_format_is_set_aside_and_the_first_one_is_read(path: Path) -> None:
    session = a_session(state=SessionState.ENDED)
    with closing(Spool(path, 0)) as spool:
        spool.keep(session, "k")
        with spool._db:
            spool._db.execute("UPDATE kept SET body = ?", (msgspec.json.encode(session),))
            spool._db.execute("UPDATE recorded SET body = ?", (msgspec.json.encode(session),))
            spool._db.execute("PRAGMA user_version = 0")
    with closing(Spool(path, 0)) as spool:
        assert [each.session for each in spool.oldest()] == recorded(path) == [session]
        spool._db.execute(f"PRAGMA user_version = {FORMAT + 1}")
    with closing(Spool(path, 0)) as spool:
        spool.keep(a_session(2), "k")
    assert aside(path).exists()


def test_a_file_that_another_process_locks_stays_where_it_is(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with closing(Spool(path, 0)) as spool:
        spool.keep(a_session(1), "k")
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with closing(Spool(path, 0)) as spool:
            spool.keep(a_session(2), "k")
            assert [each.session.id for each in spool.oldest()] == [a_session(1).id, a_session(2).id]
            assert not spool.state().on_disk
    assert not aside(path).exists()
    assert len(caplog.records) == 1


FILL = """
import resource, sys
from pathlib import Path
from agent import log
from agent.spool import Spool
from tests.agent.test_spool import a_session
log.to_stderr(talkative=False)
spool = Spool(Path(sys.argv[1]), 0)
spool.keep(a_session(1), "k")
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
for number in range(2, 1_001):
    spool.keep(a_session(number), "k")
print(len(spool.oldest(limit=2_000)), len({each.seq for each in spool.oldest(limit=2_000)}), spool.state().on_disk)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a limit of POSIX plays the full disk")
def test_a_disk_that_fills_up_loses_nothing_and_is_said_once(path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FILL, str(path)], capture_output=True, text=True, timeout=60)
    assert done.stdout == "1000 1000 False\n"
    assert (done.returncode, len(done.stderr.splitlines()), "in memory" in done.stderr) == (0, 1, True)
    assert not aside(path).exists()


KEEP = """
import os, sys
from pathlib import Path
from agent import log
from agent.spool import Spool
from tests.agent.test_spool import a_session
log.to_stderr(talkative=False)
if os.getuid() == 0:  # who may write anywhere
    os.setuid(65_534)
spool = Spool(Path(sys.argv[1]), 1_000)
spool.keep(a_session(99), "k")
print(len(spool.oldest(limit=100)), spool.oldest(limit=100)[-1].seq, spool.state().on_disk)
"""


@contextmanager
def open_to_all() -> Iterator[Path]:
    """A folder that another user reaches too, as pytest's own is not."""
    with TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_a_file_that_can_only_be_read_is_read_and_goes_on_in_memory(written: bytes) -> None:
    with open_to_all() as folder:
        path = folder / "spool.sqlite3"
        path.write_bytes(written)
        path.chmod(0o444)
        folder.chmod(0o555)
        done = subprocess.run([sys.executable, "-c", KEEP, str(path)], capture_output=True, text=True, timeout=60)
        folder.chmod(0o755)
        assert (done.stdout, len(done.stderr.splitlines())) == ("41 1001 False\n", 1), done.stderr
        assert path.read_bytes() == written


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_a_folder_that_nobody_may_enter_lets_it_go_on_in_memory() -> None:
    with open_to_all() as folder:
        folder.chmod(0o000)
        keep = [sys.executable, "-c", KEEP, str(folder / "spool.sqlite3")]
        done = subprocess.run(keep, capture_output=True, text=True, timeout=60)
        folder.chmod(0o755)
        assert (done.stdout, len(done.stderr.splitlines())) == ("1 1001 False\n", 1), done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_only_this_user_may_read_it_also_what_an_older_agent_left_open(tmp_path: Path) -> None:
    path = tmp_path / "spool.sqlite3"
    for before in (None, 0o644):
        if before is not None:
            path.chmod(before)
        with closing(Spool(path, 0)) as spool:
            spool.keep(a_session(1), "k")
            assert {each.stat().st_mode & 0o777 for each in tmp_path.iterdir()} == {0o600}


def test_a_file_without_tables_as_a_full_disk_leaves_it_holds_nothing_and_takes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "spool.sqlite3"
    for content in (b"", None):
        if content is not None:
            path.write_bytes(content)
        else:
            with closing(sqlite3.connect(path)) as db:
                db.execute("PRAGMA user_version = 1")
        with beside(path) as reader:
            assert (reader.unfinished(), reader.recorded(0), reader.state().on_disk) == ([], [], False)


LOOK = """
import os, shutil, sys, tempfile
from pathlib import Path
from agent.errors import Unreadable
from agent.spool import beside
if os.getuid() == 0:
    os.setuid(65_534)
try:
    with beside(Path(sys.argv[1])) as reader:
        print(*(session.id[-1] for _, session in reader.unfinished()))
except Unreadable:
    print("cannot be read")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
@pytest.mark.parametrize(("hidden", "told"), [("", "1 2"), ("-wal", "cannot be read")])
def test_where_no_lock_can_be_made_what_is_told_is_the_newest_or_nothing(hidden: str, told: str) -> None:
    with open_to_all() as folder, open_to_all() as other:
        path = folder / "spool.sqlite3"
        with closing(Spool(other / path.name, 0)) as spool:
            spool.keep(a_session(1), "k")
            spool._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            spool.keep(a_session(2), "k")
            for end in ("", "-wal"):  # as a power cut leaves it
                Path(f"{path}{end}").write_bytes(Path(f"{spool._path}{end}").read_bytes())
                Path(f"{path}{end}").chmod(0o000 if hidden and end == hidden else 0o444)
        folder.chmod(0o555)
        done = subprocess.run([sys.executable, "-c", LOOK, str(path)], capture_output=True, text=True, timeout=60)
        folder.chmod(0o755)
        assert (done.stdout, done.stderr) == (told + "\n", "")


def test_thousands_of_sessions_are_no_trouble(path: Path) -> None:
    with closing(Spool(path, 0)) as spool:
        spool._db.execute("PRAGMA synchronous = OFF")
        for number in range(1, 5_001):
            spool.keep(a_session(number, state=SessionState.ENDED), "k")
    with closing(Spool(path, 0)) as spool:
        told, after = 0, 0
        while batch := spool.oldest(after, 100):
            told, after = told + len(batch), batch[-1].seq
        assert (told, spool.state().waiting) == (5_000, 5_000)
        spool.forget(after)
        assert spool.oldest() == []


def test_a_look_beside_a_running_agent_changes_nothing(path: Path) -> None:
    with beside(path) as reader:
        assert (reader.unfinished(), reader.recorded(0), reader.state().waiting) == ([], [], 0)
    assert not path.exists()
    with closing(Spool(path, 0)) as spool:
        spool.keep(a_session(1), "k")
        before = path.read_bytes()
        with beside(path) as reader:
            assert [session.id for _, session in reader.unfinished()] == [a_session(1).id]
            assert reader.state() == spool.state()
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                reader._db.execute("DELETE FROM kept")
        assert path.read_bytes() == before


@pytest.mark.parametrize("version", [FORMAT + 1, None])
def test_what_cannot_be_read_beside_a_running_agent_is_said_and_left_alone(path: Path, version: int | None) -> None:
    if version is None:
        path.write_bytes(b"rubbish " * 1_000)
    else:
        with closing(Spool(path, 0)) as spool:
            spool._db.execute(f"PRAGMA user_version = {version}")
    before = path.read_bytes()
    with pytest.raises(Unreadable, match="spool"), beside(path):
        pass
    assert path.read_bytes() == before
    assert not aside(path).exists()


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


def test_a_file_that_another_program_holds_lets_it_go_on_in_memory_before_a_look_is_late(path: Path) -> None:
    spool = Spool(path, 0)
    assert spool._db.execute("PRAGMA busy_timeout").fetchone() == (1_000,)  # the tracker allows looks 3 s apart
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        spool.keep(a_session(1), "k")
    assert not spool.state().on_disk
    assert [each.session.id for each in spool.oldest()] == [a_session(1).id]


def test_it_returns_to_a_disk_that_can_be_written_again_with_what_it_held(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spool = Spool(path, 0)
    for number in (1, 2, 3):
        spool.keep(a_session(number, state=SessionState.ENDED if number == 1 else SessionState.LIVE), "k")
    away = path.parent.rename(path.parent.with_name("away"))
    spool._db.execute("PRAGMA query_only = ON")
    spool.keep(a_session(4), "k")
    spool.forget(upto=2)
    for lasted_ms in range(TRY_DISK_EVERY):
        spool.keep(a_session(3, lasted_ms=5_000 + lasted_ms), "k")
    assert not spool.state().on_disk
    away.rename(path.parent)
    for lasted_ms in range(TRY_DISK_EVERY):
        spool.keep(a_session(5, lasted_ms=lasted_ms, state=SessionState.ENDED), "k")
    assert spool.state().on_disk
    assert "can be written again" in caplog.text
    waits = [(each.seq, each.session) for each in spool.oldest()]
    assert [session.id[-1] for _, session in waits] == ["4", "3", "5"]
    with beside(path) as reader:
        assert {session.id[-1] for _, session in reader.unfinished()} == {"2", "3", "4"}
        assert [session.id[-1] for session in reader.recorded(0)] == ["5", "1"]
    spool.close()
    assert [(each.seq, each.session) for each in Spool(path, 0).oldest()] == waits


def test_what_it_holds_in_memory_when_it_is_closed_goes_to_a_disk_that_can_be_written_again(path: Path) -> None:
    spool = Spool(path, 0)
    spool._db.execute("PRAGMA query_only = ON")
    spool.keep(a_session(1), "k")
    assert not spool.state().on_disk
    spool.close()
    assert [each.session.id for each in Spool(path, 0).oldest()] == [a_session(1).id]


def test_of_a_session_that_is_refused_again_and_again_the_newest_is_set_aside(path: Path) -> None:
    spool = Spool(path, 0)
    for lasted_ms in (1_000, 2_000, 3_000):
        spool.keep(a_session(1, lasted_ms=lasted_ms), "k")
        spool.refuse(spool.oldest()[0].seq, "no")
    spool.keep(a_session(2), "k")
    spool.refuse(spool.oldest()[0].seq, "no")
    assert spool.state().refused == 2
    assert b"3000" in spool._db.execute("SELECT body FROM refused ORDER BY seq").fetchone()[0]


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
    assert [each.observed_ms for each in recorded(path)] == [6_000]
    assert recorded(path, 1_795_000_006_001) == []


def test_the_record_is_kept_for_so_many_days_and_no_longer(path: Path) -> None:
    spool = Spool(path, 0)
    first = a_session(1, state=SessionState.ENDED)
    for number, after_ms in ((2, RECORD_MS), (3, RECORD_MS + 1)):
        spool.keep(first, "k")
        later = Stretch(first.started_at + after_ms, 5_000)
        spool.keep(msgspec.structs.replace(first, id=f"{number:032x}", stretches=(later,)), "k")
        assert (first in recorded(path)) is (number == 2)
