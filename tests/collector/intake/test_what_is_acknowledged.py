"""What was acknowledged is there after `kill -9`, at whatever moment it comes."""

import asyncio
import random
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidMessage

from shared.messages import Ack
from tests.collector.command import Running, mezzora, started
from tests.collector.intake.line import Agent
from tests.collector.room import S1, a_session

ROUNDS = 3


async def test_no_acknowledged_second_is_lost(tmp_path: Path) -> None:
    dice = random.Random(7)
    code = mezzora("enrol", "PC Anna", "--data", tmp_path).stdout.strip()
    began_at, token, acked = round(time.time() * 1000) - 3_600_000, "", 0
    for _ in range(ROUNDS):
        with started("serve", tmp_path) as collector:
            if not token:
                async with _line(collector) as agent:
                    token = (await agent.enrol(code))[0].token  # type: ignore[union-attr]
            acked = await _stream(collector, token, began_at, acked, dice)
        with sqlite3.connect(tmp_path / "mezzora.sqlite3") as file:
            ((kept,),) = file.execute("SELECT lasted_ms FROM stretch").fetchall()
        assert kept >= acked > 0


@asynccontextmanager
async def _line(collector: Running) -> AsyncIterator[Agent]:
    async with connect(collector.address.replace("http", "ws") + "/agent", compression=None) as line:
        yield Agent(line)


async def _stream(collector: Running, token: str, began_at: int, acked: int, dice: random.Random) -> int:
    """Report one session, a millisecond longer each time, until it is killed; the last length acknowledged."""
    enough = acked + dice.randrange(5, 100)
    try:
        async with _line(collector) as agent:
            await agent.greet(token, sent_at=round(time.time() * 1000))
            seq = acked
            while True:
                seq += 1
                if await agent.report((seq, a_session(S1, (began_at, seq)))) == [Ack(seq=seq)]:
                    acked = seq
                if acked == enough:  # and then somewhere on the way of the next ones
                    asyncio.get_running_loop().call_later(dice.uniform(0, 0.02), collector.process.kill)
    except (ConnectionClosed, InvalidMessage, OSError):
        return acked
