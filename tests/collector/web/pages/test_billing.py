"""A month's bills on a page."""

from collector.domain.customer import TaxData
from collector.ledger.keys import Role
from tests.collector.office import IN_NOVEMBER, IN_OCTOBER, a_payer, an_intervention, october
from tests.collector.room import S2
from tests.collector.web.house import House


async def test_what_is_ready_what_waits_and_for_what_stand_apart(house: House) -> None:
    await october(house.room)
    await a_payer(house.room, "Studio Verdi", peer="x", tax=TaxData())
    waits = await an_intervention(house.room, S2, peer="x", at=IN_OCTOBER + 60_000, agreed=False, closed=False)
    house.room.clock.wall = IN_NOVEMBER
    async with house.browser() as client:
        page = (await client.get("/billing")).text
    waiting, _, ready = page.partition("<h2>Pronti</h2>")
    assert "Fatturazione: ottobre 2026" in page and "da chiudere" in page
    assert "Studio Verdi" in waiting and f'href="/interventions/{waits}"' in waiting and "partita IVA" in waiting
    assert "Studio Bianchi" in ready and 'data-issue="1"' in ready and "€ 80,00" in ready


async def test_what_is_issued_has_its_documents_and_a_closed_month_offers_no_more(house: House) -> None:
    owner, _ = await october(house.room)
    async with await house.program() as program:
        await program.post("/api/v1/statements", json={"month": "2026-10", "customer": owner})
    async with house.browser() as client:
        page = (await client.get("/billing?month=2026-10")).text
        for form in ("pdf", "xlsx", "csv", "json", "fatturapa"):
            assert f'href="/api/v1/statements/2026-0001/{form}"' in page
        assert "data-credit" in page and "data-close-month" in page
    async with house.browser(Role.READ_ONLY) as client:
        page = (await client.get("/billing?month=2026-10")).text
        assert "2026-0001" in page and "data-credit" not in page and "data-close-month" not in page


async def test_a_month_without_anything_says_so(house: House) -> None:
    async with house.browser() as client:
        page = (await client.get("/billing?month=2026-09")).text
        assert "In questo mese non c’è nulla da fatturare." in page
        assert (await client.get("/billing?month=2026-13")).status_code == 404
