"""TeamViewer's log and list of connections."""

from fnmatch import fnmatch

import pytest

from agent.signature import LogKind
from shared.moments import iso
from tests.agent.catalogue.scenes import at, log_rule, told_by, told_by_lines


def test_a_real_incoming_session_is_none() -> None:
    ended, book = told_by("teamviewer", "TeamViewer15_Logfile.log")
    assert (ended, book.open) == ([], ())


def test_an_outgoing_session_runs_from_the_accepted_password_to_its_end() -> None:
    (session,), book = told_by("teamviewer", "written-outgoing-12.log")
    assert (session.peer, session.peer_name) == ("418220137", "STUDIO-ROSSI PC 2")
    assert (session.began_at, session.ended_at) == (at("2018-05-29T14:43:03.143"), at("2018-05-29T14:44:35.385"))
    assert book.open == ()


def test_a_failed_attempt_is_none_and_the_banner_tells_the_zone() -> None:
    (session,), _ = told_by("teamviewer", "written-outgoing-15.log")
    assert session.peer == "1360640847"
    assert (session.began_at, session.ended_at) == (at("2024-06-04T07:21:06.500"), at("2024-06-04T07:41:06.500"))


def test_two_sessions_at_once_end_each_by_its_own_id() -> None:
    lines = [
        "2026/10/05 09:00:00.000 1 2 G1   Client connection to 111222333, server version is 15.1",
        "2026/10/05 09:01:00.000 1 2 G1   Client connection to 444555666, server version is 15.1",
        "2026/10/05 09:02:00.000 1 2 S0   SessionStatistics[3] Session to 444555666 ended. Latency=1ms",
    ]
    ended, book = told_by_lines("teamviewer", lines)
    assert ([each.peer for each in ended], [each.peer for each in book.open]) == (["444555666"], ["111222333"])


def test_the_list_of_connections_tells_a_session_that_has_ended() -> None:
    (record,), _ = told_by("teamviewer", "Connections.txt", LogKind.RECORDS)
    assert record.peer == "1660360496"
    assert (record.began_at, record.ended_at) == (at("2024-02-20T13:10:33"), at("2024-02-20T13:11:52"))


def test_a_record_may_be_parted_by_tabs_and_its_account_may_have_blanks() -> None:
    line = "1660360496\t20-02-2024 13:10:33\t20-02-2024 13:11:52\tSERVER TV\tRemoteControl\t" + GUID
    (record,), _ = told_by_lines("teamviewer", [line], LogKind.RECORDS)
    assert record.peer == "1660360496"


def test_a_record_of_the_incoming_list_is_none() -> None:
    line = "1660360496\tAnna\t20-02-2024 13:10:33\t20-02-2024 13:11:52\tUser\tRemoteControl\t" + GUID
    assert told_by_lines("teamviewer", [line], LogKind.RECORDS)[0] == []
    (path,) = log_rule("teamviewer", LogKind.RECORDS).paths
    assert not fnmatch("%APPDATA%/TeamViewer/Connections_incoming.txt", path)


@pytest.mark.parametrize(
    ("peer", "told"),
    [
        ("418 220 137", "418220137"),
        ("1XXXXXXXX9", "1XXXXXXXX9"),
        ("192.168.1.20", "192.168.1.20"),
        ("RECEPTION-PC", "RECEPTION-PC"),
        ("fe80::1", "fe80::1"),
    ],
)
def test_everything_left_of_the_first_date_is_the_peer(peer: str, told: str) -> None:
    line = f"{peer} \t 20-02-2024 13:10:33\t  20-02-2024 13:11:52   IEUser  FileTransfer   {GUID}"
    (record,), _ = told_by_lines("teamviewer", [line], LogKind.RECORDS)
    assert record.peer == told


def brief(sample: str) -> list[tuple[str | None, str, str | None]]:
    """Peer, start and end in UTC of the sessions that a sample tells as over; an end that is not known is None."""
    ended, book = told_by("teamviewer", sample)
    assert book.open == ()
    return [
        (each.peer, iso(each.began_at or 0)[11:], None if each.ended_at is None else iso(each.ended_at)[11:])
        for each in ended
    ]


def test_a_session_that_was_left_open_is_not_given_the_end_of_the_one_that_takes_its_place() -> None:
    assert brief("written-left-open-12.log") == [
        ("418220137", "08:00:10.843Z", None),
        ("502118934", "09:00:10.843Z", "09:05:00.385Z"),
        ("418220137", "10:00:10.843Z", None),
        ("611740255", "11:00:10.843Z", "11:05:00.385Z"),
    ]


def test_an_incoming_session_from_the_same_peer_ends_none_of_ours() -> None:
    assert brief("written-incoming-beside-12.log") == [("418220137", "08:00:10.843Z", "08:30:00.385Z")]


def test_neither_a_failed_attempt_nor_a_chat_about_it_takes_the_end_of_a_session() -> None:
    assert brief("written-attempts-12.log") == [("418220137", "08:05:10.843Z", "08:30:00.385Z")]


def test_a_session_of_which_the_line_of_the_start_is_missing_begins_with_its_thread() -> None:
    assert brief("written-start-missing-12.log") == [("418220137", "08:00:10.818Z", "08:30:00.385Z")]


ROUTED = [
    "2018/05/29 16:42:57.339  3684  4564 S0   CommandHandlerRouting[5]::CreateActiveSession(): outgoing session to 7",
    "2018/05/29 16:43:03.143 11052 15268 G1   Client connection to 7, server version is 12.0.93330 , OS=32768",
    "2018/05/29 16:43:57.339  3684  4564 S0   CommandHandlerRouting[6]::CreateActiveSession(): outgoing session to 7",
    "2018/05/29 16:44:03.143 11052 15268 G1   Client connection to 7, server version is 12.0.93330 , OS=32768",
]


def test_two_sessions_with_one_peer_end_each_by_its_own_handle() -> None:
    end = "2018/05/29 16:50:35.385  3684  4568 S0   CGatewaySession[6]::EndSession(): Session to 7 ended. Latency=0ms"
    (ended,), book = told_by_lines("teamviewer", [*ROUTED, end])
    assert (ended.began_at, len(book.open)) == (at("2018-05-29T14:44:03.143"), 1)


def test_the_number_in_the_end_of_15_is_the_handle_where_one_was_given_out_and_else_says_nothing() -> None:
    incoming = (
        "2018/05/29 16:45:00.100 3 4 S0   CommandHandlerRouting[9]::CreatePassiveSession(): incoming session via s"
    )
    end = "2018/05/29 16:50:35.385  3684  4568 S0   SessionStatistics[{}] Session to 7 ended. Latency=0ms"
    for number, began_at in (("6", "14:44:03.143"), ("9", None), ("-1234567", "14:43:03.143")):
        ended, _ = told_by_lines("teamviewer", [*ROUTED, incoming, end.format(number)])
        assert [each.began_at for each in ended] == ([at(f"2018-05-29T{began_at}")] if began_at else [])


def test_a_new_start_of_the_service_ends_what_was_open_and_the_incoming_side_s_does_not() -> None:
    for program, left in (("TeamViewer_Desktop.exe", 2), ("TeamViewer.exe", 2), ("TeamViewer_Service.exe", 0)):
        banner = [
            "Start:              2018/05/29 16:45:00.376 (UTC+2:00)",
            f"AppPath:            C:\\Program Files\\TeamViewer\\{program}",
        ]
        assert len(told_by_lines("teamviewer", [*ROUTED, *banner])[1].open) == left


FAR_ENDS = (
    "CGatewaySession[5]::CmdEndSession(): Received CMD_ENDSESSION with reason: 3",
    "CmdEndSession(): Received CMD_ENDSESSION with reason: 3",
    "CStreamManager[5]::ReceivedEndSession(): reason=1",
    "SetSessionTerminateReason: Session terminated. Reason: 3",
)


def test_an_event_that_a_message_quotes_is_none() -> None:
    said = "2018/05/29 16:50:35.385 11052 11060 G1   Chat: text {}"
    events = [line.partition("   ")[2].lstrip() for line in ROUTED[:2]]
    quoted = ["CGatewaySession[5]::EndSession(): Session to 7 ended.", *FAR_ENDS, "Connection closed by user"]
    lines = [*ROUTED[:2], *(said.format(each) for each in quoted)]
    ended, book = told_by_lines("teamviewer", lines)
    assert (ended, [each.perhaps_ended_at for each in book.open]) == ([], [None])
    assert told_by_lines("teamviewer", [said.format(each) for each in events])[1].open == ()


@pytest.mark.parametrize(
    "text",
    [
        "S0   ShowSponsoredSessionDialog: duration=1, usedLicense=10000, outgoing=1, established=1",
        "S0   CPersistentParticipantManager::RemoveParticipant: [99,-4]",
        "G1   Connection closed by user",
    ],
)
def test_a_session_of_which_the_last_line_is_missing_ends_with_the_one_before_it(text: str) -> None:
    _, book = told_by_lines("teamviewer", [*ROUTED[:2], "2018/05/29 16:50:35.384  3684  4568 " + text])
    assert [each.perhaps_ended_at for each in book.open] == [at("2018-05-29T14:50:35.384")]
    its = "2018/05/29 16:50:35.384  3684  4568 S0   ShowSponsoredSessionDialog: duration=1, outgoing=0, established=1"
    assert told_by_lines("teamviewer", [*ROUTED[:2], its])[1].open[0].perhaps_ended_at is None


IN_10_MINUTES = "2018/05/29 16:53:03.100  3684  4564 S0   "


@pytest.mark.parametrize("text", FAR_ENDS)
def test_the_far_side_s_word_ends_the_only_session_and_its_own_line_afterwards_nothing(text: str) -> None:
    own = (
        IN_10_MINUTES.replace("03.100", "03.140") + "CGatewaySession[5]::EndSession(): Session to 7 ended. Latency=0ms"
    )
    (ended,), book = told_by_lines("teamviewer", [*ROUTED[:2], IN_10_MINUTES + text, own])
    assert (ended.ended_at, book.open) == (at("2018-05-29T14:53:03.100"), ())


def test_the_far_side_s_word_that_may_be_of_another_session_ends_none() -> None:
    incoming = (
        "2018/05/29 16:45:00.100 3 4 S0   CommandHandlerRouting[9]::CreatePassiveSession(): incoming session via s"
    )
    attempt = "2018/05/29 16:45:00.100 11052 11060 G1   Trying connection to 8, mode = 1"
    for beside in (ROUTED[2:], [incoming], [attempt]):
        _, book = told_by_lines("teamviewer", [*ROUTED[:2], *beside, IN_10_MINUTES + FAR_ENDS[1]])
        assert len(book.open) == len(beside) // 2 + 1
    ended, _ = told_by_lines("teamviewer", [*ROUTED, IN_10_MINUTES + FAR_ENDS[2]])
    assert [each.began_at for each in ended] == [at("2018-05-29T14:43:03.143")], "the handle tells which"
    its = [incoming, IN_10_MINUTES + FAR_ENDS[2].replace("[5]", "[9]")]
    assert told_by_lines("teamviewer", [*ROUTED[:2], *its])[0] == []


def test_a_start_that_is_told_twice_is_one_session_also_where_it_has_a_handle() -> None:
    end = "2018/05/29 16:50:35.385  3684  4568 S0   CGatewaySession[5]::EndSession(): Session to 7 ended. Latency=0ms"
    again = ROUTED[1].replace("16:43:03", "16:44:03")
    ended, book = told_by_lines("teamviewer", [*ROUTED[:2], again, end])
    assert ([each.began_at for each in ended], book.open) == ([at("2018-05-29T14:43:03.143")], ())


def test_a_handle_that_another_thread_writes_down_a_moment_after_the_start_is_the_session_s() -> None:
    for late, its in (("16:43:03.150", True), ("16:43:13.150", False)):
        route = ROUTED[0].replace("16:42:57.339", late)
        end = (
            "2018/05/29 16:50:35.385  3684  4568 S0   CGatewaySession[5]::EndSession(): Session to 7 ended. Latency=0ms"
        )
        ended, book = told_by_lines("teamviewer", [ROUTED[1], route, end])
        assert (len(ended), len(book.open)) == ((1, 0) if its else (0, 1))


GUID = "{b35110b2-7dc5-4bb9-8d54-ca80953f65f8}"
