"""RustDesk's log."""

from tests.agent.catalogue.scenes import at, log_rule, told_by


def test_a_session_runs_from_the_log_in_to_the_exit_and_a_failed_attempt_is_none() -> None:
    (first, second), book = told_by("rustdesk", "written-outgoing.log")
    assert (first.peer, first.peer_name, book.open) == ("123456789", "RECEPTION-2", ())
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
