"""Customers, and the peers that they are known by."""

from dataclasses import replace
from datetime import date

import pytest

from collector.domain.contract import SINCE_EVER, Contract, Period, Suspension, VersionFrom
from collector.domain.customer import Address, CustomerCard, TaxData
from collector.domain.entitlement import Version
from collector.domain.peers import Peer
from collector.errors import BadInput, Conflict, NotFound, Stale
from collector.inbox.customer_plan import Change, Plan, plan
from collector.inbox.customer_sheet import read_sheet
from collector.ledger import customers, proof
from collector.ledger.customers import Acceptance, CustomerEntry
from collector.ledger.witness import Subject
from tests.collector.room import S1, S2, Room

BIANCHI = CustomerEntry("Studio Bianchi", date(2026, 1, 1), date(2026, 12, 31), Version.CURRENT)
FULL = CustomerCard(
    name="Studio Bianchi",
    code="B1",
    edition="basic",
    language="en",
    note="two\nlines",
    tax=TaxData("Bianchi S.r.l.", "12345678903", None, Address("Via Larga 1", "00184", "Roma", "RM"), "ABC1234"),
    contract=Contract((Period(date(2026, 1, 1)),), (Suspension(date(2026, 3, 1), date(2026, 3, 31), "unpaid"),)),
    versions=(VersionFrom(SINCE_EVER, Version.PREVIOUS), VersionFrom(date(2026, 2, 1), Version.CURRENT)),
    emails=("anna@example.it",),
    peers=(Peer("teamviewer", "123 456 789"), Peer("vnc", "srv-*")),
)


async def whole(room: Room) -> bool:
    """Whether the audit chain tells all that the rows say."""
    async with room.engines.readers.connect() as connection:
        return (await proof.verify(connection)).whole


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


async def test_a_peer_is_taken_from_nobody_by_writing_it_on_another_card(room: Room) -> None:
    owner = await room.ledger.create_customer(BIANCHI, [("teamviewer", "123456789")])
    told = f"peers: teamviewer:123 456 789 is that of customer {owner}, Studio Bianchi"
    with pytest.raises(Conflict, match=told):
        await room.ledger.create_customer(BIANCHI, [("teamviewer", "123 456 789")])
    other = await room.ledger.create_customer(BIANCHI, [])
    taking = replace((await room.reading.cards())[other], peers=(Peer("teamviewer", "123 456 789"),))
    with pytest.raises(Conflict, match=told):
        await room.ledger.change_customer(other, lambda card: taking, by="Laura")
    cards = await room.reading.cards()
    assert (cards[owner].peers, cards[other].peers) == ((Peer("teamviewer", "123456789"),), ())
    assert await whole(room)


async def test_a_card_is_kept_whole_and_changed_whole(room: Room) -> None:
    id = await room.ledger.add_customer(FULL, by="Laura")
    assert (await room.reading.cards())[id] == FULL
    other = CustomerCard("Verdi", versions=(VersionFrom(SINCE_EVER, Version.CURRENT),))
    await room.ledger.change_customer(id, lambda card: other, by="Laura")
    assert (await room.reading.cards())[id] == other
    assert await whole(room)


async def test_a_card_with_faults_is_refused_with_all_of_them(room: Room) -> None:
    with pytest.raises(BadInput, match=r"name: missing; emails"):
        await room.ledger.add_customer(CustomerCard(" ", emails=("x",)), by="Laura")
    assert await room.reading.cards() == {}


async def test_overlapping_periods_are_refused_by_name(room: Room) -> None:
    id = await room.ledger.add_customer(FULL, by="Laura")
    both = Contract((Period(date(2026, 1, 1)), Period(date(2026, 6, 1), date(2026, 7, 1))))
    with pytest.raises(BadInput, match=r"2026-01-01\.\. and 2026-06-01\.\.2026-07-01 overlap"):
        await room.ledger.change_customer(id, lambda card: replace(card, contract=both), by="Laura")


async def test_a_code_is_one_customers(room: Room) -> None:
    await room.ledger.add_customer(FULL, by="Laura")
    with pytest.raises(Conflict, match='"B1" is that of customer 1, Studio Bianchi'):
        await room.ledger.add_customer(CustomerCard("Verdi", code="B1"), by="Laura")


async def test_a_peer_is_whose_its_session_was_assigned_to_last(room: Room) -> None:
    first = await room.ledger.create_customer(BIANCHI, [("anydesk", "1")])
    second = await room.ledger.create_customer(BIANCHI, [])
    await room.connect(S1, seconds=10, tool="anydesk", peer="1")
    await room.ledger.assign_customer((await room.intervention_of()).id, second, by="Laura")
    peers = {c.id: len(c.peers) for c in (await room.reading.customers())[0]}
    assert peers == {first: 0, second: 1}
    assert await whole(room)


async def test_a_session_is_his_however_the_peer_is_spelled(room: Room) -> None:
    await room.ledger.add_customer(FULL, by="Laura")
    await room.connect(S1, seconds=10, tool="teamviewer", peer="123456789")
    assert (await room.intervention_of(S1)).customer is not None


async def test_the_very_peer_wins_over_a_pattern_and_the_longer_pattern_over_the_shorter(room: Room) -> None:
    names = {"srv-*": "wide", "srv-bianchi-*": "near", "srv-bianchi-1": "exact"}
    for pattern, name in names.items():
        await room.ledger.add_customer(CustomerCard(name, peers=(Peer("vnc", pattern),)), by="Laura")
    found = []
    for n, peer in enumerate(["SRV-verdi", "srv-bianchi-2", "srv-bianchi-1"]):
        await room.connect(f"{n}" * 32, seconds=10, tool="vnc", peer=peer)
        owner = (await room.intervention_of(f"{n}" * 32)).customer
        found.append(owner and owner.name)
    assert found == ["wide", "near", "exact"]


async def test_a_pattern_that_says_as_much_as_anothers_is_refused(room: Room) -> None:
    await room.ledger.add_customer(FULL, by="Laura")
    for taken in ("srv-*", "*-srv"):
        with pytest.raises(Conflict, match="says as much as vnc:srv-"):
            await room.ledger.add_customer(CustomerCard("Verdi", peers=(Peer("vnc", taken),)), by="Laura")


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


async def test_a_peer_that_is_learnt_with_a_star_is_no_pattern(room: Room) -> None:
    owner = await room.customer()
    await room.connect(S1, seconds=10, tool="vnc", peer="12***89")
    await room.ledger.assign_customer((await room.intervention_of(S1)).id, owner, by="Laura")
    await room.connect(S2, seconds=10, tool="vnc", peer="1255589")
    assert (await room.intervention_of(S2)).customer is None


async def test_who_was_seen_in_another_state_is_not_changed(room: Room) -> None:
    id = await room.ledger.add_customer(FULL, by="Laura")
    seen = frozenset({await room.reading.version(Subject("customer", id))})
    await room.ledger.change_customer(id, lambda card: replace(card, note="x"), by="Laura", seen=seen)
    with pytest.raises(Stale):
        await room.ledger.change_customer(id, lambda card: replace(card, note="y"), by="Olga", seen=seen)


async def test_terms_that_were_accepted_are_kept_and_witnessed(room: Room) -> None:
    id = await room.customer()
    accepted = Acceptance("2026-01", "0" * 64, "Dr. Bianchi", room.clock.wall_ms(), "e-mail")
    await room.ledger.accept_terms(id, accepted, by="Laura")
    found = await room.reading.customer(id)
    assert found is not None
    (told,) = found.terms
    assert (told.version, told.who, told.channel, told.noted_by) == ("2026-01", "Dr. Bianchi", "e-mail", "Laura")
    assert await whole(room)
    with pytest.raises(BadInput, match="still to come"):
        await room.ledger.accept_terms(id, accepted._replace(at=room.clock.wall_ms() + 1), by="Laura")
    with pytest.raises(NotFound):
        await room.ledger.accept_terms(7, accepted, by="Laura")


async def carry_out(room: Room, would: Plan, seen: customers.Looked | None = None) -> None:
    of = customers.ready(would, seen or await room.reading.looked_at(would))
    await room.ledger.import_customers(of, by="Olga")


async def test_a_plan_is_carried_out_whole_and_witnessed(room: Room) -> None:
    await room.ledger.add_customer(FULL, by="Laura")
    sheet = read_sheet(b"code;name;peers\nB1;Studio Bianchi e Neri;vnc:pc9\nB2;Verdi;vnc:pc8\n")
    would = plan(sheet, await room.reading.cards())
    await carry_out(room, would)
    cards = await room.reading.cards()
    assert [(card.name, [str(peer) for peer in card.peers]) for card in cards.values()] == [
        ("Studio Bianchi e Neri", ["vnc:pc9"]),
        ("Verdi", ["vnc:pc8"]),
    ]
    assert cards[1].tax == FULL.tax
    assert await whole(room)


async def test_a_plan_that_was_overtaken_changes_nothing(room: Room) -> None:
    id = await room.ledger.add_customer(FULL, by="Laura")
    would = plan(read_sheet(b"code;name\nB1;Other\nB2;New\n"), await room.reading.cards())
    await room.ledger.change_customer(id, lambda card: replace(card, note="x"), by="Laura")
    with pytest.raises(Conflict, match="import it again"):
        await carry_out(room, would)
    assert [card.name for card in (await room.reading.cards()).values()] == ["Studio Bianchi"]


async def test_a_plan_that_is_overtaken_after_it_was_made_ready_changes_nothing(room: Room) -> None:
    id = await room.ledger.add_customer(FULL, by="Laura")
    await room.ledger.add_customer(CustomerCard("Neri"), by="Laura")
    would = plan(read_sheet(b"code;name\nB1;Other\nB2;New\n"), await room.reading.cards())
    seen = await room.reading.looked_at(would)
    await room.ledger.change_customer(2, lambda card: replace(card, note="nobody's business"), by="Laura")
    await room.ledger.change_customer(id, lambda card: replace(card, note="x"), by="Laura")
    with pytest.raises(Conflict, match="import it again"):
        await carry_out(room, would, seen)
    assert [card.name for card in (await room.reading.cards()).values()] == ["Studio Bianchi", "Neri"]


async def test_whatever_of_a_card_a_sheet_changes_the_chain_holds_as_the_rows_say_it(room: Room) -> None:
    id = await room.ledger.add_customer(FULL, by="Laura")
    accepted = Acceptance("2026-01", "0" * 64, "Dr. Bianchi", room.clock.wall_ms(), "e-mail")
    await room.ledger.accept_terms(id, accepted, by="Laura")
    await room.ledger.add_customer(CustomerCard("Neri", code="N"), by="Laura")
    for after in (
        replace(FULL, note="else"),
        replace(FULL, emails=("Altra@Esempio.example",), peers=()),
        replace(FULL, contract=Contract(()), versions=(), emails=()),
        FULL,
    ):
        before = (await room.reading.cards())[id]
        await carry_out(room, Plan((), (Change(id, before, after),), 0, ()))
        assert await whole(room)
    assert (await room.reading.cards())[id] == FULL


async def test_two_may_take_each_others_code(room: Room) -> None:
    await room.ledger.add_customer(CustomerCard("A", code="1"), by="Laura")
    await room.ledger.add_customer(CustomerCard("B", code="2"), by="Laura")
    would = plan(read_sheet(b"number;code\n1;2\n2;1\n"), await room.reading.cards())
    await carry_out(room, would)
    assert {card.name: card.code for card in (await room.reading.cards()).values()} == {"A": "2", "B": "1"}


@pytest.mark.parametrize("search", ["bianch", "B1", "12345678903", "anna@", "123456789", "SRV-"])
async def test_a_customer_is_found_by_whatever_is_known_of_him(room: Room, search: str) -> None:
    await room.ledger.add_customer(FULL, by="Laura")
    await room.customer("Other")
    assert [view.id for view in (await room.reading.customers(search=search))[0]] == [1]
