"""Keeps every session on disk until the collector has said that it is safe. One row a session, however long off line.

What has ended is also written into the technician's own record, which stays for a little over a year: he may see what
was recorded about him, and compare it with a tool's own list.

The file is never emptied to get out of trouble: a damaged one is set aside under another name, and a disk that cannot
be written lets the spool go on in memory, loudly, so that the agent neither ends nor loses what it still holds. From
time to time it tries the disk again, and takes there with it what it holds. Each
row is sealed with a checksum: what a broken disk makes of it is never taken for time that was measured.
"""

import contextlib
import logging
import os
import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from agent.errors import Unreadable
from shared.messages import MAX_SEQ, Progress
from shared.session import Session, SessionState

log = logging.getLogger(__name__)

_TABLES = """
DROP TABLE IF EXISTS room;
CREATE TABLE IF NOT EXISTS kept (
    session_id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL UNIQUE,
    key TEXT NOT NULL,
    ended INTEGER NOT NULL,
    heard INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS refused (seq INTEGER PRIMARY KEY, why TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS recorded (session_id TEXT PRIMARY KEY, ended_at INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS recorded_by_end ON recorded (ended_at);
CREATE TABLE IF NOT EXISTS counter (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL);
INSERT OR IGNORE INTO counter (one, seq) VALUES (1, 0);
"""

_KEPT = "SELECT session_id, seq, key, ended, heard, body FROM kept"
_RECORDED = "SELECT session_id, ended_at, body FROM recorded"

TRY_DISK_EVERY = 12  # writes, while in memory: about a minute of one live session
LOCKED_S = 1.0  # how long another program may hold the file: longer would leave a gap in what is measured
ROOM = 256 * 1024  # bytes that must be free on the disk, besides what is held, so that it is not full again at once

RECORD_MS = 400 * 24 * 3_600_000  # how long the record of an ended session stays on this PC

FORMAT = 1  # of the file; 0, the first, had the same tables and no seals

_TROUBLE_OF_THE_DISK = {  # not of the file: it stays where it is
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}

_FAULTS = (sqlite3.Error, UnicodeDecodeError)  # the second: Python cannot read what SQLite says of a damaged name
_HEAD = b"SQLite format 3\0"
_SMALLEST = 512  # bytes of a file of SQLite: it takes a smaller one for a new one, and writes over it

_Told = TypeVar("_Told")
_session = msgspec.json.Decoder(Session)


class SpoolState(msgspec.Struct, frozen=True):
    """What waits, for `status` and for the collector."""

    waiting: int
    live: int
    refused: int
    on_disk: bool
    since_at: int | None = None  # when the one that waits longest was last seen


class Spool:
    """Safe between the threads of one process; the agent's lock file keeps a second process away."""

    def __init__(self, path: Path, floor_seq: int) -> None:
        """`floor_seq`: no number at or below it is given, so that numbers lost with a broken file never come again."""
        self._path = path
        self._on_disk = True
        self._left_behind: frozenset[str] = frozenset()  # the ids of what the file still holds and memory had too
        self._writes_in_memory = 0
        self._lock = threading.RLock()
        self._file, self._size = (0, 0), 0  # where it lies on the disk, and its size when opened: it only grows
        try:
            self._db = self._own(_opened(path))
        except _FAULTS as error:
            self._db = self._elsewhere(error, _saved_from(path))
        self._seq = max(floor_seq, _last_seq(self._db))

    def close(self) -> None:
        with self._lock:
            if not self._on_disk:
                self._try_disk()
            self._db.close()

    def keep(self, session: Session, key: str) -> None:
        """The newest of this session; it replaces the older one and takes a new number."""
        self.keep_all(((session, key),))

    def keep_all(self, told: Sequence[tuple[Session, str]]) -> None:
        """The newest of each of these sessions with its key, in one stroke: a disk is slow to confirm."""
        with self._lock:
            self._safely(lambda: self._write(told))
            if not self._on_disk:
                self._writes_in_memory += 1
                if self._writes_in_memory % TRY_DISK_EVERY == 0:
                    self._try_disk()

    def oldest(self, after_seq: int = 0, limit: int = 20) -> list[Progress]:
        """What the collector has not confirmed, in the order of its numbers."""
        question = "SELECT seq, key, body FROM kept WHERE heard = 0 AND seq > ? ORDER BY seq LIMIT ?"

        def read() -> list[Progress]:
            rows = self._db.execute(question, (after_seq, limit)).fetchall()
            return [Progress(seq=seq, session=_unsealed(seq, key, body)) for seq, key, body in rows]

        return self._safely(read)

    def forget(self, upto: int) -> None:
        """The collector has everything up to this number: what has ended goes, what is live stays for a restart."""
        self._safely(lambda: self._forget("seq <= ?", upto))

    def refuse(self, seq: int, why: str) -> None:
        """The collector will never take this one: set it aside, so that it holds up none behind it."""
        self._safely(lambda: self._refuse(seq, why))

    def unfinished(self) -> list[tuple[str, Session]]:
        """The sessions that were followed when the agent last stopped, with their keys."""
        return self._safely(lambda: _unfinished(self._db))

    def state(self) -> SpoolState:
        """What waits and what is live."""
        return self._safely(lambda: _state(self._db, on_disk=self._on_disk))

    def _safely(self, act: Callable[[], _Told]) -> _Told:
        """Read or write; where that fails, once more in the place that takes this one's place."""
        with self._lock:
            try:
                return act()
            except sqlite3.ProgrammingError:
                raise  # of ours
            except _FAULTS as error:
                saved = _saved(self._db)
                self._db.close()
                self._db = self._elsewhere(error, saved)
                return act()

    def _forget(self, which: str, seq: int) -> None:
        with self._db:
            self._db.execute(f"DELETE FROM kept WHERE {which} AND ended = 1", (seq,))
            self._db.execute(f"UPDATE kept SET heard = 1 WHERE {which} AND heard = 0", (seq,))

    def _refuse(self, seq: int, why: str) -> None:
        with self._db:
            for (session_id,) in self._db.execute("SELECT session_id FROM kept WHERE seq = ?", (seq,)).fetchall():
                # What is said of a session later says all that was said before: the newest is enough.
                self._db.execute("DELETE FROM refused WHERE instr(body, ?) > 0", (f'"id":"{session_id}"'.encode(),))
            self._db.execute(
                "INSERT OR REPLACE INTO refused (seq, why, body) SELECT seq, ?, body FROM kept WHERE seq = ?",
                (why, seq),
            )
        self._forget("seq = ?", seq)

    def _own(self, db: sqlite3.Connection) -> sqlite3.Connection:
        """The file of this connection is the one to be found there from now on."""
        with contextlib.suppress(OSError):  # gone already: the next write says so
            found = self._path.stat()
            self._file, self._size = (found.st_dev, found.st_ino), found.st_size
        return db

    def _check_place(self) -> None:
        """SQLite writes on into a file that is deleted, replaced or overwritten under its hands; _Damaged says so."""
        try:
            found = self._path.stat()
        except FileNotFoundError as error:
            raise _Damaged("it has been deleted") from error
        except OSError:
            return  # of the disk: SQLite says it in its own words
        if (found.st_dev, found.st_ino) != self._file:
            raise _Damaged("another file stands in its place")
        if found.st_size < self._size:
            raise _Damaged("it has been cut short")
        _check_head(self._path)

    def _write(self, told: Sequence[tuple[Session, str]]) -> None:
        if self._on_disk:
            self._check_place()
        seq = self._seq + len(told)
        with self._db:
            self._db.execute("UPDATE counter SET seq = ?", (seq,))
            for number, (session, key) in enumerate(told, self._seq + 1):
                self._write_one(number, session, key)
        self._seq = seq

    def _write_one(self, seq: int, session: Session, key: str) -> None:
        self._db.execute(
            "INSERT INTO kept (session_id, seq, key, ended, heard, body) VALUES (?, ?, ?, ?, 0, ?)"
            " ON CONFLICT (session_id) DO UPDATE SET seq = excluded.seq, key = excluded.key,"
            " ended = excluded.ended, heard = 0, body = excluded.body",
            (session.id, seq, key, session.state is SessionState.ENDED, _sealed(seq, key, session)),
        )
        if session.state is SessionState.ENDED:
            self._record(session)

    def _record(self, session: Session) -> None:
        ended_at = session.last_seen_at
        self._db.execute("DELETE FROM recorded WHERE ended_at < ?", (ended_at - RECORD_MS,))
        self._db.execute(
            "INSERT OR REPLACE INTO recorded (session_id, ended_at, body) VALUES (?, ?, ?)",
            (session.id, ended_at, _sealed(ended_at, session.id, session)),
        )

    def _elsewhere(self, error: Exception, saved: "_Saved") -> sqlite3.Connection:
        """A new file where the old one is damaged, memory where the disk is in trouble; with all that could be read."""
        if _is_damage(error):
            try:
                kept_as = f"set aside as {_set_aside(self._path)}, " if self._path.exists() else ""
                log.error(
                    "the spool %s cannot be read (%s): %sa new one is begun with the %d sessions that could still be"
                    " read",
                    self._path,
                    error,
                    kept_as,
                    len(saved.kept),
                )
                return self._own(_holding(self._path, saved))
            except (OSError, *_FAULTS) as worse:
                error = worse
        log.error(
            "the spool %s cannot be written (%s): going on in memory; what is not sent before the agent stops is lost."
            " Free the disk or mend its permissions: the disk is tried again from time to time",
            self._path,
            error,
        )
        self._on_disk, self._writes_in_memory = False, 0
        self._left_behind = frozenset(session_id for session_id, *_ in saved.kept)
        return _holding(Path(":memory:"), _Saved(saved.kept, []))

    def _try_disk(self) -> None:
        """Take what is in memory back to the file, if that can be written again."""
        try:
            disk = _back_on_disk(self._path, self._db, self._left_behind, self._seq)
        except (OSError, *_FAULTS):
            return
        self._db.close()
        self._db, self._on_disk, self._left_behind = self._own(disk), True, frozenset()
        log.warning("the spool %s can be written again: what was in memory is on disk", self._path)


class SpoolReader:
    """What the spool holds, for whoever asks beside a running agent: nothing is written, mended or set aside."""

    def __init__(self, db: sqlite3.Connection, *, writable: bool) -> None:
        self._db, self._writable = db, writable

    def unfinished(self) -> list[tuple[str, Session]]:
        """The sessions that are followed, with their keys."""
        return _unfinished(self._db)

    def recorded(self, since_at: int) -> list[Session]:
        """What was recorded of the sessions that ended at or after this instant, in order of their ends."""
        question = "SELECT ended_at, session_id, body FROM recorded WHERE ended_at >= ? ORDER BY ended_at, session_id"
        return [_unsealed(*row) for row in self._db.execute(question, (since_at,))]

    def state(self) -> SpoolState:
        """What waits and what is live."""
        return _state(self._db, on_disk=self._writable)


@contextlib.contextmanager
def beside(path: Path) -> Iterator[SpoolReader]:
    """The spool of this path, empty where there is none yet; Unreadable says what to do."""
    try:
        with contextlib.closing(_read_only(path) if path.exists() else _opened(Path(":memory:"))) as db:
            if _has_tables(db):
                writable = os.access(path if path.exists() else _nearest(path), os.W_OK)
                yield SpoolReader(db, writable=writable)
                return
        with contextlib.closing(_opened(Path(":memory:"))) as nothing:  # a full disk took not even the tables
            yield SpoolReader(nothing, writable=False)
    except _FAULTS as error:
        raise Unreadable(
            f"the spool {path} cannot be read now ({error}); if damaged, the next `mezzora-agent run` sets it aside"
        ) from error


def _has_tables(db: sqlite3.Connection) -> bool:
    (count,) = db.execute("SELECT COUNT(*) FROM sqlite_master WHERE name = 'kept'").fetchone()
    return bool(count)


def _nearest(path: Path) -> Path:
    """The folder in which the file would be made, or that in which its folder would be."""
    return next((each for each in path.parents if each.exists()), path.parent)


class _Damaged(sqlite3.DatabaseError):
    """What the file says is not what was written."""


class _Saved(msgspec.Struct, frozen=True):
    """The rows of a spool that can still be read and are as they were written."""

    kept: list[tuple[str, int, str, int, int, bytes]]
    recorded: list[tuple[str, int, bytes]]


def _is_damage(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    return code is None or code & 0xFF not in _TROUBLE_OF_THE_DISK


def _sealed(number: int, name: str, session: Session) -> bytes:
    """The session behind a checksum of itself and of its row's number and name."""
    body = msgspec.json.encode(session)
    return _seal(number, name, body) + body


def _unsealed(number: int, name: str, body: bytes) -> Session:
    try:
        if body[:1] == b"{":  # of format 0
            return _session.decode(body)
        if body[:8] == _seal(number, name, body[8:]):
            return _session.decode(body[8:])
    except (TypeError, ValueError) as error:  # a broken file gives back any type
        raise _Damaged(f"number {number!r} is no session: {error}") from error
    raise _Damaged(f"number {number!r} is not what was written")


def _seal(number: int, name: str, body: bytes) -> bytes:
    return b"%08x" % zlib.crc32(f"{number} {name} ".encode() + body)


def _unfinished(db: sqlite3.Connection) -> list[tuple[str, Session]]:
    rows = db.execute("SELECT seq, key, body FROM kept WHERE ended = 0 ORDER BY seq")
    return [(key, _unsealed(seq, key, body)) for seq, key, body in rows]


def _state(db: sqlite3.Connection, *, on_disk: bool) -> SpoolState:
    waiting, live = db.execute("SELECT COALESCE(SUM(heard = 0), 0), COALESCE(SUM(ended = 0), 0) FROM kept").fetchone()
    (refused,) = db.execute("SELECT COUNT(*) FROM refused").fetchone()
    longest = db.execute("SELECT seq, key, body FROM kept WHERE heard = 0 ORDER BY seq LIMIT 1").fetchone()
    return SpoolState(
        waiting, live, refused, on_disk, since_at=_unsealed(*longest).last_seen_at if longest is not None else None
    )


def _last_seq(db: sqlite3.Connection) -> int:
    seq = db.execute("SELECT MAX(counter.seq, COALESCE((SELECT MAX(seq) FROM kept), 0)) FROM counter").fetchone()[0]
    return int(seq)


def _opened(path: Path) -> sqlite3.Connection:
    _check_head(path)
    is_new = _is_new(path)
    _keep_private(path)
    # The looks keep from one thread and the acks forget from another; the lock above takes turns.
    db = sqlite3.connect(path, timeout=LOCKED_S, check_same_thread=False)
    try:
        _check_format(db)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")  # with less, a power cut may take back what was kept
        db.executescript(_TABLES)
        db.execute(f"PRAGMA user_version = {FORMAT}")
        _check(db)
    except _FAULTS:
        db.close()
        if is_new:  # as a full disk leaves it
            with contextlib.suppress(OSError):
                path.unlink()
        raise
    return db


def _is_new(path: Path) -> bool:
    """Whether there is no file yet; _Damaged where there is an empty one."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return True
    except OSError:
        return False  # SQLite says it in its own words
    if not size:
        raise _Damaged("it is empty, which a spool never is")
    return False


def _keep_private(path: Path) -> None:
    """Readable by this user alone; what SQLite puts beside it is like it. A disk that takes nothing says so later."""
    if str(path) != ":memory:":
        with contextlib.suppress(OSError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            path.chmod(0o600)


def _read_only(path: Path) -> sqlite3.Connection:
    _check_head(path)
    address = f"{path.absolute().as_uri()}?mode=ro"
    db = sqlite3.connect(address, uri=True)
    try:
        _check_format(db)
    except sqlite3.OperationalError as error:
        db.close()
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
        # A folder in which not even a lock can be made.
        db = (
            _read_from_a_copy(path, error)
            if _waits_beside(path)
            else sqlite3.connect(f"{address}&immutable=1", uri=True)
        )
        _check_format(db)
    return db


def _waits_beside(path: Path) -> bool:
    """Whether the newest of it is not in the file itself, where alone SQLite looks when it can make no lock."""
    try:
        return _wal(path).stat().st_size > 0
    except FileNotFoundError:
        return False


def _read_from_a_copy(path: Path, error: sqlite3.OperationalError) -> sqlite3.Connection:
    import shutil  # here, as the next one: a running agent does without
    import tempfile

    try:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder, path.name)
            shutil.copyfile(path, copy)
            shutil.copyfile(_wal(path), _wal(copy))
            db = sqlite3.connect(":memory:", check_same_thread=False)
            with contextlib.closing(sqlite3.connect(copy)) as whole:
                whole.backup(db)
    except OSError as hidden:
        raise error from hidden
    return db


def _wal(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _check_head(path: Path) -> None:
    """Before SQLite has it, which would empty what stands beside a file that is none of its own."""
    try:
        with path.open("rb") as file:
            head = file.read(_SMALLEST)
    except OSError:
        return  # SQLite says it in its own words
    if not head and _waits_beside(path):
        raise _Damaged("it is empty, and what was written beside it is not")
    if head and (len(head) < _SMALLEST or not head.startswith(_HEAD)):
        raise _Damaged("it is no file of SQLite, or only the beginning of one")


def _check_format(db: sqlite3.Connection) -> None:
    (found,) = db.execute("PRAGMA user_version").fetchone()
    if found not in range(FORMAT + 1):
        raise _Damaged(f"its format is {found}, and this agent knows those up to {FORMAT}")


def _check(db: sqlite3.Connection) -> None:
    """That all of it can be read and what waits is what was written."""
    (found,) = db.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise _Damaged(" ".join(found.split()))
    for session_id, seq, key, ended, heard, body in db.execute(_KEPT):
        session = _unsealed(seq, key, body)
        if (session.id, session.state is SessionState.ENDED) != (session_id, ended):
            raise _Damaged(f"number {seq} is another session's")
        if heard not in (0, 1) or (ended and heard):  # what has ended and was heard is forgotten
            raise _Damaged(f"number {seq} is neither heard nor waits")
    if not 0 <= _last_seq(db) < MAX_SEQ:
        raise _Damaged("its numbers have run out")


def _saved_from(path: Path) -> _Saved:
    try:
        with contextlib.closing(_read_only(path)) as db:
            return _saved(db)
    except (OSError, *_FAULTS):
        return _Saved([], [])


def _saved(db: sqlite3.Connection) -> _Saved:
    saved = _Saved([], [])
    with contextlib.suppress(*_FAULTS):  # what comes before the damage is good
        for session_id, seq, key, _, heard, body in db.execute(_KEPT):
            with contextlib.suppress(_Damaged):
                session = _unsealed(seq, key, body)
                ended = session.state is SessionState.ENDED
                if session.id == session_id and 0 < seq < MAX_SEQ:
                    saved.kept.append((session_id, seq, key, ended, heard == 1 and not ended, body))
    with contextlib.suppress(*_FAULTS):
        for session_id, ended_at, body in db.execute(_RECORDED):
            with contextlib.suppress(_Damaged):
                if _unsealed(ended_at, session_id, body).id == session_id:
                    saved.recorded.append((session_id, ended_at, body))
    return saved


def _holding(path: Path, saved: _Saved) -> sqlite3.Connection:
    """A new spool with these rows; one that occurs twice in a damaged file is taken once."""
    db = _opened(path)
    try:
        with db:
            db.executemany("INSERT OR IGNORE INTO kept VALUES (?, ?, ?, ?, ?, ?)", saved.kept)
            db.executemany("INSERT OR IGNORE INTO recorded VALUES (?, ?, ?)", saved.recorded)
    except _FAULTS:
        db.close()
        raise
    return db


def _back_on_disk(path: Path, memory: sqlite3.Connection, both_had: frozenset[str], seq: int) -> sqlite3.Connection:
    """The spool at this path with what memory holds; of what both had, memory knows what was forgotten since."""
    try:
        db = _opened(path)
    except _FAULTS as error:
        if not _is_damage(error):
            raise
        _set_aside(path)
        db = _opened(path)
    try:
        with db:
            db.execute("CREATE TABLE room AS SELECT zeroblob(?)", (ROOM,))
        with db:
            db.execute("DROP TABLE room")
            db.executemany("DELETE FROM kept WHERE session_id = ?", [(each,) for each in both_had])
            for table, columns in (("kept", 6), ("recorded", 3), ("refused", 3)):
                rows = memory.execute(f"SELECT * FROM {table}")
                db.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * columns)})", rows)
            db.execute("UPDATE counter SET seq = MAX(seq, ?)", (seq,))
    except _FAULTS:
        db.close()
        raise
    return db


def _set_aside(path: Path) -> Path:
    """Under a free name, with what SQLite keeps beside it: that would be taken for the new file's."""
    names = (path.with_name(f"{path.name}.broken-{number}") for number in range(1, 10_000))
    aside = next(name for name in names if not name.exists())
    path.rename(aside)
    for beside_it in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + beside_it).rename(aside.with_name(aside.name + beside_it))
    return aside
