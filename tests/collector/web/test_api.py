"""The REST API: what is told, what can be done, and how it refuses."""

import pytest

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


async def test_another_problem_splits_a_session_and_no_second_is_lost(house: House) -> None:
    await house.room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await house.room.connect(S1, seconds=600)
    async with await house.program() as client:
        answer = await client.post(f"/api/v1/sessions/{S1}/new-intervention", json={})
        assert answer.status_code == 201
        house.room.clock.advance(300_000)
        await house.room.connect(S1, seconds=900, state=SessionState.ENDED)
        lengths = [
            (await client.get(f"/api/v1/interventions/{n}")).json()["charge"]["connection_seconds"]
            for n in (1, answer.json()["intervention"])
        ]
    assert lengths == [600, 300]


async def test_a_customer_changes_only_where_told(house: House) -> None:
    peers = [{"tool": "teamviewer", "peer": "111 222 333"}]
    async with await house.program(Role.OFFICE) as client:
        made = (await client.post("/api/v1/customers", json={**BIANCHI, "peers": peers})).json()
        assert made["contract"] == {"from": None, "until": None, "in_force": True}
        path = f"/api/v1/customers/{made['id']}"
        days = {"from": "2020-01-01", "until": "2020-12-31"}
        told = (await client.patch(path, json={"contract": days})).json()
        assert told == {**made, "contract": {**days, "in_force": False}}
        told = (await client.patch(path, json={"version": "previous", "contract": False, "peers": []})).json()
        assert told == {"id": made["id"], "name": BIANCHI["name"], "contract": None, "version": "previous", "peers": []}


async def test_lists_go_on_where_the_last_page_ended(house: House) -> None:
    for name in "ABC":
        await house.room.customer(name)
    async with await house.program() as client:
        first = (await client.get("/api/v1/customers", params={"limit": 2})).json()
        rest = (await client.get("/api/v1/customers", params={"limit": 2, "offset": first["next_offset"]})).json()
    assert [c["name"] for c in first["items"] + rest["items"]] == ["A", "B", "C"]
    assert rest["next_offset"] is None


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


async def test_what_is_live_is_told_once_to_programs_too(house: House) -> None:
    await house.room.connect(S1, seconds=60)
    async with await house.program(Role.READ_ONLY) as client:
        told = (await client.get("/api/v1/live")).json()
    assert told["type"] == "all"
    assert [(row["id"], row["standing"], row["actions"]) for row in told["rows"]] == [(S1, "unknown", ["assign"])]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "place"),
    [
        ("POST", "customers", {"contract": True}, 422, "body.name"),
        ("POST", "customers", {**BIANCHI, "version": "next"}, 422, "body.version"),
        ("POST", "customers", {**BIANCHI, "colour": "red"}, 422, "body.colour"),
        ("POST", "customers", {**BIANCHI, "name": 7}, 422, "body.name"),
        ("POST", "customers", {**BIANCHI, "name": "two\nlines"}, 422, "body.name"),
        ("POST", "customers", {**BIANCHI, "contract": {"from": "2026-13-01"}}, 422, "body.contract"),
        ("POST", "customers", {**BIANCHI, "contract": {"from": 20260101}}, 422, "body.contract"),
        ("POST", "customers", {**BIANCHI, "contract": {"from": "2026-02-01", "until": "2026-01-01"}}, 422, ""),
        ("POST", "customers", {**BIANCHI, "peers": [{"tool": "Team Viewer", "peer": "1"}]}, 422, "body.peers"),
        ("POST", "interventions/1/assign", {"customer": "1"}, 422, "body.customer"),
        ("POST", "interventions/1/assign", {"customer": 99}, 404, ""),
        ("POST", "interventions/99/agree", {"how": "phone"}, 404, ""),
        ("POST", "interventions/1/category", {"category": "gardening"}, 422, ""),
        ("POST", "interventions/1/category", {}, 422, "body.category"),
        ("POST", f"sessions/{S1}/new-intervention", {"at": "2026-01-01T10:00:00"}, 422, "body.at"),
        ("POST", f"sessions/{S1}/new-intervention", {"at": "2999-01-01T10:00:00Z"}, 422, ""),
        ("POST", f"sessions/{S1}/new-intervention", {"at": "2001-01-01T10:00:00Z"}, 409, ""),
        ("POST", "alerts/1/acknowledge", None, 404, ""),
        ("GET", "interventions/99", None, 404, ""),
        ("GET", "interventions/99999999999999999999", None, 422, "path.intervention_id"),
        ("GET", "sessions/zz", None, 422, "path.session_id"),
        ("GET", "sessions?limit=0", None, 422, "query.limit"),
        ("GET", "customers?q=%00", None, 422, "query.q"),
        ("GET", "nothing", None, 404, ""),
        ("DELETE", "customers", None, 405, ""),
    ],
)
async def test_a_refusal_is_problem_details_that_name_the_place(
    house: House, method: str, path: str, body: object, status: int, place: str
) -> None:
    await house.room.connect(S1, seconds=60)
    async with await house.program() as client:
        answer = await client.request(method, f"/api/v1/{path}", **({} if body is None else {"json": body}))
    told = answer.json()
    assert (answer.status_code, told["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["title"] and told["detail"]
    assert any(each["place"].startswith(place) for each in told.get("errors", [{"place": ""}]))


async def test_broken_json_is_refused(house: House) -> None:
    async with await house.program() as client:
        headers = {"Content-Type": "application/json"}
        for content in (b"{", b"\xff", b'{"name": "\\ud800", "contract": true}', b"[" * 5000):
            answer = await client.post("/api/v1/customers", content=content, headers=headers)
            assert answer.status_code in (400, 422), content[:20]


async def test_health_is_public_and_ready_means_that_the_tables_are(house: House) -> None:
    async with house.client() as client:
        assert (await client.get("/healthz")).json() == {"status": "ok"}
        assert (await client.get("/readyz")).status_code == 200
        house.app.state.schema = "a later one"
        assert (await client.get("/readyz")).status_code == 503
