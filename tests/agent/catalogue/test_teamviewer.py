"""TeamViewer's log and list of connections."""

from fnmatch import fnmatch

from agent.signature import LogKind
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


GUID = "{b35110b2-7dc5-4bb9-8d54-ca80953f65f8}"
