"""The agent on Windows reads TeamViewer's log while TeamViewer writes it, in this PC's local time.

The texts are those of TeamViewer 12's log in an outgoing session and of 15's in an incoming one and in failed attempts.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.windows.pc import Program, WindowsPc, on_windows
from tests.windows.watching import SOON, STEP, instant, observed, watch, watch_at_work

PEER = "512003417"
CUSTOMER = "733190246"

ATTEMPT = (
    f"G1   Trying connection to {PEER}, mode = 1",
    f"S0   CommandHandlerRouting[5]::CreateActiveSession(): outgoing session to {PEER} via server1.teamviewer.com",
    "G1   LoginOutgoing: starting authentication",
)
ACCEPTED = (
    f"S0   CPersistentParticipantManager::AddParticipant: [{PEER},1204881] type=3 name=RECEPTION",
    "G1   ClientThread started",
    f"G1   Client connection to {PEER}, server version is 15.54.5 , OS=32768 Participant=[{PEER},1204881]",
)
CLOSED = (
    "G1   Connection closed by user",
    "S0   ShowSponsoredSessionDialog: duration=1, usedLicense=10000, outgoing=1, established=1",
    f"S0   CGatewaySession[5]::EndSession(): Session to {PEER} ended. Estimated capacity=195366kBit/s, Latency=0ms",
)
KEPT_ALIVE = (
    "S0   KeepAliveSessionOutgoing::ConnectSuccessHandler(): KeepAliveConnect to router1.teamviewer.com successful",
    "S0   CKeepAliveClientClient::OnKeepAliveSucceeded(): Protocol 8 proxy -- IP 192.0.2.139",
)
INCOMING = (
    "S0   CommandHandlerRouting[7]::CreatePassiveSession(): incoming session via server2.teamviewer.com",
    f"S0   CPersistentParticipantManager::AddParticipant: [{CUSTOMER},-9142] type=6 name=SOMEBODY",
    "S0   Start Desktop process in session 1",
    f"D1   Connection incoming, sessionID = {CUSTOMER}",
    "S0   ShowSponsoredSessionDialog: duration=2, usedLicense=10000, outgoing=0, established=1",
    f"S0   SessionStatistics[7] Session to {CUSTOMER} ended.",
)
FAILED = (
    f"G1   Trying connection to {CUSTOMER}, mode = 1",
    "G1   LoginOutgoing: ConnectFinished - error: KeepAliveLost",
)


async def teamviewer(pc: WindowsPc, log: Path) -> Program:
    return await pc.play("TeamViewer.exe", by="teamviewer.py", settings={"TEAMVIEWER_LOG": on_windows(log)})


async def write(program: Program, *lines: str) -> None:
    for line in lines:
        assert await program.ask(f"write {line}") == "done"


def in_app_data(pc: WindowsPc) -> Path:
    return pc.app_data / "TeamViewer" / "TeamViewer15_Logfile.log"


def in_program_files(pc: WindowsPc) -> Path:
    return pc.program_files / "TeamViewer" / "TeamViewer15_Logfile.log"


async def test_an_outgoing_session_is_told_with_peer_start_and_end(pc: WindowsPc) -> None:
    tool = await teamviewer(pc, in_app_data(pc))
    assert await tool.ask("start") == "done"
    agent = await watch_at_work(pc)
    await write(tool, *KEPT_ALIVE, *ATTEMPT)
    accepted_at = datetime.now(UTC)
    await write(tool, *ACCEPTED)
    start = await agent.hears("start")
    assert (start["tool"], start["peer"], start["evidence"]) == ("teamviewer", PEER, "log")
    assert accepted_at - STEP <= instant(start) < accepted_at + SOON

    progress = await agent.hears("progress")
    assert progress["session"] == start["session"]
    assert timedelta(seconds=4) < observed(progress) < datetime.now(UTC) - accepted_at + STEP

    await write(tool, *CLOSED)
    closed_at = datetime.now(UTC)
    stop = await agent.hears_until("stop")
    assert (stop["session"], stop["peer"]) == (start["session"], PEER)
    assert abs(instant(stop) - closed_at) < SOON
    assert observed(stop) < closed_at - accepted_at + STEP

    assert await agent.stop() == []
    await tool.close()


async def test_without_a_banner_the_times_are_this_pcs_local_time(pc: WindowsPc) -> None:
    """Old versions write none. Read as UTC, the session would begin an hour or two from now."""
    tool = await teamviewer(pc, in_program_files(pc))
    agent = await watch_at_work(pc)
    accepted_at = datetime.now(UTC)
    await write(tool, *ATTEMPT, *ACCEPTED)
    assert accepted_at - STEP <= instant(await agent.hears("start")) < accepted_at + SOON
    await write(tool, *CLOSED)
    stop = await agent.hears("stop")
    assert observed(stop) < datetime.now(UTC) - accepted_at + STEP
    await tool.close()


async def test_incoming_sessions_and_failed_attempts_are_none(pc: WindowsPc) -> None:
    tool = await teamviewer(pc, in_program_files(pc))
    assert await tool.ask("start") == "done"
    agent = await watch_at_work(pc)
    await write(tool, *KEPT_ALIVE, *INCOMING, *FAILED, *ATTEMPT, *ACCEPTED)
    assert (await agent.hears("start"))["peer"] == PEER  # the first thing told, and the last
    assert [event["event"] for event in await agent.stop()] == ["progress"]
    await tool.close()


async def test_the_log_can_be_renamed_while_a_session_is_followed(pc: WindowsPc) -> None:
    """Windows refuses to rename a file that a reader holds open: TeamViewer must find nobody in its way."""
    tool = await teamviewer(pc, in_app_data(pc))
    assert await tool.ask("start") == "done"
    agent = await watch(pc)
    await write(tool, *ATTEMPT, *ACCEPTED)
    start = await agent.hears("start")
    for _ in range(5):
        assert await tool.ask("rotate") == "done"
        await write(tool, *KEPT_ALIVE)
    await write(tool, *CLOSED)
    assert (await agent.hears_until("stop"))["session"] == start["session"]
    await agent.stop()
    await tool.close()


async def test_a_session_that_a_power_cut_ended_is_not_live_after_the_next_start(pc: WindowsPc) -> None:
    """The log tells its start and no end; that TeamViewer runs again says nothing about it."""
    log = in_program_files(pc)
    log.parent.mkdir()
    yesterday = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y/%m/%d %H:%M:%S.000")
    cut_short = (f"{yesterday}  3684  4564 {line.replace(PEER, CUSTOMER)}\n" for line in (*ATTEMPT, *ACCEPTED))
    log.write_text("".join(cut_short), encoding="utf-8")
    tool = await teamviewer(pc, log)
    assert await tool.ask("start") == "done"
    agent = await watch(pc)
    await write(tool, *ATTEMPT, *ACCEPTED)
    assert (await agent.hears("start"))["peer"] == PEER
    await tool.close()


async def test_a_peer_is_told_in_any_script(pc: WindowsPc) -> None:
    """JSON is UTF-8, whatever Windows' own code page is."""
    tool = await teamviewer(pc, in_app_data(pc))
    assert await tool.ask("start") == "done"
    agent = await watch(pc)
    await write(tool, *(line.replace(PEER, "Księgowość") for line in (*ATTEMPT, *ACCEPTED)))
    assert (await agent.hears("start"))["peer"] == "Księgowość"
    await tool.close()
