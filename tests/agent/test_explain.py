"""What `explain` prints, line by line."""

from agent.detector import Verdict
from agent.explain import Explanation, lines
from agent.sighting import LoggedSession, Sighting
from agent.toollogs import LogState
from shared.session import Evidence

AT = 1_795_000_000_000
LIVE = Verdict("log.txt", "logger", "its log tells a start", (Sighting("logger", "k", "7", Evidence.LOG),))
IDLE = Verdict("/usr/bin/viewer (process 7)", "viewer", "it runs, but has no established connection to a peer")
STARTED = LoggedSession("logger", "k", "7", None, AT)


def said(verdicts: tuple[Verdict, ...], *logs: LogState) -> list[str]:
    return list(lines(Explanation(verdicts, logs, ("event channel X: it is read",), {"viewer": "beware"})))


def test_every_candidate_has_its_reason_and_its_tools_note() -> None:
    assert said((LIVE, IDLE)) == [
        "logger: a session: log.txt: its log tells a start",
        "viewer: no session: /usr/bin/viewer (process 7): it runs, but has no established connection to a peer",
        "viewer: note: beware",
        "event channel X: it is read",
    ]


def test_a_log_says_what_it_told_last() -> None:
    started = LogState("logger", "log.txt", "it is followed", STARTED)
    assert "last it told the start of a session with 7 at 2026-11-18T" in said((LIVE,), started)[1]
    ended = LogState("logger", "log.txt", "it is followed", LoggedSession("logger", "k", None, None, AT, AT + 5_000))
    assert "told the end of a session with a peer that it does not name" in said((LIVE,), ended)[1]


def test_a_log_that_is_not_there_is_told_of_a_tool_that_runs_and_of_no_other() -> None:
    missing = LogState("viewer", "~/viewer.log", "there is none", is_there=False)
    assert "viewer: log: ~/viewer.log: there is none" in said((IDLE,), missing)
    assert "viewer: log: ~/viewer.log: there is none" not in said((LIVE,), missing)


def test_nothing_at_all_is_said_too() -> None:
    assert said(())[0].startswith("no remote-support program that the agent knows runs here")
