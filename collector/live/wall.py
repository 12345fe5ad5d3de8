"""What is said of the board to whoever looks: all of it, or what differs from what he knows. Pure."""

from dataclasses import replace
from typing import Any

import msgspec

from collector.ledger.board import Seen
from collector.ledger.views import Row

DRIFT_MS = 300
"""A row that only went on as foretold (give or take this much) is no news: the page has ticked by itself."""

_encoder = msgspec.json.Encoder()


def body_of(seen: Seen) -> bytes:
    """All that is said of the board to whoever has just come, or has missed something, but for the instant."""
    return _encoder.encode({"summary": seen.summary, "rows": seen.rows, "recent": seen.recent})


def all_of(body: bytes, now_at: int) -> bytes:
    """Everything, said at this instant."""
    return b'{"type":"all","now":%d,%b' % (now_at, body[1:])


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
    knows = replace(seen, rows=[after[row.id] for row in seen.rows])
    same = not news and not gone and "recent" not in told and seen.summary == known.summary
    return (None if same else _encoder.encode(told)), knows


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
