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
    (session,), book = told_by("rustdesk", "written-left-open.log")
    assert [each.began_at for each in book.open] == [at("2024-07-08T09:01:25.791")]
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


START = "[2024-07-08 {} +02:00] INFO [src\\flutter.rs:1226] Session 7 start, use texture render: true"
LOGGED_IN = (
    '[2024-07-08 {} +02:00] DEBUG [src/ui.rs:1] handle_peer_info :PeerInfo {{ username: "a", hostname: "B", platform:'
)
CLOSED = "[2024-07-08 {} +02:00] ERROR [src\\client.rs:2951] Connection closed: deadline has elapsed(0)"
EXIT = "[2024-07-08 {} +02:00] DEBUG [src/client/io_loop.rs:272] Exit io_loop of id=7"


def minutes(*lines: tuple[int, str]) -> list[tuple[int, int | None]]:
    """Start and end, in minutes after 11:00, of the sessions that lines at these minutes tell."""
    over, book = told_by_lines("rustdesk", [line.format(f"11:{minute:02}:00.000000") for minute, line in lines])
    told = sorted((each.began_at or 0, each.ended_at) for each in (*over, *book.open))
    return [(_minute(began_at), _minute(ended_at) if ended_at is not None else None) for began_at, ended_at in told]


def _minute(instant: int) -> int:
    return (instant - at("2024-07-08T09:00:00")) // 60_000


def test_two_windows_to_one_id_have_an_end_each_and_one_exit_is_that_of_the_last() -> None:
    two = ((0, START), (1, LOGGED_IN), (10, START), (11, LOGGED_IN))
    assert minutes(*two, (20, EXIT), (30, EXIT)) == [(1, 30), (11, 20)]
    assert minutes(*two, (20, EXIT)) == [(1, None), (11, 20)]
    assert minutes(*two, (20, EXIT), (20, LOGGED_IN), (25, EXIT), (30, EXIT)) == [(1, 30), (11, 20), (20, 25)]


def test_a_log_in_that_follows_a_session_late_and_without_its_exit_is_another_one() -> None:
    assert minutes((0, START), (1, LOGGED_IN), (20, LOGGED_IN), (30, EXIT)) == [(1, None), (20, 30)]
    assert minutes((0, START), (1, LOGGED_IN), (1, LOGGED_IN), (30, EXIT)) == [(1, 30)], "told twice"


def test_an_exit_that_may_be_a_second_attempt_s_leaves_the_session_s_own_unknown_unless_that_is_seen_to_fail() -> None:
    tried = ((0, START), (1, LOGGED_IN), (10, START))
    assert minutes(*tried, (12, EXIT), (30, EXIT)) == [(1, None)]
    assert minutes(*tried, (11, CLOSED), (30, EXIT)) == [(1, 30)]
    assert minutes(*tried, (11, CLOSED), (11, EXIT), (30, EXIT)) == [(1, 30)], "the exit at once is the attempt's"


def test_what_a_session_tries_to_reconnect_by_is_no_attempt_at_another_one() -> None:
    punch = "[2024-07-08 {} +02:00] DEBUG [src\\client.rs:379] #1 TCP punch attempt with 0.0.0.0:1, id: 7"
    assert minutes((0, punch), (1, LOGGED_IN), (5, punch), (30, EXIT)) == [(1, 30)]


def test_a_connection_that_closes_without_an_exit_at_once_was_the_attempt_that_waited() -> None:
    """Else it would wait for ever, and be given the next log-in."""
    other, its = (text.replace("Session 7", "Session 8").replace("id=7", "id=8") for text in (START, EXIT))
    lines = ((0, START), (1, LOGGED_IN), (2, other), (3, CLOSED), (10, EXIT), (10, LOGGED_IN), (20, EXIT), (21, its))
    assert minutes(*lines) == [(1, 10), (10, 20)]
    lines = ((0, START), (1, LOGGED_IN), (10, CLOSED), (10, EXIT), (15, other), (16, LOGGED_IN), (20, its))
    assert minutes(*lines) == [(1, 10), (16, 20)]


def test_a_log_in_on_the_computer_that_has_just_gone_is_its_reconnect_and_not_what_waits() -> None:
    other, its = (text.replace("Session 7", "Session 8").replace("id=7", "id=8") for text in (START, EXIT))
    elsewhere = LOGGED_IN.replace('"B"', '"C"')
    lines = (
        (0, START),
        (1, LOGGED_IN),
        (10, other),
        (10, EXIT),
        (10, LOGGED_IN),
        (11, elsewhere),
        (20, EXIT),
        (30, its),
    )
    assert minutes(*lines) == [(1, 10), (10, 20), (11, 30)]
    alike = [(minute, line.replace('"C"', '"B"')) for minute, line in lines]
    assert minutes(*alike) == [(1, 10), (10, 20), (11, 30)], "it reconnects once"


def test_an_attempt_of_long_ago_is_not_given_the_log_in_of_a_new_one() -> None:
    other = START.replace("Session 7", "Session 8")
    lines = ((0, other), (10, START), (11, LOGGED_IN))
    _, book = told_by_lines("rustdesk", [line.format(f"11:{minute:02}:00.000000") for minute, line in lines])
    assert [each.peer for each in book.open] == ["7"]


PUNCHED = "[2024-07-08 {} +02:00] INFO [src/client.rs:379] Hole Punched 7 = 203.0.113.9:49338"


def peers(*lines: tuple[int, str]) -> list[tuple[str | None, int | None]]:
    """The peers of the sessions that lines at these minutes tell, as they end, and those that do not."""
    over, book = told_by_lines("rustdesk", [line.format(f"11:{minute:02}:00.000000") for minute, line in lines])
    return [(each.peer, _minute(each.ended_at) if each.ended_at is not None else None) for each in (*over, *book.open)]


def test_of_two_attempts_at_once_the_one_whose_peer_was_found_logs_in_and_one_that_fails_never_did() -> None:
    start, exits, punched = (
        text.replace("Session 7", "Session 8").replace("id=7", "id=8").replace("Punched 7", "Punched 8")
        for text in (START, EXIT, PUNCHED)
    )
    both = ((0, START), (1, start))
    assert peers(*both, (1, punched), (1, LOGGED_IN)) == [("8", None)]
    assert peers(*both, (1, punched), (1, LOGGED_IN), (2, PUNCHED), (2, LOGGED_IN)) == [("8", None), ("7", None)]
    found = (*both, (1, PUNCHED), (1, punched), (1, LOGGED_IN))
    assert peers(*found) == [(None, None)]
    assert peers(*found, (2, CLOSED), (2, EXIT)) == [("8", None)]
    assert peers(*found, (2, CLOSED), (2, EXIT), (30, exits)) == [("8", 30)]
    by_name = START.replace("Session 7", "Session pc7")
    assert peers((0, by_name), (1, start), (1, punched), (1, LOGGED_IN)) == [(None, None)], "a name needs no directory"


def test_a_time_of_whole_seconds_is_one_too() -> None:
    (session,), _ = told_by_lines("rustdesk", [line.format("11:00:07") for line in (START, LOGGED_IN, EXIT)])
    assert (session.began_at, session.unsure_ms) == (at("2024-07-08T09:00:07.999"), 1_000)
