"""One writer: what is answered is committed, and one who fails spoils nothing for the others."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from collector.errors import NotFound, Unavailable
from collector.ledger.engine import open_engines
from collector.ledger.pen import Pen
from collector.ledger.sessions import Report
from collector.ledger.tables import stretch, token
from shared.messages import Progress
from tests.collector.room import S1, Room, a_room, a_session, database


async def kept(room: Room) -> list[tuple[str, int]]:
    """What somebody else reads from the database."""
    async with room.engines.readers.connect() as connection:
        query = select(stretch.c.session_id, stretch.c.lasted_ms).order_by(stretch.c.session_id)
        return [(row.session_id, row.lasted_ms) for row in await connection.execute(query)]


async def change(room: Room, statement: str) -> None:
    """Behind the ledger's back."""
    engines = open_engines(await database(room.folder / "ledger.sqlite3"))
    async with engines.writer.begin() as connection:
        await connection.exec_driver_sql(statement)
    await engines.close()


async def test_what_is_answered_is_in_the_database(room: Room) -> None:
    await room.connect(S1, seconds=5)
    assert await kept(room) == [(S1, 5_000)]


async def test_many_agents_share_commits(room: Room) -> None:
    agent, now_at = await room.agent(), room.clock.wall_ms()
    rings = room.bell.listen()
    commits = 0

    async def count() -> None:
        nonlocal commits
        while True:
            await rings.wait()
            commits += 1

    counting = asyncio.create_task(count())
    told = [
        room.ledger.record([Report(agent, 0, Progress(seq=1, session=a_session(f"{n:032x}", (now_at - 9_000, 9_000))))])
        for n in range(300)
    ]
    assert await asyncio.gather(*told) == [[None]] * 300
    counting.cancel()
    assert commits <= 3
    assert len(await kept(room)) == 300


async def test_one_act_that_fails_undoes_only_itself(room: Room) -> None:
    async def half_done(pen: Pen) -> None:
        await pen.connection.execute(token.insert().values(name="x", role="office", hash="x", made_at=0))
        raise NotFound("what it was about")

    outcomes = await asyncio.gather(
        room.ledger.write(half_done), room.connect(S1, seconds=5), room.customer(), return_exceptions=True
    )
    assert isinstance(outcomes[0], NotFound)
    assert await room.reading.tokens() == []
    assert await kept(room) == [(S1, 5_000)]
    assert await room.reading.customer(1) is not None


async def test_a_mistake_of_ours_reaches_its_caller_alone(room: Room) -> None:
    async def mistaken(pen: Pen) -> None:
        raise TypeError("ours")

    with pytest.raises(TypeError):
        await room.ledger.write(mistaken)
    await room.connect(S1, seconds=5)


async def test_a_database_that_cannot_be_written_is_said_and_tried_again(room: Room) -> None:
    await room.connect(S1, seconds=5)
    await change(room, "ALTER TABLE stretch RENAME TO elsewhere")
    with pytest.raises(Unavailable, match="cannot be written"):
        await room.connect(S1, seconds=6)
    await change(room, "ALTER TABLE elsewhere RENAME TO stretch")
    await room.connect(S1, seconds=7)
    assert await kept(room) == [(S1, 7_000)]


async def test_a_command_beside_it_may_write_too(room: Room, tmp_path: Path) -> None:
    async with a_room(tmp_path) as beside:
        code = await beside.ledger.make_code("PC Sara")
    assert await room.ledger.enrol(code) is not None


@pytest.mark.usefixtures("kind")
async def test_what_waits_is_written_before_it_closes(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        await room.agent()
        last = asyncio.create_task(room.connect(S1, seconds=5))
        await asyncio.sleep(0)
        room.ledger.close()
        await asyncio.sleep(0)
        with pytest.raises(Unavailable, match="stopping"):
            await room.ledger.make_code("PC Sara")
        await last
    async with a_room(tmp_path) as again:
        assert await kept(again) == [(S1, 5_000)]
