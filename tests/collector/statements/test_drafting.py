"""What the ledger knows becomes the document; what an invoice would lack is named with its customer."""

from collector.domain.customer import Address, CustomerCard, TaxData
from collector.domain.firm import Firm
from collector.domain.month import Month
from collector.ledger.issued import Issued
from collector.statements.drafting import Draft, Sheet, draft, tax_faults
from shared.moments import MINUTE_MS
from shared.session import SessionState, Stretch
from tests.collector.office import FIRM, IN_NOVEMBER, IN_OCTOBER, TAX, a_payer, an_office, october
from tests.collector.room import ROME, S1, Room, a_session

SHEET = Sheet(FIRM, Month(2026, 10), ROME, IN_NOVEMBER)


async def drafted(issued: Issued, owner: int) -> Draft:
    found = await issued.material(await issued.candidates(SHEET.month))
    made = draft(SHEET, owner, found.cards[owner], found.interventions[owner], found.billed)
    assert made is not None
    return made


async def test_gaps_and_an_end_that_nobody_saw_are_in_the_proof(room: Room) -> None:
    owner = await a_payer(room)
    room.clock.wall = IN_OCTOBER + 10 * MINUTE_MS
    session = a_session(S1, (IN_OCTOBER, 4 * MINUTE_MS), (IN_OCTOBER + 5 * MINUTE_MS, 5 * MINUTE_MS))
    assert session.stretches[1] == Stretch(IN_OCTOBER + 5 * MINUTE_MS, 5 * MINUTE_MS)
    await room.tell(session)
    made = await drafted(an_office(room).issued, owner)
    (proof,) = made.document.interventions[0].connections
    assert [(gap.start[11:19], gap.lasted_ms) for gap in proof.gaps] == [("10:04:00", MINUTE_MS)]
    assert proof.observed_ms == 9 * MINUTE_MS
    assert [str(fault) for fault in made.faults] == [
        f"intervention {made.document.interventions[0].id}: still open (close it as solved or unresolved)"
    ]


async def test_the_language_and_the_tax_data_are_the_customer_s(room: Room) -> None:
    owner = await a_payer(room, language="en")
    await room.connect(S1, seconds=60, state=SessionState.ENDED)
    issued = an_office(room).issued
    sheet = Sheet(FIRM, Month(2026, 11), ROME, IN_NOVEMBER)
    found = await issued.material(await issued.candidates(sheet.month))
    made = draft(sheet, owner, found.cards[owner], found.interventions[owner], found.billed)
    assert made is not None
    assert (made.document.language, made.document.customer.vat_number) == ("en", TAX.vat_number)
    assert made.document.customer.recipient_code == "ABC1234"


async def test_a_firm_that_says_nothing_can_still_be_shown_a_draft(room: Room) -> None:
    owner, _ = await october(room)
    issued = an_office(room).issued
    found = await issued.material(await issued.candidates(SHEET.month))
    sheet = Sheet(Firm(), SHEET.month, ROME, IN_NOVEMBER)
    made = draft(sheet, owner, found.cards[owner], found.interventions[owner], found.billed)
    assert made is not None and made.document.firm.name == ""


def test_what_an_invoice_would_lack_is_named_with_the_customer() -> None:
    card = CustomerCard("Studio Bianchi", tax=TaxData(address=Address(country="IT")))
    places = [fault.place for fault in tax_faults(3, card)]
    assert places[0] == "customer 3 (Studio Bianchi): vat_number"
    assert "customer 3 (Studio Bianchi): recipient_code" in places
    assert list(tax_faults(3, CustomerCard("Studio Bianchi", tax=TAX))) == []


def test_a_name_that_no_invoice_can_carry_is_named_with_the_customer() -> None:
    (fault,) = tax_faults(3, CustomerCard("日本歯科 Łódź", tax=TAX))
    assert str(fault).endswith(': name: no Latin letters for "日本歯科" (write it in Latin letters)')
