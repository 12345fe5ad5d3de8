"""RustDesk's log."""

from tests.agent.catalogue.scenes import SAMPLES, at, log_rule, told_by, told_by_lines


def test_a_session_runs_from_the_log_in_to_the_exit_and_a_failed_attempt_is_none() -> None:
    (first, second), book = told_by("rustdesk", "written-outgoing.log")
    assert (first.peer, first.peer_name, book.open) == ("123456789@rs.example.test", "RECEPTION-2", ())
    assert (first.began_at, first.ended_at) == (at("2024-08-09T14:36:13.791"), at("2024-08-09T14:37:23.801"))
    assert (second.began_at, second.ended_at) == (at("2024-08-09T14:37:26.100"), at("2024-08-09T14:47:26.100"))


def test_a_reconnect_is_to_the_same_peer() -> None:
    (first, second), _ = told_by("rustdesk", "written-outgoing.log")
    assert (second.peer, second.peer_name) == (first.peer, first.peer_name)


def test_a_session_that_was_left_open_is_not_given_the_end_of_the_next_one() -> None:
    (lost, session), book = told_by("rustdesk", "written-left-open.log")
    assert (lost.began_at, lost.ended_at, book.open) == (at("2024-07-08T09:01:25.791"), None, ())
    assert (session.began_at, session.ended_at) == (at("2024-07-08T10:01:25.791"), at("2024-07-08T10:30:00.801"))


def test_only_the_logs_of_the_outgoing_roles_are_read() -> None:
    assert all("/flutter_ffi/" in path or "/connect/" in path for path in log_rule("rustdesk").paths)


def test_starts_that_name_nobody_are_paired_by_the_ids_of_their_ends_and_none_is_long() -> None:
    told, book = told_by("rustdesk", "written-at-once.log")
    assert [(each.peer, each.began_at, each.ended_at) for each in told] == [
        ("100200300", at("2024-07-08T07:00:00"), at("2024-07-08T07:10:00")),
        ("111111111@rs.example.test", at("2024-07-08T09:00:20.791"), at("2024-07-08T09:30:00.801")),
        ("222222222", at("2024-07-08T09:00:10.791"), at("2024-07-08T09:40:00.801")),
        ("333333333", at("2024-07-08T10:00:10.791"), at("2024-07-08T10:30:00.801")),
        ("555555555", at("2024-07-08T11:01:10.791"), at("2024-07-08T11:30:00.300")),
    ]
    assert book.open == ()


def test_of_two_attempts_at_once_the_peer_is_unknown_until_an_end_tells_it() -> None:
    lines = (SAMPLES / "rustdesk" / "written-at-once.log").read_text(encoding="utf-8").splitlines()
    _, book = told_by_lines("rustdesk", lines[2:8])
    assert [each.peer for each in book.open] == [None, None]
    _, book = told_by_lines("rustdesk", lines[2:9])
    assert [each.peer for each in book.open] == ["222222222"]
