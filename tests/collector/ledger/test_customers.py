"""Customers, and the peers that they are known by."""

from datetime import date

import pytest

from collector.domain.entitlement import Version
from collector.errors import BadInput, NotFound
from collector.ledger.customers import CustomerEntry
from tests.collector.room import Room

BIANCHI = CustomerEntry("Studio Bianchi", date(2026, 1, 1), date(2026, 12, 31), Version.CURRENT)


async def test_a_customer_is_kept_with_contract_and_peers(room: Room) -> None:
    id = await room.ledger.create_customer(BIANCHI, [("anydesk", "2"), ("anydesk", "1"), ("anydesk", "2")])
    found = await room.reading.customer(id)
    assert found is not None
    assert (found.name, found.contract_from_day, found.contract_until_day) == (
        "Studio Bianchi",
        "2026-01-01",
        "2026-12-31",
    )
    assert [peer.peer for peer in found.peers] == ["1", "2"]


async def test_a_peer_belongs_to_whoever_was_said_last(room: Room) -> None:
    first = await room.ledger.create_customer(BIANCHI, [("anydesk", "1")])
    second = await room.ledger.create_customer(BIANCHI, [("anydesk", "1")])
    peers = {c.id: len(c.peers) for c in (await room.reading.customers())[0]}
    assert peers == {first: 0, second: 1}


async def test_updating_may_leave_the_peers_or_replace_them(room: Room) -> None:
    id = await room.ledger.create_customer(BIANCHI, [("anydesk", "1")])
    await room.ledger.update_customer(id, BIANCHI, None)
    found = await room.reading.customer(id)
    assert found is not None and len(found.peers) == 1
    await room.ledger.update_customer(id, BIANCHI, [("anydesk", "3")])
    found = await room.reading.customer(id)
    assert found is not None and [peer.peer for peer in found.peers] == ["3"]


async def test_a_contract_that_ends_before_it_begins_is_refused(room: Room) -> None:
    wrong = CustomerEntry("X", date(2026, 2, 1), date(2026, 1, 1), Version.CURRENT)
    with pytest.raises(BadInput, match="contract_until_day"):
        await room.ledger.create_customer(wrong, [])
    with pytest.raises(NotFound):
        await room.ledger.update_customer(7, BIANCHI, None)
