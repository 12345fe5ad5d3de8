"""What is live now, kept ready: what nothing has touched is neither read nor computed again."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from heapq import nlargest

from collector.domain.money import NOTHING, plain
from collector.ledger.bell import Bell
from collector.ledger.growth import grown
from collector.ledger.intervention import Intervention
from collector.ledger.openings import JOIN_WITHIN_MS
from collector.ledger.presence import Presence
from collector.ledger.price_lists import PriceLists
from collector.ledger.reading import Reading
from collector.ledger.standing import overtime_of, recent_of, stand
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
    until_at: int | None  # when a row says something else, though nothing is committed


@dataclass(frozen=True, slots=True)
class _Place:
    """One intervention on the board: true until something is committed to it, one of its agents falls silent or is
    heard again, another day begins, or `until_at` comes."""

    rows: tuple[Row, ...]
    recent: Recent | None  # where it has no rows
    agents: frozenset[int]  # of its open sessions
    overtime: Decimal  # of today
    agreed: bool
    until_at: int | None


class Board:
    """The interventions with a contact today or in the last hours, live or not. Not for concurrent use."""

    def __init__(
        self,
        reading: Reading,
        lists: PriceLists,
        presence: Presence,
        bell: Bell,
        posted: Bell,
        clock: Clock,
        *,
        demo: bool,
    ) -> None:
        """`posted` rings when an alert was made."""
        self._reading = reading
        self._lists = lists
        self._presence = presence
        self._clock = clock
        self._demo = demo
        self._listener = bell.listen()
        self._posted = posted.listen()
        self._newest_alert: int | None = None
        self._held: dict[int, Intervention] | None = None
        self._places: dict[int, _Place] = {}
        self._linked: frozenset[int] = frozenset()
        self._today_at = 0

    async def look(self) -> Seen:
        """The board as it is now."""
        newest_alert = await self._read_alerts()
        held, touched = await self._read()
        now_at = self._clock.wall_ms()
        for id in touched | self._turned(now_at):
            self._put(id, held, now_at)
        places = self._places.values()
        rows = [row for place in places for row in place.rows]
        quiet = [place.recent for place in places if place.recent is not None]
        return Seen(
            now_at=now_at,
            summary=self._summary(rows, newest_alert),
            rows=rows,
            recent=nlargest(MOST_RECENT, quiet, key=lambda recent: (recent.ended_at, recent.intervention)),
            until_at=min((place.until_at for place in places if place.until_at is not None), default=None),
        )

    async def _read_alerts(self) -> int:
        if self._posted.rang:
            self._posted.heard()
            self._newest_alert = None
        if self._newest_alert is None:
            self._newest_alert = await self._reading.newest_alert()
        return self._newest_alert

    async def _read(self) -> tuple[dict[int, Intervention], set[int]]:
        """All that is held, and what of it was touched since the last look. Of what only went on the bell has said how
        long; the rest is read."""
        held, self._held = self._held, None  # a look that is given up leaves nothing that could be believed
        changed, going_on = self._listener.heard_apart()
        if held is None:
            now_at = self._clock.wall_ms()
            changed = await self._reading.touched_since(self._since_at(now_at, self._day_began_at(now_at)))
            held, self._places, going_on = {}, {}, []
        unread, touched = set(changed), set(changed)
        for each in going_on:
            touched.add(each.intervention_id)
            before = held.get(each.intervention_id)
            if before is None or (now := grown(before, each)) is None:
                unread.add(each.intervention_id)
            else:
                held[before.id] = now
        fresh = await self._reading.whole(unread) if unread else {}
        for id in unread - fresh.keys():
            held.pop(id, None)
        held |= fresh
        self._held = held
        return held, touched

    def _turned(self, now_at: int) -> set[int]:
        """What is no longer true although nothing was committed to it."""
        today_at = self._day_began_at(now_at)
        if today_at != self._today_at:
            self._today_at, self._linked = today_at, self._presence.linked
            return set(self._places)
        before, self._linked = self._linked, self._presence.linked
        otherwise = before ^ self._linked
        return {
            id
            for id, place in self._places.items()
            if (place.until_at is not None and place.until_at <= now_at) or not otherwise.isdisjoint(place.agents)
        }

    def _put(self, id: int, held: dict[int, Intervention], now_at: int) -> None:
        """Say what it is now; what nobody touched for long falls off."""
        of = held.get(id)
        last_at = None if of is None else _last_contact(of)
        if of is None or last_at is None or last_at < self._since_at(now_at, self._today_at):
            held.pop(id, None)
            self._places.pop(id, None)
            return
        standing = stand(of, now_at, self._linked)
        overtime = standing.overtime if standing.rows else overtime_of(of.charge)
        today = last_at >= self._today_at
        falls_at = None if today else last_at + JOIN_WITHIN_MS + 1
        self._places[id] = _Place(
            rows=standing.rows,
            recent=None if standing.rows else recent_of(of),
            agents=frozenset(session.agent_id for session in of.open_sessions),
            overtime=overtime if today else NOTHING,
            agreed=of.overtime_agreed,
            until_at=min((at for at in (standing.until_at, falls_at) if at is not None), default=None),
        )

    def _summary(self, rows: list[Row], newest_alert: int) -> Summary:
        states, standings = Counter(row.state for row in rows), Counter(row.standing for row in rows)
        agreed, open_ = NOTHING, NOTHING
        for place in self._places.values():
            if place.overtime:
                agreed, open_ = (agreed + place.overtime, open_) if place.agreed else (agreed, open_ + place.overtime)
        return Summary(
            live=states["live"],
            near=standings["near"],
            over=standings["over"],
            unknown=standings["unknown"],
            silent_agents=len({row.technician for row in rows if row.state == "silent"}),
            overtime_today=plain(agreed + open_),
            overtime_agreed=plain(agreed),
            overtime_open=plain(open_),
            newest_alert=newest_alert,
            demo=self._demo,
        )

    def _since_at(self, now_at: int, today_at: int) -> int:
        """Whoever had no contact since then is not on the board."""
        return min(now_at - JOIN_WITHIN_MS, today_at)

    def _day_began_at(self, now_at: int) -> int:
        return day_bounds(self._lists.day_of(now_at), self._lists.zone)[0]


def _last_contact(of: Intervention) -> int | None:
    """When it was seen last; None where it only was opened by hand."""
    return max((session.last_seen_at for session in of.sessions), default=None)
