"""mRemoteNG's log, in the languages whose texts are known."""

from tests.agent.catalogue.scenes import at, told_by, told_by_lines


def test_remote_control_is_told_from_start_to_end_and_a_terminal_is_none() -> None:
    told, book = told_by("mremoteng", "written-sessions.log")
    assert [each.peer for each in told] == ["192.0.2.8", "reception-2", "reception-3"]
    assert (told[1].began_at, told[1].ended_at) == (at("2024-10-18T13:40:50.123"), at("2024-10-18T13:52:11.750"))
    assert book.open == ()


def test_a_language_whose_texts_are_unknown_tells_nothing() -> None:
    line = '2024-10-18 15:40:50,123 [1] INFO  - Verbindung zu "pc" via "RDP" hergestellt durch Benutzer "anna"'
    told, book = told_by_lines("mremoteng", [line])
    assert (told, book.open) == ([], ())
