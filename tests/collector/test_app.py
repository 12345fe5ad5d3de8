"""All parts together, in one process: a session comes in at the door and is on the page's data."""

import asyncio
from pathlib import Path

import httpx
import pytest

from collector.app import build, make_app, running, service_of
from collector.errors import CannotStart, Unavailable
from collector.ledger.keys import Role
from collector.ledger.sessions import Report
from collector.settings import Settings, read_settings
from shared.messages import Progress
from tests import postgres
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


def test_the_firm_s_sign_in_service_is_known_by_the_settings_and_a_secret_that_is_missing_is_told(
    tmp_path: Path,
) -> None:
    clock, file = FakeClock(), tmp_path / "secret"
    assert service_of(Settings(tmp_path), clock) is None
    told = {
        "oidc_issuer": "https://login.example.it",
        "oidc_client_id": "mezzora",
        "oidc_client_secret_file": str(file),
    }
    settings = read_settings(tmp_path, told, {})
    with pytest.raises(CannotStart, match="oidc_client_secret_file"):
        service_of(settings, clock)
    file.write_text("s e c\n", encoding="utf-8")
    service = service_of(settings, clock)
    assert service is not None
    assert (service.client.secret, service.client.claim, service.client.label) == ("s e c", "email", "login.example.it")


async def test_a_loop_that_fails_is_noticed(tmp_path: Path) -> None:
    collector = build(Settings(tmp_path), FakeClock())
    async with running(collector):
        collector.presence.fall_silent = None  # type: ignore[method-assign, assignment]
        async with asyncio.timeout(10):
            await collector.crashed


@pytest.mark.slow
async def test_while_the_database_is_away_nothing_ends_and_afterwards_all_goes_on(tmp_path: Path) -> None:
    bin = postgres.programs()
    if bin is None:
        pytest.skip("PostgreSQL is missing")
    server, clock = postgres.Server(bin), FakeClock()
    collector = build(Settings(tmp_path, postgres=server.new()), clock)
    async with running(collector):
        await collector.ledger.enrol(await collector.ledger.make_code("PC Anna"))
        with collector.hub.joined():
            await collector.hub.now()
            with server.away():
                session = a_session(S1, (clock.wall_ms() - 130_000, 130_000))
                with pytest.raises(Unavailable):
                    await collector.ledger.record([Report(1, 0, Progress(seq=1, session=session))])
                with pytest.raises(Unavailable):
                    await collector.reading.agents()
                for _ in range(10):
                    clock.advance(3_600_000)
                    collector.bell.ring(frozenset({1}))
                    await asyncio.sleep(0.1)
            session = a_session(S1, (clock.wall_ms() - 130_000, 130_000))
            assert await collector.ledger.record([Report(1, 0, Progress(seq=2, session=session))]) == [None]
            heard = collector.bell.listen()
            async with asyncio.timeout(20):
                while (await collector.reading.alerts())[1] == 0:
                    clock.advance(200)
                    await heard.wait(0.05)
    assert not collector.crashed.done()
    server.stop()
