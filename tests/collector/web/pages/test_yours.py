"""The customer's link shows him what is his, in his documents too, and nothing of anybody else."""

from hashlib import sha256

from collector.ledger import customer_links, customers
from collector.ledger.customers import Acceptance
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
        assert "20 min compresi per € 45,00, poi € 35,00 ogni 30 min iniziati." in page.replace("\u00a0", " ")
        assert 'class="ruler" data-cap="1200000" data-used="1201' in page
        assert "PC Anna" not in page and "Neri" not in page and "/interventions/" not in page
        got = await client.get(f"/yours/{his}/{number}/csv")
        assert got.status_code == 200 and "attachment" in got.headers["content-disposition"]
        assert (await client.get(f"/yours/{hers}/{number}/csv")).status_code == 404
        assert (await client.get(f"/yours/{his}/{number}/signed")).status_code == 404
        assert number not in (await client.get(f"/yours/{hers}")).text


async def test_he_reads_the_terms_in_force_and_to_the_letter_those_that_he_accepted(house: House) -> None:
    room = house.room
    customer = await a_payer(room, "Studio Bianchi", peer="198.51.100.7:5900")
    (room.folder / "terms").mkdir()
    for version in ("2025", "2026", "draft"):
        (room.folder / "terms" / f"{version}.txt").write_text(f"Condizioni {version} <b>")
    accepted = Acceptance("the old ones", sha256(b"Condizioni 2025 <b>").hexdigest(), "Olga", 0, "paper")
    await room.ledger.write(lambda pen: customers.accept(pen, customer, accepted, by="Laura"))
    code = await room.ledger.write(lambda pen: customer_links.make(pen, customer, by="Laura"))
    async with house.client({"Accept": "text/html", "Accept-Language": "it"}) as client:
        page = (await client.get(f"/yours/{code}")).text
        assert "the old ones, Olga" in page and f"/yours/{code}/terms/2025" in page and "terms/draft" not in page
        read = await client.get(f"/yours/{code}/terms/2025")
        assert read.status_code == 200 and "Condizioni 2025 &lt;b&gt;" in read.text
        assert (await client.get(f"/yours/{code}/terms/draft")).status_code == 404


async def test_whoever_guesses_a_link_must_wait(house: House) -> None:
    async with house.client({"Accept": "text/html"}) as client:
        tries = [(await client.get(f"/yours/guess{n}")).status_code for n in range(11)]
    assert tries == [404] * 10 + [429]
