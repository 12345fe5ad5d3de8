"""All parts together, in one process: a session comes in at the door and is on the page's data."""

import asyncio
from pathlib import Path

import httpx

from collector.app import build, make_app, running
from collector.ledger.keys import Role
from collector.ledger.sessions import Report
from collector.settings import Settings
from shared.messages import Progress
from tests.collector.room import S1, a_session
from tests.fakes.clock import FakeClock


async def test_what_is_reported_is_answered_by_the_api_and_watched(tmp_path: Path) -> None:
    clock = FakeClock()
    collector = build(Settings(tmp_path), clock)
    app = make_app(collector)
    async with running(collector):
        token = await collector.ledger.make_token("Laura", Role.SUPERVISOR)
        await collector.ledger.enrol(await collector.ledger.make_code("PC Anna"))
        session = a_session(S1, (clock.wall_ms() - 130_000, 130_000))
        assert await collector.ledger.record([Report(1, 0, Progress(seq=1, session=session))]) == [None]
        heard = collector.bell.listen()
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
            mine = {"Authorization": f"Bearer {token}"}
            answer = await browser.get("/api/v1/sessions", headers=mine)
            assert [each["id"] for each in answer.json()["items"]] == [S1]
            async with asyncio.timeout(10):
                while (await collector.reading.alerts())[1] == 0:
                    clock.advance(200)
                    await heard.wait(0.05)
    assert not collector.crashed.done()


async def test_a_loop_that_fails_is_noticed(tmp_path: Path) -> None:
    collector = build(Settings(tmp_path), FakeClock())
    async with running(collector):
        collector.presence.fall_silent = None  # type: ignore[method-assign, assignment]
        async with asyncio.timeout(10):
            await collector.crashed
