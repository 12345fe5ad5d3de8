"""Two collectors on one PostgreSQL, agents on both; one is killed, or the other: nothing is lost or told twice."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import cast

import pytest
from websockets.asyncio.client import connect

from collector.ledger import proof
from collector.ledger.keys import Role
from shared.clock import SystemClock
from shared.messages import Ack, Enrolled, Welcome
from shared.moments import MINUTE_MS, SECOND_MS
from tests.collector.command import Running, started
from tests.collector.delivery.receivers import an_http_receiver
from tests.collector.intake.line import Agent
from tests.collector.room import On, Room, a_room, a_session, database
from tests.fakes.clock import FakeClock

CAP_MS = 20 * MINUTE_MS
BEFORE_MS = 4 * SECOND_MS
APART_MS = 500  # the caps, for each kill
PATIENCE_S = 40.0
KINDS = ["cap", "half-hour", "warning", "warning"]


class Technician:
    """One PC with one session, just before its cap."""

    def __init__(self, n: int, token: str, now_at: int) -> None:
        self.id = f"{n:032x}"
        self.peer = f"192.0.2.{n}:5900"
        self.started_at = now_at - CAP_MS + BEFORE_MS
        self._token = token
        self._seq = 0
        self._agent: Agent | None = None
        self._lines = AsyncExitStack()

    async def go_to(self, collector: Running) -> None:
        """Its line is to this collector from now on."""
        await self._lines.aclose()
        line = await self._lines.enter_async_context(connect(agents_of(collector), compression=None))
        self._agent = Agent(line)
        answer = await self._agent.greet(self._token, sent_at=SystemClock().wall_ms())
        assert isinstance(answer[0], Welcome)

    async def report(self) -> None:
        """How long it lasts by now; once this returns it is acknowledged."""
        assert self._agent is not None
        self._seq += 1
        lasted_ms = SystemClock().wall_ms() - self.started_at
        answer = await self._agent.report((self._seq, a_session(self.id, (self.started_at, lasted_ms), peer=self.peer)))
        assert answer == [Ack(seq=self._seq)]
        self.acknowledged_ms = lasted_ms

    async def leave(self) -> None:
        await self._lines.aclose()


def agents_of(collector: Running) -> str:
    return collector.address.replace("http", "ws", 1) + "/agent"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Room]:
    """Somebody at the command line, on the same database."""
    On.postgres = True
    try:
        async with a_room(tmp_path, clock=cast(FakeClock, SystemClock())) as room:
            yield room
    finally:
        On.postgres = False


async def enrolled(office: Room, collector: Running, n: int) -> Technician:
    async with connect(agents_of(collector), compression=None) as line:
        (answer,) = await Agent(line).enrol(await office.ledger.make_code(f"PC {n}"))
    assert isinstance(answer, Enrolled)
    technician = Technician(n, answer.token, SystemClock().wall_ms())
    await office.customer(f"Studio {n}", peers=(("tigervnc", technician.peer),))
    return technician


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not await true():
        assert time.monotonic() < deadline, "it did not come true"
        await asyncio.sleep(0.1)


async def serving(folder: Path, stack: ExitStack) -> Running:
    return await asyncio.to_thread(lambda: stack.enter_context(started("serve", folder)))


@pytest.mark.parametrize("kills", [1, pytest.param(8, marks=pytest.mark.slow)])
async def test_one_or_the_other_is_killed_and_every_alert_is_made_and_told_once(
    office: Room, tmp_path: Path, kills: int
) -> None:
    url = cast(str, await database(tmp_path / "ledger.sqlite3"))
    token, dice = await office.ledger.make_token("wall", Role.READ_ONLY), random.Random(kills)

    async def live(collector: Running) -> dict[str, str]:
        told = await asyncio.to_thread(collector.get, "/api/v1/live", token)
        return {row["id"]: row["state"] for row in told["rows"]}

    with ExitStack() as stack:
        async with an_http_receiver() as receiver:
            collectors: list[Running] = []
            for name in ("one", "other"):
                folder = tmp_path / name
                folder.mkdir()
                (folder / "mezzora.toml").write_text(f'database = "{url}"\n', encoding="utf-8")
                (folder / "key").write_text("shared", encoding="utf-8")
                hook = f'[channels.desk]\nkind = "webhook"\nurl = "{receiver.url}"\nsecret = {{ file = "key" }}\n'
                (folder / "channels.toml").write_text(hook, encoding="utf-8")
                collectors.append(await serving(folder, stack))
            people = [await enrolled(office, collectors[1], n) for n in range(1, 5)]
            everybody = {each.id: "live" for each in people}
            for n, each in enumerate(people):
                each.started_at = SystemClock().wall_ms() - CAP_MS + BEFORE_MS + n * (kills - 1) * APART_MS
                await each.go_to(collectors[n % 2])
                await each.report()

            async def both_show_all() -> bool:
                return await live(collectors[0]) == await live(collectors[1]) == everybody

            await until(both_show_all)
            async with asyncio.timeout(PATIENCE_S):
                await receiver.arrived.wait()
            for nth in range(kills):
                await asyncio.sleep(dice.uniform(0, 1) if nth else 0)
                gone = dice.randrange(2) if nth else 0
                collectors[gone].process.kill()
                await asyncio.to_thread(collectors[gone].process.wait)
                for each in people:
                    await each.go_to(collectors[1 - gone])
                    await each.report()
                if nth + 1 < kills:
                    collectors[gone] = await serving(tmp_path / ("one", "other")[gone], stack)

            async def alerts() -> dict[int, list[str]]:
                told, _ = await office.reading.alerts(limit=500)
                found: dict[int, list[str]] = {}
                for alert in told:
                    found.setdefault(alert.intervention, []).append(alert.kind)
                return found

            async def all_is_told() -> bool:
                for each in people:
                    await each.report()
                return {id: sorted(kinds) for id, kinds in (await alerts()).items()} == dict.fromkeys(
                    range(1, 5), KINDS
                )

            await until(all_is_told)
            assert await live(collectors[1 - gone]) == everybody
            ids = sorted(alert.id for alert in (await office.reading.alerts(limit=500))[0])

            def told() -> list[int]:
                return sorted(alert["id"] for message in receiver.taken.values() for alert in message["alerts"])

            async def all_arrived() -> bool:
                return set(told()) >= set(ids)

            await until(all_arrived)
            assert told() == ids
            for each in people:
                session = await office.reading.session(each.id)
                assert session is not None and session.observed_ms == each.acknowledged_ms
                await each.leave()
    async with office.engines.readers.connect() as connection:
        assert (await proof.verify(connection)).broken is None
