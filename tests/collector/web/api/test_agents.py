"""Agents over the API, and who is asking."""

from collector.ledger.keys import Role
from tests.collector.web.house import ADDRESS, House


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


async def test_a_pc_is_enrolled_by_a_command_that_is_shown_once(house: House) -> None:
    async with await house.program() as client:
        told = (await client.post("/api/v1/agents", json={"name": "PC Anna"})).json()
        assert told["command"] == f"mezzora-agent enrol {ADDRESS} {told['code']}"
        enrolled = await house.room.ledger.enrol(told["code"])
        assert enrolled is not None and enrolled[0] == "PC Anna"
        assert (await client.post("/api/v1/agents", json={"name": "two\nlines"})).status_code == 422


async def test_a_revoked_agent_is_hung_up_on_and_what_it_reported_stays(house: House) -> None:
    await house.room.connect(seconds=60)
    agent = await house.room.agent()
    async with await house.program() as client:
        told = (await client.post(f"/api/v1/agents/{agent}/revoke")).json()
        assert told["revoked_at"] and told["evidence"] == {"socket": 1}
        assert house.hung_up == [agent]
        assert (await client.post(f"/api/v1/agents/{agent}/revoke")).status_code == 404
        assert len((await client.get("/api/v1/sessions")).json()["items"]) == 1


async def test_a_pc_is_somebody_s(house: House) -> None:
    agent = await house.room.agent()
    async with await house.program() as client:
        user = (await client.post("/api/v1/users", json={"name": "Anna", "role": "technician"})).json()["user"]["id"]
        for whose in (user, None):
            assert (await client.patch(f"/api/v1/agents/{agent}", json={"user": whose})).json()["user"] == whose
        assert (await client.patch(f"/api/v1/agents/{agent}", json={"user": 99})).status_code == 404
        assert (await client.patch("/api/v1/agents/99", json={"user": user})).status_code == 404
