"""The agent at work on a Windows PC, heard line by line."""

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any

from tests.windows.pc import PATIENCE_S, Program, WindowsPc
from tests.windows.remote_desktop import a_server, connected

SOON = timedelta(seconds=4)  # a busy machine is slower than the second that an idle one keeps
STEP = timedelta(milliseconds=50)  # Windows' clocks go forward in steps of some 16 ms
FIELDS = {"event", "session", "tool", "peer", "at", "observed_seconds", "evidence"}
Event = dict[str, Any]


class Watch:
    """`mezzora-agent watch --json` on this PC."""

    def __init__(self, program: Program) -> None:
        self.program = program

    async def hears(self, what: str) -> Event:
        """Its next line, which must tell this."""
        event = read(await self.program.line())
        assert event["event"] == what, event
        return event

    async def hears_until(self, what: str) -> Event:
        """Its next line that is no progress, which must tell this."""
        async with asyncio.timeout(PATIENCE_S):
            while (event := read(await self.program.line()))["event"] == "progress":
                pass
        assert event["event"] == what, event
        return event

    async def stop(self) -> list[Event]:
        """Ctrl-C, and all that it still says."""
        await self.program.stop()
        return await self.last_words()

    async def last_words(self) -> list[Event]:
        """All that it still says until it ends, which must be well and without a complaint."""
        events = [read(line) for line in await self.program.rest()]
        assert (await self.program.ended(), await self.program.complaints()) == (0, "")
        return events


async def watch(pc: WindowsPc, *arguments: str) -> Watch:
    """The agent as a technician's PC would start it."""
    return Watch(await pc.python("-m", "agent", "watch", "--json", *arguments))


async def watch_at_work(pc: WindowsPc) -> Watch:
    """The same, past its first look: what happens from here on it sees as it happens."""
    async with a_server() as peer:
        viewer = await connected(pc, peer)
        agent = await watch(pc)
        await agent.hears("start")
        await viewer.close()
        await agent.hears_until("stop")
    return agent


def read(line: str) -> Event:
    """One line, in the form that is promised."""
    event: Event = json.loads(line)
    assert event.keys() >= FIELDS, event
    assert instant(event).utcoffset() is not None, event
    return event


def instant(event: Event) -> datetime:
    """When it was so."""
    return datetime.fromisoformat(event["at"])


def observed(event: Event) -> timedelta:
    """For how long the session was seen live, up to then."""
    return timedelta(seconds=event["observed_seconds"])
