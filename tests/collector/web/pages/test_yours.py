"""The customer's link shows him what is his, in his documents too, and nothing of anybody else."""

from collector.ledger import customer_links
from tests.collector.office import a_payer, october
from tests.collector.web.house import House


async def test_he_sees_his_time_its_charge_and_his_statements_and_no_technician(house: House) -> None:
    room = house.room
    owner, _ = await october(room)
    other = await a_payer(room, "Studio Neri", peer="198.51.100.9:5900")
    async with await house.program() as program:
        issued = await program.post("/api/v1/statements", json={"month": "2026-10", "customer": owner})
        assert issued.status_code == 201, issued.text
    number = issued.json()["number"]
    his, hers = [
        await room.ledger.write(lambda pen, id=id: customer_links.make(pen, id, by="Laura")) for id in (owner, other)
    ]
    async with house.client({"Accept": "text/html", "Accept-Language": "it"}) as client:
        page = (await client.get(f"/yours/{his}")).text
        assert (
            "Studio Bianchi" in page and "20:01" in page and "€ 80,00" in page.replace("\u00a0", " ") and number in page
        )
        assert "20:00 compresi per € 45,00, poi € 35,00 ogni 30:00 iniziati." in page.replace("\u00a0", " ")
        assert 'class="ruler" data-cap="1200000" data-used="1201' in page
        assert "PC Anna" not in page and "Neri" not in page and "/interventions/" not in page
        got = await client.get(f"/yours/{his}/{number}/csv")
        assert got.status_code == 200 and "attachment" in got.headers["content-disposition"]
        assert (await client.get(f"/yours/{hers}/{number}/csv")).status_code == 404
        assert (await client.get(f"/yours/{his}/{number}/signed")).status_code == 404
        assert number not in (await client.get(f"/yours/{hers}")).text


async def test_whoever_guesses_a_link_must_wait(house: House) -> None:
    async with house.client({"Accept": "text/html"}) as client:
        tries = [(await client.get(f"/yours/guess{n}")).status_code for n in range(11)]
    assert tries == [404] * 10 + [429]
