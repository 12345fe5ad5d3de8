"""Recorded files → sessions: lists, logs, both together, and what cannot be told."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from agent.errors import NotOfThisKind
from agent.local_times import LocalAt
from agent.recording import (
    Recorded,
    ZoneChoice,
    read_list,
    read_logs,
    rule_of,
    together,
)
from agent.sighting import LoggedSession
from agent.signature import LogKind, System
from shared.moments import iso, to_at
from tests.agent.catalogue.scenes import SAMPLES, signature

GUID = "{b35110b2-7dc5-4bb9-8d54-ca80953f65f8}"
ANNA = f"1660360496\t20-02-2024 13:10:33\t20-02-2024 13:11:52\tIEUser\tRemoteControl\t{GUID}"


def of_zone(name: str) -> LocalAt:
    return lambda local: to_at(local.replace(tzinfo=ZoneInfo(name)))


ROME = ZoneChoice(of_zone("Europe/Rome"), "Europe/Rome")
HERE = ZoneChoice(of_zone("America/New_York"))  # the computer that replays is elsewhere


def brief(found: list[Recorded]) -> list[tuple[str | None, str, str | None]]:
    """Peer, start, end, as 2024-02-20T13:10:33."""
    return [
        (each.session.peer, iso(each.began_at)[:19], iso(each.ended_at)[:19] if each.ended_at is not None else None)
        for each in found
    ]


class Files:
    """Recorded files, read, with what was said of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[str] = []

    def write(self, content: str | bytes, name: str) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def told_by_list(self, content: str | bytes, name: str = "Connections.txt") -> list[Recorded]:
        rule = rule_of(signature("teamviewer"), System.WINDOWS, LogKind.RECORDS)
        return read_list(self.write(content, name), "teamviewer", rule, self.said.append)

    def told_by_log(self, *contents: str | bytes, tool: str = "teamviewer", zone: ZoneChoice = ROME) -> list[Recorded]:
        paths = [self.write(content, f"part-{number}.log") for number, content in enumerate(contents)]
        rule = next(each for each in signature(tool).log if each.kind is LogKind.LINES)
        told = read_logs(paths, tool, rule, zone, self.said.append)
        self.said += [each.note for each in told if each.note is not None]
        return told


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


# Lists.


@pytest.mark.parametrize("end_of_line", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_list_in_any_encoding_tells_peer_mode_and_times(files: Files, encoding: str, end_of_line: str) -> None:
    lines = ["", ANNA.replace("IEUser", "Perché no"), ANNA.replace("1660360496", "418 220 137").replace("\t", "     ")]
    first, second = files.told_by_list(end_of_line.join(lines).encode(encoding))
    assert (first.session.peer, first.mode, second.session.peer) == ("1660360496", "RemoteControl", "418220137")
    assert files.said == []


@pytest.mark.parametrize("mode", ["RemoteControl", "FileTransfer", "RemoteSupport", "Presentation", "VPN"])
@pytest.mark.parametrize("account", ["IEUser", "SERVER TV", "D'Angelo, José (2)", ""])
def test_every_mode_is_a_session_whatever_the_account_is_called(files: Files, mode: str, account: str) -> None:
    (told,) = files.told_by_list(ANNA.replace("IEUser", account).replace("RemoteControl", mode))
    assert told.mode == mode


def test_records_that_overlap_are_two_and_one_that_stands_twice_is_one(files: Files) -> None:
    other = ANNA.replace("1660360496", "1XXXXXXXX9")
    assert brief(files.told_by_list("\n".join((ANNA, other, ANNA)))) == [
        ("1660360496", "2024-02-20T13:10:33", "2024-02-20T13:11:52"),
        ("1XXXXXXXX9", "2024-02-20T13:10:33", "2024-02-20T13:11:52"),
    ]


@pytest.mark.parametrize("between", ["  ", "\t"])
def test_a_day_and_its_time_may_stand_apart(files: Files, between: str) -> None:
    (told,) = files.told_by_list(ANNA.replace("20-02-2024 ", f"20-02-2024{between}"))
    assert (iso(told.began_at), told.mode) == ("2024-02-20T13:10:33.000Z", "RemoteControl")


def test_days_and_hours_of_one_digit_are_read(files: Files) -> None:
    (told,) = files.told_by_list(ANNA.replace("20-02-2024 13:10:33", "2-2-2024 9:05:07"))
    assert iso(told.began_at) == "2024-02-02T09:05:07.000Z"


@pytest.mark.parametrize(
    ("rest", "mode"),
    [
        (f"IEUser\tRemote Control\t{GUID}", "Remote Control"),
        (f"SERVER TV  RemoteControl  {GUID}", "RemoteControl"),
        (f"RemoteControl\t{GUID}\textra", "RemoteControl"),
        (f"{{x}} Mario\tRemoteControl\t{GUID}", "RemoteControl"),
        (f"Mario {{x}}\tFileTransfer\t{GUID}", "FileTransfer"),
        (f"{{x}}    RemoteControl    {GUID}", "RemoteControl"),
        (f"IEUser\tRemoteControl\t{GUID[:20]}", "RemoteControl"),
        (f"IEUser\tRemoteControl\t{GUID[1:-1]}", "RemoteControl"),
        (f"IEUser\tRemote-Control (2)\t{GUID}", "Remote-Control (2)"),
        (f"Mario Rossi\t{GUID}", None),
        (f"Mario\t{GUID}", None),
        (f"\tVPN\t{GUID}", "VPN"),
        ("SERVER TV\tFileTransfer", "FileTransfer"),
        ("IEUs", None),
        ("", None),
    ],
)
def test_the_mode_is_what_stands_after_the_account(files: Files, rest: str, mode: str | None) -> None:
    (told,) = files.told_by_list(f"418220137\t20-02-2024 13:10:33\t20-02-2024 13:11:52\t{rest}")
    assert (told.session.peer, told.mode) == ("418220137", mode)


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (ANNA.replace("20-02-2024", "20-02-0024"), "there is no such date or time"),
        (ANNA.replace("13:11:52", "13:09:52"), "it ends before it starts"),
        (ANNA.replace("20-02-2024 13:10:33", "31-02-2024 13:10:33"), "there is no such date or time"),
        (ANNA.replace("13:10:33", "25:10:33"), "there is no such date or time"),
        (ANNA[:40], "this is no record"),
        (ANNA.replace("20-02-2024 13:10:33", "20-02-24 13:10:33"), "this is no record"),
        ("rubbish", "this is no record"),
    ],
)
def test_a_record_that_cannot_be_read_is_named_and_skipped(files: Files, record: str, why: str) -> None:
    assert len(files.told_by_list(f"\n{record}\n{ANNA}\n")) == 1
    (said,) = files.said
    assert said.startswith(f"{files.folder / 'Connections.txt'}:2: {why}")


def test_a_list_of_nothing_but_bad_records_is_still_a_list(files: Files) -> None:
    assert files.told_by_list(ANNA.replace("13:11:52", "13:09:52")) == []
    assert len(files.said) == 1


INCOMING = "\n".join(
    f"1660360496\t{name}\t20-02-2024 13:10:33\t20-02-2024 13:11:52\tUser\tRemoteControl\t{GUID}"
    for name in ("DESKTOP-ANNA", "Anna Rossi", "9 MARIO")
)


@pytest.mark.parametrize("content", [INCOMING, INCOMING.replace("\t", "      ")])
@pytest.mark.parametrize("name", ["Connections_incoming.txt", "renamed.txt"])
def test_the_incoming_list_is_told_by_its_records_or_its_name_and_yields_nothing(
    files: Files, content: str, name: str
) -> None:
    assert files.told_by_list(content, name) == []
    (said,) = files.said
    assert "incoming" in said


def test_one_record_as_of_an_incoming_session_is_named_and_skipped_whatever_else_the_file_is_called(
    files: Files,
) -> None:
    content = "\n".join((ANNA, INCOMING.splitlines()[2]))
    (told,) = files.told_by_list(content, "two_records_one_incoming.txt")
    assert told.session.peer == "1660360496"
    (said,) = files.said
    assert said.endswith("two_records_one_incoming.txt:2: this is a record of an incoming session: skipped")


def test_a_list_named_as_the_incoming_one_yields_nothing_even_where_names_are_missing(files: Files) -> None:
    assert files.told_by_list(ANNA, "Connections_incoming.txt") == []


@pytest.mark.parametrize(
    "content",
    [b"\x7fELF" + bytes(range(256)) * 50, b"PK\x03\x04" * 400, b"some words\nand more\n", b"\0" * 10_000, b"{}"],
)
def test_what_is_no_list_and_no_log_is_refused_whole(files: Files, content: bytes) -> None:
    with pytest.raises(NotOfThisKind, match="no list"):
        files.told_by_list(content)
    with pytest.raises(NotOfThisKind, match="no log"):
        files.told_by_log(content)


def test_a_list_given_as_a_log_and_the_other_way_round_are_refused(files: Files) -> None:
    with pytest.raises(NotOfThisKind):
        files.told_by_log(ANNA)
    with pytest.raises(NotOfThisKind):
        files.told_by_list((SAMPLES / "teamviewer" / "TeamViewer15_Logfile.log").read_bytes())


def test_an_empty_file_has_no_session(files: Files) -> None:
    assert files.told_by_list("\r\n\r\n") == []
    assert files.told_by_log("") == []
    assert [said.rpartition(": ")[2] for said in files.said] == ["it is empty", "it is empty"]


def test_a_tool_without_such_a_file_is_said() -> None:
    with pytest.raises(NotOfThisKind, match="no list of connections of it is known"):
        rule_of(signature("rustdesk"), System.WINDOWS, LogKind.RECORDS)


# Logs.


def test_a_log_in_another_language_is_said_not_to_be_understood(files: Files) -> None:
    line = '2024-10-18 10:00:00,123 [1] INFO  - Verbindung zu "pc" über "RDP" durch Benutzer "anna" hergestellt\n'
    assert files.told_by_log("\n" + line, line, line, tool="mremoteng") == []
    assert [said.rpartition("/")[2] for said in files.said] == [
        f"part-{number}.log:{at}: 1 line tells a session in a language that is not understood: it cannot be told"
        for number, at in enumerate((2, 1, 1))
    ]


def test_a_log_without_times_is_refused_and_one_with_offsets_needs_no_zone(files: Files) -> None:
    with pytest.raises(NotOfThisKind, match="its lines have no times"):
        files.told_by_log("Connected to pc via RDP\nDisconnected from pc via RDP\n", tool="remmina")
    files.said.clear()
    audit = (SAMPLES / "remmina" / "written-audit.log").read_bytes()
    assert len(files.told_by_log(audit, tool="remmina", zone=HERE)) == 2
    assert files.said == []


def lines(day: str, *several: str) -> str:
    return "".join(f"{day} {line}\n" for line in several)


def opened(at: str, peer: str = "418220137") -> str:
    return f"{at}  1  2 G1   Client connection to {peer}, server version is 12.0.93330 , OS=32768"


def closed(at: str, peer: str = "418220137", handle: int = 5) -> str:
    return f"{at}  3  4 S0   CGatewaySession[{handle}]::EndSession(): Session to {peer} ended. Latency=0ms"


def banner(day: str, time: str, offset: str) -> str:
    return f"{day} {time}  2136       5868 S0   \nStart:              {day} {time} (UTC{offset})\n"


def test_sessions_in_parallel_each_end_by_their_own(files: Files) -> None:
    routed = "09:00:00.000  3  4 S0   CommandHandlerRouting[{}]::CreateActiveSession(): outgoing session to {} via s"
    told = files.told_by_log(
        lines(
            "2018/05/29",
            routed.format(5, "111"),
            opened("09:00:01.000", "111"),
            routed.format(6, "222"),
            opened("09:01:00.000", "222"),
            routed.format(7, "111"),
            opened("09:02:00.000", "111"),
            closed("09:10:00.000", "111", 7),
            closed("09:11:00.000", "222", 6),
            closed("09:12:00.000", "111", 5),
        )
    )
    assert sorted(brief(told)) == [
        ("111", "2018-05-29T07:00:01", "2018-05-29T07:12:00"),
        ("111", "2018-05-29T07:02:00", "2018-05-29T07:10:00"),
        ("222", "2018-05-29T07:01:00", "2018-05-29T07:11:00"),
    ]


def test_the_files_of_two_processes_that_had_a_part_in_each_session_are_read_as_one(files: Files) -> None:
    front = "   info 2026-10-05 {}.000      front   9900   9904            app.session - {}\n"
    service = "   info 2026-10-05 {}.500       lsvc  10728  11892   35 anynet.any_socket - {}\n"
    one, other = "", ""
    for number, (hour, peer) in enumerate((("09", 123), ("10", 456)), 1):
        one += front.format(f"{hour}:00:00", f'{number}: Connecting to "{peer}"')
        one += front.format(f"{hour}:30:00", "Session closed by user.")
        other += service.format(f"{hour}:00:09", "Connect request accepted.")
        other += service.format(f"{hour}:30:00", "Received quit.")
    for parts in ((one, other), (other, one)):
        assert brief(files.told_by_log(*parts, tool="anydesk")) == [
            ("123", "2026-10-05T09:00:09", "2026-10-05T09:30:00"),
            ("456", "2026-10-05T10:00:09", "2026-10-05T10:30:00"),
        ]


def test_failed_attempts_and_the_incoming_side_are_no_sessions(files: Files) -> None:
    real = (SAMPLES / "teamviewer" / "TeamViewer15_Logfile.log").read_bytes()
    assert files.told_by_log(real) == []
    told = files.told_by_log(lines("2024/06/04", "10:20:00.100  1  2 G1   Trying connection to 7, mode = 1"))
    assert (told, files.said) == ([], [])


def test_a_session_whose_end_is_not_told_has_none_and_that_is_said(files: Files) -> None:
    assert brief(files.told_by_log(lines("2018/05/29", opened("09:00:01.000")))) == [
        ("418220137", "2018-05-29T07:00:01", None)
    ]
    (said,) = files.said
    assert "nothing tells when it ended" in said


def test_an_end_that_only_a_line_without_a_name_tells_is_taken_and_said(files: Files) -> None:
    left = "09:10:00.000  3684  4568 S0   ShowSponsoredSessionDialog: duration=1, outgoing=1, established=1"
    told = files.told_by_log(lines("2018/05/29", opened("09:00:01.000"), left))
    assert brief(told) == [("418220137", "2018-05-29T07:00:01", "2018-05-29T07:10:00")]
    assert ["only a line that names nobody" in each for each in files.said] == [True]
    own = files.told_by_log(lines("2018/05/29", opened("09:00:01.000"), left, closed("09:20:00.000")))
    assert (brief(own), len(files.said)) == ([("418220137", "2018-05-29T07:00:01", "2018-05-29T07:20:00")], 1)


def test_a_session_that_began_before_the_file_is_none_and_that_is_said_with_its_line(files: Files) -> None:
    alone = lines("2018/05/29", closed("09:10:00.000"), closed("09:20:00.000"), closed("09:30:00.000", "502118934", 6))
    assert files.told_by_log(alone) == []
    (said,) = files.said
    assert said.endswith(
        "part-0.log:1: a session or an attempt whose beginning is not in it: not told, and 1 more after it"
    )


def test_a_service_that_starts_anew_leaves_the_end_untold(files: Files) -> None:
    again = banner("2018/05/29", "09:30:00.000", "+2:00") + "AppPath:   C:\\TeamViewer\\TeamViewer_Service.exe\n"
    assert brief(files.told_by_log(lines("2018/05/29", opened("09:00:01.000")) + again)) == [
        ("418220137", "2018-05-29T07:00:01", None)
    ]


def test_a_session_over_two_parts_of_a_log_is_one(files: Files) -> None:
    told = files.told_by_log(lines("2018/05/29", opened("09:00:01.000")), lines("2018/05/29", closed("09:20:01.000")))
    assert brief(told) == [("418220137", "2018-05-29T07:00:01", "2018-05-29T07:20:01")]


def test_parts_that_are_given_the_newest_first_are_put_in_order_and_that_is_said(files: Files) -> None:
    begun, over = lines("2018/05/29", opened("09:00:01.000")), lines("2018/05/29", closed("09:20:01.000"))
    assert brief(files.told_by_log(over, begun)) == [("418220137", "2018-05-29T07:00:01", "2018-05-29T07:20:01")]
    (said,) = files.said
    assert re.search("in the order of their times: .*part-1.log, .*part-0.log$", said)
    assert brief(files.told_by_log(over, "", begun))[0][2] == "2018-05-29T07:20:01", "an empty one does no harm"


def test_parts_whose_order_the_hour_that_comes_twice_hides_are_read_as_they_are_given(files: Files) -> None:
    begun, over = lines("2026/10/25", opened("02:50:00.000")), lines("2026/10/25", closed("02:10:00.000"))
    assert brief(files.told_by_log(begun, over)) == [("418220137", "2026-10-25T00:50:00", "2026-10-25T01:10:00")]
    assert not any("order of their times" in said for said in files.said)


def test_a_log_of_terminals_alone_says_why_it_tells_no_session(files: Files) -> None:
    line = '2024-10-18 10:00:00,123 [1] INFO  - Connection to "pc" via "SSH2" established by user "anna"\n'
    assert files.told_by_log(line, tool="mremoteng") == []
    (said,) = files.said
    assert "connections by SSH2 and no others" in said


def test_a_part_that_is_given_twice_counts_once(files: Files) -> None:
    part = lines("2018/05/29", opened("09:00:01.000"), closed("09:20:01.000"))
    assert len(files.told_by_log(part, part)) == 1
    begun, over = lines("2018/05/29", opened("09:00:01.000")), lines("2018/05/29", closed("09:20:01.000"))
    with_banner = banner("2018/05/29", "08:00:00.000", "+2:00") + begun
    for first in (begun, with_banner):
        told = brief(files.told_by_log(first, first, over))
        assert told == [("418220137", "2018-05-29T07:00:01", "2018-05-29T07:20:01")]


def sample(name: str) -> str:
    return (SAMPLES / "teamviewer" / name).read_text()


def test_a_log_without_years_has_that_of_its_banner_over_the_new_year_and_before_it(files: Files) -> None:
    assert brief(files.told_by_log(sample("written-no-year.log"))) == [
        ("502118934", "2018-12-30T08:00:10", "2018-12-30T08:30:00"),
        ("418220137", "2018-12-31T22:40:10", "2018-12-31T23:44:00"),
    ]
    assert files.said == []


def test_a_log_that_never_names_the_year_has_that_of_the_file_and_that_is_said(files: Files) -> None:
    path = files.write("".join(sample("written-no-year.log").partition("12/31 23:40")[1:]), "part-0.log")
    os.utime(path, (at := to_at(datetime(2019, 2, 1, tzinfo=UTC)) / 1000, at))
    rule = rule_of(signature("teamviewer"), System.WINDOWS, LogKind.LINES)
    told = read_logs([path], "teamviewer", rule, ROME, files.said.append)
    assert brief(told) == [("418220137", "2018-12-31T22:40:10", "2018-12-31T23:44:00")]
    assert any("no line tells the year" in each and "2019-02-01" in each for each in files.said)


def test_a_sleep_that_a_log_tells_is_a_gap(files: Files) -> None:
    assert brief(files.told_by_log(sample("written-asleep-12.log"))) == [
        ("418220137", "2018-05-29T08:00:10", "2018-05-29T08:12:00"),
        ("502118934", "2018-05-29T08:05:10", "2018-05-29T08:12:00"),
        ("502118934", "2018-05-29T09:12:00", "2018-05-29T09:13:00"),
        ("418220137", "2018-05-29T09:12:00", "2018-05-29T09:20:00"),
    ]


def test_what_did_not_wake_with_the_computer_ends_when_it_fell_asleep(files: Files) -> None:
    written = sample("written-asleep-12.log").splitlines(keepends=True)
    awake = [line for line in written if "POWEREVENT 18" in line]
    told = files.told_by_log("".join(line for line in written if "EVENT 18" not in line and "EVENT 7" not in line))
    assert [ended_at for _, _, ended_at in brief(told)] == ["2018-05-29T08:12:00"] * 2
    late = files.told_by_log("".join([line for line in written if line not in awake and "EVENT 7" not in line] + awake))
    assert brief(late) == brief(told), "what was over is not woken up"


def test_a_start_at_a_time_that_there_is_not_is_named_by_its_line(files: Files) -> None:
    for date in ("2018/05/32", "0024/05/29", "9999/05/29"):
        files.said.clear()
        text = lines("2018/05/29", opened("09:00:01.000"), closed("09:20:01.000"))
        number = next(n for n, line in enumerate(text.splitlines(), 1) if "Client connection" in line)
        text = re.sub(r"^2018/05/29(.*Client connection)", date + r"\1", text, flags=re.MULTILINE)
        assert brief(files.told_by_log(text)) == []
        assert any(f":{number}: there is no such date" in each for each in files.said)


def test_a_clock_that_was_set_back_within_a_session_leaves_its_end_untold(files: Files) -> None:
    told = files.told_by_log(
        lines("2018/05/29", opened("09:30:00.000"), "09:10:00.000  1  2 S0 x", closed("09:20:00.000"))
    )
    assert brief(told) == [("418220137", "2018-05-29T07:30:00", None)]
    assert "the clock was set back" in files.said[0]


def test_a_reconnect_of_rustdesk_is_one_session(files: Files) -> None:
    told = files.told_by_log((SAMPLES / "rustdesk" / "written-outgoing.log").read_bytes(), tool="rustdesk")
    assert brief(told) == [("123456789@rs.example.test", "2024-08-09T14:36:13", "2024-08-09T14:47:26")]


# Zones.


def test_a_banner_tells_the_zone_also_of_the_lines_before_it(files: Files) -> None:
    before = lines("2024/06/04", opened("09:00:00.000"), closed("09:10:00.000"))
    told = files.told_by_log(before + banner("2024/06/04", "10:00:00.000", "+3:00"), zone=HERE)
    assert brief(told) == [("418220137", "2024-06-04T06:00:00", "2024-06-04T06:10:00")]
    assert files.said == []


def test_without_a_banner_or_a_word_this_computer_s_zone_is_taken_and_that_is_said(files: Files) -> None:
    part = lines("2024/06/04", opened("09:00:00.000"), closed("09:10:00.000"))
    assert brief(files.told_by_log(part, zone=HERE)) == [("418220137", "2024-06-04T13:00:00", "2024-06-04T13:10:00")]
    assert "--zone" in files.said[0]


def test_a_banner_that_contradicts_the_zone_is_believed_and_that_is_said(files: Files) -> None:
    part = banner("2024/06/04", "08:00:00.000", "+3:00") + lines(
        "2024/06/04", opened("09:00:00.000"), closed("09:10:00.000")
    )
    assert brief(files.told_by_log(part))[0][1] == "2024-06-04T06:00:00"
    assert "Europe/Rome" in files.said[0]


def test_after_a_change_of_the_clocks_the_zone_s_rules_hold_though_the_banner_is_older(files: Files) -> None:
    """UTC+2 was true on the day before; the session over the hour that comes twice is right to the second."""
    part = banner("2026/10/24", "12:00:00.000", "+2:00") + lines(
        "2026/10/25",
        "01:59:00.000  1  2 S0 x",
        opened("02:50:00.000", "1"),
        "02:59:59.000  1  2 S0 x",
        "02:00:01.000  1  2 S0 x",
        closed("02:10:00.000", "1"),
        opened("12:00:00.000", "2"),
        closed("12:20:00.000", "2"),
    )
    assert brief(files.told_by_log(part)) == [
        ("1", "2026-10-25T00:50:00", "2026-10-25T01:10:00"),
        ("2", "2026-10-25T11:00:00", "2026-10-25T11:20:00"),
    ]


def test_elsewhere_the_stamps_that_go_back_tell_the_same(files: Files) -> None:
    part = banner("2026/10/24", "12:00:00.000", "+2:00") + lines(
        "2026/10/25",
        opened("02:50:00.000", "1"),
        "02:00:01.000  1  2 S0 x",
        closed("02:10:00.000", "1"),
        opened("12:00:00.000", "2"),
        closed("12:20:00.000", "2"),
    )
    assert brief(files.told_by_log(part, zone=HERE)) == [
        ("1", "2026-10-25T00:50:00", "2026-10-25T01:10:00"),
        ("2", "2026-10-25T11:00:00", "2026-10-25T11:20:00"),
    ]


def test_a_session_over_the_missing_hour_is_as_long_as_it_was(files: Files) -> None:
    part = banner("2026/03/28", "12:00:00.000", "+1:00") + lines(
        "2026/03/29", opened("01:59:00.000"), closed("03:01:00.000")
    )
    assert brief(files.told_by_log(part)) == [("418220137", "2026-03-29T00:59:00", "2026-03-29T01:01:00")]


def test_what_stands_in_the_hour_that_is_twice_and_nothing_else_tells_is_said_to_be_unsure(files: Files) -> None:
    part = lines("2026/10/25", opened("02:10:00.000"), closed("02:20:00.000"))
    assert brief(files.told_by_log(part)) == [("418220137", "2026-10-25T00:10:00", "2026-10-25T00:20:00")]
    assert "twice" in files.said[0]


def test_two_banners_that_differ_where_the_zone_is_not_known_are_said(files: Files) -> None:
    part = banner("2026/03/28", "12:00:00.000", "+1:00") + lines(
        "2026/03/28", opened("13:00:00.000"), closed("13:10:00.000")
    )
    files.told_by_log(part + banner("2026/03/29", "12:00:00.000", "+2:00"), zone=HERE)
    assert "changes between two starts" in files.said[0]


# Both.


def at(text: str) -> int:
    return to_at(datetime.fromisoformat(f"2024-02-20T{text}").replace(tzinfo=UTC))


def recorded(peer: str, start: str, end: str | None, *, zone_is_sure: bool = True) -> Recorded:
    over_at = at(end) if end is not None else None
    session = LoggedSession("teamviewer", f"{peer}-{start}", peer, None, at(start), over_at)
    return Recorded(session, zone_is_sure=zone_is_sure)


def times(found: list[Recorded]) -> list[tuple[str | None, str]]:
    return [(each.session.peer, iso(each.began_at)[11:19]) for each in found]


IN_LIST = recorded("1660360496", "13:10:33", "13:30:00")


@pytest.mark.parametrize(
    "in_log",
    [
        recorded("1660360496", "13:10:39", "13:30:01"),
        recorded("1660360496", "13:10:39", None),
        recorded("1660360496", "13:20:00", "13:30:01"),
        recorded("1XXXXXXXX6", "13:10:39", "13:30:01"),
        recorded("1660360496", "21:10:34", "21:30:01", zone_is_sure=False),
        recorded("1660360496", "18:55:34", "19:15:01", zone_is_sure=False),
    ],
    ids=["nearly", "open", "a part", "masked", "another zone", "a zone of 5:45"],
)
def test_a_session_that_both_tell_is_told_once_with_the_list_s_times(in_log: Recorded) -> None:
    assert together([in_log], [IN_LIST]) == [IN_LIST]


@pytest.mark.parametrize(
    "in_log",
    [
        recorded("1660360496", "12:50:00", "13:10:30"),
        recorded("1660360496", "13:30:02", "13:40:00"),
        recorded("1660360496", "13:30:02", None),
        recorded("1660360497", "13:10:33", "13:30:00"),
        recorded("1660360496", "14:10:33", "14:30:00"),
        recorded("1660360496", "14:10:33", "14:31:00", zone_is_sure=False),
    ],
    ids=["before", "after", "after, open", "another peer", "an hour later", "an hour later and longer"],
)
def test_a_session_that_only_the_log_tells_is_told_too(in_log: Recorded) -> None:
    assert len(together([in_log], [IN_LIST])) == 2


def test_they_come_in_order_of_their_starts() -> None:
    later = recorded("2", "14:00:00", "14:10:00")
    assert times(together([later, recorded("3", "12:00:00", "12:10:00")], [IN_LIST])) == [
        ("3", "12:00:00"),
        ("1660360496", "13:10:33"),
        ("2", "14:00:00"),
    ]


def test_two_sessions_of_the_list_at_once_stay_two() -> None:
    other = recorded("1660360496", "13:10:33", "13:30:00")
    assert len(together([recorded("1660360496", "13:10:34", "13:30:00")], [IN_LIST, other])) == 2


def test_a_list_that_begins_with_the_attempt_is_of_the_same_session_wherever_the_log_was_written() -> None:
    in_log = recorded("1660360496", "14:10:41", "14:30:01", zone_is_sure=False)
    assert together([in_log], [IN_LIST]) == [IN_LIST]


@pytest.mark.parametrize(
    ("sleeps", "pieces"),
    [
        ([("13:15:00", "13:25:00")], [("13:10:33", "13:15:00"), ("13:25:00", "13:30:00")]),
        ([("13:15:00", "13:29:30")], [("13:10:33", "13:15:00")]),
        ([("13:15:00", None)], [("13:10:33", "13:15:00")]),
        (
            [("13:12:00", "13:13:00"), ("13:15:00", "13:20:00")],
            [("13:10:33", "13:12:00"), ("13:13:00", "13:15:00"), ("13:20:00", "13:30:00")],
        ),
        ([("13:00:00", "13:05:00"), ("13:30:00", "13:40:00")], [("13:10:33", "13:30:00")]),
    ],
    ids=["within", "until its end", "without waking", "twice", "before and after"],
)
def test_what_the_computer_slept_of_a_session_of_the_list_is_no_time(
    sleeps: list[tuple[str, str | None]], pieces: list[tuple[str, str]]
) -> None:
    slept = tuple((at(fell), at(woke) if woke is not None else None) for fell, woke in sleeps)
    in_log = msgspec.structs.replace(recorded("1660360496", "13:10:40", "13:15:00"), sleeps=slept)
    day = "2024-02-20T"
    assert brief(together([in_log], [IN_LIST])) == [(IN_LIST.session.peer, day + a, day + b) for a, b in pieces]
    not_sure = msgspec.structs.replace(in_log, zone_is_sure=False)
    assert together([not_sure], [IN_LIST]) == [IN_LIST]


def test_a_list_tells_that_a_session_lived_through_a_sleep_where_the_log_lacks_its_end(files: Files) -> None:
    written = [line for line in sample("written-asleep-12.log").splitlines(keepends=True) if "EndSession" not in line]
    logged = files.told_by_log("".join(written))
    listed = files.told_by_list(f"418220137\t29-05-2018 08:00:10\t29-05-2018 09:20:00\tM\tRemoteControl\t{GUID}")
    assert brief(together(logged, listed)) == [
        ("418220137", "2018-05-29T08:00:10", "2018-05-29T08:12:00"),
        ("502118934", "2018-05-29T08:05:10", "2018-05-29T08:12:00"),
        ("418220137", "2018-05-29T09:12:00", "2018-05-29T09:20:00"),
    ]


def test_a_list_puts_right_a_log_whose_banner_is_from_before_a_change_of_the_clocks_and_what_follows(
    files: Files,
) -> None:
    def both(day: str, first: str, *, handle: int) -> str:
        return lines(day, opened(f"{first}:00:06.000"), closed(f"{first}:30:35.000", handle=handle))

    text = (
        banner("2024/10/26", "10:00:00.000", "+2:00")
        + both("2024/10/26", "11", handle=1)
        + both("2024/12/04", "11", handle=2)
        + both("2024/12/05", "11", handle=3)
    )
    logged = files.told_by_log(text, zone=HERE)
    listed = files.told_by_list(f"418220137\t04-12-2024 10:00:01\t04-12-2024 10:30:36\tM\tRemoteControl\t{GUID}")
    assert brief(together(logged, listed)) == [
        ("418220137", "2024-10-26T09:00:06", "2024-10-26T09:30:35"),
        ("418220137", "2024-12-04T10:00:01", "2024-12-04T10:30:36"),
        ("418220137", "2024-12-05T10:00:06", "2024-12-05T10:30:35"),
    ]
    named = files.told_by_log(text, zone=ROME)
    assert len(together(named, listed)) == 3


def test_where_nothing_tells_the_zone_a_list_that_shows_it_for_one_session_shows_it_for_its_neighbours() -> None:
    logged = [
        recorded("2", "17:00:00", "17:10:00", zone_is_sure=False),
        recorded("1660360496", "16:10:39", "16:30:01", zone_is_sure=False),
        recorded("3", "15:00:00", None, zone_is_sure=False),
    ]
    found = together(logged, [IN_LIST])
    assert times(found) == [("3", "12:00:00"), ("1660360496", "13:10:33"), ("2", "14:00:00")]
    assert together(logged, []) == sorted(logged, key=lambda each: each.began_at), "there is nothing to go by"


def test_what_is_said_of_a_session_that_the_list_moves_names_its_times_as_they_are_told() -> None:
    open_end = msgspec.structs.replace(
        recorded("3", "15:00:00", None, zone_is_sure=False), where="a.log", doubt="nothing tells when it ended"
    )
    found = together([recorded("1660360496", "16:10:39", "16:30:01", zone_is_sure=False), open_end], [IN_LIST])
    assert [each.note for each in found if each.note is not None] == [
        "a.log: the session with 3 from 2024-02-20T12:00:00.000Z: nothing tells when it ended"
    ]


def test_a_session_that_two_records_may_be_for_two_hours_is_taken_for_neither() -> None:
    logged = msgspec.structs.replace(recorded("1660360496", "14:10:39", "14:30:01"), section=1)
    assert len(together([logged], [IN_LIST])) == 1
    assert len(together([logged], [IN_LIST, recorded("1660360496", "15:10:33", "15:30:00")])) == 3
