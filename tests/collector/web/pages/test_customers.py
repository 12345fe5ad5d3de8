"""The list of customers, and the form for one."""

from collector.ledger.keys import Role
from tests.collector.web.house import House


async def test_customers_are_found_by_part_of_their_name(house: House) -> None:
    await house.room.customer("Studio Bianchi")
    await house.room.customer("Ambulatorio Verdi")
    async with house.browser() as client:
        page = (await client.get("/customers", params={"q": "bian"})).text
        assert "Studio Bianchi" in page and "Ambulatorio Verdi" not in page
        assert "Nessuno con questo nome" in (await client.get("/customers", params={"q": "rossi"})).text


async def test_the_form_shows_contract_version_and_peers(house: House) -> None:
    await house.room.customer(peers=(("teamviewer", "111 222 333"),))
    async with house.browser() as client:
        page = (await client.get("/customers/1")).text
    for text in ('value="Studio Bianchi"', 'value="2020-01-01"', 'value="111 222 333"', ">Salva<"):
        assert text in page


async def test_who_may_only_look_gets_no_form_to_save(house: House) -> None:
    await house.room.customer()
    async with house.browser(Role.READ_ONLY) as client:
        assert ">Salva<" not in (await client.get("/customers/1")).text
        assert (await client.get("/customers/new")).status_code == 403


async def test_a_contract_lies_on_a_line_of_time(house: House) -> None:
    await house.room.customer()
    async with house.browser() as client:
        for path in ("/customers", "/customers/1"):
            page = (await client.get(path)).text
            assert '<rect class="force"' in page and 'class="today"' in page
