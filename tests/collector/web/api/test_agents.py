"""Agents over the API, and who is asking."""

from collector.ledger.keys import Role
from tests.collector.web.house import House


async def test_agents_tell_whether_they_are_heard(house: House) -> None:
    here, gone = await house.room.agent("PC Anna"), await house.room.agent("PC Bruno")
    house.room.presence.lose(gone)
    async with await house.program(Role.READ_ONLY) as client:
        told = (await client.get("/api/v1/agents")).json()
    assert [(each["id"], each["name"], each["linked"]) for each in told] == [
        (here, "PC Anna", True),
        (gone, "PC Bruno", False),
    ]


async def test_everybody_may_know_what_he_may(house: House) -> None:
    async with await house.program(Role.READ_ONLY) as client:
        assert (await client.get("/api/v1/me")).json() == {"name": "Rita", "role": "read-only", "may": ["own", "see"]}
