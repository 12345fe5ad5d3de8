"""A session's peer turns out to be another: whose time it is then, and that it is said."""

from typing import NamedTuple

import pytest

from collector.ledger import crediting
from collector.ledger.decisions import Outcome
from collector.ledger.proof import verify
from collector.ledger.views import InterventionView
from shared.moments import HOUR_MS, MINUTE_MS
from shared.session import SessionState
from tests.collector.room import S1, S2, Room

GATEWAY = "198.51.100.9:443"


class Firms(NamedTuple):
    """Two customers: the gateway was taken for the first one's, the computer behind it is the second one's."""

    wrong: int
    right: int


@pytest.fixture
async def firms(room: Room) -> Firms:
    wrong = await room.customer("Studio Bianchi", peers=(("mstsc", GATEWAY), ("mstsc", "pc-bianchi")))
    return Firms(wrong, await room.customer("Studio Verdi", peers=(("mstsc", "srv1"),)))


async def connect(room: Room, peer: str | None, id: str = S1, *, seconds: float = 60, ended: bool = False) -> None:
    state = SessionState.ENDED if ended else SessionState.LIVE
    await room.connect(id, seconds=seconds, tool="mstsc", peer=peer, state=state)


async def of(room: Room, intervention_id: int) -> InterventionView:
    found = await room.reading.intervention(intervention_id)
    assert found is not None
    return found


def customer_of(intervention: InterventionView) -> int | None:
    return intervention.customer.id if intervention.customer is not None else None


def notes(intervention: InterventionView) -> list[tuple[str, str]]:
    return [(each.what, each.told) for each in intervention.decisions]


async def test_a_draft_is_the_customer_s_whose_peer_it_turns_out_to_be_and_says_so(room: Room, firms: Firms) -> None:
    await connect(room, GATEWAY)
    draft = await room.intervention_of()
    assert customer_of(draft) == firms.wrong
    await connect(room, "srv1")
    assert (await room.session()).peer == "srv1"
    corrected = await room.intervention_of()
    assert (corrected.id, customer_of(corrected)) == (draft.id, firms.right)
    assert notes(corrected) == [("peer-corrected", f"{GATEWAY} > srv1; {firms.wrong} > {firms.right}")]
    await connect(room, GATEWAY, S2, ended=True)
    assert (await room.session(S2)).interventions != (draft.id,)


async def test_who_turns_out_to_be_nobody_known_is_nobody_s_and_waits_for_a_person(room: Room, firms: Firms) -> None:
    del firms
    await connect(room, GATEWAY)
    await connect(room, "srv9")
    corrected = await room.intervention_of()
    assert (customer_of(corrected), corrected.charge.flags) == (None, ("unassigned",))


async def test_among_others_only_its_own_time_goes_and_both_interventions_say_so(room: Room, firms: Firms) -> None:
    await connect(room, "pc-bianchi", S2, ended=True)
    room.clock.advance(MINUTE_MS)
    await connect(room, GATEWAY)
    shared = await room.intervention_of()
    assert shared.id == (await room.intervention_of(S2)).id
    await connect(room, "srv1")
    taken = await room.intervention_of()
    assert (customer_of(taken), customer_of(await of(room, shared.id))) == (firms.right, firms.wrong)
    assert taken.id != shared.id
    assert [each for each, _ in notes(taken)] == ["time-taken"]
    assert notes(await of(room, shared.id)) == [("peer-corrected", f"{GATEWAY} > srv1: {taken.id}")]
    assert (await of(room, shared.id)).connected_ms == taken.connected_ms == 60_000


@pytest.mark.parametrize("before", [GATEWAY, None])
async def test_it_joins_the_request_that_its_customer_has_open(room: Room, firms: Firms, before: str | None) -> None:
    await connect(room, "srv1", S2, ended=True)
    room.clock.advance(MINUTE_MS)
    await connect(room, before)
    lonely = await room.intervention_of()
    room.clock.advance(MINUTE_MS)
    await connect(room, "srv1", seconds=120)
    joined = await room.intervention_of()
    assert (joined.id, customer_of(joined)) == ((await room.intervention_of(S2)).id, firms.right)
    gone = await of(room, lonely.id)
    assert (gone.merged_into, gone.charge.net) == (joined.id, "0.00")
    assert ("peer-corrected" in dict(notes(gone))) is (before is not None)
    room.clock.advance(MINUTE_MS)
    await connect(room, "srv1", seconds=180)
    assert (await room.intervention_of()).connected_ms == 240_000


@pytest.mark.parametrize("before", ["198.51.100.77:443", None])
async def test_the_customer_whom_a_person_assigned_stays_and_waits_until_he_is_confirmed(
    room: Room, firms: Firms, before: str | None
) -> None:
    await connect(room, before)
    id = (await room.intervention_of()).id
    await room.ledger.assign_customer(id, firms.wrong, by="Laura")
    await connect(room, "srv1")
    kept = await of(room, id)
    assert customer_of(kept) == firms.wrong
    assert notes(kept)[-1] == ("peer-differs", f"{before or '-'} > srv1; {firms.wrong} > {firms.right}")
    assert [each.what for each in kept.waits] == ["peer-differs"]
    await room.ledger.assign_customer(id, firms.right, by="Laura")
    assert (await of(room, id)).waits == ()


async def test_a_peer_that_is_nobody_s_is_no_doubt_of_whom_a_person_assigned(room: Room, firms: Firms) -> None:
    await connect(room, "198.51.100.77:443")
    await room.ledger.assign_customer((await room.intervention_of()).id, firms.wrong, by="Laura")
    await connect(room, "srv9")
    kept = await room.intervention_of()
    assert (customer_of(kept), kept.waits) == (firms.wrong, ())
    assert notes(kept)[-1] == ("peer-corrected", "198.51.100.77:443 > srv9")


async def test_time_that_a_person_has_split_stays_where_it_is(room: Room, firms: Firms) -> None:
    await connect(room, GATEWAY)
    first = await room.intervention_of()
    at = room.clock.wall_ms() - 1
    await room.ledger.write(lambda pen: crediting.split(pen, first.id, S1, at, None, by="Laura"))
    await connect(room, "srv1")
    assert customer_of(await room.intervention_of()) == customer_of(await of(room, first.id)) == firms.wrong
    assert notes(await room.intervention_of())[-1][0] == "peer-differs"


async def test_a_draft_that_was_closed_meanwhile_is_corrected_too(room: Room, firms: Firms) -> None:
    await connect(room, GATEWAY)
    await room.ledger.close_intervention((await room.intervention_of()).id, Outcome.SOLVED, by="Laura")
    await connect(room, "srv1")
    assert customer_of(await room.intervention_of()) == firms.right


async def test_another_peer_of_the_same_customer_changes_nothing_else(room: Room, firms: Firms) -> None:
    await connect(room, GATEWAY)
    await connect(room, "pc-bianchi")
    same = await room.intervention_of()
    assert (customer_of(same), notes(same), (await room.session()).peer) == (firms.wrong, [], "pc-bianchi")


async def test_what_was_told_once_is_not_forgotten_and_the_chain_holds_all_of_it(room: Room, firms: Firms) -> None:
    await connect(room, GATEWAY)
    await connect(room, "srv1")
    room.clock.advance(HOUR_MS)
    await connect(room, None, seconds=3_660, ended=True)
    assert (await room.session()).peer == "srv1"
    assert customer_of(await room.intervention_of()) == firms.right
    async with room.engines.readers.connect() as connection:
        assert (await verify(connection)).broken is None
