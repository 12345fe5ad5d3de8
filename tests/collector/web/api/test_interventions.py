"""Interventions over the API: the charge as the command line shows it, and what people decide."""

import httpx

from collector.ledger.keys import Role
from shared.moments import iso
from shared.session import SessionState
from tests.collector.room import S1, S2, minutes
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
        assert await found("interventions", state="in-review") == [2]


async def test_a_request_is_opened_described_and_refused_to_whoever_saw_it_otherwise(house: House) -> None:
    await house.room.customer()
    async with await house.program(Role.OFFICE) as client:
        opened = await client.post("/api/v1/interventions", json={"customer": 1, "problem": "The index is broken"})
        assert (opened.status_code, opened.json()["problem"], opened.json()["state"]) == (
            201,
            "The index is broken",
            "open",
        )
        tag = {"If-Match": opened.headers["ETag"]}
        path = "/api/v1/interventions/1"
        first = await client.patch(path, json={"works_on_database": True}, headers=tag)
        assert (first.status_code, first.json()["warning"]) == (200, "backup-unknown")
        late = await client.patch(path, json={"notes": "mine"}, headers=tag)
        assert (late.status_code, late.headers["content-type"]) == (412, "application/problem+json")
        assert (await client.get(path)).json()["notes"] is None
        far = await client.patch(path, json={"backup_at": "9999-12-31T23:59:59-14:00"})
        assert far.status_code == 422


async def test_time_is_split_moved_merged_and_declared_and_sums_to_what_was_observed(house: House) -> None:
    await house.room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    seen = await house.room.connect(S1, seconds=1200, state=SessionState.ENDED)
    at, later = (iso(seen.first_seen_at + minutes(n)) for n in (10, 15))
    async with await house.program() as client:

        async def post(path: str, **asked: object) -> httpx.Response:
            return await client.post(f"/api/v1/interventions/{path}", json=asked)

        async def seconds(id: int) -> int:
            told = (await client.get(f"/api/v1/interventions/{id}")).json()
            return int(told["charge"]["connection_seconds"])

        split = await post("1/split", session=S1, at=at)
        assert (split.status_code, split.json()["id"]) == (201, 2)
        assert (await seconds(1), await seconds(2)) == (600, 600)
        assert (await post("2/move", session=S1, **{"from": later}, into=1)).status_code == 200
        assert (await seconds(1), await seconds(2)) == (900, 300)
        merged = (await post("2/merge", into=1)).json()
        assert (merged["outcome"], merged["merged_into"], await seconds(1)) == ("merged", 1, 1200)
        declared = (await post("1/declared", start=at, end=later)).json()
        mine = next(each["id"] for each in declared["sessions"] if each["evidence"] == "declared")
        assert (await client.delete(f"/api/v1/interventions/1/declared/{S1}")).status_code == 404
        assert (await client.delete(f"/api/v1/interventions/1/declared/{mine}")).status_code == 200
        assert (await post("1/split", session=S1, at="2020-01-01T00:00:00Z")).status_code == 422


async def test_decisions_change_the_charge_and_a_closed_one_is_reopened(house: House) -> None:
    await house.room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await house.room.connect(S1, seconds=1300, state=SessionState.ENDED)
    async with await house.program() as client:

        async def post(path: str, **asked: object) -> httpx.Response:
            return await client.post(f"/api/v1/interventions/1/{path}", json=asked)

        waived = (await post("decisions", what="overtime-waived", reason="courtesy")).json()
        assert (waived["charge"]["net"], waived["review"], waived["waits"]) == ("45.00", "open", [])
        assert (waived["decisions"][-1]["half_hours"], waived["decisions"][-1]["reason"]) == (1, "courtesy")
        assert (await post("decisions", what="overtime-waived")).status_code == 422
        assert (await post("decisions", what="price-named", price="1.00")).status_code == 409
        closed = (await post("close", outcome="unresolved")).json()
        assert [each["what"] for each in closed["waits"]] == ["customer-not-told"]
        assert (await post("told", how="phone")).json()["review"] == "final"
        reopened = (await post("reopen", reason="it came back")).json()
        assert (reopened["state"], reopened["customer_told"]) == ("open", None)
        opened_at = reopened["opened_at"]
        listed = (await client.get("/api/v1/interventions", params={"from": opened_at})).json()["items"]
        assert [each["id"] for each in listed] == [1]
        assert (await client.get("/api/v1/interventions", params={"until": opened_at})).json()["items"] == []
