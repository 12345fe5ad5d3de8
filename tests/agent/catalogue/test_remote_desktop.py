"""Remote Desktop's event channel, as the shipped catalogue reads it."""

import pytest

from agent.eventlog import EventBook, Held, Moment, read_event, split_export
from agent.sighting import LoggedSession
from agent.signature import System
from tests.agent.catalogue.scenes import SAMPLES, at, catalogue, signature

HOSTS_OF_REMOTE_DESKTOP = (
    "devolutions-remote-desktop-manager",
    "mremoteng",
    "mstsc",
    "rdcman",
    "royal-ts",
    "terminals",
    "windows-app",
)


def told_by_events(tool: str, sample: str) -> tuple[list[LoggedSession], EventBook]:
    """The sessions that a channel tells as ended, all its events being this tool's, and the book after it."""
    (rule,) = signature(tool).event
    book = EventBook(tool, rule, lambda pid, at: Held(str(pid)))
    text = (SAMPLES / "mstsc" / sample).read_text(encoding="utf-8")
    moment = Moment(0, 2**50)
    ended = [told for _, xml in split_export(text) if (told := book.read(read_event(xml), moment)) is not None]
    return ended, book


@pytest.mark.parametrize("tool", HOSTS_OF_REMOTE_DESKTOP)
def test_two_sessions_at_once_are_told_with_their_peers_and_times(tool: str) -> None:
    ended, book = told_by_events(tool, "written-two-at-once.xml")
    assert [(each.tool, each.peer, each.address) for each in ended] == [
        (tool, "pc7", "192.0.2.7"),
        (tool, "192.0.2.8:3390", None),
    ]
    assert [(each.began_at, each.ended_at) for each in ended] == [
        (at("2026-10-05T09:00:04.250"), at("2026-10-05T09:20:04.250")),
        (at("2026-10-05T09:05:05.500"), at("2026-10-05T09:35:05.500")),
    ]
    assert book.open() == ()


def test_behind_one_gateway_each_session_is_to_the_host_that_was_typed() -> None:
    ended, _ = told_by_events("mstsc", "written-gateway.xml")
    assert [(each.peer, each.ended_at) for each in ended] == [
        ("srv1.example.it", None),  # its 1026 was never written: the next attempt tells that it is over
        ("srv9", at("2026-10-05T10:30:00.123")),
    ]


def test_failed_attempts_and_virtual_machines_of_this_pc_are_no_session() -> None:
    ended, book = told_by_events("mstsc", "written-no-session.xml")
    assert (ended, book.open()) == ([], ())


def test_these_tools_and_no_others_show_remote_desktop_in_a_window_of_theirs() -> None:
    told = {each.tool for each in catalogue(System.WINDOWS).signatures if each.event}
    assert told == {*HOSTS_OF_REMOTE_DESKTOP, "remote-assistance"}
