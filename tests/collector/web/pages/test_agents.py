"""The page of the agents."""

from collector.ledger.keys import Role
from tests.collector.web.house import House


async def test_agents_tell_whether_they_are_heard_whose_clock_is_off_and_how_they_see(house: House) -> None:
    room = house.room
    await room.connect(seconds=60)
    enrolled = await room.ledger.enrol(await room.ledger.make_code("PC Bruno <b>"))
    assert enrolled is not None
    await room.ledger.admit(enrolled[1], system="Windows 11", version="0.0.9", clock_offset_ms=-90_000)
    async with house.browser() as client:
        page = (await client.get("/agents")).text
    assert "in ascolto" in page and "connessione" in page
    assert "PC Bruno &lt;b&gt;" in page and "avanti di 1:30" in page and "quella del collettore è" in page
    assert 'id="new-agent"' in page and "/revoke" in page


async def test_only_who_decides_about_agents_may_enrol_and_revoke(house: House) -> None:
    await house.room.agent()
    async with house.browser(Role.TECHNICIAN) as client:
        page = (await client.get("/agents")).text
    assert "PC Anna" in page and 'id="new-agent"' not in page and "/revoke" not in page


async def test_without_an_agent_it_says_what_one_is(house: House) -> None:
    async with house.browser() as client:
        assert "Ancora nessun agente." in (await client.get("/agents")).text
