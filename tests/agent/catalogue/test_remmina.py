"""What Remmina prints with its preference `audit`."""

from agent.signature import System
from shared.session import Evidence
from tests.agent.catalogue.scenes import at, signature, told_by, told_by_lines


def test_each_line_tells_its_session_with_an_offset_of_its_own_and_a_terminal_is_none() -> None:
    told, book = told_by("remmina", "written-audit.log")
    assert [(each.peer, each.began_at, each.ended_at) for each in told] == [
        ("reception-2", at("2024-10-18T08:00:00.999"), at("2024-10-18T08:30:00")),
        ("192.0.2.8:5901", at("2024-10-18T08:05:00.999"), at("2024-10-18T08:40:00")),
    ]
    assert (book.open, book.times.is_used) == ((), False)


def test_another_language_is_seen_to_be_one() -> None:
    line = "[2024-10-18T10:00:00+02] - pc1 - anna - Connesso a srv1 tramite RDP"
    told, book = told_by_lines("remmina", [line])
    assert (told, book.open, book.not_understood) == ([], (), 1)


def test_the_log_is_only_replayed_and_proves_nothing_live() -> None:
    assert Evidence.LOG not in signature("remmina").evidence(System.LINUX)


def test_x2go_is_told_as_the_others_are_and_a_terminal_is_named() -> None:
    line = "[2024-10-18T10:{}:00+02] - pc1 - anna - {} srv1 via {}"
    lines = [line.format(10, "Connected to", "X2Go"), line.format(20, "Disconnected from", "X2Go")]
    told, book = told_by_lines("remmina", [*lines, line.format(30, "Connected to", "SSH")])
    assert ([each.peer for each in told], book.open, book.left_out) == (["srv1"], (), {"SSH"})


def test_a_blank_may_stand_for_the_letter_between_day_and_time() -> None:
    line = "[2024-10-18 10:{}:00+02] - pc1 - anna - {} srv1 via RDP"
    told, _ = told_by_lines("remmina", [line.format(10, "Connected to"), line.format(20, "Disconnected from")])
    assert [each.ended_at for each in told] == [at("2024-10-18T08:20:00")]


def test_a_session_that_a_crash_left_without_an_end_is_not_given_that_of_the_next_one() -> None:
    line = "[2024-10-18T{}:00:00+02] - pc1 - anna - {} srv1 via RDP"
    begun = [line.format(hour, "Connected to") for hour in (10, 12)]
    (session,), book = told_by_lines("remmina", [*begun, line.format(13, "Disconnected from")])
    assert (session.began_at, session.ended_at) == (at("2024-10-18T10:00:00.999"), at("2024-10-18T11:00:00"))
    assert [each.began_at for each in book.open] == [at("2024-10-18T08:00:00.999")]
