"""The made-up day: a living wall, marked as made up, and never among real data."""

import asyncio
from pathlib import Path

from collector import demo
from collector.app import build, running
from collector.ledger.bell import Bell
from collector.ledger.board import Board
from collector.settings import Settings
from shared.clock import SystemClock


async def test_the_wall_lives_and_says_that_it_is_made_up(tmp_path: Path) -> None:
    collector = build(Settings(tmp_path, demo=True), SystemClock())
    async with running(collector):
        playing = asyncio.create_task(demo.play(collector))
        async with asyncio.timeout(30):
            while (await collector.reading.sessions())[1] < len(demo.LAST_MONTH + demo.DAY):
                assert not playing.done()
                await asyncio.sleep(0.05)
        seen = await Board(
            collector.reading,
            collector.lists,
            collector.presence,
            collector.bell,
            Bell(),
            collector.clock,
            demo=True,
        ).look()
        playing.cancel()
    assert seen.summary.demo
    assert {row.standing for row in seen.rows} >= {"within", "near", "over", "unknown"}
    assert {row.state for row in seen.rows} == {"live", "silent"}
    assert not (tmp_path / "mezzora.sqlite3").exists()


async def test_the_statements_of_the_month_before_are_out(tmp_path: Path) -> None:
    collector = build(Settings(tmp_path, demo=True), SystemClock())
    async with running(collector):
        playing = asyncio.create_task(demo.play(collector))
        async with asyncio.timeout(60):
            while (issued := await collector.office.issued.statements())[1] < 3:
                assert not playing.done()
                await asyncio.sleep(0.05)
        playing.cancel()
    assert sorted((each.customer_name, each.net) for each in issued[0]) == [
        ("Ambulatorio San Marco", "195.00"),
        ("Studio Dentistico Bianchi", "125.00"),
        ("Studio Neri", "80.00"),
    ]


def test_each_day_begins_anew(tmp_path: Path) -> None:
    settings = Settings(tmp_path, demo=True)
    settings.database.write_text("yesterday")
    demo.forget(settings.database)
    demo.forget(settings.database)
    assert not settings.database.exists()


def test_every_scene_ends_now_or_before() -> None:
    for scene in demo.DAY:
        last = scene.stretches(10**9)[-1]
        assert last.ended_at <= 10**9
        assert scene.live == (last.ended_at == 10**9)
