"""mRemoteNG's log, in the languages whose texts are known."""

from tests.agent.catalogue.scenes import at, told_by, told_by_lines


def test_remote_control_is_told_from_start_to_end_and_a_terminal_is_none() -> None:
    told, book = told_by("mremoteng", "written-sessions.log")
    assert [each.peer for each in told] == ["192.0.2.8", "reception-2", "reception-3"]
    assert (told[1].began_at, told[1].ended_at) == (at("2024-10-18T13:40:50.123"), at("2024-10-18T13:52:11.750"))
    assert book.open == ()


GERMAN = '2024-10-18 15:40:50,123 [1] INFO  - Verbindung zu "pc" über "RDP" durch Benutzer "anna" hergestellt'
ESTABLISHED = '2024-10-18 15:40:50,123 [1] INFO  - Connection to "pc" via "RDP" established by user "anna"'
CLOSED = "2024-10-18 15:52:11,750 [1] INFO  - Connection to pc via RDP closed by user anna."


def test_a_language_whose_texts_are_unknown_tells_nothing_and_is_seen_to_be_one() -> None:
    told, book = told_by_lines("mremoteng", [GERMAN])
    assert (told, book.open, book.not_understood) == ([], (), 1)
    known = [ESTABLISHED, CLOSED, "2024-10-18 15:40:50,123 [1] INFO  - RDP is there"]
    assert told_by_lines("mremoteng", known)[1].not_understood == 0


def test_a_description_ends_nothing_whatever_it_says() -> None:
    described = f'{ESTABLISHED} (Description: "Connection to pc via RDP closed by user anna.'
    (session,), _ = told_by_lines("mremoteng", [described, 'Connection to pc via RDP closed by user anna."', CLOSED])
    assert (session.began_at, session.ended_at) == (at("2024-10-18T13:40:50.123"), at("2024-10-18T13:52:11.750"))


def test_tabs_to_one_host_are_told_apart_by_protocol_and_of_equals_the_one_that_began_last_ends_first() -> None:
    told, book = told_by("mremoteng", "written-tabs.log")
    assert [(each.peer, each.is_lost, each.ended_at) for each in told] == [
        ("srv0", True, None),
        ("srv1", False, at("2024-10-18T08:30:00.123")),
        ("srv1", False, at("2024-10-18T08:40:00.123")),
        ("srv1", False, at("2024-10-18T08:50:00.123")),
    ]
    assert [each.began_at for each in told[1:]] == [
        at("2024-10-18T08:06:00.123"),
        at("2024-10-18T08:05:00.123"),
        at("2024-10-18T08:00:00.123"),
    ]
    assert book.open == ()


def test_a_session_that_a_crash_left_without_an_end_is_not_given_that_of_the_next_one() -> None:
    again = ESTABLISHED.replace("15:40", "16:40")
    closed = CLOSED.replace("15:52", "16:52")
    dropped = (
        '2024-10-18 16:52:11,750 [1] INFO  - Protocol Event Disconnected. Host: "pc"; Protocol: "RDP" Message: "x"'
    )
    for end in (closed, dropped):
        (session,), book = told_by_lines("mremoteng", [ESTABLISHED, again, end])
        assert (session.began_at, session.ended_at) == (at("2024-10-18T14:40:50.123"), at("2024-10-18T14:52:11.750"))
        assert [each.began_at for each in book.open] == [at("2024-10-18T13:40:50.123")]


def test_a_host_may_have_blanks_and_be_written_in_large_letters_at_its_end() -> None:
    for peer, again in (("PC Rossi", "PC Rossi"), ("srv1", "SRV1"), ("a via b", "A via B")):
        ended = CLOSED.replace("pc", again)
        dropped = f'2024-10-18 15:52:11,750 [1] INFO  - Protocol Event Disconnected. Host: "{again}"; Protocol: "RDP"'
        for end in (ended, dropped):
            (session,), _ = told_by_lines("mremoteng", [ESTABLISHED.replace("pc", peer), end])
            assert (session.peer, session.ended_at) == (peer, at("2024-10-18T13:52:11.750"))


def test_a_terminal_and_a_page_are_named_as_what_they_are_in_any_language() -> None:
    for line, kinds in ((GERMAN, set()), (ESTABLISHED, set()), (CLOSED.replace("RDP", "SSH2"), set())):
        assert told_by_lines("mremoteng", [line])[1].left_out == kinds
    for line in (GERMAN, ESTABLISHED):
        assert told_by_lines("mremoteng", [line.replace("RDP", "SSH2")])[1].left_out == {"SSH2"}
