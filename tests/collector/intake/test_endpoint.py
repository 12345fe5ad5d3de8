"""The agents' door over a real WebSocket: greetings, refusals, acks, and what happens when a line drops."""

import asyncio
import logging
import sqlite3

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from collector.intake import endpoint
from collector.ledger.keys import CODE_LASTS_MS
from collector.ledger.views import SpoolView
from shared.messages import (
    Ack,
    Backlog,
    Enrolled,
    Noted,
    Order,
    Quota,
    QuotaMark,
    Reason,
    Refusal,
    Rejected,
    Welcome,
    What,
    Word,
)
from shared.session import SessionState
from tests.collector.intake.line import Door
from tests.collector.room import S1, S2, a_session


async def test_a_code_enrols_and_its_token_opens_a_line(door: Door) -> None:
    token = await door.token("PC Anna")
    async with door.agent() as agent:
        match await agent.greet(token, sent_at=door.room.clock.wall_ms()):
            case [Welcome(agent="PC Anna", version=1, collector_at=at)]:
                assert at == door.room.clock.wall_ms()
            case other:
                raise AssertionError(other)
        assert [each.linked for each in await door.room.reading.agents()] == [True]


async def test_a_bad_code_a_bad_token_and_a_bad_version_are_refused_with_the_reason(door: Door) -> None:
    token = await door.token()
    async with door.agent() as agent:
        assert _reason(await agent.enrol("guessed")) is Reason.BAD_CODE
        assert await agent.hung_up() == 1008
    async with door.agent() as agent:
        assert _reason(await agent.greet("guessed", sent_at=0)) is Reason.BAD_TOKEN
    async with door.agent() as agent:
        assert _reason(await agent.greet(token, sent_at=0, version=0)) is Reason.BAD_VERSION
    async with door.agent() as agent:
        assert isinstance((await agent.greet(token, sent_at=0, version=99))[0], Welcome)


async def test_a_revoked_agent_is_hung_up_on_and_refused_when_it_comes_again(door: Door) -> None:
    token = await door.token("PC Anna")
    async with door.agent() as agent:
        await agent.greet(token, sent_at=0)
        (known,) = await door.room.reading.agents()
        await door.room.ledger.revoke_agent(known.id)
        await door.door.hang_up(known.id)
        assert await agent.hung_up() == 1008
    async with door.agent() as agent:
        assert _reason(await agent.greet(token, sent_at=0)) is Reason.BAD_TOKEN


async def test_a_code_that_was_used_or_is_too_old_enrols_nobody(door: Door) -> None:
    used, old = await door.room.ledger.make_code("PC Anna"), await door.room.ledger.make_code("PC Marco")
    async with door.agent() as agent:
        assert isinstance((await agent.enrol(used))[0], Enrolled)
    for code, later_ms in ((used, 0), (old, CODE_LASTS_MS)):
        door.room.clock.advance(later_ms)
        async with door.agent() as agent:
            assert _reason(await agent.enrol(code)) is Reason.BAD_CODE
            assert await agent.hung_up() == 1008
    assert [each.name for each in await door.room.reading.agents()] == ["PC Anna"]


async def test_what_is_acknowledged_is_in_the_file(door: Door) -> None:
    now = door.room.clock.wall_ms()
    async with door.open_line(await door.token()) as agent:
        assert await agent.report((1, a_session(S1, (now - 9_000, 9_000)))) == [Ack(seq=1)]
        with sqlite3.connect(door.room.folder / "ledger.sqlite3") as file:
            assert file.execute("SELECT lasted_ms FROM stretch").fetchall() == [(9_000,)]


async def test_many_frames_may_be_under_way_and_are_answered_in_order(door: Door) -> None:
    now = door.room.clock.wall_ms()
    async with door.open_line(await door.token()) as agent:
        for seq in range(1, 201):
            await agent.say([(seq, a_session(S1, (now - 300, seq)))])
        heard = [(await agent.hear())[0] for _ in range(200)]
    assert heard == [Ack(seq=seq) for seq in range(1, 201)]
    assert (await door.room.session(S1)).observed_ms == 200


async def test_one_of_a_newer_agent_is_rejected_and_the_line_goes_on(door: Door) -> None:
    now = door.room.clock.wall_ms()
    async with door.open_line(await door.token()) as agent:
        for seq in (1, 2):
            await agent.line.send(b'[{"say":"progress","seq":%d,"session":{"newer":true}}]' % seq)
            match await agent.hear():
                case [Rejected(seq=rejected), Ack(seq=acked)]:
                    assert (rejected, acked) == (seq, seq)
                case other:
                    raise AssertionError(other)
        assert await agent.report((3, a_session(S1, (now - 5, 5)))) == [Ack(seq=3)]
    assert (await door.room.session(S1)).observed_ms == 5


async def test_a_rejected_one_holds_up_none_behind_it(door: Door) -> None:
    now = door.room.clock.wall_ms()
    async with door.open_line(await door.token()) as agent:
        match await agent.report((1, a_session(S1, (now, 99_000))), (2, a_session(S2, (now - 5, 5)))):
            case [Rejected(seq=1), Ack(seq=2)]:
                pass
            case other:
                raise AssertionError(other)


async def test_said_again_after_a_lost_answer_it_changes_nothing(door: Door) -> None:
    token, now = await door.token(), door.room.clock.wall_ms()
    told = (1, a_session(S1, (now - 9_000, 9_000)))
    async with door.open_line(token) as agent:
        await agent.report(told)
    async with door.open_line(token) as agent:
        assert await agent.report(told) == [Ack(seq=1)]
    assert (await door.room.session(S1)).observed_ms == 9_000


async def test_one_that_comes_late_on_a_new_line_changes_nothing(door: Door) -> None:
    token, now = await door.token(), door.room.clock.wall_ms()
    async with door.open_line(token) as agent:
        await agent.report((7, a_session(S1, (now - 9_000, 9_000), state=SessionState.PAUSED)))
        kept = await door.room.session(S1)
    async with door.open_line(token) as agent:
        assert await agent.report((6, a_session(S1, (now - 9_000, 4_000)))) == [Ack(seq=6)]
        assert await door.room.session(S1) == kept


async def test_numbers_that_fall_on_one_line_are_against_the_rules(door: Door) -> None:
    now = door.room.clock.wall_ms()
    async with door.open_line(await door.token()) as agent:
        await agent.report((7, a_session(S1, (now - 9_000, 9_000))))
        assert _reason(await agent.report((6, a_session(S1, (now - 9_000, 9_500))))) is Reason.BAD_MESSAGE
        assert await agent.hung_up() == 1008
    assert (await door.room.session(S1)).observed_ms == 9_000


async def test_a_session_of_another_agent_is_rejected_and_stays_as_it_was(door: Door) -> None:
    now = door.room.clock.wall_ms()
    anna, marco = await door.token("PC Anna"), await door.token("PC Marco")
    async with door.open_line(anna) as agent:
        await agent.report((1, a_session(S1, (now - 9_000, 5_000))))
        kept = await door.room.session(S1)
        async with door.open_line(marco) as other:
            match await other.report((1, a_session(S1, (now - 9_000, 9_000), peer="elsewhere"))):
                case [Rejected(seq=1, why=why), Ack(seq=1)]:
                    assert "another agent" in why
                case heard:
                    raise AssertionError(heard)
        assert await door.room.session(S1) == kept


async def test_time_that_is_still_to_come_is_rejected_and_the_line_goes_on(door: Door) -> None:
    now = door.room.clock.wall_ms()
    async with door.open_line(await door.token()) as agent:
        match await agent.report((1, a_session(S1, (now, 60_000)))):
            case [Rejected(seq=1, why=why), Ack(seq=1)]:
                assert "60 s from now" in why
            case heard:
                raise AssertionError(heard)
        assert await door.room.reading.session(S1) is None
        assert await agent.report((2, a_session(S1, (now - 1_000, 1_000)))) == [Ack(seq=2)]


async def test_a_second_line_of_the_same_agent_takes_the_place_of_the_first(door: Door) -> None:
    token = await door.token()
    async with door.open_line(token) as first, door.open_line(token) as second:
        assert await first.hung_up() == 1008
        now = door.room.clock.wall_ms()
        assert await second.report((1, a_session(S1, (now - 5, 5)))) == [Ack(seq=1)]
        assert len(door.room.presence.up) == 1


async def test_what_waits_on_the_pc_is_as_it_said_last_and_unknown_of_an_agent_that_never_says_it(door: Door) -> None:
    token, now = await door.token(), door.room.clock.wall_ms()
    async with door.agent() as agent:
        await agent.greet(token, sent_at=now - 60_000)  # its clock is a minute slow
        told = Backlog(waiting=2, since_at=now - 100_000, refused=1, on_disk=False)
        await agent.line.send(agent.side.say([told]))
        await agent.report((1, a_session(S1, (now - 65_000, 5_000))))
    (known,) = await door.room.reading.agents()
    assert known.spool == SpoolView(now, waiting=2, since_at=now - 40_000, refused=1, on_disk=False)
    async with door.open_line(token):
        (known,) = await door.room.reading.agents()
        assert known.spool is None


async def test_a_line_that_drops_is_silent_at_once(door: Door) -> None:
    now = door.room.clock.wall_ms()
    heard = door.room.bell.listen()
    async with door.open_line(await door.token()) as agent:
        await agent.report((1, a_session(S1, (now - 5, 5))))
        assert (await door.room.session(S1)).state == "live"
    async with asyncio.timeout(10):
        while (await door.room.session(S1)).state != "silent":
            await heard.wait(0.1)


@pytest.mark.parametrize("frame", ["", "{}", "[", "null", "[{}]", '[{"say":"progress"}]', b"\xff\x00", "[" * 100_000])
async def test_rubbish_ends_the_line_with_a_reason(door: Door, frame: str | bytes) -> None:
    async with connect(door.url) as line:
        await line.send(frame)
        assert b"bad-message" in bytes(await line.recv(decode=False))


@pytest.mark.parametrize("frame", ["", "{}", '[{"say":"progress","seq":0}]', b"\xff\x00", '[{"say":"hello"}]'])
async def test_rubbish_on_an_open_line_ends_it_with_a_reason_and_no_traceback(
    door: Door, frame: str | bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with door.open_line(await door.token()) as agent:
        await agent.line.send(frame)
        assert _reason(await agent.hear()) is Reason.BAD_MESSAGE
        assert await agent.hung_up() == 1008
    assert [record for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR] == []


async def test_a_progress_before_the_greeting_is_against_the_rules(door: Door) -> None:
    async with connect(door.url) as line:
        await line.send('[{"say":"progress","seq":1,"session":null}]')
        assert b"bad-message" in bytes(await line.recv(decode=False))


async def test_who_does_not_greet_is_hung_up_on(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "GREETING_S", 0.05)
    async with door.agent() as agent:
        assert await agent.hung_up() == 1008


async def test_who_guesses_too_often_is_not_heard(door: Door) -> None:
    for _ in range(20):
        async with door.agent() as agent:
            await agent.greet("guessed", sent_at=0)
    async with door.agent() as agent:
        assert await agent.hung_up() == 1013


async def test_a_ledger_that_cannot_be_written_leaves_it_unanswered(door: Door) -> None:
    now = door.room.clock.wall_ms()
    token = await door.token()
    with sqlite3.connect(door.room.folder / "ledger.sqlite3", isolation_level=None) as other:
        async with door.open_line(token) as agent:
            other.execute("ALTER TABLE stretch RENAME TO elsewhere")
            with pytest.raises(ConnectionClosed):
                await agent.report((1, a_session(S1, (now - 5, 5))))
            other.execute("ALTER TABLE elsewhere RENAME TO stretch")
    async with door.open_line(token) as agent:
        assert await agent.report((1, a_session(S1, (now - 5, 5)))) == [Ack(seq=1)]


async def test_a_line_that_only_enrols_ends_after_it(door: Door) -> None:
    async with door.agent() as agent:
        assert isinstance((await agent.enrol(await door.room.ledger.make_code("PC Anna")))[0], Enrolled)
        assert await agent.hung_up() == 1000


async def test_a_technicians_word_is_noted_once_it_is_written(door: Door) -> None:
    now = door.room.clock.wall_ms()
    words = [
        Word(id="a" * 32, session=S1, what=What.AGREED, at=now),
        Word(id="b" * 32, session=S2, what=What.AGREED, at=now),
        Word(id="c" * 32, session=S1, what=What.NEXT_PROBLEM, at=now - 60_000),
    ]
    async with door.open_line(await door.token()) as agent:
        await agent.report((1, a_session(S1, (now - 9_000, 9_000))))
        await agent.line.send(agent.side.say(words))
        noted = [each for _ in words for each in await agent.hear()]
    assert [(each.id[0], each.why is None) for each in noted if isinstance(each, Noted)] == [
        ("a", True),
        ("b", False),
        ("c", False),
    ]
    agreed = (await door.room.reading.whole([1]))[1].agreed
    assert agreed is not None and agreed.by == "PC Anna"


async def test_a_quota_is_told_once_and_again_on_a_new_line(door: Door) -> None:
    def a_quota(at_ms: int) -> Quota:
        return Quota(session=S1, marks=(QuotaMark(kind="cap", at_ms=at_ms),))

    token = await door.token()
    (known,) = await door.room.reading.agents()
    door.door.tell(known.id, a_quota(1_000))  # nobody is there
    for _ in range(2):
        async with door.open_line(token) as agent:
            for at_ms in (1_000, 1_200, 1_201):
                door.door.tell(known.id, a_quota(at_ms))
            door.door.tell(known.id, Order(session=S1, countdown_ms=60_000))
            heard = [each for _ in range(3) for each in await agent.hear()]
            assert heard == [a_quota(1_000), a_quota(1_201), Order(session=S1, countdown_ms=60_000)]
            await agent.line.close()
            await agent.line.wait_closed()


async def test_a_quota_that_finds_no_room_is_told_later_and_only_the_newest(door: Door) -> None:
    token = await door.token()
    (known,) = await door.room.reading.agents()
    async with door.open_line(token) as agent:
        line = door.door._lines[known.id]
        late: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        while not line.frames.full():
            line.frames.put_nowait(late)
        for at_ms in (1_000, 9_000):
            assert door.door.tell(known.id, Quota(session=S1, marks=(QuotaMark(kind="cap", at_ms=at_ms),)))
        order = Order(session=S1, countdown_ms=60_000)
        assert not door.door.tell(known.id, order)
        late.set_result(line.side.tell(order))
        heard = [each for _ in range(endpoint.OUTSTANDING) for each in await agent.hear()]
        assert heard == [order] * endpoint.OUTSTANDING
        assert await agent.hear() == [Quota(session=S1, marks=(QuotaMark(kind="cap", at_ms=9_000),))]


def _reason(heard: list[object]) -> Reason:
    match heard:
        case [Refusal(reason=reason)]:
            return reason
    raise AssertionError(heard)
