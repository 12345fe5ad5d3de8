"""The agent on Windows reads TeamViewer's log while TeamViewer writes it, in this PC's local time.

The texts are those of TeamViewer 12's log in an outgoing session and of 15's in an incoming one and in failed attempts.
"""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.windows.interpreter import GUEST
from tests.windows.pc import Program, WindowsPc, on_windows
from tests.windows.watching import SOON, STEP, Watch, instant, observed, watch, watch_at_work

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
GUID = "{6b7ac4a4-0d2c-4b4e-9a57-9b4a1d0a7c11}"
TWO_LOOKS_S = 2.0
ROTATION = timedelta(seconds=5)  # a log may be gone for so long and come back
A_SECOND = timedelta(seconds=1)
FAILED = (
    f"G1   Trying connection to {CUSTOMER}, mode = 1",
    "G1   LoginOutgoing: ConnectFinished - error: KeepAliveLost",
)


async def teamviewer(pc: WindowsPc, log: Path) -> Program:
    return await pc.play("TeamViewer.exe", by="teamviewer.py", settings={"TEAMVIEWER_LOG": on_windows(log)})


async def write(program: Program, *lines: str) -> None:
    for line in lines:
        assert await program.ask(f"write {line}") == "done"


async def watch_as_user(pc: WindowsPc, home: Path) -> Watch:
    """The agent of the user whose folder this is."""
    as_user = (on_windows(GUEST / "other_user.py"), on_windows(home))
    return Watch(await pc.python(*as_user, "agent", "watch", "--json"))


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


async def test_a_log_that_nobody_else_may_open_for_a_while_is_read_as_soon_as_it_can_be(pc: WindowsPc) -> None:
    """The session ends in between: not before its end was written, and not after it could be read."""
    tool = await teamviewer(pc, in_app_data(pc))
    assert await tool.ask("start") == "done"
    agent = await watch(pc)
    await write(tool, *ATTEMPT, *ACCEPTED)
    start = await agent.hears("start")
    assert await tool.ask("alone") == "done"
    closing_at = datetime.now(UTC)
    await write(tool, *CLOSED)
    closed_at = datetime.now(UTC)
    await asyncio.sleep(TWO_LOOKS_S)
    assert await tool.ask("shared") == "done"
    stop = await agent.hears_until("stop")
    assert stop["session"] == start["session"]
    assert closing_at - STEP < instant(stop) < closed_at + STEP
    assert await agent.stop() == []
    await tool.close()


async def test_a_log_that_is_removed_while_it_is_read_ends_its_session_and_the_next_log_is_followed(
    pc: WindowsPc,
) -> None:
    tool = await teamviewer(pc, in_app_data(pc))
    assert await tool.ask("start") == "done"
    agent = await watch(pc)
    await write(tool, *ATTEMPT, *ACCEPTED)
    first = await agent.hears("start")
    assert await tool.ask("delete") == "done"
    removed_at = datetime.now(UTC)
    stop = await agent.hears_until("stop")
    assert stop["session"] == first["session"]
    assert instant(stop) < removed_at + ROTATION + SOON
    assert await tool.ask("start") == "done"
    await write(tool, *(line.replace(PEER, CUSTOMER) for line in (*ATTEMPT, *ACCEPTED)))
    assert (await agent.hears("start"))["peer"] == CUSTOMER
    await agent.stop()
    await tool.close()


async def test_the_list_of_connections_closes_what_the_log_leaves_open(pc: WindowsPc) -> None:
    """It is written when a session is over, in whole seconds of UTC, whatever this PC's zone is."""
    tool = await teamviewer(pc, in_app_data(pc))
    assert await tool.ask("start") == "done"
    agent = await watch(pc)
    await write(tool, *ATTEMPT, *ACCEPTED)
    start = await agent.hears("start")
    began, ended = (f"{each.astimezone(UTC):%d-%m-%Y %H:%M:%S}" for each in (instant(start), datetime.now(UTC)))
    ended_at = datetime.now(UTC)
    assert await tool.ask(f"record {PEER}\t{began}\t{ended}\tanna\tRemoteControl\t{GUID}") == "done"
    stop = await agent.hears_until("stop")
    assert stop["session"] == start["session"]
    assert ended_at - A_SECOND < instant(stop) < ended_at + A_SECOND
    assert await agent.stop() == []
    await tool.close()


async def test_a_log_of_local_times_tells_how_long_a_session_across_the_change_of_clocks_was(
    pc: WindowsPc, tmp_path: Path
) -> None:
    """In October the hour from two to three comes twice, in March it does not come."""
    log = tmp_path / "Sessione più lunga.log"
    autumn, spring = ("2025/10/26 02:20", "2025/10/26 02:10"), ("2026/03/29 01:50", "2026/03/29 03:10")
    with log.open("w", encoding="utf-8") as file:
        for start, end in (autumn, spring):
            file.writelines(f"{start}:00.000  3684  4564 {line}\n" for line in (*ATTEMPT, *ACCEPTED))
            file.writelines(f"{end}:00.000  3684  4564 {line}\n" for line in CLOSED)
    replayed = await pc.python(
        *("-m", "agent", "replay", "--tool", "teamviewer", "--os", "windows", "--json", "--log", on_windows(log))
    )
    told = [json.loads(line) for line in await replayed.rest()]
    assert [(each["start"][:16], each["end"][:16]) for each in told] == [
        ("2025-10-26T00:20", "2025-10-26T01:10"),
        ("2026-03-29T00:50", "2026-03-29T01:10"),
    ]


async def test_each_user_of_a_pc_is_told_of_his_own_log_alone(pc: WindowsPc) -> None:
    anna, log = pc.users / "Anna Però", ("AppData", "Roaming", "TeamViewer", "TeamViewer15_Logfile.log")
    hers = await teamviewer(pc, anna.joinpath(*log))
    his = await teamviewer(pc, in_app_data(pc))
    for tool in (hers, his):
        assert await tool.ask("start") == "done"
    agent = await watch(pc)
    her_agent = await watch_as_user(pc, anna)
    await write(hers, *(line.replace(PEER, CUSTOMER) for line in (*ATTEMPT, *ACCEPTED)))
    assert (await her_agent.hears("start"))["peer"] == CUSTOMER
    await write(his, *ATTEMPT, *ACCEPTED)
    assert (await agent.hears("start"))["peer"] == PEER
    for tool in (hers, his):
        await tool.close()
    assert (await agent.hears_until("stop"))["peer"] == PEER
    assert (await her_agent.hears_until("stop"))["peer"] == CUSTOMER
    assert await agent.stop() == []
    assert await her_agent.stop() == []


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
