"""What collectors on one PostgreSQL tell each other: what changed, whom they hear, what they run under, and turns.

Nothing of weight rests on it: the ledger is the truth, and whoever missed a word reads it again.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from collector.ledger import postgres
from collector.ledger.bell import Bell
from collector.ledger.conditions import Conditions, Difference, differences
from collector.ledger.growth import Growth
from collector.ledger.pen import Pen
from collector.ledger.post import Post
from collector.ledger.presence import SILENCE_MS, Presence
from shared.clock import Clock
from shared.messages import Order

CHANNEL = "mezzora"
AT_ONCE = 40
"""Things in one word: PostgreSQL passes on at most 8,000 bytes at once."""

LOOK_EVERY_S = 1.0
SAY_AGAIN_MS = 4_000
"""So often a collector says whom it hears, though nothing has changed."""

GATHER_S = 0.05
RETRY_S = 1.0
SKEW_MS = 2_000
"""Clocks of two computers that differ by more make instants that do not fit together."""

_Thing = TypeVar("_Thing")
_log = logging.getLogger(__name__)


class Heard(msgspec.Struct, frozen=True):
    """Whom a collector hears: one part of the list, of so many."""

    part: int
    of: int
    up: tuple[int, ...]
    linked: tuple[int, ...]
    under: Conditions | None = None  # a program from before tells none


class PassedOn(msgspec.Struct, frozen=True):
    """For the collector that has this agent's line."""

    agent: int
    order: Order


class Word(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one says to all the others."""

    by: str
    changed: tuple[int, ...] = ()
    grown: tuple[Growth, ...] = ()
    posted: bool = False
    heard: Heard | None = None
    order: PassedOn | None = None


def words_of(by: str, pen: Pen) -> list[Word]:
    """What was written with this pen, in words that are short enough; one at least."""
    changed, grown = sorted(pen.changed), list(pen.grown.values())
    count = max(1, _parts(changed), _parts(grown))
    return [
        Word(by, tuple(_part(changed, n)), tuple(_part(grown, n)), posted=pen.posted and n == 0) for n in range(count)
    ]


def words_of_presence(by: str, presence: Presence, under: Conditions) -> list[Word]:
    """Whom this collector hears, and what it runs under, in words that are short enough; one at least."""
    up, linked = sorted(presence.own_up), presence.own_linked
    count = max(1, _parts(up))
    words = []
    for n in range(count):
        some = tuple(_part(up, n))
        heard = Heard(n, count, some, tuple(each for each in some if each in linked), None if n else under)
        words.append(Word(by, heard=heard))
    return words


def _parts(things: Sequence[object]) -> int:
    return -(-len(things) // AT_ONCE)


def _part(things: Sequence[_Thing], n: int) -> Sequence[_Thing]:
    return things[n * AT_ONCE : (n + 1) * AT_ONCE]


async def tell(connection: AsyncConnection, pen: Pen) -> None:
    """Say what was written; the others hear it when it is committed, and only then."""
    said = [msgspec.json.encode(word).decode() for word in words_of(postgres.writer_of(connection.engine), pen)]
    await connection.exec_driver_sql(f"SELECT pg_notify('{CHANNEL}', word) FROM unnest($1::text[]) AS word", (said,))


class Exchange:
    """This collector's ear among the others, and its turn at the channels; all on one connection, kept open."""

    def __init__(
        self,
        url: str,
        me: str,
        under: Conditions,
        bell: Bell,
        presence: Presence,
        post: Post,
        clock: Clock,
        missed: Callable[[], Awaitable[frozenset[int]]],
        order: Callable[[int, Order], bool],
    ) -> None:
        """`missed` finds what may have changed while nobody listened; `order` says it to an agent, if it is here."""
        self._url = url
        self._me = me
        self._under = under
        self._others: dict[str, tuple[Conditions, int]] = {}  # and when each said so
        self._told: tuple[Difference, ...] = ()
        self._bell = bell
        self._presence = presence
        self._post = post
        self._clock = clock
        self._missed = missed
        self._order = order
        self._connection: Any = None
        self._asking = asyncio.Lock()
        self._turns: set[str] = set()
        self._to_say: deque[Word] = deque()
        self._listener = bell.listen()
        self._listening = False
        self._failing = False

    async def run(self) -> None:
        """Until cancelled; a connection that is lost is opened again."""
        try:
            while True:
                try:
                    await self._open()
                    await self._converse()
                except postgres.troubles() as error:
                    self._say_failing(str(error))
                self._close()
                await asyncio.sleep(RETRY_S)
        finally:
            self._close()

    @property
    def listens(self) -> bool:
        """Whether it hears the others now."""
        return self._listening and not self._connection.is_closed()

    def differences(self) -> tuple[Difference, ...]:
        """The other collectors that are there and run under something else."""
        since_ms = self._clock.steady_ms() - SILENCE_MS
        self._others = {by: each for by, each in self._others.items() if each[1] > since_ms}
        return differences(self._under, (under for under, _ in self._others.values()))

    async def has_turn(self, channel: str) -> bool:
        """Whether this collector tells over that channel: one at a time does, and another one when it is gone."""
        if channel not in self._turns and self._connection is not None:
            asked = "SELECT pg_try_advisory_lock(hashtext('mezzora channel'), hashtext($1))"
            try:
                if await self._ask(asked, channel):
                    self._turns.add(channel)
            except postgres.troubles():
                return False
        return channel in self._turns

    def pass_on(self, agent_id: int, order: Order) -> bool:
        """Say it to an agent, here or through the collector that hears it; False where nobody does."""
        if self._order(agent_id, order):
            return True
        if self._connection is None or agent_id not in self._presence.up - self._presence.own_up:
            return False
        self._say(Word(self._me, order=PassedOn(agent_id, order)))
        return True

    async def _open(self) -> None:
        self._connection = await postgres.connect(self._url)
        self._connection.add_termination_listener(lambda _: self._listener.ring(frozenset(), ()))
        await self._connection.add_listener(CHANNEL, lambda _connection, _pid, _channel, told: self._hear(told))
        database_at = await self._ask("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
        if abs(off_ms := database_at - self._clock.wall_ms()) > SKEW_MS:
            _log.warning("the database's clock is off by %+d ms: set its computer's clock, or this one's", off_ms)
        self._listening = True
        self._bell.ring(await self._missed())
        self._post.bell.ring(frozenset())
        if self._failing:
            _log.warning("the other collectors are heard again")
        self._failing = False

    async def _converse(self) -> None:
        """Say whom this collector hears when that changes, and every few seconds."""
        said, said_ms = None, 0
        while not self._connection.is_closed():
            now, now_ms = (self._presence.own_up, self._presence.own_linked), self._clock.steady_ms()
            if now != said or now_ms - said_ms >= SAY_AGAIN_MS:
                said, said_ms = now, now_ms
                self._to_say.extend(words_of_presence(self._me, self._presence, self._under))
            while self._to_say:
                word = self._to_say.popleft()
                await self._ask("SELECT pg_notify($1, $2)", CHANNEL, msgspec.json.encode(word).decode())
            await self._listener.rings(LOOK_EVERY_S)
            await asyncio.sleep(GATHER_S)
            self._listener.heard()

    def _say(self, word: Word) -> None:
        self._to_say.append(word)
        self._listener.ring(frozenset(), ())

    def _hear(self, told: str) -> None:
        """What another one said; a newer program's word that is not understood is read from the ledger later."""
        try:
            word = msgspec.json.decode(told, type=Word)
        except msgspec.DecodeError:
            return
        if word.by == self._me:
            return
        if word.order is not None:
            self._order(word.order.agent, word.order.order)
        elif word.heard is not None:
            heard = word.heard
            if heard.under is not None:
                self._compare(word.by, heard.under)
            if self._presence.hear_of((word.by, heard.part), heard.of, heard.up, heard.linked, self._clock.steady_ms()):
                self._bell.ring(frozenset())
        else:
            self._bell.ring(frozenset(word.changed), word.grown)
            if word.posted:
                self._post.bell.ring(frozenset())

    def _compare(self, by: str, under: Conditions) -> None:
        """Say once where another one runs under something else."""
        self._others[by] = under, self._clock.steady_ms()
        now = self.differences()
        for each in now:
            if each not in self._told:
                _log.error(
                    "the collector on %s runs under other %s than this one: give both the same, and start them anew",
                    each.name,
                    " and ".join(each.parts),
                )
        self._told = now

    async def _ask(self, question: str, *values: object) -> Any:
        async with self._asking:
            return await self._connection.fetchval(question, *values)

    def _close(self) -> None:
        """Whoever comes next has its turns."""
        connection, self._connection, self._listening = self._connection, None, False
        self._turns.clear()
        if connection is not None:
            connection.terminate()

    def _say_failing(self, why: str) -> None:
        if not self._failing:
            _log.error("the other collectors are not heard: %s", why)
        self._failing = True
