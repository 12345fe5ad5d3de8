"""Letters are taken in once, for the right customer, a thread together."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from collector.domain.customer import CustomerCard, TaxData
from collector.domain.decision import Reason
from collector.domain.peers import Peer
from collector.inbox.letter import read_letter
from collector.ledger import audit, crediting, decisions, handling, proof
from collector.ledger.decided import Matter
from collector.ledger.decisions import Outcome, Ruling
from collector.ledger.letters import Became, Taken, letters, take
from collector.ledger.views import InterventionView
from shared.moments import iso, to_at
from tests.collector.inbox.letters import a_letter
from tests.collector.office import IN_OCTOBER
from tests.collector.room import Room

TWO_HOURS_MS = 7_200_000


async def took(room: Room, data: bytes) -> Taken:
    return await room.ledger.write(lambda pen: take(pen, read_letter(data), by="Olga"))


async def the(room: Room, taken: Taken) -> InterventionView:
    assert taken.intervention_id is not None
    found = await room.reading.intervention(taken.intervention_id)
    assert found is not None
    return found


@pytest.fixture
async def bianchi(room: Room) -> int:
    """A customer who writes from a domain of his own; it is two hours after the letter was sent."""
    room.clock.wall = IN_OCTOBER + TWO_HOURS_MS
    return await room.ledger.add_customer(CustomerCard("Studio Bianchi", emails=("@bianchi.example",)), by="Olga")


async def test_a_letter_becomes_a_draft_of_its_customer_as_of_when_it_was_sent(room: Room, bianchi: int) -> None:
    taken = await took(room, a_letter("It does not start.\n-- \nAnna", subject="Re: The index"))
    assert (taken.became, taken.customer, taken.note) == (Became.OPENED, "Studio Bianchi", None)
    draft = await the(room, taken)
    assert draft.customer is not None and draft.customer.id == bianchi
    assert (draft.problem, draft.notes) == ("The index", "anna@bianchi.example:\nIt does not start.")
    assert (draft.state, iso(draft.opened_at)) == ("open", "2026-10-05T08:00:00.000Z")


async def test_the_customers_next_session_joins_the_draft(room: Room, bianchi: int) -> None:
    await room.ledger.change_customer(bianchi, with_a_peer, by="Olga")
    taken = await took(room, a_letter())
    await room.connect(seconds=60)
    assert (await room.intervention_of()).id == taken.intervention_id


def with_a_peer(card: CustomerCard) -> CustomerCard:
    return replace(card, peers=(Peer("tigervnc", "192.0.2.7:5900"),))


async def test_the_same_letter_again_changes_nothing(room: Room, bianchi: int) -> None:
    first = await took(room, a_letter())
    async with room.engines.readers.connect() as connection:
        before = await audit.head(connection)
    again = await took(room, a_letter("told otherwise"))
    assert (again.became, again.intervention_id) == (Became.KNOWN, first.intervention_id)
    async with room.engines.readers.connect() as connection:
        assert await audit.head(connection) == before


@pytest.mark.parametrize("sender", ["Unknown <x@elsewhere.example>", "shared@pair.example", "a@x.example, b@x.example"])
async def test_whose_it_is_not_certain_waits_in_the_review_and_is_never_lost(
    room: Room, bianchi: int, sender: str
) -> None:
    for name in ("Studio Uno", "Studio Due"):
        await room.ledger.add_customer(CustomerCard(name, emails=("shared@pair.example",)), by="Olga")
    taken = await took(room, a_letter(sender=sender))
    assert taken.became is Became.OPENED and taken.customer is None
    waiting, _ = await room.reading.review()
    assert [(each.id, [wait.what for wait in each.waits]) for each in waiting] == [
        (taken.intervention_id, ["unassigned"])
    ]
    if "shared" in sender:
        assert taken.note == "whose it is, is to be told: Studio Uno, Studio Due"


async def test_the_very_address_wins_over_the_domain(room: Room, bianchi: int) -> None:
    await room.ledger.add_customer(CustomerCard("Anna herself", emails=("anna@bianchi.example",)), by="Olga")
    assert (await took(room, a_letter())).customer == "Anna herself"
    await room.ledger.add_customer(CustomerCard("By PEC", tax=TaxData(pec="Studio@PEC.example")), by="Olga")
    assert (await took(room, a_letter(sender="studio@pec.example", id="<3@x>"))).customer == "By PEC"
    assert (await took(room, a_letter(sender="other@bianchi.example", id="<2@x>"))).customer == "Studio Bianchi"


async def test_an_answer_joins_the_intervention_of_its_thread(room: Room, bianchi: int) -> None:
    first = await took(room, a_letter("one", id="<1@x>"))
    answers = [
        a_letter("two", id="<2@x>", In_Reply_To="<1@x>"),
        a_letter("three", id="<4@x>", References="<1@x> <2@x> <3@ours>", sender="colleague@elsewhere.example"),
    ]
    for answer in answers:
        assert await took(room, answer) == Taken(Became.JOINED, first.intervention_id)
    whole = await the(room, first)
    assert whole.notes == (
        "anna@bianchi.example:\none\n\nanna@bianchi.example:\ntwo\n\ncolleague@elsewhere.example:\nthree"
    )
    assert [each.what for each in whole.decisions].count("letter") == 2


async def test_an_answer_that_comes_before_what_it_answers_is_together_with_it(room: Room, bianchi: int) -> None:
    answer = await took(room, a_letter(id="<2@x>", In_Reply_To="<1@x>"))
    assert await took(room, a_letter(id="<1@x>")) == Taken(Became.JOINED, answer.intervention_id)


async def test_an_answer_to_what_is_closed_or_merged_finds_its_place(room: Room, bianchi: int) -> None:
    one = await took(room, a_letter(id="<1@x>"))
    two = await took(room, a_letter(id="<2@x>"))
    assert one.intervention_id is not None and two.intervention_id is not None
    first, second = one.intervention_id, two.intervention_id
    await room.ledger.write(lambda pen: crediting.merge(pen, second, first, by="Laura"))
    await room.ledger.write(lambda pen: handling.close(pen, first, Outcome.SOLVED, by="Laura"))
    answer = await took(room, a_letter(id="<3@x>", In_Reply_To="<2@x>"))
    assert answer == Taken(Became.JOINED, first, note="which is closed")


async def test_what_is_no_request_opens_nothing_and_is_known_again(room: Room, bianchi: int) -> None:
    away = a_letter(Auto_Submitted="auto-replied")
    assert (await took(room, away)).note == "automatic reply"
    assert (await took(room, away)).became is Became.KNOWN
    assert (await room.reading.interventions())[1] == 0


@pytest.mark.parametrize(
    ("date", "note"),
    [
        (None, "it has no date"),
        ("Mon, 05 Oct 2037 10:00:00 +0200", "in the future"),
        ("Mon, 05 Oct 2015 10:00:00 +0200", "more than a year ago"),
    ],
)
async def test_a_date_that_cannot_be_believed_is_now(room: Room, bianchi: int, date: str | None, note: str) -> None:
    taken = await took(room, a_letter(date=date))
    assert note in (taken.note or "") and (await the(room, taken)).opened_at == room.clock.wall


async def test_a_date_without_a_zone_is_the_firm_s(room: Room, bianchi: int) -> None:
    taken = await took(room, b"Date: Mon, 05 Oct 2026 09:00:00\n" + a_letter(date=None))
    assert taken.note == "its date names no time zone: taken as Europe/Rome"
    assert (await the(room, taken)).opened_at == to_at(datetime(2026, 10, 5, 7, tzinfo=UTC))


async def test_notes_stay_short_however_many_answers_come(room: Room, bianchi: int) -> None:
    first = await took(room, a_letter("x" * 5_000, id="<1@x>"))
    for n in range(2, 9):
        await took(room, a_letter(f"{n}" * 5_000, id=f"<{n}@x>", In_Reply_To="<1@x>"))
    whole = await the(room, first)
    assert len(whole.notes or "") <= 2_000 and [each.what for each in whole.decisions].count("letter") == 7


async def test_letters_are_listed_the_last_first_and_the_chain_is_whole(room: Room, bianchi: int) -> None:
    for n in range(3):
        await took(room, a_letter(id=f"<{n}@x>", subject=f"Help {n}"))
    await took(room, a_letter(id="<list@x>", List_Id="<news.example>"))
    async with room.engines.readers.connect() as connection:
        told = await letters(connection, 2, None)
        assert [(each.problem, each.why_not) for each in told] == [(None, "mailing list"), ("Help 2", None)]
        assert [each.problem for each in await letters(connection, 9, told[-1].id)] == ["Help 1", "Help 0"]
        assert (await proof.verify(connection)).broken is None


async def test_a_letter_that_turns_out_to_be_no_request_leaves_the_review(room: Room, bianchi: int) -> None:
    draft = (await took(room, a_letter(sender="sales@elsewhere.example"))).intervention_id
    assert draft is not None
    ruling = Ruling(Matter.WAIVED, reason=Reason.OTHER, told="advertising")
    await room.ledger.write(lambda pen: decisions.decide(pen, draft, ruling, by="Laura"))
    await room.ledger.write(lambda pen: handling.close(pen, draft, Outcome.SOLVED, by="Laura"))
    assert (await room.reading.review())[1] == 0
