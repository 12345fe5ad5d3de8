"""The local times of a log, in the order in which it tells them → instants. Pure.

Local time tells no instant by itself: an hour comes twice in autumn and one never comes in spring. What helps is the
order of the lines, for time does not go back, and the offset that some programs write down when they start.
"""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from shared.moments import to_at

LocalAt = Callable[
    [datetime], int
]  # the instant of a local time in some zone; `fold` chooses in the hour that is twice

HOUR_MS = 3_600_000
DISORDER_MS = 60_000  # lines of several threads may be out of order by so much
NIGHT_HOURS = 5  # where clocks change, they do so before this hour of a Sunday


class LocalTimes:
    """One log's times."""

    def __init__(self, local_at: LocalAt) -> None:
        self._local_at = local_at
        self._offset: timedelta | None = None  # set where the log's own offset is not that of the zone
        self._last_at: int | None = None
        self.learned: dict[timedelta, bool] = {}  # the offsets that it told, and whether the zone has them too
        self.section: int | None = None  # how often it told its offset
        self.is_used = False  # whether any time was local
        self.unsure_ms = 0  # how far the last instant may be off, besides the coarseness of its text

    def learn(self, offset: timedelta, at: datetime | None) -> bool:
        """The program says its offset at this local time; returns whether the zone has the same one then."""
        agrees = at is not None and self._local_at(at) == to_at(at.replace(tzinfo=timezone(offset)))
        self.learned[offset] = agrees and self.learned.get(offset, True)
        self._offset = None if agrees else offset
        self._last_at = None
        self.section = (self.section or 0) + 1
        return agrees

    def at(self, local: datetime) -> int:
        """The instant of the next local time."""
        at = self._by_zone(local) if self._offset is None else self._by_offset(local, self._offset)
        self._last_at, self.is_used = at, True
        return at

    def _by_zone(self, local: datetime) -> int:
        first, second = self._local_at(local.replace(fold=0)), self._local_at(local.replace(fold=1))
        if first >= second:
            self.unsure_ms = 0
        elif self._last_at is not None and first < self._last_at - DISORDER_MS:
            self.unsure_ms = 0
            return second
        elif self._last_at is None or self._last_at < first:
            self.unsure_ms = second - first
        return first

    def _by_offset(self, local: datetime, offset: timedelta) -> int:
        at = to_at(local.replace(tzinfo=timezone(offset)))
        back_ms = self._last_at - at if self._last_at is not None else 0
        if 10 * DISORDER_MS < back_ms <= HOUR_MS + DISORDER_MS and local.weekday() == 6 and local.hour < NIGHT_HOURS:
            self._offset = offset - timedelta(hours=1)  # the hour that comes twice, in a zone that is not known
            at += HOUR_MS
        self.unsure_ms = 0
        return at
