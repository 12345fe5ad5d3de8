"""AnyDesk's trace."""

from tests.agent.catalogue.scenes import at, told_by, told_by_lines

CONNECTING = '   info 2026-10-05 09:00:00.000      front   9900   9904            app.session - 1: Connecting to "123"'
ACCEPTED = "   info 2026-10-05 09:00:05.000       lsvc  10728  11892   35 anynet.any_socket - Connect request accepted."
OTHER = CONNECTING.replace("9900", "9950").replace('"123"', '"456"')


def test_a_session_runs_from_the_accepted_request_to_its_end_and_a_lookup_is_none() -> None:
    (session,), book = told_by("anydesk", "written-outgoing.trace")
    assert (session.peer, book.open) == ("123456789", ())
    assert (session.began_at, session.ended_at) == (at("2022-06-29T04:30:07.500"), at("2022-06-29T04:50:07.500"))


def test_an_incoming_session_is_none_even_after_an_attempt_of_ours() -> None:
    ended, book = told_by("anydesk", "written-incoming.trace")
    assert (ended, book.open) == ([], ())


def test_an_accepted_request_without_an_attempt_is_none() -> None:
    book = told_by_lines("anydesk", [ACCEPTED])[1]
    assert (book.open, book.beginless) == ((), 1)
    _, book = told_by("anydesk", "written-incoming.trace")
    assert book.beginless == 0


def test_two_windows_end_each_by_its_own_process() -> None:
    closed = CONNECTING.replace('1: Connecting to "123"', "Session closed by the user.").replace("09:00:00", "09:09:00")
    later = ACCEPTED.replace("09:00:05", "09:00:15")
    ended, book = told_by_lines("anydesk", [CONNECTING, ACCEPTED, OTHER, later, closed])
    assert ([each.peer for each in ended], [each.peer for each in book.open]) == (["123"], ["456"])


def test_a_start_of_the_program_leaves_the_end_of_what_was_open_unknown() -> None:
    (session,), book = told_by("anydesk", "written-restart.trace")
    assert (session.peer, session.ended_at, session.is_lost, book.open) == ("123456789", None, True, ())


def test_what_the_idle_program_writes_ends_nothing() -> None:
    idle = "   info 2026-10-05 09:01:00.000       lsvc  10728  11892   26               fiber.fiber - Received quit."
    relay = (
        "   info 2026-10-05 09:01:00.000       lsvc  10728  11892   26 anynet.relay_connector - Connection established."
    )
    ended, book = told_by_lines("anydesk", [relay, CONNECTING, ACCEPTED, idle, relay])
    assert (ended, len(book.open)) == ([], 1)


def test_sessions_at_once_end_each_by_the_lines_of_its_own_process_and_fiber() -> None:
    told, book = told_by("anydesk", "written-at-once.trace")
    assert [(each.peer, each.began_at, each.ended_at) for each in told] == [
        ("123456789", at("2022-06-29T10:00:10.123"), at("2022-06-29T10:30:00.456")),
        ("555666777", at("2022-06-29T10:05:10.123"), at("2022-06-29T10:40:00.456")),
        ("888999000", at("2022-06-29T10:06:10.123"), at("2022-06-29T10:50:00.456")),
    ]
    assert book.open == ()


def test_of_two_sessions_in_one_place_the_one_that_began_last_ends_first_each_by_all_its_lines() -> None:
    second = CONNECTING.replace("09:00:00", "09:05:00").replace('1: Connecting to "123"', '2: Connecting to "456"')
    closed = CONNECTING.replace('1: Connecting to "123"', "Session closed by user.")
    ends = [
        line.replace("09:00:00", f"09:{minute}:0{seconds}")
        for minute in (10, 20)
        for seconds, line in ((0, closed), (5, closed.replace("closed by user", "stopped")))
    ]
    lines = [CONNECTING, ACCEPTED, second, ACCEPTED.replace("09:00:05", "09:05:05"), *ends]
    ended, book = told_by_lines("anydesk", lines)
    assert [(each.peer, each.ended_at) for each in ended] == [
        ("456", at("2026-10-05T09:10:00")),
        ("123", at("2026-10-05T09:20:00")),
    ]
    assert book.open == ()


def test_the_first_end_after_an_attempt_in_the_place_of_a_session_is_the_attempt_s_unless_it_is_answered_yet() -> None:
    second = CONNECTING.replace("09:00:00", "09:05:00").replace('1: Connecting to "123"', '2: Connecting to "456"')
    closed = second.replace('2: Connecting to "456"', "Session closed by the user.").replace("09:05", "09:06")
    lines = [CONNECTING, ACCEPTED, second, closed, closed]
    ended, book = told_by_lines("anydesk", lines)
    assert (ended, [each.perhaps_ended_at for each in book.open]) == ([], [at("2026-10-05T09:06:00")])
    (ended_at_last,), _ = told_by_lines("anydesk", [*lines, closed.replace("09:06", "09:07")])
    assert ended_at_last.ended_at == at("2026-10-05T09:07:00")
    (late,), _ = told_by_lines("anydesk", [CONNECTING, ACCEPTED, second, closed.replace("09:06", "09:08")])
    assert late.ended_at == at("2026-10-05T09:08:00"), "nobody waits so long for an answer"
    ended, book = told_by_lines("anydesk", [*lines, ACCEPTED.replace("09:00:05", "09:06:30")])
    assert [(each.peer, each.is_lost, each.perhaps_ended_at) for each in ended] == [
        ("123", True, at("2026-10-05T09:06:00"))
    ]
    assert [each.peer for each in book.open] == ["456"]


def test_the_end_of_a_connection_is_known_whatever_part_of_the_program_says_it() -> None:
    line = "   info 2026-10-05 09:30:00.000       lsvc  10728  11892   35 {} - {}"
    for part in ("anynet.connection_mgr", "anynet.managed_client_conn", "anynet.any_socket"):
        for text in ("Cleaned up 1/1 managed client connections.", "Session stopped."):
            (session,), _ = told_by_lines("anydesk", [CONNECTING, ACCEPTED, line.format(part, text)])
            assert session.ended_at == at("2026-10-05T09:30:00")
    none = line.format("anynet.connection_mgr", "Cleaned up 0/1 managed client connections.")
    assert told_by_lines("anydesk", [CONNECTING, ACCEPTED, none])[0] == []


def test_the_fiber_in_which_a_session_was_accepted_ends_it_and_none_beside_it() -> None:
    second = CONNECTING.replace("09:00:00", "09:05:00").replace('1: Connecting to "123"', '2: Connecting to "456"')
    accepted = ACCEPTED.replace("09:00:05", "09:05:05").replace("  35 ", "  36 ")
    quits = ACCEPTED.replace("Connect request accepted", "Received quit").replace("09:00:05", "09:10:00")
    lines = [CONNECTING, ACCEPTED, second, accepted, quits, quits.replace("  35 ", "  36 ").replace("09:10", "09:20")]
    ended, book = told_by_lines("anydesk", lines)
    assert [(each.peer, each.ended_at) for each in ended] == [
        ("123", at("2026-10-05T09:10:00")),
        ("456", at("2026-10-05T09:20:00")),
    ]
    assert book.open == ()


def test_of_two_windows_of_one_process_the_fibers_of_their_connections_tell_which_one_is_closed() -> None:
    second = CONNECTING.replace("09:00:00", "09:05:00").replace('1: Connecting to "123"', '2: Connecting to "456"')
    accepted = ACCEPTED.replace("09:00:05", "09:05:05").replace("  35 ", "  36 ")
    again = accepted.replace("any_socket - Connect request accepted", "managed_client_conn - Connection established")
    closed = CONNECTING.replace('1: Connecting to "123"', "Session closed by user.").replace("09:00:00", "09:10:00")
    quits = ACCEPTED.replace("Connect request accepted", "Received quit").replace("09:00:05.000", "09:10:00.100")
    opened = [CONNECTING, ACCEPTED, second, accepted, again.replace("05.000", "05.200")]
    for fiber, peer, other in (("  35 ", "123", "456"), ("  36 ", "456", "123")):
        (ended,), book = told_by_lines("anydesk", [*opened, closed, quits.replace("  35 ", fiber)])
        assert (ended.peer, [each.peer for each in book.open]) == (peer, [other])
    ended, book = told_by_lines("anydesk", [*opened, closed, closed.replace("09:10", "09:20")])
    assert [(each.peer, each.perhaps_ended_at) for each in book.open] == [
        ("123", at("2026-10-05T09:20:00")),
        ("456", at("2026-10-05T09:10:00")),
    ]


def test_a_process_of_the_next_start_that_has_the_number_of_the_last_one_is_another() -> None:
    anew = [line.replace("09:00", "10:00").replace('"123"', '"456"') for line in (CONNECTING, ACCEPTED)]
    asked = ACCEPTED.replace("Connect request accepted", "Client-ID: 123 (FPR: abc)")
    ended, book = told_by_lines("anydesk", [CONNECTING, asked, ACCEPTED, "* * *", *anew])
    assert ([each.peer for each in ended], [each.peer for each in book.open]) == (["123"], ["456"])


def test_what_quits_in_another_fiber_ends_no_session_that_its_process_holds() -> None:
    line = "   info 2026-10-05 09:{}:00.000      {}   9900   9904   {} anynet.any_socket - {}"
    for role, fiber in (("front", 40), ("front", 41), (" lsvc", "  ")):
        lines = [
            line.format(10, role, 40, "Client-ID: 789 (FPR: abc)."),
            line.format(11, role, fiber, "Received quit."),
        ]
        ended, book = told_by_lines("anydesk", [CONNECTING, ACCEPTED, *lines])
        assert (ended, len(book.open)) == ([], 1)
    (session,) = told_by_lines("anydesk", [CONNECTING, ACCEPTED, line.format(11, "front", 41, "Received quit.")])[
        1
    ].open
    assert session.perhaps_ended_at == at("2026-10-05T09:11:00"), "should nothing else tell it"


def test_what_is_closed_in_another_fiber_is_the_attempt_that_waits_in_its_process_or_its_only_session_once() -> None:
    line = "   info 2026-10-05 09:{}.000      front   9900   9904   {} app.session - {}"
    attempt = line.format("05:00", 7, '2: Connecting to "456"')
    closed, stopped = line.format("06:00", 3, "Session closed by user."), line.format("06:01", 3, "Session stopped.")
    ended, book = told_by_lines("anydesk", [CONNECTING, ACCEPTED, attempt, closed, stopped])
    assert (ended, len(book.open)) == ([], 1)
    (session,), _ = told_by_lines("anydesk", [CONNECTING, ACCEPTED, closed, stopped])
    assert session.ended_at == at("2026-10-05T09:06:00")
    answered = line.format("05:09", 7, "").replace("app.session - ", "anynet.any_socket - Connect request accepted.")
    own = closed.replace("   3 ", "   7 ")
    (second,), book = told_by_lines("anydesk", [CONNECTING, ACCEPTED, attempt, answered, own, stopped])
    assert (second.peer, [each.peer for each in book.open]) == ("456", ["123"])


def test_a_session_goes_on_beside_another_process_that_begins_and_ends_by_its_own_line() -> None:
    begins = ["* * * * * *", "   info 2026-10-05 09:05:00.000       tray    555    556            main - Starting"]
    closed = CONNECTING.replace('1: Connecting to "123"', "Session closed by user.").replace("09:00:00", "09:30:00")
    ended, book = told_by_lines("anydesk", [CONNECTING, ACCEPTED, *begins, begins[0], closed, closed])
    assert [(each.is_lost, each.began_at, each.ended_at) for each in ended] == [
        (True, at("2026-10-05T09:00:05"), None),
        (False, at("2026-10-05T09:00:05"), at("2026-10-05T09:30:00")),
    ]
    assert (book.open, book.held) == ((), ())
    anew = [CONNECTING.replace("09:00:00", "09:20:00"), closed]
    assert [each.is_lost for each in told_by_lines("anydesk", [CONNECTING, ACCEPTED, *begins, *anew])[0]] == [True]


def test_of_two_attempts_at_once_the_id_that_is_asked_for_tells_which_one_is_accepted() -> None:
    second = CONNECTING.replace("  9900   9904  ", "  9900   9904 8").replace(
        '1: Connecting to "123"', '2: Connecting to "456"'
    )
    asked = (
        "   info 2026-10-05 09:00:01.000       lsvc  10728  11892   {} anynet.any_socket - Client-ID: {} (FPR: abc)."
    )
    accepted = ACCEPTED.replace("  35 ", "  36 ")
    lines = [CONNECTING, second, asked.format(35, 123), asked.format(36, 456), accepted, ACCEPTED]
    _, book = told_by_lines("anydesk", lines)
    assert [each.peer for each in book.open] == ["456", "123"]
    quits = ACCEPTED.replace("Connect request accepted", "Received quit").replace("09:00:05", "09:10:00")
    assert [each.peer for each in told_by_lines("anydesk", [*lines, quits])[0]] == ["123"]
