"""A month from its first statement to its lock, and what comes late."""

import asyncio
from dataclasses import replace

import pytest

from collector.domain.customer import TaxData
from collector.domain.decision import Reason
from collector.domain.firm import Firm
from collector.domain.month import Month
from collector.domain.statement import Kind
from collector.errors import BadInput, Conflict, NotFound, Stale
from collector.ledger import decisions, proof
from collector.ledger.audit import Seen
from collector.ledger.decided import Matter
from collector.ledger.decisions import Outcome, Ruling
from collector.ledger.tables import billed
from collector.statements import month as months
from collector.statements.document import Document, read_document
from collector.statements.drafting import Sheet
from collector.statements.month import Progress
from shared.moments import HOUR_MS
from shared.session import SessionState
from tests.collector.office import (
    FIRM,
    IN_NOVEMBER,
    IN_OCTOBER,
    TAX,
    a_payer,
    an_intervention,
    an_office,
    october,
)
from tests.collector.room import ROME, S1, S2, S3, Room

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
IN_DECEMBER = IN_NOVEMBER + 30 * 24 * HOUR_MS


async def issue(room: Room, customer_id: int, month: Month = OCTOBER, firm: Firm = FIRM) -> str:
    return await room.ledger.write(lambda pen: months.issue(pen, firm, month, customer_id, by="Olga"))


async def credit(room: Room, number: str, *lines: int, seen: Seen = None) -> str:
    asked = lines or None
    return await room.ledger.write(
        lambda pen: months.credit(pen, number, "un errore", by="Olga", lines=asked, seen=seen)
    )


async def close(room: Room, month: Month = OCTOBER) -> Progress:
    issued = an_office(room).issued
    return await months.close(room.ledger.write, issued, FIRM, month, Progress(month), by="Olga")


async def document(room: Room, number: str) -> Document:
    text = await an_office(room).issued.document(number)
    assert text is not None
    return read_document(text)


def charged(of: Document) -> list[tuple[int, str, int, str]]:
    return [(each.id, line.code, line.quantity, line.amount) for each in of.interventions for line in each.lines]


# --- issuing ---


async def test_a_statement_has_the_lines_the_time_and_the_totals(room: Room) -> None:
    owner, intervention = await october(room)
    of = await document(room, await issue(room, owner))
    assert (of.number, of.month, of.kind) == ("2026-0001", "2026-10", "statement")
    assert charged(of) == [(intervention, "base", 1, "45.00"), (intervention, "overtime", 1, "35.00")]
    assert (of.net, of.vat, of.gross) == ("80.00", "17.60", "97.60")
    assert (of.firm.name, of.customer.name) == (FIRM.name, "Studio Bianchi")
    (proof,) = of.interventions[0].connections
    assert (proof.tool, proof.peer, proof.observed_ms) == ("TigerVNC", "192.0.2.7:5900", 1_201_000)
    assert (proof.start, proof.end) == ("2026-10-05T10:00:00.000+02:00", "2026-10-05T10:20:01.000+02:00")
    assert of.interventions[0].lines[1].connections == (0,)


async def test_numbers_have_no_holes_whatever_is_refused_between(room: Room) -> None:
    first, _ = await october(room)
    second = await a_payer(room, "Studio Verdi", peer="222")
    await an_intervention(room, S2, peer="222")
    third = await a_payer(room, "Studio Neri", peer="333")
    await an_intervention(room, S3, peer="333", agreed=False)
    room.clock.wall = IN_NOVEMBER
    numbers = [await issue(room, first)]
    with pytest.raises(Conflict):
        await issue(room, third)
    numbers.append(await issue(room, second))
    assert numbers == ["2026-0001", "2026-0002"]


async def test_numbers_begin_anew_each_year_of_their_issue(room: Room) -> None:
    first, _ = await october(room)
    second = await a_payer(room, "Studio Verdi", peer="222")
    await an_intervention(room, S2, peer="222")
    room.clock.wall = IN_NOVEMBER
    assert await issue(room, first) == "2026-0001"
    room.clock.wall = IN_NOVEMBER + 60 * 24 * HOUR_MS
    assert await issue(room, second) == "2027-0001"


async def test_statements_asked_for_at_once_get_numbers_of_their_own(room: Room) -> None:
    owners = [await a_payer(room, f"Studio {n}", peer=str(n)) for n in range(8)]
    for n in range(8):
        await an_intervention(room, f"{n:032x}", peer=str(n), at=IN_OCTOBER + n * HOUR_MS)
    room.clock.wall = IN_NOVEMBER
    numbers = await asyncio.gather(*(issue(room, owner) for owner in owners))
    assert sorted(numbers) == [f"2026-{n:04}" for n in range(1, 9)]


async def test_an_issued_statement_is_never_made_anew(room: Room) -> None:
    owner, intervention = await october(room)
    number = await issue(room, owner)
    before = await an_office(room).issued.document(number)
    with pytest.raises(Conflict, match="which stands"):
        await room.ledger.set_category(intervention, "installation", by="Laura")
    assert await an_office(room).issued.document(number) == before


# --- refused, each with its place ---


async def test_a_month_that_is_not_over_is_refused(room: Room) -> None:
    owner, _ = await october(room)
    with pytest.raises(BadInput, match=r"month: 2026-11 is not over \(from 2026-12-01 on\)"):
        await issue(room, owner, NOVEMBER)
    with pytest.raises(BadInput, match="2026-11 is not over"):
        await close(room, NOVEMBER)


async def test_the_month_is_over_where_the_firm_is(room: Room) -> None:
    owner, _ = await october(room)
    end_at = OCTOBER.bounds(ROME)[1]
    room.clock.wall = end_at - 1
    with pytest.raises(BadInput):
        await issue(room, owner)
    room.clock.wall = end_at
    assert await issue(room, owner) == "2026-0001"


async def test_what_waits_in_review_keeps_the_statement_back_and_is_named(room: Room) -> None:
    owner = await a_payer(room)
    waiting = await an_intervention(room, agreed=False)
    still_open = await an_intervention(room, S2, at=IN_OCTOBER + 20 * HOUR_MS, seconds=60, closed=False)
    room.clock.wall = IN_NOVEMBER
    with pytest.raises(Conflict) as refused:
        await issue(room, owner)
    assert f"intervention {waiting}: waits in review: overtime-not-agreed" in str(refused.value)
    assert f"intervention {still_open}: still open" in str(refused.value)


async def test_a_firm_without_a_name_issues_nothing(room: Room) -> None:
    owner, _ = await october(room)
    with pytest.raises(BadInput, match=r"firm_name: missing \(write it into mezzora.toml"):
        await issue(room, owner, firm=Firm())


async def test_a_second_statement_for_the_month_is_refused_with_the_first(room: Room) -> None:
    owner, _ = await october(room)
    await issue(room, owner)
    with pytest.raises(Conflict, match="statement 2026-0001 for 2026-10 already"):
        await issue(room, owner)


async def test_nothing_to_bill_and_nobody_to_bill_are_told_apart(room: Room) -> None:
    owner = await a_payer(room)
    room.clock.wall = IN_NOVEMBER
    with pytest.raises(Conflict, match="nothing to be billed in 2026-10"):
        await issue(room, owner)
    with pytest.raises(NotFound, match="no customer 77"):
        await issue(room, 77)


# --- closing ---


async def test_closing_issues_every_statement_and_locks_the_month(room: Room) -> None:
    await october(room)
    await a_payer(room, "Studio Verdi", peer="222")
    await an_intervention(room, S2, peer="222")
    room.clock.wall = IN_NOVEMBER
    progress = await close(room)
    assert (progress.issued, progress.done, progress.customers, progress.closed) == (2, 2, 2, True)
    view = await an_office(room).issued.month(OCTOBER, room.clock.wall_ms())
    assert (view.statements, view.net, view.closed_by) == (2, "160.00", "Olga")
    with pytest.raises(Conflict, match="2026-10 is closed"):
        await close(room)


async def test_what_waits_keeps_the_month_open_and_the_others_go_out(room: Room) -> None:
    await october(room)
    await a_payer(room, "Studio Verdi", peer="222")
    waiting = await an_intervention(room, S2, peer="222", agreed=False)
    room.clock.wall = IN_NOVEMBER
    progress = await close(room)
    assert (progress.issued, progress.closed) == (1, False)
    assert [fault.place for fault in progress.waiting] == [f"intervention {waiting}"]
    await room.ledger.agree_overtime(waiting, by="Laura", how="phone")
    again = await close(room)
    assert (again.issued, again.closed) == (1, True)
    found, total = await an_office(room).issued.statements(month=OCTOBER)
    assert [each.number for each in found] == ["2026-0002", "2026-0001"] and total == 2


async def test_a_month_without_anything_is_closed_too(room: Room) -> None:
    room.clock.wall = IN_NOVEMBER
    assert (await close(room)).closed


async def test_what_the_outlook_says_is_what_closing_does(room: Room) -> None:
    await october(room)
    await a_payer(room, "Studio Verdi", peer="222")
    await an_intervention(room, S2, peer="222", agreed=False)
    room.clock.wall = IN_NOVEMBER
    told: list[tuple[int, int]] = []
    issued = an_office(room).issued
    sheet = Sheet(FIRM, OCTOBER, ROME, room.clock.wall_ms())
    ready, waiting = await months.outlook(issued, sheet, lambda done, total: told.append((done, total)))
    progress = await close(room)
    assert (ready, waiting) == (progress.issued, progress.waiting)
    assert told == [(2, 2), (0, 0)]


async def test_a_preview_writes_nothing(room: Room) -> None:
    owner, _ = await october(room)
    issued = an_office(room).issued
    sheet = Sheet(FIRM, OCTOBER, ROME, room.clock.wall_ms())
    found = await months.preview(issued, sheet, owner)
    assert found is not None and (found.document.number, found.document.gross) == ("", "97.60")
    assert await issued.statements() == ([], 0)
    assert await issue(room, owner) == "2026-0001"


# --- what comes late ---


async def test_a_session_that_is_reported_after_the_lock_goes_onto_the_next_statement_and_says_so(room: Room) -> None:
    owner, _ = await october(room)
    await close(room)
    late = await an_intervention(room, S2, at=IN_OCTOBER + 24 * HOUR_MS, seconds=600)
    room.clock.wall = IN_DECEMBER
    of = await document(room, await issue(room, owner, NOVEMBER))
    assert charged(of) == [(late, "base", 1, "45.00")]
    assert "of October 2026: it came after that month's statement" in [note.en for note in of.interventions[0].notes]


async def test_time_that_is_reported_of_what_was_billed_is_billed_as_the_difference(room: Room) -> None:
    owner = await a_payer(room)
    room.clock.wall = IN_OCTOBER + 600_000
    await room.connect(S1, seconds=600)
    intervention = (await room.intervention_of()).id
    await room.ledger.close_intervention(intervention, Outcome.SOLVED, by="Anna")
    room.clock.wall = IN_NOVEMBER
    first = await document(room, await issue(room, owner))
    room.clock.wall = IN_NOVEMBER + HOUR_MS
    ago_s = (room.clock.wall - IN_OCTOBER) / 1000 - 1201
    await room.connect(S1, seconds=1201, ended_ago_s=ago_s, state=SessionState.ENDED)
    room.clock.wall = IN_DECEMBER
    with pytest.raises(Conflict, match="overtime-not-agreed"):
        await issue(room, owner, NOVEMBER)
    await room.ledger.agree_overtime(intervention, by="Laura", how="phone")
    second = await document(room, await issue(room, owner, NOVEMBER))
    assert charged(first) == [(intervention, "base", 1, "45.00")]
    assert charged(second) == [(intervention, "overtime", 1, "35.00")]
    assert "after statement 2026-0001 was issued" in second.interventions[0].notes[0].en
    assert await an_office(room).issued.document("2026-0001") is not None
    with pytest.raises(Conflict, match="2026-0002"):
        await room.ledger.set_category(intervention, "installation", by="Laura")


async def test_what_is_decided_late_of_a_closed_month_comes_on_the_next(room: Room) -> None:
    """Work of an unknown peer is found to be a customer's after the month was closed."""
    unknown = await an_intervention(room, S2, peer="unknown", agreed=False, seconds=60)
    owner, _ = await october(room)
    assert (await close(room)).closed
    await room.ledger.assign_customer(unknown, owner, by="Laura")
    room.clock.wall = IN_DECEMBER
    of = await document(room, await issue(room, owner, NOVEMBER))
    assert charged(of) == [(unknown, "base", 1, "45.00")]


# --- taking back ---


async def test_a_credit_note_takes_the_whole_statement_back_and_frees_what_was_on_it(room: Room) -> None:
    owner, intervention = await october(room)
    number = await issue(room, owner)
    note = await document(room, await credit(room, number))
    assert (note.kind, note.number, note.gross) == ("credit-note", "2026-0002", "97.60")
    assert note.credits is not None and (note.credits.number, note.credits.reason) == (number, "un errore")
    await room.ledger.set_category(intervention, "installation", by="Laura")
    again = await document(room, await issue(room, owner))
    assert (again.number, again.gross) == ("2026-0003", "0.00")
    view = await an_office(room).issued.statement(number)
    assert view is not None and view.credited_by == "2026-0002"


async def test_a_credit_note_is_listed_under_the_name_of_what_it_takes_back(room: Room) -> None:
    owner = await a_payer(room, tax=replace(TAX, business_name="Bianchi & Figli S.r.l."))
    await an_intervention(room)
    room.clock.wall = IN_NOVEMBER
    await credit(room, await issue(room, owner))
    listed, _ = await an_office(room).issued.statements()
    assert [each.customer_name for each in listed] == ["Studio Bianchi", "Studio Bianchi"]


async def test_a_statement_is_taken_back_once_and_a_credit_note_never(room: Room) -> None:
    owner, _ = await october(room)
    note = await credit(room, await issue(room, owner))
    with pytest.raises(Conflict, match="taken back by 2026-0002 already"):
        await credit(room, "2026-0001")
    with pytest.raises(Conflict, match="a credit note itself"):
        await credit(room, note)
    with pytest.raises(NotFound, match="no statement 2026-0009"):
        await credit(room, "2026-0009")


async def test_a_part_is_taken_back_changed_and_billed_anew_on_the_next_statement(room: Room) -> None:
    owner, intervention = await october(room)
    number = await issue(room, owner)
    note = await document(room, await credit(room, number, 2))
    assert (charged(note), note.gross) == ([(intervention, "overtime", 1, "35.00")], "42.70")
    waived = Ruling(Matter.OVERTIME_WAIVED, reason=Reason.COURTESY)
    await room.ledger.write(lambda pen: decisions.decide(pen, intervention, waived, by="Laura"))
    with pytest.raises(Conflict, match="statement 2026-0001 for 2026-10 already"):
        await issue(room, owner)
    room.clock.wall = IN_DECEMBER
    again = await document(room, await issue(room, owner, NOVEMBER))
    assert charged(again) == [(intervention, "overtime", 1, "35.00"), (intervention, "goodwill", 1, "-35.00")]
    assert [note.en for note in again.interventions[0].notes] == ["billed anew after credit note 2026-0002"]
    with pytest.raises(Conflict, match="is on statement 2026-0003"):
        await room.ledger.set_category(intervention, "installation", by="Laura")


async def test_parts_never_take_a_line_twice_and_the_last_one_takes_the_statement_back(room: Room) -> None:
    owner, intervention = await october(room)
    number = await issue(room, owner)
    await credit(room, number, 2)
    with pytest.raises(Conflict, match="line 2 was taken back by 2026-0002 already"):
        await credit(room, number, 1, 2)
    office = an_office(room)
    of = await office.issued.statement(number)
    assert of is not None and (of.credited_by, of.credited_in_part_by) == (None, ("2026-0002",))
    rest = await document(room, await credit(room, number))
    assert (charged(rest), rest.gross) == ([(intervention, "base", 1, "45.00")], "54.90")
    of = await office.issued.statement(number)
    assert of is not None and (of.credited_by, of.credited_in_part_by) == ("2026-0003", ("2026-0002",))
    notes, _ = await office.issued.statements(kind=Kind.CREDIT_NOTE)
    assert [(each.credits, each.in_part) for each in notes] == [(number, False), (number, True)]
    assert (await office.issued.month(OCTOBER, room.clock.wall_ms())).gross == "0.00"
    assert charged(await document(room, await issue(room, owner))) == [
        (intervention, "base", 1, "45.00"),
        (intervention, "overtime", 1, "35.00"),
    ]


async def test_two_who_take_back_at_once_do_not_do_it_twice(room: Room) -> None:
    owner, _ = await october(room)
    number = await issue(room, owner)
    done = await asyncio.gather(*(credit(room, number, 2) for _ in range(4)), return_exceptions=True)
    assert [type(each) for each in done if not isinstance(each, str)] == [Conflict] * 3


async def test_who_has_seen_a_statement_before_a_part_was_taken_back_is_refused(room: Room) -> None:
    owner, _ = await october(room)
    number = await issue(room, owner)
    of = await an_office(room).issued.statement(number)
    assert of is not None
    seen = frozenset({of.revision})
    await credit(room, number, 2, seen=seen)
    with pytest.raises(Stale, match="was changed meanwhile"):
        await credit(room, number, 1, seen=seen)


async def test_the_chain_holds_what_a_part_took_back(room: Room) -> None:
    owner, _ = await october(room)
    number = await issue(room, owner)
    await credit(room, number, 2)
    await credit(room, number)
    async with room.engines.readers.connect() as connection:
        assert (await proof.verify(connection)).broken is None
    async with room.engines.writer.begin() as connection:
        await connection.execute(billed.delete().where(billed.c.statement_id == 2))
        assert "behind the chain's back" in str((await proof.verify(connection)).broken)


async def test_a_statement_that_was_taken_back_is_billed_anew_beside_a_later_one(room: Room) -> None:
    """The base stands on October's statement, the half hour that was reported late on November's."""
    owner = await a_payer(room)
    room.clock.wall = IN_OCTOBER + 600_000
    await room.connect(S1, seconds=600)
    intervention = (await room.intervention_of()).id
    await room.ledger.close_intervention(intervention, Outcome.SOLVED, by="Anna")
    room.clock.wall = IN_NOVEMBER
    first = await issue(room, owner)
    room.clock.wall = IN_NOVEMBER + HOUR_MS
    ago_s = (room.clock.wall - IN_OCTOBER) / 1000 - 1201
    await room.connect(S1, seconds=1201, ended_ago_s=ago_s, state=SessionState.ENDED)
    await room.ledger.agree_overtime(intervention, by="Laura", how="phone")
    room.clock.wall = IN_DECEMBER
    await issue(room, owner, NOVEMBER)
    await credit(room, first)
    again = await document(room, await issue(room, owner))
    assert charged(again) == [(intervention, "base", 1, "45.00")]


async def test_in_a_closed_month_nothing_moves_what_was_taken_back_comes_on_the_next(room: Room) -> None:
    owner, intervention = await october(room)
    await close(room)
    room.clock.wall = IN_DECEMBER
    await credit(room, "2026-0001")
    of = await document(room, await issue(room, owner, NOVEMBER))
    assert [each.id for each in of.interventions] == [intervention]
    issued = an_office(room).issued
    assert (await issued.month(OCTOBER, room.clock.wall_ms())).net == "80.00"
    (note,), _ = await issued.statements(kind=Kind.CREDIT_NOTE)
    assert note.month == "2026-12"


async def test_a_statement_with_less_than_was_billed_asks_for_a_credit_note(room: Room) -> None:
    """More was reported, and with it the work was found to be free."""
    owner = await a_payer(room)
    room.clock.wall = IN_OCTOBER + 600_000
    await room.connect(S1, seconds=600)
    intervention = (await room.intervention_of()).id
    await room.ledger.close_intervention(intervention, Outcome.SOLVED, by="Anna")
    room.clock.wall = IN_NOVEMBER
    await issue(room, owner)
    room.clock.wall = IN_NOVEMBER + HOUR_MS
    ago_s = (room.clock.wall - IN_OCTOBER) / 1000 - 700
    await room.connect(S1, seconds=700, ended_ago_s=ago_s, state=SessionState.ENDED)
    await room.ledger.set_category(intervention, "installation", by="Laura")
    room.clock.wall = IN_DECEMBER
    with pytest.raises(Conflict, match=r"45\.00 less than statement 2026-0001 says \(credit that statement\)"):
        await issue(room, owner, NOVEMBER)


async def test_what_is_yet_to_be_issued_is_told_customer_by_customer(room: Room) -> None:
    owner, _ = await october(room)
    lacking = await a_payer(room, "Ambulatorio", peer="x", tax=TaxData())
    waits = await an_intervention(room, S2, peer="x", agreed=False)
    room.clock.wall = IN_NOVEMBER
    first, second = (await an_office(room).outstanding(OCTOBER))[0]
    assert (first.customer_id, first.waiting, bool(first.faults)) == (lacking, [waits], True)
    assert "vat_number" in first.missing
    assert (second.customer_id, second.net, second.interventions) == (owner, "80.00", 1)
    assert second.faults == () and second.waiting == [] and second.missing == ()
