"""The live page's frame."""

from collector.ledger import users
from collector.ledger.keys import Role
from collector.web.auth import Act
from tests.collector.web.house import House


async def test_a_fresh_house_leads_by_the_hand_and_ticks_off_what_is_done(house: House) -> None:
    async with house.browser() as client:
        assert (await client.get("/")).text.count('<li class="done">') == 0
        await house.room.agent()
        page = (await client.get("/")).text
        assert page.count('<li class="done">') == 1
        assert "mezzora-agent enrol http://house CODICE" in page
        assert "20 min compresi per € 45,00" in page.replace("\u00a0", " ")
        await house.room.customer()
        assert (await client.get("/")).text.count('<li class="done">') == 2
        await house.room.ledger.write(lambda pen: users.add(pen, "Laura", Role.SUPERVISOR, by="Laura"))
        assert "mezzora-agent enrol" not in (await client.get("/")).text


async def test_it_tells_the_scripts_what_the_reader_may(house: House) -> None:
    async with house.browser() as client:
        page = (await client.get("/")).text
    acts = " ".join(sorted(Act))
    assert f'data-may="{acts}"' in page and "new-intervention" in acts
