"""What is live now, kept ready: only what the bell named is read again, only what can have changed is computed."""

from dataclasses import dataclass
from decimal import Decimal

from collector.domain.money import NOTHING, plain
from collector.errors import Unavailable
from collector.ledger.bell import Bell
from collector.ledger.growth import grown
from collector.ledger.intervention import Intervention
from collector.ledger.openings import JOIN_WITHIN_MS
from collector.ledger.presence import Presence
from collector.ledger.price_lists import PriceLists
from collector.ledger.reading import Reading
from collector.ledger.standing import Standing, overtime_of, recent_of, stand
from collector.ledger.views import Recent, Row, Summary
from shared.clock import Clock
from shared.moments import day_bounds

MOST_RECENT = 50


@dataclass(frozen=True)
class Seen:
    """The board at one instant of the collector's clock."""

    now_at: int
    summary: Summary
    rows: list[Row]
    recent: list[Recent]


class Board:
    """The interventions with a contact in the last hours, live or not. Not for concurrent use."""

    def __init__(
        self, reading: Reading, lists: PriceLists, presence: Presence, bell: Bell, clock: Clock, *, demo: bool
    ) -> None:
        self._reading = reading
        self._lists = lists
        self._presence = presence
        self._clock = clock
        self._demo = demo
        self._listener = bell.listen()
        self._held: dict[int, Intervention] | None = None
        self._standing: dict[int, Standing] = {}

    async def look(self) -> Seen:
        """The board as it is now."""
        now_at, linked = self._clock.wall_ms(), self._presence.linked
        held = await self._held_now(now_at)
        for id, of in held.items():
            if not self._holds(self._standing.get(id), of, now_at, linked):
                self._standing[id] = stand(of, now_at, linked)
        rows = [row for id in held for row in self._standing[id].rows]
        quiet = [of for id, of in held.items() if not self._standing[id].rows]
        quiet.sort(key=lambda of: of.last_seen_at or of.opened_at, reverse=True)
        return Seen(now_at, self._summary(rows, held, now_at), rows, [recent_of(of) for of in quiet[:MOST_RECENT]])

    async def _held_now(self, now_at: int) -> dict[int, Intervention]:
        """Read what changed since the last look; what nobody touched for long falls off."""
        changed, going_on = self._listener.heard_apart()
        since_at = min(now_at - JOIN_WITHIN_MS, self._today(now_at))
        if self._held is None:
            changed = await self._reading.touched_since(since_at)
            self._held, going_on = {}, []
        for each in going_on:
            before = self._held.get(each.intervention_id)
            if before is None or (now := grown(before, each)) is None:
                changed |= {each.intervention_id}
            else:
                self._held[before.id] = now
                self._standing.pop(before.id, None)
        try:
            fresh = await self._reading.whole(changed) if changed else {}
        except Unavailable:
            self._held = None  # what changed is not known any more: all of it is read the next time
            raise
        for id in changed:
            self._standing.pop(id, None)
            self._held.pop(id, None)
        self._held |= fresh
        for id in [id for id, of in self._held.items() if _last_contact(of) < since_at]:
            del self._held[id]
            self._standing.pop(id, None)
        return self._held

    def _holds(self, standing: Standing | None, of: Intervention, now_at: int, linked: frozenset[int]) -> bool:
        """Whether the rows that were computed before still say the truth."""
        if standing is None or (standing.until_at is not None and standing.until_at <= now_at):
            return False
        return all((row.state == "silent") == (agent not in linked) for row, agent in _agents(standing, of))

    def _summary(self, rows: list[Row], held: dict[int, Intervention], now_at: int) -> Summary:
        today_at = self._today(now_at)
        agreed, open_ = NOTHING, NOTHING
        for id, of in held.items():
            if _last_contact(of) >= today_at:
                overtime = self._overtime(id, of)
                agreed, open_ = (agreed + overtime, open_) if of.overtime_agreed else (agreed, open_ + overtime)
        return Summary(
            live=sum(row.state == "live" for row in rows),
            near=sum(row.standing == "near" for row in rows),
            over=sum(row.standing == "over" for row in rows),
            unknown=sum(row.standing == "unknown" for row in rows),
            silent_agents=len({row.technician for row in rows if row.state == "silent"}),
            overtime_today=plain(agreed + open_),
            overtime_agreed=plain(agreed),
            overtime_open=plain(open_),
            demo=self._demo,
        )

    def _overtime(self, id: int, of: Intervention) -> Decimal:
        standing = self._standing[id]
        return standing.overtime if standing.rows else overtime_of(of.charge)

    def _today(self, now_at: int) -> int:
        return day_bounds(self._lists.day_of(now_at), self._lists.zone)[0]


def _last_contact(of: Intervention) -> int:
    return max((session.last_seen_at for session in of.sessions), default=of.opened_at)


def _agents(standing: Standing, of: Intervention) -> list[tuple[Row, int]]:
    return list(zip(standing.rows, (session.agent_id for session in of.open_sessions), strict=True))
