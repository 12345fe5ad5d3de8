"""The review over the API."""

from shared.session import SessionState
from tests.collector.room import S1, S2
from tests.collector.web.house import House


async def test_what_waits_is_listed_oldest_first_and_for_whom(house: House) -> None:
    await house.room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await house.room.connect(S1, seconds=1300, state=SessionState.ENDED)
    house.room.clock.advance(60_000)
    await house.room.connect(S2, seconds=10, peer="999", state=SessionState.ENDED)
    async with await house.program() as client:
        told = (await client.get("/api/v1/review")).json()
        assert [(each["id"], each["waits"]) for each in told["items"]] == [
            (1, [{"what": "overtime-not-agreed", "whose": "supervisor"}]),
            (2, [{"what": "unassigned", "whose": "office"}]),
        ]
        assert (await client.get("/api/v1/review", params={"limit": 1})).json()["next_offset"] == 1
        told = (await client.get("/api/v1/review", params={"whose": "office"})).json()
        assert [each["id"] for each in told["items"]] == [2]
        assert (await client.get("/api/v1/review", params={"whose": "anybody"})).status_code == 422
