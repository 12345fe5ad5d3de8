"""The back office's door: one closing at a time, told while it runs, and ended with the collector."""

import asyncio

import pytest

from collector.domain.month import Month
from collector.errors import BadInput, Conflict, NotFound
from collector.statements.forms import Form
from tests.collector.office import IN_NOVEMBER, a_payer, an_intervention, an_office, october
from tests.collector.room import S2, Room

OCTOBER = Month(2026, 10)


async def ended() -> None:
    """The closing that was begun."""
    (closing,) = [task for task in asyncio.all_tasks() if task.get_name() == "closing"]
    await closing


async def test_a_closing_tells_how_far_it_is_until_it_is_done(room: Room) -> None:
    await october(room)
    office = an_office(room)
    assert office.progress(OCTOBER) is None
    begun = await office.close(OCTOBER, by="Olga")
    assert begun.running and office.progress(OCTOBER) is begun
    with pytest.raises(Conflict, match="2026-10 is being closed"):
        await office.close(OCTOBER, by="Olga")
    await ended()
    assert (begun.issued, begun.done, begun.closed, begun.failed) == (1, 1, True, None)
    assert office.progress(Month(2026, 9)) is None


async def test_what_cannot_be_closed_is_refused_at_once(room: Room) -> None:
    room.clock.wall = IN_NOVEMBER
    with pytest.raises(BadInput, match="2026-11 is not over"):
        await an_office(room).close(Month(2026, 11), by="Olga")


async def test_a_closing_that_was_stopped_goes_on_when_it_is_asked_again(room: Room) -> None:
    await october(room)
    await a_payer(room, "Studio Verdi", peer="222")
    await an_intervention(room, S2, peer="222")
    room.clock.wall = IN_NOVEMBER
    office = an_office(room)
    await office.close(OCTOBER, by="Olga")
    await office.stop()
    await office.close(OCTOBER, by="Olga")
    await ended()
    found, total = await office.issued.statements(month=OCTOBER)
    assert [each.number for each in found] == ["2026-0002", "2026-0001"] and total == 2


async def test_a_draft_comes_with_all_that_keeps_it_back(room: Room) -> None:
    owner = await a_payer(room)
    intervention = await an_intervention(room, agreed=False)
    room.clock.wall = IN_NOVEMBER
    office = an_office(room)
    found, faults = await office.preview(OCTOBER, owner)
    assert found.document.gross == "97.60"
    assert [fault.place for fault in faults] == [f"intervention {intervention}"]
    with pytest.raises(NotFound):
        await office.preview(Month(2026, 9), owner)


async def test_a_document_is_made_and_the_accountant_gets_the_month(room: Room) -> None:
    owner, _ = await october(room)
    office = an_office(room)
    number = await office.issue(OCTOBER, owner, by="Olga")
    assert (await office.made(await office.document(number), Form.PDF)).startswith(b"%PDF")
    assert "2026-0001;estratto conto;" in await office.accountant(OCTOBER)
    note = await office.credit(number, "un errore", by="Olga")
    assert (await office.document(note)).is_credit
    with pytest.raises(NotFound):
        await office.document("2026-0099")
