"""Two customers who are one."""

from dataclasses import replace
from datetime import date

import pytest

from collector.domain.contract import Contract, Period
from collector.domain.customer import CustomerCard, TaxData
from collector.domain.peers import Peer
from collector.errors import BadInput, NotFound
from collector.ledger import proof
from collector.ledger.customers import Acceptance
from tests.collector.room import S1, Room

ONE = CustomerCard(
    "Studio Bianchi", contract=Contract((Period(date(2026, 1, 1), date(2026, 12, 31)),)), peers=(Peer("vnc", "pc1"),)
)
OTHER = CustomerCard(
    "Bianchi Studio",
    code="B1",
    tax=TaxData(vat_number="12345678903"),
    contract=Contract((Period(date(2025, 1, 1), date(2025, 12, 31)),)),
    emails=("b@example.it",),
    peers=(Peer("vnc", "pc2"),),
)


async def both(room: Room, one: CustomerCard = ONE, other: CustomerCard = OTHER) -> tuple[int, int]:
    return await room.ledger.add_customer(one, by="Laura"), await room.ledger.add_customer(other, by="Laura")


async def test_all_that_is_the_ones_becomes_the_others(room: Room) -> None:
    kept, gone = await both(room)
    await room.connect(S1, seconds=10, tool="vnc", peer="pc2")
    told = Acceptance("1", "0" * 64, "B", 0, "paper")
    await room.ledger.accept_terms(gone, told, by="Laura")
    await room.ledger.merge_customers(kept, gone, drop_periods=False, by="Laura")
    card = (await room.reading.cards())[kept]
    assert card == replace(
        ONE,
        code="B1",
        tax=OTHER.tax,
        emails=OTHER.emails,
        contract=Contract((*OTHER.contract.periods, *ONE.contract.periods)),
        peers=(Peer("vnc", "pc1"), Peer("vnc", "pc2")),
    )
    found = await room.reading.customer(kept)
    assert found is not None and len(found.terms) == 1
    moved = (await room.intervention_of(S1)).customer
    assert moved is not None and moved.id == kept
    async with room.engines.readers.connect() as connection:
        assert (await proof.verify(connection)).broken is None


async def test_the_other_number_leads_to_the_one(room: Room) -> None:
    kept, gone = await both(room)
    await room.ledger.merge_customers(kept, gone, drop_periods=False, by="Laura")
    assert await room.reading.customer(gone) is None
    assert (await room.reading.customers())[1] == 1
    with pytest.raises(NotFound, match=f"customer {gone} was merged into {kept}"):
        await room.ledger.change_customer(gone, lambda card: card, by="Laura")
    third = await room.customer("Third")
    await room.ledger.merge_customers(third, kept, drop_periods=True, by="Laura")
    with pytest.raises(NotFound, match=f"customer {gone} was merged into {third}"):
        await room.ledger.change_customer(gone, lambda card: card, by="Laura")


async def test_contracts_that_overlap_are_named_and_may_be_left_behind(room: Room) -> None:
    kept, gone = await both(room, other=replace(OTHER, contract=Contract((Period(date(2026, 6, 1)),))))
    with pytest.raises(BadInput, match=r"2026-01-01\.\.2026-12-31 and 2026-06-01\.\. overlap"):
        await room.ledger.merge_customers(kept, gone, drop_periods=False, by="Laura")
    assert len(await room.reading.cards()) == 2
    await room.ledger.merge_customers(kept, gone, drop_periods=True, by="Laura")
    assert (await room.reading.cards())[kept].contract == ONE.contract


async def test_two_tax_numbers_are_two_customers(room: Room) -> None:
    kept, gone = await both(room, one=replace(ONE, tax=TaxData(vat_number="00743110157")))
    with pytest.raises(BadInput, match=r"vat_number.*can't both be true"):
        await room.ledger.merge_customers(kept, gone, drop_periods=True, by="Laura")


async def test_nobody_is_merged_into_himself(room: Room) -> None:
    kept, _ = await both(room)
    with pytest.raises(BadInput, match="the same customer"):
        await room.ledger.merge_customers(kept, kept, drop_periods=True, by="Laura")
