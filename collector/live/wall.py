"""What is said of the board to whoever looks: all of it, or what differs from what he knows. Pure."""

from typing import Any

import msgspec

from collector.ledger.board import Seen
from collector.ledger.views import Row

DRIFT_MS = 300
"""A row that only went on as foretold (give or take this much) is no news: the page has ticked by itself."""

_encoder = msgspec.json.Encoder()


def all_of(seen: Seen, now_at: int) -> bytes:
    """Everything: for whoever has just come, or has missed something."""
    return _encoder.encode(
        {"type": "all", "now": now_at, "summary": seen.summary, "rows": seen.rows, "recent": seen.recent}
    )


def pulse(now_at: int) -> bytes:
    """Nothing changed, and somebody is still there."""
    return _encoder.encode({"type": "pulse", "now": now_at})


def changes(known: Seen, seen: Seen) -> tuple[bytes | None, Seen]:
    """What differs (None: nothing), and the board as its viewers then know it.

    A row that went on as foretold stays as it was told, so that small drifts cannot add up unseen.
    """
    before = {row.id: row for row in known.rows}
    now = {row.id for row in seen.rows}
    news = [row for row in seen.rows if not _foretold(before.get(row.id), row)]
    gone = [session for session in before if session not in now]
    told: dict[str, Any] = {"type": "changes", "now": seen.now_at, "summary": seen.summary, "rows": news, "gone": gone}
    if seen.recent != known.recent:
        told["recent"] = seen.recent
    after = before | {row.id: row for row in news}
    knows = Seen(seen.now_at, seen.summary, [after[row.id] for row in seen.rows], seen.recent)
    same = not news and not gone and "recent" not in told and seen.summary == known.summary
    return (None if same else _encoder.encode(told)), knows


def marks_ahead(seen: Seen, now_at: int) -> list[int]:
    """The instants ahead at which a row says something else, though nothing is committed."""
    marks = [mark for row in seen.rows if row.ticking for mark in _marks(row)]
    return [mark for mark in marks if mark > now_at]


def _marks(row: Row) -> tuple[int, ...]:
    if row.cap_ms is None:
        return ()
    cap_at = row.as_of + row.cap_ms - row.connected_ms
    ahead = () if row.next is None or row.next.at is None else (row.next.at,)
    return (cap_at - row.near_ms, cap_at + 1000, *ahead)


def _foretold(before: Row | None, after: Row) -> bool:
    """Whether whoever knows the row of before, and lets it tick, knows this one already."""
    if before is after:  # most of them: nothing has touched it
        return True
    if before is None or not (before.ticking and after.ticking):
        return before == after
    ticked_ms = before.connected_ms + after.as_of - before.as_of
    return abs(after.connected_ms - ticked_ms) <= DRIFT_MS and _still(before) == _still(after)


def _still(row: Row) -> Row:
    """The row without what goes on by itself."""
    ahead = row.next and msgspec.structs.replace(row.next, at=None)
    return msgspec.structs.replace(row, connected_ms=0, as_of=0, session_ms=0, next=ahead)
