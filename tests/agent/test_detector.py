"""What is a session and what is not, each with its reason."""

import pytest
from msgspec.structs import replace

from agent.detector import detect, running, sightings
from agent.sighting import LoggedSession, Sighting
from agent.snapshot import Connection, Process
from shared.session import Evidence, Mark
from tests.agent.pictures import START, VIEWER, a_catalogue, a_connection, a_look, a_process

CATALOGUE = a_catalogue()


def live(processes: tuple[Process, ...], connections: tuple[Connection, ...] = ()) -> tuple[Sighting, ...]:
    return sightings(detect(CATALOGUE, a_look(processes=processes, connections=connections)))


def test_a_viewer_with_an_established_connection_is_a_session() -> None:
    (sighting,) = live((a_process(),), (a_connection(),))
    assert (sighting.tool, sighting.peer, sighting.evidence) == ("viewer", "192.0.2.7:5900", Evidence.SOCKET)


def test_a_viewer_without_a_connection_is_none_and_says_why() -> None:
    (verdict,) = detect(CATALOGUE, a_look(processes=(a_process(),)))
    assert (verdict.sightings, verdict.why) == ((), "it runs, but has no established connection to a peer")


@pytest.mark.parametrize("name", ["viewerd", "viewer-host", "logger", "unheard-of"])
def test_services_the_incoming_side_the_undecidable_and_strangers_are_none(name: str) -> None:
    assert live((a_process(name),), (a_connection(),)) == ()


@pytest.mark.parametrize("name", ["viewer", "tabbed", "logger"])
def test_another_user_s_program_is_none_and_nobody_is_asked_of_it(name: str) -> None:
    picture = a_look(processes=(replace(a_process(name), is_foreign=True),), connections=(a_connection(),))
    (verdict,) = detect(CATALOGUE, picture)
    assert (verdict.sightings, verdict.undecidable) == ((), False)
    assert verdict.why == "another user of this computer runs it: his sessions are not yours"
    assert running(CATALOGUE, picture) == frozenset()


def test_another_process_s_connection_proves_nothing() -> None:
    assert live((a_process(pid=100),), (a_connection(pid=200),)) == ()


def test_a_connection_to_an_ignored_port_is_none() -> None:
    assert live((a_process(),), (a_connection("192.0.2.7:443"),)) == ()


def test_the_connection_to_the_screen_it_draws_on_is_none() -> None:
    assert live((a_process(display_port=6010),), (a_connection("127.0.0.1:6010"),)) == ()


def test_a_viewer_that_has_shown_nothing_yet_is_none_and_says_why() -> None:
    (verdict,) = detect(CATALOGUE, a_look(processes=(a_process(),), connections=(a_connection(received=59),)))
    assert verdict.sightings == ()
    assert verdict.why == "connected, but nothing was shown yet: still asking for a password?"


@pytest.mark.parametrize("received", [60, 61, None])
def test_a_viewer_that_may_have_shown_something_is_a_session(received: int | None) -> None:
    assert len(live((a_process(),), (a_connection(received=received),))) == 1


def test_a_tool_that_says_nothing_of_pictures_is_live_from_its_connection_on() -> None:
    assert len(live((a_process("tabbed"),), (a_connection(received=0),))) == 1


def test_one_connection_that_shows_makes_the_others_of_a_viewer_no_question() -> None:
    channels = (a_connection(received=0), a_connection("192.0.2.8:5900", received=60))
    assert [each.peer for each in live((a_process(),), channels)] == ["192.0.2.8:5900"]


def test_a_loopback_peer_is_marked_as_tunnelled() -> None:
    (sighting,) = live((a_process(),), (a_connection("127.0.0.1:5901"),))
    assert (sighting.peer, sighting.marks) == ("127.0.0.1:5901", (Mark.TUNNELLED,))


def test_several_connections_of_a_single_viewer_are_one_session() -> None:
    assert len(live((a_process(),), (a_connection(), a_connection("192.0.2.8:5900")))) == 1


def test_tabs_to_two_peers_are_two_sessions_and_channels_to_one_peer_are_one() -> None:
    tabs = (a_connection(), a_connection("192.0.2.8:5900"), a_connection("192.0.2.8:5900"))
    assert [each.peer for each in live((a_process("tabbed"),), tabs)] == ["192.0.2.7:5900", "192.0.2.8:5900"]


def test_two_viewers_are_two_sessions() -> None:
    both = (a_process(pid=100), a_process(pid=200))
    assert len({each.key for each in live(both, (a_connection(pid=100), a_connection(pid=200)))}) == 2


def test_the_name_in_the_arguments_is_kept_beside_the_address() -> None:
    (sighting,) = live((a_process(arguments=("reception-pc::5900",)),), (a_connection(),))
    assert (sighting.peer, sighting.peer_name) == ("192.0.2.7:5900", "reception-pc")


def test_the_id_in_the_arguments_is_the_peer_and_no_repeater_that_carries_it() -> None:
    repeated = a_catalogue(
        """
tool = "viewer"
name = "A viewer"
[[process]]
names = ["viewer"]
source = "made up"
confidence = "verified"
[[argument]]
pattern = '^ID:(?P<id>\\d+)$'
source = "made up"
confidence = "verified"
"""
    )
    look = a_look(processes=(a_process(arguments=("ID:1234",)),), connections=(a_connection(),))
    (sighting,) = sightings(detect(repeated, look))
    assert (sighting.peer, sighting.peer_name, sighting.address) == ("1234", None, "192.0.2.7:5900")


def test_where_the_owner_is_not_told_the_arguments_decide_and_it_is_marked() -> None:
    (sighting,) = live((a_process(arguments=("192.0.2.7::5900",)),), (a_connection(pid=None),))
    assert sighting.marks == (Mark.PEER_BY_ARGUMENTS,)


def test_an_orphan_connection_proves_one_session_only() -> None:
    twins = (a_process(pid=100, arguments=("192.0.2.7::5900",)), a_process(pid=200, arguments=("192.0.2.7::5900",)))
    assert len(live(twins, (a_connection(pid=None),))) == 1


def test_an_orphan_connection_to_elsewhere_proves_nothing() -> None:
    assert live((a_process(arguments=("192.0.2.9::5900",)),), (a_connection(pid=None),)) == ()


def test_localhost_in_the_arguments_is_any_loopback_address() -> None:
    assert len(live((a_process(arguments=("localhost::5900",)),), (a_connection("127.0.0.1:5900", pid=None),))) == 1


def logged(**more: int | None) -> LoggedSession:
    told: dict[str, int | None] = {"began_at": START.at, **more}
    return LoggedSession("logger", "log.txt#1:7", "7", None, **told)


def test_a_log_that_tells_a_start_and_no_end_is_a_session_while_the_program_runs() -> None:
    (_, verdict) = detect(CATALOGUE, a_look(processes=(a_process("logger"),)), (logged(),))
    assert verdict.sightings[0].evidence is Evidence.LOG
    (verdict,) = detect(CATALOGUE, a_look(), (logged(),))
    assert (verdict.sightings, "does not run" in verdict.why) == ((), True)


def test_what_runs_all_day_holds_no_session_that_a_log_left_open() -> None:
    catalogue = a_catalogue(VIEWER.replace('tool = "viewer"', 'tool = "logger"'))
    for name in ("viewerd", "viewer-host"):
        assert sightings(detect(catalogue, a_look(processes=(a_process(name),)), (logged(),))) == ()


def test_a_session_that_its_log_has_lost_is_told_as_lost() -> None:
    (verdict,) = detect(a_catalogue(), a_look(), (replace(logged(began_at=1), is_lost=True),))
    assert verdict.sightings[0].is_lost
    assert "without its end" in verdict.why


def test_an_old_log_needs_the_program_to_run() -> None:
    old = (logged(began_at=None),)
    assert sightings(detect(CATALOGUE, a_look(), old)) == ()
    assert len(sightings(detect(CATALOGUE, a_look(processes=(a_process("logger"),)), old))) == 1


def test_an_old_start_that_an_earlier_run_of_the_program_left_open_is_none() -> None:
    an_hour_ago = START.at - 3_600_000
    old = (logged(began_at=None, stamped_at=an_hour_ago),)
    since_then = replace(a_process("logger"), started_at=START.at - 1_800_000)
    (_, verdict) = detect(CATALOGUE, a_look(processes=(since_then,)), old)
    assert (verdict.sightings, verdict.why) == (
        (),
        "its log tells a start that an earlier run of the program left open",
    )
    before = replace(since_then, pid=101, started_at=START.at - 7_200_000)
    assert len(sightings(detect(CATALOGUE, a_look(processes=(since_then, before)), old))) == 1


def test_a_clock_that_is_set_back_leaves_no_session_out() -> None:
    an_hour_ahead = replace(a_process("logger"), started_at=START.at + 3_600_000)
    assert len(sightings(detect(CATALOGUE, a_look(processes=(an_hour_ahead,)), (logged(stamped_at=START.at),)))) == 1
