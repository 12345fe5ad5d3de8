"""The page of the users."""

from collector.ledger.keys import Role
from tests.collector.web.api.test_users import added
from tests.collector.web.house import House


async def test_users_and_everybody_s_sign_ins_are_shown_to_a_supervisor(house: House) -> None:
    async with await house.program() as program, house.browser() as client:
        page = (await client.get("/users")).text
        assert "Ancora nessun utente." in page
        await added(program, "Tino <b>")
        page = (await client.get("/users")).text
    assert "Tino &lt;b&gt;" in page and "senza password" in page and "Accessi aperti" in page


async def test_nobody_else_sees_the_page_or_the_way_to_it(house: House) -> None:
    async with house.browser(Role.TECHNICIAN) as client:
        assert (await client.get("/users")).status_code == 403
        assert 'href="/users"' not in (await client.get("/customers")).text
