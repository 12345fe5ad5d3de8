"""The agent on Windows sees a Remote Desktop Connection that is connected, and none that only shows its dialog."""

import time
from datetime import UTC, datetime, timedelta

from tests.windows.pc import WindowsPc
from tests.windows.remote_desktop import a_server, at_its_dialog, connected
from tests.windows.watching import SOON, STEP, instant, observed, watch, watch_at_work


async def test_a_connected_mstsc_is_a_session_and_one_at_its_dialog_is_none(pc: WindowsPc) -> None:
    async with a_server() as peer, a_server() as other:
        dialog = await at_its_dialog(pc, other)
        agent = await watch_at_work(pc)
        viewer = await connected(pc, peer)
        connected_at = datetime.now(UTC)

        start = await agent.hears("start")
        assert (start["tool"], start["peer"], start["evidence"]) == ("mstsc", peer, "socket")
        assert abs(instant(start) - connected_at) < SOON

        progress = await agent.hears("progress")
        assert progress["session"] == start["session"]
        assert timedelta(seconds=4) < observed(progress) < datetime.now(UTC) - instant(start) + STEP

        closing_at = datetime.now(UTC)
        await viewer.close()
        stop = await agent.hears_until("stop")
        assert stop["session"] == start["session"]
        assert abs(instant(stop) - closing_at) < SOON

        again = await connected(pc, peer)
        resumed = await agent.hears("start")
        assert (resumed["session"], observed(resumed)) == (start["session"], observed(stop))

        [last] = await agent.stop()
        assert (last["event"], last["session"]) == ("progress", start["session"])
        await again.close()
        await dialog.close()


async def test_two_viewers_to_one_peer_are_two_sessions(pc: WindowsPc) -> None:
    async with a_server() as peer:
        agent = await watch(pc)
        viewers = [await connected(pc, peer) for _ in range(2)]
        starts = [await agent.hears_until("start") for _ in viewers]
        assert len({start["session"] for start in starts}) == 2
        assert {start["peer"] for start in starts} == {peer}
        for viewer in viewers:
            await viewer.close()


async def test_at_its_seconds_a_session_that_lives_gets_a_last_progress_and_no_stop(pc: WindowsPc) -> None:
    async with a_server() as peer:
        viewer = await connected(pc, peer)
        began_s = time.monotonic()
        agent = await watch(pc, "--seconds", "2")
        events = await agent.last_words()
        went_by = timedelta(seconds=time.monotonic() - began_s)  # the last look of a busy computer comes late
        assert [event["event"] for event in events] == ["start", "progress"]
        assert timedelta() < observed(events[-1]) <= went_by
        await viewer.close()
