"""What one channel tells of one tool: in whatever order, however often, and whatever else stands there."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import BadEvent
from agent.eventlog import LATE_MS, LONGEST_EVENT, REMEMBERED, EventBook, Held, Moment, read_event, split_export
from agent.sighting import LoggedSession
from agent.signature import EventRule, read_signature
from shared.session import Evidence
from tests.agent.written_events import (
    ACTIVITY,
    ATTEMPT,
    BASE_AT,
    CHANNEL,
    END,
    OTHER_ACTIVITY,
    PROVIDER,
    START,
    a_session,
    an_event,
)

RULE = f"""
tool = "viewer"
name = "A viewer"
[[event]]
channel = "{CHANNEL}"
provider = "{PROVIDER}"
attempt = [1024]
address = [1102]
start = [1027]
end = [1026]
ignore = '^vm-'
source = "made up"
confidence = "verified"
"""
ANY_TIME = Moment(0, 2**50)
MINE, OTHERS = 11136, 4242


def rule() -> EventRule:
    return read_signature(RULE, "made up").event[0]


class Processes:
    """Which of the tool's processes there are, by number; each test takes away what it wants gone."""

    def __init__(self) -> None:
        self.there = {MINE: "11136:1"}

    def holder(self, pid: int, at: int) -> Held | None:
        return Held(self.there[pid]) if pid in self.there else None


def a_book(processes: Processes | None = None) -> EventBook:
    return EventBook("viewer", rule(), (processes or Processes()).holder)


def told(book: EventBook, *events: str, moment: Moment | None = ANY_TIME) -> list[LoggedSession]:
    """The sessions that these events end."""
    return [session for each in events if (session := book.read(read_event(each), moment)) is not None]


def peers(book: EventBook) -> list[tuple[str | None, str | None]]:
    return [(each.peer, each.address) for each in book.open()]


def test_a_session_runs_from_the_accepted_credentials_to_the_disconnection() -> None:
    book = a_book()
    (session,) = told(book, *a_session())
    assert (session.began_at, session.ended_at) == (BASE_AT + 3_000, BASE_AT + 60_000)
    assert (session.peer, session.address) == ("pc7", "192.0.2.7")
    assert (session.evidence, session.unsure_ms, session.pid) == (Evidence.EVENT, 1, MINE)
    assert book.open() == ()


def test_it_is_live_from_its_start_and_keeps_its_key() -> None:
    events = a_session()
    book = a_book()
    assert told(book, *events[:-1]) == []
    (live,) = book.open()
    assert live.ended_at is None
    (ended,) = told(book, events[-1])
    assert ended.key == live.key
    again = a_book()
    told(again, *events[:-1], moment=None)
    assert [each.key for each in again.open()] == [live.key]


def test_an_attempt_that_fails_is_no_session() -> None:
    book = a_book()
    assert told(book, an_event(ATTEMPT, "pc7"), an_event(END, "516", after_ms=2_000)) == []
    assert book.open() == ()


@pytest.mark.parametrize(
    ("host", "address", "told_address"),
    [
        ("pc7", None, None),
        ("PC7:3390", "192.0.2.7", "192.0.2.7"),
        ("192.0.2.7", "192.0.2.7", "192.0.2.7"),
        ("[2001:db8::7]:3390", "2001:db8::7", "2001:db8::7"),
        ("pc7", "2001:db8::7%12", "2001:db8::7"),
        ("pc7", "no address", None),
    ],
)
def test_the_peer_is_what_was_typed_and_its_address_stands_beside_it(
    host: str, address: str | None, told_address: str | None
) -> None:
    (session,) = told(a_book(), *a_session(host, address))
    assert (session.peer, session.peer_name, session.address) == (host.lower(), None, told_address)


def test_where_nothing_was_typed_the_address_or_the_argument_is_the_peer() -> None:
    (session,) = told(a_book(), *a_session()[1:])
    assert (session.peer, session.address) == ("192.0.2.7", "192.0.2.7")
    book = EventBook("viewer", rule(), lambda pid, at: Held(str(pid), "pc9"))
    assert [each.peer for each in told(book, an_event(START), an_event(END, after_ms=9))] == ["pc9"]


def test_a_new_attempt_begins_a_new_session_and_leaves_the_end_of_the_older_untold() -> None:
    book = a_book()
    first = a_session()[:-1]
    (older,) = told(book, *first, an_event(ATTEMPT, "pc8", after_ms=30_000))
    assert (older.peer, older.began_at, older.ended_at, older.is_lost) == ("pc7", BASE_AT + 3_000, None, True)
    (newer,) = told(book, an_event(START, after_ms=33_000), an_event(END, "1", after_ms=60_000))
    assert (newer.peer, newer.address) == ("pc8", None)
    assert (newer.began_at, newer.ended_at) == (BASE_AT + 33_000, BASE_AT + 60_000)


def test_two_connections_of_one_process_are_two_sessions() -> None:
    book = a_book()
    first, second = a_session(), a_session("pc8", "192.0.2.8", activity=OTHER_ACTIVITY)
    told(book, *(each for pair in zip(first[:-1], second[:-1], strict=True) for each in pair))
    assert peers(book) == [("pc7", "192.0.2.7"), ("pc8", "192.0.2.8")]
    (ended,) = told(book, second[-1])
    assert ended.peer == "pc8"
    assert peers(book) == [("pc7", "192.0.2.7")]


def test_events_of_another_program_are_none_of_ours() -> None:
    book = a_book()
    assert told(book, *a_session(pid=OTHERS)) == []
    assert told(book, *a_session(channel="Security"), *a_session(provider="Somebody")) == []


def test_a_host_that_is_left_out_is_no_session_until_another_is_tried() -> None:
    book = a_book()
    told(book, an_event(ATTEMPT, "VM-1"), an_event(START, after_ms=10))
    assert book.open() == ()
    told(book, an_event(ATTEMPT, "pc7", after_ms=20), an_event(START, after_ms=30))
    assert peers(book) == [("pc7", None)]


def test_a_reconnect_of_its_own_goes_to_the_same_peer() -> None:
    book = a_book()
    told(book, *a_session(), an_event(START, after_ms=70_000))
    assert peers(book) == [("pc7", "192.0.2.7")]


def test_events_without_an_activity_belong_to_their_process() -> None:
    (session,) = told(a_book(), *a_session(activity=None))
    assert session.peer == "pc7"


def test_a_session_whose_process_is_gone_is_not_live_and_its_end_still_comes() -> None:
    processes, events = Processes(), a_session()
    book = a_book(processes)
    told(book, *events[:-1])
    assert len(book.open()) == 1
    processes.there = {MINE: "11136:2"}  # another one has taken its number
    assert book.open() == ()
    assert [each.ended_at for each in told(book, events[-1])] == [BASE_AT + 60_000]


def test_what_happened_before_we_looked_is_told_without_its_start() -> None:
    book, events = a_book(), a_session()
    told(book, *events[:-1], moment=None)
    assert [each.began_at for each in book.open()] == [None]
    (ended,) = told(book, events[-1])
    assert (ended.began_at, ended.ended_at) == (None, BASE_AT + 60_000)
    assert told(a_book(), *events, moment=None) == []


def test_a_stamp_from_before_the_clock_was_set_lengthens_nothing() -> None:
    now = BASE_AT + 3_600_000
    moment = Moment(now - 500, now)
    book = a_book()
    told(book, an_event(ATTEMPT, "pc7"), an_event(START), moment=moment)
    assert [each.began_at for each in book.open()] == [now]
    (ended,) = told(book, an_event(END, after_ms=5_000), moment=Moment(now, now + 500))
    assert (ended.began_at, ended.ended_at) == (now, now)


def test_an_event_that_windows_hands_on_late_keeps_its_time() -> None:
    book = a_book()
    now = BASE_AT + LATE_MS
    told(book, an_event(START), moment=Moment(now, now + 500))
    assert [each.began_at for each in book.open()] == [BASE_AT]


def test_the_hash_of_a_user_name_is_kept_nowhere() -> None:
    book = a_book()
    told(book, *a_session()[:-1])
    assert "37b1Qe" not in repr((book.__dict__, book.open()))


@given(st.permutations(range(6)), st.lists(st.integers(0, 5), max_size=6))
def test_no_order_and_no_repetition_changes_the_sessions(order: list[int], repeated: list[int]) -> None:
    others = {"activity": OTHER_ACTIVITY}
    events = [
        an_event(ATTEMPT, "pc7", record=1),
        an_event(START, after_ms=3_000, record=2),
        an_event(END, after_ms=60_000, record=3),
        an_event(ATTEMPT, "pc8", record=4, **others),
        an_event(START, after_ms=4_000, record=5, **others),
        an_event(END, after_ms=50_000, record=6, **others),
    ]
    book = a_book()
    ended = told(book, *(events[each] for each in (*order, *repeated)))
    assert sorted((each.began_at, each.ended_at) for each in ended) == [
        (BASE_AT + 3_000, BASE_AT + 60_000),
        (BASE_AT + 4_000, BASE_AT + 50_000),
    ]
    assert book.open() == ()


def test_its_memory_has_a_bound() -> None:
    book = a_book()
    for number in range(REMEMBERED + 10):
        told(book, an_event(ATTEMPT, "pc7", activity=f"{number:032}"))
    assert len(book._calls) == len(book._known) == REMEMBERED


# --- the XML ---------------------------------------------------------------------------------------


def test_only_what_is_asked_for_is_read_of_an_event() -> None:
    event = read_event("\ufeff" + an_event(ATTEMPT, "pc7 & <co>", after_ms=7))
    assert (event.channel, event.provider, event.id, event.pid) == (CHANNEL, PROVIDER, ATTEMPT, 11136)
    assert (event.at, event.activity, event.data["Value"]) == (BASE_AT + 7, ACTIVITY, "pc7 & <co>")
    assert "S-1-5-21" not in repr(event)
    assert "DESK01" not in repr(event)


@pytest.mark.parametrize("stamp", ["2026-10-05T09:30:00Z", "2026-10-05T09:30:00.000000000Z"])
def test_stamps_of_every_length_are_read(stamp: str) -> None:
    written = an_event(START).partition("SystemTime='")
    event = read_event(f"{written[0]}SystemTime='{stamp}'{written[2].partition(chr(39))[2]}")
    assert event.at == 1_791_192_600_000


BOMB = '<!DOCTYPE Event [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("xml", "says"),
    [
        ("", "not XML"),
        ("rubbish", "not XML"),
        (an_event(START)[:-9], "not XML"),
        (an_event(START).replace("pc7", "&b;").replace("Info", "&undeclared;"), "not XML"),
        (BOMB + an_event(START), "document type"),
        ("<Events/>", "no event"),
        ("<Event/>", "without Execution ProcessID"),
        (an_event(START).replace("<EventID>1027", "<EventID>many"), "number"),
        (an_event(START).replace("SystemTime='2", "SystemTime='x"), "whose TimeCreated SystemTime is no date and time"),
        (an_event(START).replace("Z'/><EventRecordID>", "'/><EventRecordID>"), "with a zone"),
        (an_event(START, "x" * LONGEST_EVENT), "characters"),
        ("<Event>" * 9_000, "not XML"),
    ],
)
def test_rubbish_is_refused_with_a_reason(xml: str, says: str) -> None:
    with pytest.raises(BadEvent, match=says):
        read_event(xml)


@given(st.text(max_size=300))
def test_no_text_is_more_than_refused(text: str) -> None:
    for xml in (text, an_event(START).replace("Info", text), an_event(START).replace("1027", text)):
        with suppress(BadEvent):
            read_event(xml)


def test_an_item_is_never_longer_than_a_name_may_be() -> None:
    assert len(read_event(an_event(ATTEMPT, "h" * 5_000)).data["Value"]) == 200


def test_an_export_is_split_whether_it_has_a_root_or_not() -> None:
    one, two = an_event(ATTEMPT, "pc7"), an_event(START)
    assert [xml for _, xml in split_export(f"{one}\n{two}\n")] == [one, two]
    viewer = f'<?xml version="1.0" encoding="utf-8"?>\n<Events>\n{one}\n{two}</Events>\n'
    assert list(split_export(viewer)) == [(3, one), (4, two)]
    assert list(split_export("rubbish <Events/>")) == []
    assert [line for line, _ in split_export(f"\n{one}\n\n<Event half")] == [2, 4]
