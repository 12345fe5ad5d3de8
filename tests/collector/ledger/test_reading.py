"""The questions one may ask, their filters and their pages."""

from collector.ledger import crediting
from collector.ledger.decisions import Outcome
from shared.session import SessionState
from tests.collector.room import S1, S2, S3, Room

PEER = (("tigervnc", "192.0.2.7:5900"),)


async def test_sessions_by_state_and_customer(room: Room) -> None:
    owner = await room.customer(peers=PEER)
    await room.connect(S1, seconds=10)
    await room.connect(S2, seconds=10, peer="b", state=SessionState.ENDED)
    await room.connect(S3, seconds=10, peer="c", agent="PC Marco")
    room.presence.lose(room.agents["PC Marco"])

    async def asked(**filters: object) -> list[str]:
        return sorted(s.id for s in (await room.reading.sessions(**filters))[0])  # type: ignore[arg-type]

    assert await asked() == [S1, S2, S3]
    assert await asked(state="live") == [S1]
    assert await asked(state="silent") == [S3]
    assert await asked(state="ended") == [S2]
    assert await asked(customer_id=owner) == [S1]


async def test_interventions_by_state_and_customer(room: Room) -> None:
    owner = await room.customer(peers=PEER)
    await room.connect(S1, seconds=10)
    await room.connect(S2, seconds=10, peer="b", state=SessionState.ENDED)
    await room.ledger.close_intervention(2, Outcome.SOLVED, by="Laura")

    async def asked(**filters: object) -> list[int]:
        return sorted(i.id for i in (await room.reading.interventions(**filters))[0])  # type: ignore[arg-type]

    assert await asked(state="open") == [1]
    assert await asked(state="closed") == [2]
    assert await asked(state="live") == [1]
    assert await asked(state="unassigned") == [2]
    assert await asked(customer_id=owner) == [1]


async def test_pages_follow_each_other_and_say_how_many_there_are(room: Room) -> None:
    for n in range(5):
        await room.customer(f"Studio {n}")
    first, total = await room.reading.customers(limit=2)
    second, _ = await room.reading.customers(limit=2, offset=2)
    assert ([c.name for c in (*first, *second)], total) == ([f"Studio {n}" for n in range(4)], 5)


async def test_customers_are_found_by_name_and_by_peer(room: Room) -> None:
    await room.customer("Studio 100% Bianchi", peers=(("anydesk", "123"),))
    await room.customer("Studio Verdi")
    for search in ("bianchi", "100%", "23"):
        assert [c.id for c in (await room.reading.customers(search=search))[0]] == [1]
    assert (await room.reading.customers(search="%"))[1] == 1


async def test_what_is_not_there_is_none(room: Room) -> None:
    assert await room.reading.session(S1) is None
    assert await room.reading.intervention(1) is None
    assert await room.reading.customer(1) is None
    assert await room.reading.alert(1) is None
    assert await room.reading.whole([1, 2]) == {}


async def test_an_intervention_is_told_with_its_charge_and_where_it_comes_from(room: Room) -> None:
    await room.customer(peers=PEER)
    await room.connect(S1, seconds=20 * 60 + 1, state=SessionState.ENDED)
    found = await room.intervention_of()
    assert (found.charge.connection_seconds, found.charge.overtime_half_hours) == (1201, 1)
    assert (found.charge.net, found.charge.vat, found.charge.gross) == ("80.00", "17.60", "97.60")
    assert [line.code for line in found.charge.lines] == ["base", "overtime"]
    assert [(span.session, span.ended_at - span.started_at) for span in found.spans] == [(S1, 1_201_000)]


async def test_the_interventions_of_a_time_are_told_the_oldest_first_without_those_that_became_anothers(
    room: Room,
) -> None:
    start_at = room.clock.wall_ms()
    for n, session in enumerate((S1, S2, S3)):
        room.clock.advance(10_000)
        await room.connect(session, seconds=1, peer=str(n), state=SessionState.ENDED)
    await room.ledger.write(lambda pen: crediting.merge(pen, 3, 1, by="Laura"))
    assert await room.reading.opened(start_at, room.clock.wall_ms()) == [1, 2]
    assert await room.reading.opened(0, start_at) == []
