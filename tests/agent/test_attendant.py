"""Between collector and technician: reminders, his word, and sessions that are ended only after an announcement."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from msgspec.structs import replace

from agent.attendant import Attendant
from agent.desk import Notice
from agent.machine import LEFT
from agent.reminder import Reminders
from agent.signature import Confidence, Holds, ProcessRule, Signature
from agent.snapshot import Tick
from agent.tracker import Tracked
from agent.words import Words
from shared.messages import Order, Quota, What
from shared.session import Evidence, SessionState
from tests.agent.test_reminder import CAP_MS, a_quota
from tests.agent.test_spool import a_session
from tests.fakes.clock import FakeClock

SESSION = a_session().id
TICK = Tick(0, 0)


@dataclass
class Desktop:
    """A desk that remembers."""

    shown: list[Notice] = field(default_factory=list)

    async def tell(self, notice: Notice) -> None:
        self.shown.append(notice)


def a_signature(holds: Holds = Holds.ONE) -> Signature:
    rule = ProcessRule(names=("viewer",), source="us", confidence=Confidence.VERIFIED, holds=holds)
    return Signature(tool="viewer", name="Viewer", process=(rule,))


def a_track(
    number: int = 1, lasted_ms: int = 60_000, pid: int | None = 7, state: SessionState = SessionState.LIVE
) -> Tracked:
    key = f"{pid}:99:viewer:192.0.2.7:5900"
    session = a_session(number, lasted_ms, state)
    return Tracked(session, TICK, TICK, 0, frozenset([key]), {key: Evidence.SOCKET}, pid=pid)


class Room:
    """An attendant with all that it stands on."""

    def __init__(self, folder: Path, holds: Holds = Holds.ONE) -> None:
        self.desk, self.ended = Desktop(), list[tuple[int, int]]()
        self.hangs = False  # a viewer that does not close
        self.words, self.rung = Words(folder / "words", FakeClock()), 0
        self.attendant = Attendant(
            Reminders(folder / "quotas.json"),
            self.words,
            self.desk,  # type: ignore[arg-type]
            {"viewer": a_signature(holds)},
            FakeClock(),
            "en",
            self._end,
            self._ring,
            least_countdown_ms=60,
        )

    def _end(self, pid: int, born: int, may_stay: Callable[[], bool]) -> str:
        self.ended.append((pid, born))
        while self.hangs:
            if may_stay():
                return LEFT
        return "closed"

    def _ring(self) -> None:
        self.rung += 1

    @property
    def said(self) -> list[str]:
        return sorted(word.what for word in self.words.waiting())

    async def settled(self) -> None:
        while self.attendant._countdowns:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


@pytest.fixture
async def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


async def test_the_technician_is_reminded_off_line_from_the_quota_he_has(room: Room) -> None:
    room.attendant.heed(a_quota())
    await asyncio.to_thread(room.attendant.followed, (a_track(lasted_ms=CAP_MS),))
    await asyncio.sleep(0)
    await room.settled()
    assert [notice.title for notice in room.desk.shown] == ["Studio Bianchi: included time used up"]
    room.desk.shown[0].buttons[0].press()
    assert (room.said, room.rung) == ([What.AGREED], 1)


async def test_the_customers_no_is_shown_once_also_after_a_restart(tmp_path: Path) -> None:
    room = Room(tmp_path)
    for declined in (False, True, True):
        room.attendant.heed(replace(a_quota(), declined=declined))
    await room.settled()
    assert [notice.title for notice in room.desk.shown] == ["Studio Bianchi: the customer does not agree to overtime"]
    room.attendant.followed((a_track(),))
    again = Room(tmp_path)
    again.attendant.heed(replace(a_quota(), declined=True))
    await again.settled()
    assert again.desk.shown == []


async def test_a_session_is_ended_after_its_countdown_by_the_process_that_holds_it(room: Room) -> None:
    room.attendant.followed((a_track(),))
    room.attendant.heed(Order(session=SESSION, countdown_ms=0))
    room.attendant.heed(Order(session=SESSION, countdown_ms=0))
    await room.settled()
    assert room.ended == [(7, 99)]
    assert room.said == [What.ANNOUNCED, What.DISCONNECTED]
    assert [notice.title for notice in room.desk.shown][-1:] == ["192.0.2.7:5900: the session is being closed"]
    assert len(room.desk.shown) == 4


@pytest.mark.parametrize("by_desk", [True, False])
async def test_a_consent_after_the_viewer_was_asked_to_close_keeps_it_from_being_killed(
    room: Room, *, by_desk: bool
) -> None:
    room.hangs = True
    room.attendant.followed((a_track(),))
    room.attendant.heed(a_quota())
    room.attendant.heed(Order(session=SESSION, countdown_ms=0))
    while not room.ended or len(room.desk.shown) < 4:  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    await asyncio.to_thread(room.attendant.followed, (a_track(lasted_ms=CAP_MS),))
    while len(room.desk.shown) < 5:  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    assert room.desk.shown[-1].text == "Viewer. The session is being closed."
    if by_desk:
        room.desk.shown[-1].buttons[0].press()
    else:
        room.attendant.heed(a_quota(agreed=True))
    await room.settled()
    assert room.said == sorted([What.ANNOUNCED, *([What.AGREED] if by_desk else []), What.STOPPED])
    assert [word.why for word in room.words.waiting() if word.what == What.STOPPED] == [
        "agreed to, or critical work, after the viewer was asked to close"
    ]


@pytest.mark.parametrize("what", [What.AGREED, What.CRITICAL])
async def test_a_word_of_the_technician_stops_it(room: Room, what: What) -> None:
    room.attendant.followed((a_track(),))
    room.attendant.heed(Order(session=SESSION, countdown_ms=60_000))
    while not room.desk.shown:  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    next(each for each in room.desk.shown[0].buttons if each.word == what).press()
    await room.settled()
    assert (room.ended, room.said) == ([], sorted([What.ANNOUNCED, what, What.STOPPED]))


async def test_a_consent_that_the_collector_hears_of_stops_it(room: Room) -> None:
    room.attendant.followed((a_track(),))
    room.attendant.heed(Order(session=SESSION, countdown_ms=60_000))
    await asyncio.sleep(0)
    room.attendant.heed(a_quota(agreed=True))
    await room.settled()
    assert (room.ended, room.said) == ([], [What.ANNOUNCED, What.STOPPED])


@pytest.mark.parametrize(
    ("tracks", "holds", "quota"),
    [
        ((), Holds.ONE, None),
        ((a_track(state=SessionState.PAUSED),), Holds.ONE, None),
        ((a_track(),), Holds.ONE_PER_PEER, None),
        ((a_track(), a_track(2)), Holds.ONE, None),
        ((a_track(pid=None),), Holds.ONE, None),
        ((a_track(),), Holds.ONE, a_quota(critical=True)),
        ((a_track(),), Holds.ONE, a_quota(agreed=True)),
    ],
)
async def test_what_must_not_be_ended_is_refused_with_the_reason(
    tmp_path: Path, tracks: tuple[Tracked, ...], holds: Holds, quota: Quota | None
) -> None:
    room = Room(tmp_path, holds)
    room.attendant.followed(tracks)
    if quota is not None:
        room.attendant.heed(quota)
    room.attendant.heed(Order(session=SESSION, countdown_ms=0))
    await room.settled()
    assert (room.ended, room.said, room.desk.shown) == ([], [What.NOT_DISCONNECTED], [])
    assert room.words.waiting()[0].why


async def test_a_session_that_is_over_or_held_by_another_process_by_then_is_let_be(room: Room) -> None:
    room.attendant.followed((a_track(),))
    room.attendant.heed(Order(session=SESSION, countdown_ms=0))
    await asyncio.sleep(0)
    room.attendant.followed((a_track(pid=8),))
    await room.settled()
    assert (room.ended, room.said) == ([], [What.ANNOUNCED, What.STOPPED])
