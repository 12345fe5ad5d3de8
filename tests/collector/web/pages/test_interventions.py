"""The list of interventions, and one of them."""

from collector.ledger.keys import Role
from shared.session import SessionState
from tests.collector.room import S1, S2
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


async def test_a_closed_one_shows_the_decision_and_offers_nothing(house: House) -> None:
    await an_intervention(house)
    async with await house.program() as program:
        await program.post("/api/v1/interventions/1/close", json={"outcome": "unresolved"})
    async with house.browser() as client:
        page = (await client.get("/interventions/1")).text
    assert "data-do=" not in page
    assert "chiuso: non risolto" in page and "Laura" in page


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
