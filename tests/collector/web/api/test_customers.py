"""Customers over the API."""

import hashlib

import pytest

from collector.ledger.keys import Role
from tests.collector.room import S1
from tests.collector.web.house import House

BIANCHI = {"name": "Studio Bianchi", "contract": True, "version": "current"}
TAX = {"vat_number": "IT 12345678903", "street": "Via Larga 1", "postcode": "00184", "town": "Roma", "province": "rm"}


async def test_a_customer_changes_only_where_told(house: House) -> None:
    peers = [{"tool": "teamviewer", "peer": "111 222 333"}]
    async with await house.program(Role.OFFICE) as client:
        made = (await client.post("/api/v1/customers", json={**BIANCHI, "peers": peers})).json()
        assert made["contract"] == {"from": None, "until": None, "in_force": True}
        assert made["peers"] == peers
        path = f"/api/v1/customers/{made['id']}"
        days = {"from": "2020-01-01", "until": "2020-12-31"}
        told = (await client.patch(path, json={"contract": days})).json()
        assert told == {**made, "contract": {**days, "in_force": False}, "contracts": [days], "in_force": False}
        told = (await client.patch(path, json={"version": "previous", "contract": False, "peers": []})).json()
        assert (told["contract"], told["version"], told["peers"]) == (None, "previous", [])
        assert told["name"] == BIANCHI["name"]


async def test_a_customer_in_full_is_told_as_it_was_given(house: House) -> None:
    full = {
        "name": "Studio Bianchi",
        "code": "B1",
        "edition": "Igienista",
        "language": "en",
        "note": "two\nlines",
        "contracts": [{"from": "2020-01-01", "until": None}],
        "suspensions": [{"from": "2021-01-01", "until": "2021-01-31", "why": "unpaid"}],
        "versions": [{"from": None, "version": "previous"}, {"from": "2022-01-01", "version": "current"}],
        "emails": ["Anna@Example.it"],
        "tax": TAX,
    }
    async with await house.program(Role.OFFICE) as client:
        answer = await client.post("/api/v1/customers", json=full)
        assert answer.status_code == 201, answer.text
        told = answer.json()
        for name in ("code", "language", "note", "contracts", "suspensions", "versions"):
            assert told[name] == full[name]
        assert (told["edition"], told["edition_covered"], told["emails"]) == ("hygienist", True, ["anna@example.it"])
        assert (told["tax"]["vat_number"], told["tax"]["province"]) == ("12345678903", "RM")
        assert told["tax"]["missing"] == ["recipient_code"]
        path = f"/api/v1/customers/{told['id']}"
        told = (await client.patch(path, json={"tax": {"pec": "b@pec.example"}, "code": None})).json()
        assert told["tax"]["missing"] == [] and told["tax"]["street"] == "Via Larga 1" and told["code"] is None


async def test_what_is_said_in_short_and_is_so_today_leaves_the_history(house: House) -> None:
    versions = [{"from": None, "version": "previous"}, {"from": "2020-01-01", "version": "current"}]
    contracts = [{"from": "2019-01-01", "until": "2019-12-31"}, {"from": "2020-01-01", "until": None}]
    async with await house.program(Role.OFFICE) as client:
        given = {"name": "X", "versions": versions, "contracts": contracts}
        made = (await client.post("/api/v1/customers", json=given)).json()
        path = f"/api/v1/customers/{made['id']}"
        short = {"name": "X", "contract": {"from": "2020-01-01", "until": None}, "version": "current"}
        assert (await client.patch(path, json=short)).json() == made
        assert (await client.patch(path, json={"contract": True})).json() == made
        told = (await client.patch(path, json={"version": "previous"})).json()
        assert told["versions"][:2] == versions and told["versions"][2]["version"] == "previous"


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ({"tax": {"vat_number": "12345678901"}}, "vat_number"),
        ({"contracts": [{"from": "2026-01-01"}, {"from": "2026-06-01"}]}, "2026-01-01.. and 2026-06-01.. overlap"),
        ({"contract": True, "contracts": []}, "one way"),
        ({"version": "current", "versions": []}, "one way"),
        ({"emails": ["anna"]}, "emails"),
        ({"peers": [{"tool": "vnc", "peer": "*"}]}, "peers"),
    ],
)
async def test_what_can_not_be_taken_is_named(house: House, asked: dict[str, object], place: str) -> None:
    id = await house.room.customer()
    async with await house.program(Role.OFFICE) as client:
        answer = await client.patch(f"/api/v1/customers/{id}", json=asked)
        made = await client.post("/api/v1/customers", json={"name": "Y", "contract": False} | asked)
    assert answer.status_code == 422 and place in answer.json()["detail"]
    assert made.status_code == 422
    assert len(await house.room.reading.cards()) == 1


async def test_a_contract_or_none_has_to_be_told(house: House) -> None:
    async with await house.program(Role.OFFICE) as client:
        answer = await client.post("/api/v1/customers", json={"name": "Y"})
    assert answer.status_code == 422 and "contract: missing" in answer.json()["detail"]


async def test_a_suspended_contract_is_not_in_force_and_opens_as_none(house: House) -> None:
    async with await house.program() as client:
        given = {
            "name": "X",
            "contracts": [{}],
            "suspensions": [{"from": "1990-01-01"}],
            "peers": [{"tool": "tigervnc", "peer": "192.0.2.7:5900"}],
        }
        made = (await client.post("/api/v1/customers", json=given)).json()
        assert (made["in_force"], made["suspended"], made["contract"]["in_force"]) == (False, True, False)
        await house.room.connect(S1, seconds=10)
        (told,) = (await client.get("/api/v1/interventions")).json()["items"]
    assert told["charge"]["service"] == "not-entitled"


async def test_an_edition_that_may_not_buy_is_flagged_and_never_charged(house: House) -> None:
    peers = [{"tool": "tigervnc", "peer": "192.0.2.7:5900"}]
    async with await house.program() as client:
        await client.post("/api/v1/customers", json={**BIANCHI, "edition": "Lite", "peers": peers})
        await house.room.connect(S1, seconds=3000)
        (told,) = (await client.get("/api/v1/interventions")).json()["items"]
    assert "edition-not-covered" in told["charge"]["flags"]
    assert told["charge"]["net"] == "0.00"
    assert "edition" in told["charge"]["lines"][0]["why"]


async def test_terms_are_accepted_by_their_text_or_its_hash(house: House) -> None:
    id = await house.room.customer()
    path = f"/api/v1/customers/{id}/terms"
    told = {"version": "2026-01", "who": "Dr. Bianchi", "channel": "e-mail"}
    async with await house.program(Role.OFFICE) as client:
        first = await client.post(path, json={**told, "text": "the terms"})
        assert first.status_code == 201
        assert first.json()["terms"][0]["sha256"] == hashlib.sha256(b"the terms").hexdigest()
        second = await client.post(path, json={**told, "sha256": "0" * 64, "at": "2020-01-01T10:00:00+01:00"})
        assert second.json()["terms"][1]["at"] == "2020-01-01T09:00:00Z"
        assert (await client.post(path, json=told)).status_code == 422
        assert (await client.post(path, json={**told, "text": "x", "sha256": "0" * 64})).status_code == 422
        late = await client.post(path, json={**told, "text": "y"}, headers={"If-Match": first.headers["ETag"]})
        assert late.status_code == 412


SHEET = "codice;nome;partita iva;id remoti\nB1;Studio Però;12345678903;vnc:pc1\nB2;=Verdi;;\n"


async def test_a_sheet_is_tried_then_taken_then_given_back(house: House) -> None:
    async with await house.program(Role.OFFICE) as client:
        path = "/api/v1/customers/import"
        tried = await client.post(path, content=SHEET.encode("cp1252"), params={"dry_run": True})
        assert tried.json() == {"dry_run": True, "added": 2, "changed": 0, "unchanged": 0, "problems": []}
        assert await house.room.reading.cards() == {}
        done = (await client.post(path, content=SHEET.encode("utf-16"))).json()
        assert (done["dry_run"], done["added"]) == (False, 2)
        out = await client.get("/api/v1/customers/export")
        assert out.headers["content-type"].startswith("text/csv") and "'=Verdi" in out.text
        again = (await client.post(path, content=out.content)).json()
        assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 2)


async def test_with_one_bad_cell_nothing_is_done_and_the_cell_is_named(house: House) -> None:
    bad = SHEET.replace("12345678903", "12345678901")
    async with await house.program(Role.OFFICE) as client:
        told = (await client.post("/api/v1/customers/import", content=bad.encode())).json()
        assert told["problems"][0]["line"] == 2 and told["problems"][0]["column"] == "partita iva"
        assert await house.room.reading.cards() == {}
        nothing = await client.post("/api/v1/customers/import", content=b"")
        assert nothing.status_code == 422 and "nothing in it" in nothing.json()["detail"]


async def test_those_who_may_be_one_are_offered_and_merged(house: House) -> None:
    await house.room.customer("Studio Bianchi")
    await house.room.customer("Bianchi S.r.l.", contract=False)
    async with await house.program(Role.OFFICE) as client:
        (pair,) = (await client.get("/api/v1/customers/duplicates")).json()["items"]
        assert (pair["one"]["id"], pair["other"]["id"], pair["share"]) == (1, 2, ["name"])
        before = {"If-Match": (await client.get("/api/v1/customers/1")).headers["ETag"]}
        noted = await client.patch("/api/v1/customers/1", json={"note": "new roof"}, headers=before)
        late = await client.post("/api/v1/customers/1/merge", json={"other": 2}, headers=before)
        assert late.status_code == 412
        now = {"If-Match": noted.headers["ETag"]}
        done = await client.post("/api/v1/customers/1/merge", json={"other": 2}, headers=now)
        assert done.status_code == 200 and done.json()["id"] == 1
        assert (await client.get("/api/v1/customers/duplicates")).json()["items"] == []
        assert (await client.get("/api/v1/customers/2")).status_code == 404


async def test_lists_go_on_where_the_last_page_ended(house: House) -> None:
    for name in "ABC":
        await house.room.customer(name)
    async with await house.program() as client:
        first = (await client.get("/api/v1/customers", params={"limit": 2})).json()
        rest = (await client.get("/api/v1/customers", params={"limit": 2, "offset": first["next_offset"]})).json()
    assert [c["name"] for c in first["items"] + rest["items"]] == ["A", "B", "C"]
    assert rest["next_offset"] is None
