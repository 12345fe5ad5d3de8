"""A back office on a real ledger: customers who can be billed, and a month of October that is over."""

from datetime import UTC, date, datetime

from collector.domain.contract import Contract, Period
from collector.domain.customer import Address, CustomerCard, TaxData
from collector.domain.firm import Firm
from collector.domain.peers import Peer
from collector.domain.reasons import Language
from collector.ledger.decisions import Outcome
from collector.ledger.issued import Issued
from collector.statements.forms import Forms
from collector.statements.office import Office
from shared.moments import SECOND_MS, to_at
from shared.session import SessionState
from tests.collector.room import ROME, S1, Room

FIRM = Firm(
    name="Assistenza Rossi S.r.l.",
    street="Via Garibaldi 12",
    postcode="20121",
    town="Milano",
    province="MI",
    vat_number="01234567897",
)
IN_OCTOBER = to_at(datetime(2026, 10, 5, 8, tzinfo=UTC))
IN_NOVEMBER = to_at(datetime(2026, 11, 2, 9, tzinfo=UTC))
PEER = "192.0.2.7:5900"


def an_office(room: Room, firm: Firm = FIRM) -> Office:
    return Office(
        write=room.ledger.write,
        issued=Issued(room.engines.readers, room.lists),
        firm=firm,
        forms=Forms(room.folder, None),
        zone=ROME,
        clock=room.clock,
    )


TAX = TaxData(
    vat_number="07643520567",
    address=Address("Corso Italia 5", "10122", "Torino", "TO"),
    recipient_code="ABC1234",
)


async def a_payer(
    room: Room, name: str = "Studio Bianchi", *, peer: str = PEER, tax: TaxData = TAX, language: Language = "it"
) -> int:
    """A customer with a contract and everything that an invoice asks for."""
    card = CustomerCard(
        name,
        language=language,
        tax=tax,
        contract=Contract((Period(date(2020, 1, 1)),)),
        peers=(Peer("tigervnc", peer),),
    )
    return await room.ledger.add_customer(card, by="Olga")


async def an_intervention(
    room: Room,
    id: str = S1,
    *,
    seconds: float = 1201,
    peer: str = PEER,
    at: int = IN_OCTOBER,
    agreed: bool = True,
    closed: bool = True,
) -> int:
    """One session at that instant, as a closed intervention with its overtime agreed; the clock stays there."""
    room.clock.wall = at + round(seconds * SECOND_MS)
    await room.connect(id, seconds=seconds, peer=peer, state=SessionState.ENDED)
    intervention = await room.intervention_of(id)
    if agreed:
        await room.ledger.agree_overtime(intervention.id, by="Laura", how="phone")
    if closed:
        await room.ledger.close_intervention(intervention.id, Outcome.SOLVED, by="Anna")
    return intervention.id


async def october(room: Room) -> tuple[int, int]:
    """A customer and his intervention of October, seen from November."""
    owner = await a_payer(room)
    intervention = await an_intervention(room)
    room.clock.wall = IN_NOVEMBER
    return owner, intervention
