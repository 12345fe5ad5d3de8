"""The agent asks Windows for its event channels, in Windows' own calls, which files answer here (guest/wevtapi.c)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.moments import to_at
from tests.agent.written_events import ACTIVITY, ADDRESS, ATTEMPT, BASE_AT, CHANNEL, END, START, an_event
from tests.windows.event_channels import EventChannels, compiled, pid_on_windows
from tests.windows.pc import WindowsPc
from tests.windows.remote_desktop import a_server, at_its_dialog
from tests.windows.watching import Event, Watch, instant

ASSISTANCE = "Microsoft-Windows-RemoteAssistance/Operational"
LONG = "a host of eight thousand letters " * 250  # longer than the first buffer


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("library"))


@pytest.fixture
def channels(pc: WindowsPc, tmp_path: Path, library: Path) -> Iterator[EventChannels]:
    with EventChannels(pc, tmp_path / "channels", library) as channels:
        yield channels


def now(number: int, value: str | None = None, **more: Any) -> str:
    """An event that is written at this moment."""
    return an_event(number, value, after_ms=to_at(datetime.now(UTC)) - BASE_AT, **more)


def written_at(event: str) -> datetime:
    """The instant that Windows would write into it, up to the millisecond."""
    stamp = event.partition("SystemTime='")[2].partition("'")[0]
    return datetime.fromisoformat(f"{stamp[:23]}+00:00")


def is_when(told: Event, written: str) -> bool:
    """To a few milliseconds: lengths are measured by another clock, and the wall clock is corrected meanwhile."""
    return abs(instant(told) - written_at(written)) <= timedelta(milliseconds=5)


async def test_a_session_is_told_by_its_events_alone(pc: WindowsPc, channels: EventChannels) -> None:
    """The viewer has no connection of its own here, as behind a gateway: nothing but the events shows its session."""
    async with a_server() as peer:
        viewer = await at_its_dialog(pc, peer)
        pid = await pid_on_windows(pc, "mstsc.exe")
        channels.write(
            CHANNEL, now(ATTEMPT, LONG, pid=pid, activity="earlier"), now(START, pid=pid, activity="earlier")
        )
        agent = Watch(await pc.python("-m", "agent", "watch", "--json", settings=channels.settings))
        await agent.hears("start")
        channels.write(CHANNEL, now(END, "1", pid=pid, activity="earlier"))
        await agent.hears_until("stop")

        channels.write(CHANNEL, now(ATTEMPT, "PC7", pid=pid), now(ADDRESS, "192.0.2.7", pid=pid))
        channels.write(CHANNEL, started := now(START, pid=pid))
        start = await agent.hears("start")
        assert (start["tool"], start["peer"], start["evidence"]) == ("mstsc", "pc7", "event")
        assert is_when(start, started)
        channels.write(CHANNEL, ended := now(END, "1", pid=pid))
        stop = await agent.hears_until("stop")
        assert stop["session"] == start["session"]
        assert is_when(stop, ended)
        assert await agent.stop() == []
        await viewer.close()


async def test_what_is_live_when_the_agent_starts_is_read_back(pc: WindowsPc, channels: EventChannels) -> None:
    async with a_server() as peer:
        viewer = await at_its_dialog(pc, peer)
        pid = await pid_on_windows(pc, "mstsc.exe")
        channels.write(CHANNEL, *(now(ATTEMPT, f"PC{each}", pid=pid, activity=str(each)) for each in range(100)))
        channels.write(CHANNEL, now(ATTEMPT, "PC7", pid=pid, activity=ACTIVITY), now(START, pid=pid))
        agent = Watch(await pc.python("-m", "agent", "watch", "--json", settings=channels.settings))
        assert (await agent.hears("start"))["peer"] == "pc7"
        await agent.stop()
        await viewer.close()


async def test_explain_tells_what_each_channel_is_good_for(pc: WindowsPc, channels: EventChannels) -> None:
    channels.write(CHANNEL)
    channels.switch_off(CHANNEL)
    explained = await pc.python("-m", "agent", "explain", settings=channels.settings)
    lines = [each for each in await explained.rest() if each.startswith("event channel")]
    assert [each.partition(": ")[2] for each in lines] == [
        "there is no such channel here",
        "it is switched off in Windows",
    ]
    assert await explained.complaints() == ""

    channels.write(ASSISTANCE)
    channels.refuse(ASSISTANCE)
    listed = await pc.python("-m", "agent", "tools", settings=channels.settings)
    lines = await listed.rest()
    assert any(each.startswith("mstsc ") and "event (" in each and "socket (" in each for each in lines)
    assert f"{ASSISTANCE} (remote-assistance): it cannot be read" in "\n".join(lines)
    assert len((await listed.complaints()).splitlines()) == 1
