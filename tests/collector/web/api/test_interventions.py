"""Interventions over the API: the charge as the command line shows it, and what people decide."""

from collector.ledger.keys import Role
from shared.session import SessionState
from tests.collector.room import S1, S2
from tests.collector.web.house import House

BIANCHI = {"name": "Studio Bianchi", "contract": True, "version": "current"}


async def test_an_intervention_shows_its_charge_as_the_command_line_does(house: House) -> None:
    await house.room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await house.room.connect(S1, seconds=1201, state=SessionState.ENDED)
    async with await house.program(Role.READ_ONLY) as client:
        told = (await client.get("/api/v1/interventions/1")).json()
    why = told["charge"]["lines"][1].pop("why")
    assert "no one has agreed" in why
    assert told["charge"] | {"lines": told["charge"]["lines"][1:]} == {
        "service": "contract",
        "connection_seconds": 1201,
        "cap_seconds": 1200,
        "overtime_half_hours": 1,
        "lines": [{"code": "overtime", "quantity": 1, "unit_price": "35.00", "amount": "35.00"}],
        "net": "80.00",
        "vat": "17.60",
        "gross": "97.60",
        "flags": ["overtime-not-agreed"],
    }
    assert told["customer"] == {"id": 1, "name": "Studio Bianchi"}
    assert [span["session"] for span in told["spans"]] == [S1]
    assert told["spans"][0]["start"].endswith("Z")


async def test_an_unknown_peer_is_assigned_rated_and_known_the_next_time(house: House) -> None:
    await house.room.connect(S1, seconds=1000, state=SessionState.ENDED)
    async with await house.program() as client:
        customer = (await client.post("/api/v1/customers", json=BIANCHI)).json()
        told = (await client.post("/api/v1/interventions/1/assign", json={"customer": customer["id"]})).json()
        assert (told["charge"]["service"], told["charge"]["net"]) == ("contract", "45.00")
        assert [(d["what"], d["by"]) for d in told["decisions"]] == [("customer", "Laura")]
        await house.room.connect(S2, seconds=10)
        told = (await client.get(f"/api/v1/sessions/{S2}")).json()
        again = (await client.get(f"/api/v1/interventions/{told['interventions'][0]}")).json()
    assert again["customer"]["name"] == "Studio Bianchi"


async def test_agreement_category_and_close_are_decisions_with_a_name(house: House) -> None:
    await house.room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await house.room.connect(S1, seconds=1300, state=SessionState.ENDED)
    async with await house.program() as client:
        agreed = (await client.post("/api/v1/interventions/1/agree", json={"how": "phone"})).json()
        assert agreed["overtime_consent"]["by"] == "Laura"
        assert agreed["charge"]["flags"] == []
        sorted_ = (await client.post("/api/v1/interventions/1/category", json={"category": "network"})).json()
        assert sorted_["charge"]["service"] == "excluded"
        closed = (await client.post("/api/v1/interventions/1/close", json={"outcome": "solved"})).json()
        assert (closed["state"], closed["outcome"]) == ("closed", "solved")
        assert [d["what"] for d in closed["decisions"]] == ["overtime-agreed", "category", "closed"]
        assert (await client.post("/api/v1/interventions/1/close", json={"outcome": "solved"})).status_code == 409


async def test_lists_are_filtered_by_state_and_customer(house: House) -> None:
    ours = await house.room.customer(peers=(("tigervnc", "ours"),))
    await house.room.connect(S1, seconds=60, peer="ours", state=SessionState.ENDED)
    await house.room.connect(S2, seconds=60, peer="theirs")
    async with await house.program() as client:

        async def found(path: str, **params: object) -> list[object]:
            answer = await client.get(f"/api/v1/{path}", params=params)  # type: ignore[arg-type]
            return [each["id"] for each in answer.json()["items"]]

        assert await found("sessions", state="live") == [S2]
        assert await found("sessions", customer=ours) == [S1]
        assert await found("interventions", customer=ours) == [1]
        assert await found("interventions", state="unassigned") == [2]
        assert await found("interventions", state="live") == [2]
