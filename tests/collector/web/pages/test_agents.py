"""The page of the agents."""

from collector.ledger import keys
from collector.ledger.keys import Role
from shared.messages import Backlog
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


async def test_what_waits_on_a_pc_is_told_with_since_when_and_is_unknown_while_it_is_silent(house: House) -> None:
    room = house.room
    here, now = await room.agent(), room.clock.wall_ms()
    told = Backlog(waiting=3, since_at=now - 3_600_000, refused=1, on_disk=False)
    gone = await room.agent("PC Bruno")
    await room.ledger.write(lambda pen: keys.note_backlog(pen, here, told, 0))
    await room.ledger.write(lambda pen: keys.note_backlog(pen, gone, Backlog(waiting=0), 0))
    for id in (here, gone):
        await room.ledger.note_seen(id)
    room.presence.lose(gone)
    await room.agent("PC Carla")
    async with house.browser() as client:
        page = (await client.get("/agents")).text
        spools = {each["name"]: each["spool"] for each in (await client.get("/api/v1/agents")).json()}
    assert "in attesa: 3" in page and "dal <time" in page and "1 rifiutate" in page and "solo in memoria" in page
    assert page.count("non si sa da quando tace") == 1
    assert (spools["PC Anna"]["waiting"], spools["PC Anna"]["on_disk"]) == (3, False)
    assert spools["PC Bruno"]["waiting"] == 0 and spools["PC Carla"] is None


async def test_only_who_decides_about_agents_may_enrol_and_revoke(house: House) -> None:
    await house.room.agent()
    async with house.browser(Role.TECHNICIAN) as client:
        page = (await client.get("/agents")).text
    assert "PC Anna" in page and 'id="new-agent"' not in page and "/revoke" not in page


async def test_without_an_agent_it_says_what_one_is(house: House) -> None:
    async with house.browser() as client:
        assert "Ancora nessun agente." in (await client.get("/agents")).text
