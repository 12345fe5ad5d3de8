"""The one writer: takes all that waits, commits it together, tells those who waited, rings the bell.

There is no fixed window: while one commit is on its way to the disk, the next one gathers. Nobody is told that
something is written before it is.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from collector.domain.customer import CustomerCard
from collector.errors import Unavailable
from collector.ledger import alerts, audit, crediting, customers, decisions, exchange, handling, keys, merging, outbox
from collector.ledger.alerts import NewAlert
from collector.ledger.audit import Seen
from collector.ledger.bell import Bell
from collector.ledger.customers import Acceptance, CustomerEntry
from collector.ledger.decisions import Outcome
from collector.ledger.keys import NO_DEVICE, Device, KnownAgent, Role
from collector.ledger.neighbours import Neighbours
from collector.ledger.openings import PeerKey
from collector.ledger.pen import Pen
from collector.ledger.post import Post
from collector.ledger.price_lists import PriceLists
from collector.ledger.sessions import Report, Sessions
from shared.clock import Clock

MOST_TOGETHER = 500
"""Reports in one commit: more gain nothing, and the first of them would wait for the last."""

LISTEN_S = 1.0
"""So often it looks whether somebody else wrote, while it has nothing to write itself."""

_Told = TypeVar("_Told")
_log = logging.getLogger(__name__)


@dataclass
class _Act:
    """Something that a person or a loop wants written, and who waits for it."""

    write: Callable[[Pen], Awaitable[Any]]
    done: "asyncio.Future[Any]"


@dataclass
class _Frame:
    """Reports that arrived together, and who waits for them."""

    reports: Sequence[Report]
    done: "asyncio.Future[list[str | None]]"


@dataclass
class _Waiting:
    acts: list[_Act] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=list)

    def take(self) -> "_Waiting":
        """All the acts, and whole frames up to the size of a commit (one at least)."""
        count = room = 0
        while count < len(self.frames) and room < MOST_TOGETHER:
            room += len(self.frames[count].reports)
            count += 1
        taken = _Waiting(self.acts, self.frames[:count])
        self.acts, self.frames = [], self.frames[count:]
        return taken

    @property
    def futures(self) -> list["asyncio.Future[Any]"]:
        return [*(act.done for act in self.acts), *(frame.done for frame in self.frames)]


class Ledger:
    """Whoever wants something written asks here; `run` is the loop that writes."""

    def __init__(
        self, engine: AsyncEngine, lists: PriceLists, bell: Bell, clock: Clock, post: Post | None = None
    ) -> None:
        self._engine = engine
        self._lists = lists
        self._bell = bell
        self._clock = clock
        self._post = post or Post()
        self._shared = engine.dialect.name == "postgresql"  # others write too, and say so at once
        self._sessions = Sessions(shared=self._shared)
        self._neighbours = Neighbours(talkative=self._shared)
        self._waiting = _Waiting()
        self._wake = asyncio.Event()
        self._closing = False
        self._failing = False

    async def run(self) -> None:
        """Write until `close`; what waits then is written first."""
        try:
            while not (self._closing and not self._waiting.futures):
                try:
                    await asyncio.wait_for(self._wake.wait(), LISTEN_S)
                except TimeoutError:
                    await self.listen()
                self._wake.clear()
                while self._waiting.futures:
                    await self._commit(self._waiting.take())
        finally:
            self._closing = True
            for done in self._waiting.futures:
                done.cancel()

    async def listen(self) -> None:
        """Ring the bell where somebody else wrote without a word: a command beside this collector, on SQLite."""
        if self._shared:
            return
        with contextlib.suppress(SQLAlchemyError, OSError):  # whoever wants something written is told
            async with writing(self._engine, self._lists, self._clock) as pen:
                wrote = await self._hear_neighbours(pen)
            self._neighbours.know(pen)
            if wrote:
                self._bell.ring(frozenset(pen.changed))

    def close(self) -> None:
        """Let `run` end when all that waits is written."""
        self._closing = True
        self._wake.set()

    async def record(self, reports: Sequence[Report]) -> list[str | None]:
        """Enter what an agent reported; once this returns it is committed. For each None, or why it can't be taken."""
        frame = _Frame(reports, asyncio.get_running_loop().create_future())
        self._waiting.frames.append(frame)
        return await self._written(frame.done)

    async def write(self, act: Callable[[Pen], Awaitable[_Told]]) -> _Told:
        """One act in the next commit; what it raises is raised here, and only its own writing is undone."""
        waiting: asyncio.Future[_Told] = asyncio.get_running_loop().create_future()
        self._waiting.acts.append(_Act(act, waiting))
        return await self._written(waiting)

    async def _written(self, done: "asyncio.Future[_Told]") -> _Told:
        if self._closing:
            raise Unavailable("the collector is stopping: say it again when it is back")
        self._wake.set()
        return await done

    async def _commit(self, taken: _Waiting) -> None:
        """Write all of it in one transaction, and only then tell."""
        pen: Pen | None = None
        outcomes: list[tuple[asyncio.Future[Any], Any]] = []
        try:
            async with writing(self._engine, self._lists, self._clock, self._post) as pen:
                await self._hear_neighbours(pen)
                for act in taken.acts:
                    outcomes.append((act.done, await self._try(pen, act)))
                outcomes += await self._enter(pen, taken.frames)
        except (SQLAlchemyError, OSError) as error:
            self._failed(taken, error)
            return
        except BaseException:
            for done in taken.futures:
                done.cancel()
            raise
        self._recovered()
        self._neighbours.know(pen)
        self._sessions.shrink()
        for done, outcome in outcomes:
            _tell(done, outcome)
        self._bell.ring(frozenset(pen.changed), pen.grown.values())
        if pen.posted:
            self._post.bell.ring(frozenset())

    async def _hear_neighbours(self, pen: Pen) -> bool:
        """Forget what somebody else changed since; whether anybody did."""
        news = await self._neighbours.listen(pen)
        if news is None:
            return False
        self._sessions.forget(news)
        return True

    async def _try(self, pen: Pen, act: _Act) -> Any:
        """What the act returns, or what it raised; that undoes its own writing alone and is its caller's to see."""
        entered = len(pen.unsealed)
        try:
            async with pen.connection.begin_nested():
                told = await act.write(pen)
        except SQLAlchemyError:
            raise
        except Exception as error:
            del pen.unsealed[entered:]
            return error
        self._sessions.forget(pen.recredited)
        return told

    async def _enter(self, pen: Pen, frames: Sequence[_Frame]) -> list[tuple["asyncio.Future[Any]", Any]]:
        if not frames:
            return []
        verdicts = iter(await self._sessions.enter(pen, [report for frame in frames for report in frame.reports]))
        return [(frame.done, [next(verdicts) for _ in frame.reports]) for frame in frames]

    def _failed(self, taken: _Waiting, error: Exception) -> None:
        """The disk or the database would not: nothing of it is written, and everybody is told so."""
        self._sessions.forget()
        why = str(getattr(error, "orig", error))
        if not self._failing:
            _log.error("the ledger cannot be written: %s", why)
        self._failing = True
        for done in taken.futures:
            _tell(done, Unavailable(f"the ledger cannot be written: {why}"))

    def _recovered(self) -> None:
        if self._failing:
            _log.warning("the ledger can be written again")
        self._failing = False

    # What people decide. `by` is who, as he signed in.

    async def create_customer(self, entry: CustomerEntry, peers: Sequence[PeerKey], *, by: str = audit.ITSELF) -> int:
        card = entry.card(peers)
        return await self.write(lambda pen: customers.create(pen, card, by=by))

    async def update_customer(
        self, customer_id: int, entry: CustomerEntry, peers: Sequence[PeerKey] | None, *, by: str = audit.ITSELF
    ) -> None:
        await self.write(lambda pen: customers.update(pen, customer_id, entry, peers, by=by))

    async def add_customer(self, card: CustomerCard, *, by: str) -> int:
        return await self.write(lambda pen: customers.create(pen, card, by=by))

    async def change_customer(
        self, customer_id: int, revise: Callable[[CustomerCard], CustomerCard], *, by: str, seen: Seen = None
    ) -> None:
        await self.write(lambda pen: customers.change(pen, customer_id, revise, by=by, seen=seen))

    async def import_customers(self, of: customers.Ready, *, by: str) -> None:
        await self.write(lambda pen: customers.carry_out(pen, of, by=by))

    async def merge_customers(self, kept: int, gone: int, *, drop_periods: bool, by: str, seen: Seen = None) -> None:
        await self.write(lambda pen: merging.merge(pen, kept, gone, drop_periods=drop_periods, by=by, seen=seen))

    async def accept_terms(self, customer_id: int, told: Acceptance, *, by: str, seen: Seen = None) -> int:
        return await self.write(lambda pen: customers.accept(pen, customer_id, told, by=by, seen=seen))

    async def assign_customer(self, intervention_id: int, customer_id: int, *, by: str) -> None:
        await self.write(lambda pen: decisions.assign_customer(pen, intervention_id, customer_id, by=by))

    async def agree_overtime(self, intervention_id: int, *, by: str, how: str) -> None:
        await self.write(lambda pen: decisions.agree_overtime(pen, intervention_id, by=by, how=how))

    async def set_category(self, intervention_id: int, category: str | None, *, by: str) -> None:
        await self.write(lambda pen: decisions.set_category(pen, intervention_id, category, by=by))

    async def new_intervention(self, session_id: str, at: int, *, by: str, seen: Seen = None) -> int:
        """The number of the intervention that the session's time belongs to from `at` on."""
        return await self.write(lambda pen: crediting.new_intervention(pen, session_id, at, by=by, seen=seen))

    async def close_intervention(self, intervention_id: int, outcome: Outcome, *, by: str) -> None:
        await self.write(lambda pen: handling.close(pen, intervention_id, outcome, by=by))

    async def acknowledge_alert(self, alert_id: int, *, by: str) -> None:
        await self.write(lambda pen: decisions.acknowledge(pen, alert_id, by=by))

    async def snooze_alert(self, alert_id: int, until_at: int, *, by: str) -> None:
        await self.write(lambda pen: outbox.snooze(pen, alert_id, until_at, by=by))

    async def make_alerts(self, new: Sequence[NewAlert]) -> int:
        """How many of them were not made before."""
        return await self.write(lambda pen: alerts.make(pen, new))

    async def withdraw_alerts(self, keys: Collection[str]) -> None:
        await self.write(lambda pen: alerts.withdraw(pen, keys))

    # Who may come in.

    async def enrol(self, code: str) -> tuple[str, str] | None:
        """An agent's name and its token; None when the code is not good."""
        return await self.write(lambda pen: keys.enrol(pen, code))

    async def admit(self, secret: str, *, system: str, version: str, clock_offset_ms: int) -> KnownAgent | None:
        return await self.write(
            lambda pen: keys.admit(pen, secret, system=system, version=version, clock_offset_ms=clock_offset_ms)
        )

    async def note_seen(self, agent_id: int) -> None:
        await self.write(lambda pen: keys.note_seen(pen, agent_id))

    async def revoke_agent(self, agent_id: int) -> None:
        await self.write(lambda pen: keys.revoke_agent(pen, agent_id))

    async def make_code(self, name: str) -> str:
        return await self.write(lambda pen: keys.make_code(pen, name))

    async def make_token(self, name: str | None, role: Role) -> str:
        return await self.write(lambda pen: keys.make_token(pen, name, role))

    async def revoke_token(self, name: str) -> None:
        await self.write(lambda pen: keys.revoke_token(pen, name))

    async def make_link(self, name: str, role: Role) -> str:
        return await self.write(lambda pen: keys.make_link(pen, name, role))

    async def use_link(self, code: str, device: Device = NO_DEVICE) -> str | None:
        """The secret for the browser's cookie; None when the link is not good."""
        return await self.write(lambda pen: keys.use_link(pen, code, device))

    async def sign_in(self, secret: str, device: Device = NO_DEVICE) -> str | None:
        """The secret for the browser's cookie, for an API token; None when the token is not good."""
        return await self.write(lambda pen: keys.sign_in(pen, secret, device))

    async def sign_out(self, secret: str) -> None:
        await self.write(lambda pen: keys.sign_out(pen, secret))


@asynccontextmanager
async def writing(engine: AsyncEngine, lists: PriceLists, clock: Clock, post: Post | None = None) -> AsyncIterator[Pen]:
    """One transaction; leaving the block commits, an error undoes it. For commands beside a running collector too."""
    async with engine.begin() as connection:
        pen = Pen(connection, clock.wall_ms(), lists, post=post or Post())
        yield pen
        await audit.seal(pen)
        if engine.dialect.name == "postgresql":
            await exchange.tell(connection, pen)


def _tell(done: "asyncio.Future[Any]", outcome: Any) -> None:
    if done.done():  # who asked has gone
        return
    if isinstance(outcome, Exception):
        done.set_exception(outcome)
    else:
        done.set_result(outcome)
