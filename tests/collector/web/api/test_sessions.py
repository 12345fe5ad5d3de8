"""Sessions over the API."""

from shared.messages import Order
from shared.session import SessionState
from tests.collector.room import S1
from tests.collector.web.house import House


async def test_another_problem_splits_a_session_and_no_second_is_lost(house: House) -> None:
    await house.room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await house.room.connect(S1, seconds=600)
    async with await house.program() as client:
        path, tag = f"/api/v1/sessions/{S1}", {"If-Match": (await client.get(f"/api/v1/sessions/{S1}")).headers["ETag"]}
        answer = await client.post(f"{path}/new-intervention", json={}, headers=tag)
        assert answer.status_code == 201
        late = await client.post(f"{path}/new-intervention", json={}, headers=tag)
        assert (late.status_code, (await client.get(path)).json()["interventions"]) == (412, [1, 2])
        house.room.clock.advance(300_000)
        await house.room.connect(S1, seconds=900, state=SessionState.ENDED)
        lengths = [
            (await client.get(f"/api/v1/interventions/{n}")).json()["charge"]["connection_seconds"]
            for n in (1, answer.json()["intervention"])
        ]
    assert lengths == [600, 300]


async def test_the_end_of_a_session_is_asked_of_its_agent_and_only_while_it_is_heard(house: House) -> None:
    await house.room.connect(S1, seconds=60)
    async with await house.program() as client:
        answer = await client.post(f"/api/v1/sessions/{S1}/end")
        assert (answer.status_code, answer.json()) == (202, {"countdown_seconds": 60})
        assert house.orders == [(house.room.agents["PC Anna"], Order(session=S1, countdown_ms=60_000))]
        house.deaf = True
        assert (await client.post(f"/api/v1/sessions/{S1}/end")).status_code == 409
        house.room.presence.lose(house.room.agents["PC Anna"])
        refused = await client.post(f"/api/v1/sessions/{S1}/end")
    assert refused.status_code == 409 and "silent" in refused.json()["detail"]
    assert len(house.orders) == 1
