"""Sessions from the command line, beside a collector that runs."""

import asyncio
import json
import time
from pathlib import Path

from websockets.asyncio.client import connect

from collector.session import line
from shared.messages import Enrolled, Order
from tests.collector.command import mezzora_here, started
from tests.collector.intake.line import Agent
from tests.collector.room import S1, a_session


def test_a_line_says_what_a_person_looks_for() -> None:
    told = {"id": S1, "state": "live", "tool": "tigervnc", "agent": "PC Anna", "peer_name": None, "peer": None}
    assert line({**told, "observed_seconds": 61.7}).endswith("PC Anna > peer not told                  1:01")


async def test_the_end_of_a_session_reaches_its_agent_and_a_revoked_agent_is_hung_up_on(tmp_path: Path) -> None:
    def mezzora(*words: str) -> tuple[int, str, str]:
        done = mezzora_here(*words, "--data", tmp_path)
        return done.returncode, done.stdout, done.stderr

    def typed(*words: str) -> "asyncio.Future[tuple[int, str, str]]":
        return asyncio.get_running_loop().run_in_executor(None, mezzora, *words)

    with started("serve", tmp_path) as collector:
        url = collector.address.replace("http", "ws") + "/agent"
        async with connect(url) as first, connect(url) as second:
            (enrolled,) = await Agent(first).enrol((await typed("enrol", "PC Anna"))[1].strip())
            assert isinstance(enrolled, Enrolled)
            agent, now = Agent(second), time.time_ns() // 1_000_000
            await agent.greet(enrolled.token, sent_at=now)
            await agent.report((1, a_session(S1, (now - 9_000, 9_000))))
            (listed,) = (await typed("session", "list", "--state", "live", "--json"))[1].splitlines()
            assert (json.loads(listed)["id"], json.loads(listed)["agent"]) == (S1, "PC Anna")
            assert "tigervnc" in (await typed("session", "list"))[1]
            status, said, _ = await typed("session", "end", S1)
            assert status == 0 and "unless the technician stops it" in said
            while not isinstance(heard := (await agent.hear())[0], Order):
                pass
            assert heard.session == S1
            assert (await typed("session", "end", "2" * 32))[0] == 1
            assert (await typed("agent", "revoke", "PC Anna"))[0] == 0
            assert await agent.hung_up() == 1008
        assert (await typed("token", "list"))[1] == ""
        assert (await typed("customer", "create", "Studio Bianchi"))[1] == "1\n"
        link = (await typed("customer", "link", "1"))[1].strip()
        assert link.startswith(f"{collector.address}/yours/")
        assert (await typed("customer", "unlink", "1"))[0] == 0
        assert "has no link" in (await typed("customer", "unlink", "1"))[2]
