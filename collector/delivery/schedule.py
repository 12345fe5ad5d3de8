"""When a message that did not arrive is tried again, and when no more. Pure."""

from shared.moments import HOUR_MS, SECOND_MS

FIRST_MS = 5 * SECOND_MS
LONGEST_MS = HOUR_MS
GIVE_UP_MS = 72 * HOUR_MS
"""A message is tried for three days: a weekend's outage ends before that."""


def next_try_at(tries: int, made_at: int, now_at: int, chance: float, asked_ms: int = 0) -> int | None:
    """The instant after so many failed tries (1, 2, ...), and never before the receiver asked for; None: given up.

    Twice as long each time up to an hour, of which a random part (`chance` from 0 up to 1) keeps many from coming
    together.
    """
    limit_ms = min(LONGEST_MS, FIRST_MS << min(tries - 1, 16))
    at = now_at + max(round(limit_ms / 2 + chance * limit_ms / 2), asked_ms)
    return at if at <= made_at + GIVE_UP_MS else None
