"""Keeps every session on disk until the collector has said that it is safe. One row a session, however long off line.

What has ended is also written into the technician's own record, which stays for a little over a year: he may see what
was recorded about him, and compare it with a tool's own list.

The file is never emptied to get out of trouble: an unreadable one is set aside under another name, and a disk that
cannot be written lets the spool go on in memory, loudly, so that the agent neither ends nor loses what it still holds.
"""

import contextlib
import logging
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from shared.messages import Progress
from shared.session import Session, SessionState

log = logging.getLogger(__name__)

_TABLES = """
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

RECORD_MS = 400 * 24 * 3_600_000  # how long the record of an ended session stays on this PC

_session = msgspec.json.Decoder(Session)


@dataclass(frozen=True)
class SpoolState:
    """What waits, for `status`."""

    waiting: int
    live: int
    refused: int
    on_disk: bool


class Spool:
    """Safe between the threads of one process; the agent's lock file keeps a second process away."""

    def __init__(self, path: Path, floor_seq: int) -> None:
        """`floor_seq`: no number at or below it is given, so that numbers lost with a broken file never come again."""
        self._path = path
        self._on_disk = True
        self._lock = threading.RLock()
        self._db = self._open()
        with contextlib.suppress(sqlite3.Error), self._db:
            self._db.execute("UPDATE counter SET seq = MAX(seq, ?)", (floor_seq,))

    def close(self) -> None:
        self._db.close()

    def keep(self, session: Session, key: str) -> None:
        """The newest of this session; it replaces the older one and takes a new number."""
        self._safely(lambda: self._write(session, key))

    def oldest(self, after_seq: int = 0, limit: int = 20) -> list[Progress]:
        """What the collector has not confirmed, in the order of its numbers."""
        question = "SELECT seq, body FROM kept WHERE heard = 0 AND seq > ? ORDER BY seq LIMIT ?"
        with self._lock:
            rows = self._db.execute(question, (after_seq, limit)).fetchall()
        return [Progress(seq=seq, session=_session.decode(body)) for seq, body in rows]

    def forget(self, upto: int) -> None:
        """The collector has everything up to this number: what has ended goes, what is live stays for a restart."""
        self._safely(lambda: self._forget("seq <= ?", upto))

    def refuse(self, seq: int, why: str) -> None:
        """The collector will never take this one: set it aside, so that it holds up none behind it."""
        self._safely(lambda: self._refuse(seq, why))

    def unfinished(self) -> list[tuple[str, Session]]:
        """The sessions that were followed when the agent last stopped, with their keys."""
        with self._lock:
            rows = self._db.execute("SELECT key, body FROM kept WHERE ended = 0 ORDER BY seq").fetchall()
        return [(key, _session.decode(body)) for key, body in rows]

    def recorded(self, since_at: int) -> list[Session]:
        """What was recorded of the sessions that ended at or after this instant, in order of their ends."""
        question = "SELECT body FROM recorded WHERE ended_at >= ? ORDER BY ended_at, session_id"
        with self._lock:
            rows = self._db.execute(question, (since_at,)).fetchall()
        return [_session.decode(body) for (body,) in rows]

    def state(self) -> SpoolState:
        """What waits and what is live."""
        with self._lock:
            waiting, live = self._db.execute(
                "SELECT COALESCE(SUM(heard = 0), 0), COALESCE(SUM(ended = 0), 0) FROM kept"
            ).fetchone()
            (refused,) = self._db.execute("SELECT COUNT(*) FROM refused").fetchone()
        return SpoolState(waiting, live, refused, self._on_disk)

    def _safely(self, write: Callable[[], None]) -> None:
        """Write to the disk, or, once it cannot be written, to memory."""
        with self._lock:
            try:
                write()
            except sqlite3.Error as error:
                self._go_on_in_memory(error)
                write()

    def _forget(self, which: str, seq: int) -> None:
        with self._db:
            self._db.execute(f"DELETE FROM kept WHERE {which} AND ended = 1", (seq,))
            self._db.execute(f"UPDATE kept SET heard = 1 WHERE {which} AND heard = 0", (seq,))

    def _refuse(self, seq: int, why: str) -> None:
        with self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO refused (seq, why, body) SELECT seq, ?, body FROM kept WHERE seq = ?",
                (why, seq),
            )
        self._forget("seq = ?", seq)

    def _write(self, session: Session, key: str) -> None:
        with self._db:
            (seq,) = self._db.execute("UPDATE counter SET seq = seq + 1 RETURNING seq").fetchone()
            self._db.execute(
                "INSERT INTO kept (session_id, seq, key, ended, heard, body) VALUES (?, ?, ?, ?, 0, ?)"
                " ON CONFLICT (session_id) DO UPDATE SET seq = excluded.seq, key = excluded.key,"
                " ended = excluded.ended, heard = 0, body = excluded.body",
                (session.id, seq, key, session.state is SessionState.ENDED, msgspec.json.encode(session)),
            )
            if session.state is SessionState.ENDED:
                self._record(session)

    def _record(self, session: Session) -> None:
        ended_at = session.last_seen_at
        self._db.execute("DELETE FROM recorded WHERE ended_at < ?", (ended_at - RECORD_MS,))
        self._db.execute(
            "INSERT OR REPLACE INTO recorded (session_id, ended_at, body) VALUES (?, ?, ?)",
            (session.id, ended_at, msgspec.json.encode(session)),
        )

    def _open(self) -> sqlite3.Connection:
        try:
            return _opened(self._path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                return self._in_memory(error)
            aside = _free_name(self._path)
            self._path.rename(aside)
            log.error("the spool %s cannot be read (%s): set aside as %s, a new one is begun", self._path, error, aside)
            return _opened(self._path)

    def _in_memory(self, error: sqlite3.Error) -> sqlite3.Connection:
        log.error(
            "the spool %s cannot be written (%s): going on in memory; what is not sent before the agent stops is lost."
            " Free the disk or mend its permissions, then restart the agent",
            self._path,
            error,
        )
        self._on_disk = False
        return _opened(Path(":memory:"))

    def _go_on_in_memory(self, error: sqlite3.Error) -> None:
        broken, self._db = self._db, self._in_memory(error)
        try:
            kept = broken.execute("SELECT session_id, seq, key, ended, heard, body FROM kept").fetchall()
            (seq,) = broken.execute("SELECT seq FROM counter").fetchone()
        except sqlite3.Error:
            kept, seq = [], 0
        with self._db:
            self._db.executemany("INSERT INTO kept VALUES (?, ?, ?, ?, ?, ?)", kept)
            self._db.execute("UPDATE counter SET seq = ?", (seq,))
        broken.close()


def _opened(path: Path) -> sqlite3.Connection:
    # The looks keep from one thread and the acks forget from another; the lock above takes turns.
    db = sqlite3.connect(path, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")  # with less, a power cut may take back what was kept
        db.executescript(_TABLES)
        db.execute("SELECT COUNT(*) FROM kept").fetchone()
    except sqlite3.Error:
        db.close()
        raise
    return db


def _free_name(path: Path) -> Path:
    numbers = (path.with_name(f"{path.name}.broken-{number}") for number in range(1, 10_000))
    return next(name for name in numbers if not name.exists())
