"""Rows and boards that say only what a test is about."""

import msgspec

from collector.ledger.board import Seen
from collector.ledger.views import Consent, Next, Row, Summary

NOW = 1_795_000_000_000
CAP_MS = 1_200_000
NOBODY = Summary(
    live=0,
    near=0,
    over=0,
    unknown=0,
    silent_agents=0,
    overtime_today="0.00",
    overtime_agreed="0.00",
    overtime_open="0.00",
    newest_alert=0,
    demo=False,
)


def a_row(
    id: str = "1" * 32, *, connected_ms: int = 60_000, as_of: int = NOW, ticking: bool = True, **other: object
) -> Row:
    """A session within its cap, one minute old."""
    row = Row(
        id=id,
        intervention=1,
        customer=None,
        tool="tigervnc",
        tool_name="TigerVNC",
        peer="192.0.2.7:5900",
        peer_name=None,
        technician="PC Anna",
        nth=1,
        evidence="socket",
        marks=(),
        state="live",
        standing="within",
        service="contract",
        connected_ms=connected_ms,
        as_of=as_of,
        ticking=ticking,
        session_ms=connected_ms,
        cap_ms=CAP_MS,
        unit_ms=1_800_000,
        near_ms=300_000,
        gaps=(),
        half_hours=0,
        overtime="0.00",
        cost="45.00",
        next=Next(as_of + CAP_MS - connected_ms, "cap", 1, "35.00"),
        consent=Consent(False, None, None, None),
        critical=False,
        flags=(),
        actions=(),
    )
    return msgspec.structs.replace(row, **other)


def a_board(*rows: Row, now_at: int = NOW, live: int | None = None, until_at: int | None = None) -> Seen:
    """A board with these rows."""
    summary = msgspec.structs.replace(NOBODY, live=len(rows) if live is None else live)
    return Seen(now_at, summary, list(rows), [], until_at)
