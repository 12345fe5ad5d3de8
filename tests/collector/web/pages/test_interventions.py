"""The list of interventions, and one of them."""

import re

from collector.ledger import crediting
from collector.ledger.keys import Role
from shared.session import Mark, SessionState
from tests.collector.room import S1, S2, S3, a_session
from tests.collector.web.house import House


async def an_intervention(house: House) -> None:
    await house.room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await house.room.connect(S1, seconds=1201, state=SessionState.ENDED)


async def test_one_shows_its_charge_with_the_reasons(house: House) -> None:
    await an_intervention(house)
    async with house.browser() as client:
        page = (await client.get("/interventions/1")).text
    for text in ("20:01", "€ 80,00", "€ 35,00", "nessuno lo ha ancora concordato", "nessuno ha concordato"):
        assert text in page
    assert 'class="alone axis over"' in page


async def test_it_offers_only_what_the_reader_may_do(house: House) -> None:
    await an_intervention(house)
    async with house.browser(Role.READ_ONLY) as client:
        page = (await client.get("/interventions/1")).text
        assert "data-do=" not in page and 'id="category"' not in page
    async with house.browser() as client:
        assert 'data-do="agree"' in (await client.get("/interventions/1")).text


async def test_a_closed_one_shows_the_decision_and_offers_what_may_still_be_done(house: House) -> None:
    await an_intervention(house)
    async with await house.program() as program:
        await program.post("/api/v1/interventions/1/close", json={"outcome": "unresolved"})
    async with house.browser() as client:
        page = (await client.get("/interventions/1")).text
    offered = re.findall(r'data-do="(\w+)"', page)
    assert offered == ["decide", "told", "reopen"]
    assert "chiuso: non risolto" in page and "Laura" in page


async def test_its_time_is_drawn_with_gaps_and_what_is_another_one_s(house: House) -> None:
    await house.room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    at = house.room.clock.wall_ms() - 3_600_000
    mark = (Mark.UNCONFIRMED_END,)
    await house.room.tell(a_session(S1, (at, 900_000), (at + 1_000_000, 900_000), state=SessionState.ENDED, marks=mark))
    await house.room.ledger.write(lambda pen: crediting.split(pen, 1, S1, at + 1_500_000, None, by="Laura"))
    async with house.browser() as client:
        page = (await client.get("/interventions/1")).text
    for kind in ("own", "gap", "elsewhere", "unsure"):
        assert re.search(rf'<rect class="span {kind}"', page), kind
    assert page.count('role="slider"') == 2
    assert 'class="cap"' in page


async def test_the_review_leads_from_one_to_the_next(house: House) -> None:
    for id, peer in ((S1, "a"), (S2, "b"), (S3, "c")):
        await house.room.connect(id, seconds=60, peer=peer, state=SessionState.ENDED)
        house.room.clock.advance(1_000)
    async with house.browser() as client:
        page = (await client.get("/interventions/2")).text
    assert "3 da rivedere" in page
    assert 'id="before" href="/interventions/1"' in page and 'id="after" href="/interventions/3"' in page


async def test_who_did_what_is_shown_to_whoever_may_look_at_the_audit(house: House) -> None:
    await an_intervention(house)
    await house.room.ledger.agree_overtime(1, by="Laura", how="phone")
    async with house.browser(Role.READ_ONLY) as client:
        assert "Storia" not in (await client.get("/interventions/1")).text
    async with house.browser(Role.OFFICE) as client:
        history = (await client.get("/interventions/1")).text.partition("Storia")[2]
    assert "Supplemento concordato" in history and "Laura" in history


async def test_what_may_be_decided_depends_on_what_it_is(house: House) -> None:
    await house.room.customer(contract=False, peers=(("tigervnc", "192.0.2.7:5900"),))
    await house.room.connect(S1, seconds=60, state=SessionState.ENDED)
    async with house.browser() as client:
        page = (await client.get("/interventions/1")).text
    assert 'value="price-named"' in page and 'value="overtime-waived"' not in page


async def test_an_unknown_peer_s_intervention_is_to_be_assigned(house: House) -> None:
    await house.room.connect(S2, seconds=30, peer=None)
    async with house.browser() as client:
        page = (await client.get("/interventions/1")).text
        assert 'class="alone axis unknown"' in page
        assert "da assegnare" in (await client.get("/interventions", params={"state": "unassigned"})).text


async def test_one_that_does_not_exist_is_said_in_words(house: House) -> None:
    async with house.browser() as client:
        for path in ("/interventions/7", "/interventions/seven"):
            answer = await client.get(path)
            assert answer.status_code == 404
            assert "<h1>Non trovato</h1>" in answer.text
