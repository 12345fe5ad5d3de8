"""The audit chain: what an act enters, when, and what it refuses to say."""

import pytest
from sqlalchemy import select

from collector.errors import Conflict
from collector.ledger import audit
from collector.ledger.audit import BEFORE_THE_FIRST, Entry
from collector.ledger.decisions import Outcome
from collector.ledger.tables import audit as table
from collector.ledger.witness import Subject
from shared.session import SessionState
from tests.collector.room import S1, Room, minutes


async def chain(room: Room, kind: str | None = None, id: int | str | None = None) -> list[Entry]:
    """All its entries, or those about one subject."""
    query = audit.entries(kind=kind, subject=None if id is None else str(id))
    async with room.engines.readers.connect() as connection:
        return [audit.entry_of(row) for row in await connection.execute(query)]


async def test_an_act_leaves_who_when_what_before_and_after(room: Room) -> None:
    await room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await room.connect(S1, seconds=60)
    room.clock.advance(minutes(1))
    await room.ledger.agree_overtime(1, by="Laura", how="phone")
    opened, agreed = await chain(room, "intervention", 1)
    assert (opened.what, opened.by, opened.before) == ("opened", audit.ITSELF, None)
    assert (agreed.what, agreed.by, agreed.at) == ("overtime-agreed", "Laura", room.clock.wall_ms())
    assert agreed.before == opened.after
    assert agreed.after is not None and '"agreed_how":"phone"' in agreed.after


async def test_entries_are_numbered_without_a_gap_and_each_is_sealed_over_the_one_before(room: Room) -> None:
    await room.connect(S1, seconds=60)
    await room.ledger.set_category(1, "installation", by="Laura")
    entries = await chain(room)
    assert [each.n for each in entries] == list(range(1, len(entries) + 1))
    seals = [BEFORE_THE_FIRST, *(each.hash for each in entries)]
    assert [each.hash for each in entries] == [each.sealed_after(seals[i]) for i, each in enumerate(entries)]


async def test_what_changes_nothing_and_what_fails_leaves_no_entry(room: Room) -> None:
    await room.connect(S1, seconds=60, state=SessionState.ENDED)
    await room.ledger.agree_overtime(1, by="Laura", how="phone")
    await room.ledger.close_intervention(1, Outcome.SOLVED, by="Laura")
    before = await chain(room)
    await room.ledger.agree_overtime(1, by="Olga", how="e-mail")
    with pytest.raises(Conflict):
        await room.ledger.close_intervention(1, Outcome.SOLVED, by="Laura")
    assert await chain(room) == before


async def test_a_session_is_entered_as_it_begins_and_as_it_ends_and_not_in_between(room: Room) -> None:
    for seconds in (10, 20, 30):
        await room.connect(S1, seconds=seconds)
        room.clock.advance(10_000)
    await room.connect(S1, seconds=40, state=SessionState.ENDED)
    began, ended = await chain(room, "session", S1)
    assert (began.what, ended.what, ended.by) == ("began", "ended", "agent 1")
    assert ended.after is not None and ",40000]" in ended.after


async def test_time_that_comes_late_to_a_closed_intervention_is_entered(room: Room) -> None:
    await room.connect(S1, seconds=10)
    await room.ledger.close_intervention(1, Outcome.SOLVED, by="Laura")
    room.clock.advance(10_000)
    await room.connect(S1, seconds=20)
    last = (await chain(room, "intervention", 1))[-1]
    assert (last.what, last.by) == ("late-time", audit.ITSELF)
    assert last.before != last.after


async def test_a_peer_that_changes_hands_is_entered_for_both_owners(room: Room) -> None:
    first = await room.customer("First", peers=(("anydesk", "1"),))
    second = await room.customer("Second", peers=())
    await room.connect(S1, seconds=10, tool="anydesk", peer="1")
    await room.ledger.assign_customer((await room.intervention_of(S1)).id, second, by="Laura")
    assert [each.what for each in await chain(room, "customer", first)] == ["created", "peer"]
    assert [each.what for each in await chain(room, "customer", second)] == ["created", "peer"]


async def test_the_head_grows_with_the_chain_and_a_subject_has_its_version(room: Room) -> None:
    async with room.engines.readers.connect() as connection:
        before = await audit.head(connection)
        assert await audit.version(connection, Subject("customer", 1)) == 0
    await room.customer()
    async with room.engines.readers.connect() as connection:
        head = await audit.head(connection)
        assert head.n == before.n + 1 == await audit.version(connection, Subject("customer", 1))
        last = (await connection.execute(select(table.c.hash).order_by(table.c.n.desc()))).scalar()
        assert str(head) == f"{head.n}:{last}"


async def test_entries_are_asked_for_by_time_and_by_kind(room: Room) -> None:
    await room.customer()
    first_at = room.clock.wall_ms()
    room.clock.advance(minutes(1))
    await room.connect(S1, seconds=10)
    async with room.engines.readers.connect() as connection:

        async def kinds(**asked: int | str) -> list[str]:
            return [row.kind for row in await connection.execute(audit.entries(**asked))]  # type: ignore[arg-type]

        assert await kinds(until_at=first_at + 1) == ["tariff", "customer"]
        assert await kinds(from_at=first_at + 1) == ["intervention", "session"]
        assert await kinds(kind="session") == ["session"]


def test_canonical_is_the_same_whatever_the_order_and_has_no_blanks() -> None:
    assert audit.canonical({"b": 1, "a": "è"}) == '{"a":"è","b":1}'
