"""Statements over REST: issued, listed, had in every form, taken back; what keeps one back is named with its place."""

import json

import pytest

from collector.ledger.keys import Role
from collector.statements.forms import MEDIA_TYPES, Form
from collector.statements.signed import verify
from tests.collector.office import an_intervention, october
from tests.collector.room import S2
from tests.collector.web.house import House

WANTED = {"month": "2026-10", "customer": 1}


async def test_a_statement_is_issued_listed_and_taken_back(house: House) -> None:
    await october(house.room)
    async with await house.program(Role.OFFICE) as office:
        made = await office.post("/api/v1/statements", json=WANTED)
        assert (made.status_code, made.json()["number"], made.json()["gross"]) == (201, "2026-0001", "97.60")
        assert made.json()["issued_by"] == "Olga"
        note = await office.post("/api/v1/statements/2026-0001/credit", json={"reason": "un errore"})
        assert (note.status_code, note.json()["credits"]) == (201, "2026-0001")
        listed = (await office.get("/api/v1/statements", params={"month": "2026-10", "limit": 1})).json()
        assert [each["number"] for each in listed["items"]] == ["2026-0002"] and listed["next_offset"] == 1
        notes = (await office.get("/api/v1/statements", params={"kind": "statement", "customer": 1})).json()
        assert [each["credited_by"] for each in notes["items"]] == ["2026-0002"]


async def test_lines_of_it_are_taken_back_by_their_numbers(house: House) -> None:
    await october(house.room)
    async with await house.program(Role.OFFICE) as office:
        made = await office.post("/api/v1/statements", json=WANTED)
        seen = made.headers["ETag"]
        path = "/api/v1/statements/2026-0001"
        asked = {"reason": "un errore", "lines": [2]}
        note = await office.post(f"{path}/credit", json=asked, headers={"If-Match": seen})
        assert (note.status_code, note.json()["gross"], note.json()["in_part"]) == (201, "42.70", True)
        of = await office.get(path)
        assert (of.json()["credited_by"], of.json()["credited_in_part_by"]) == (None, ["2026-0002"])
        lines = (await office.get(f"{path}/lines")).json()["lines"]
        assert [(each["line"], each["amount"], each["credited_by"]) for each in lines] == [
            (1, "45.00", None),
            (2, "35.00", "2026-0002"),
        ]
        late = await office.post(f"{path}/credit", json={"reason": "x", "lines": [1]}, headers={"If-Match": seen})
        assert late.status_code == 412
        twice = await office.post(f"{path}/credit", json=asked, headers={"If-Match": of.headers["ETag"]})
        assert (twice.status_code, twice.json()["detail"]) == (409, "line 2 was taken back by 2026-0002 already")
        unknown = await office.post(f"{path}/credit", json={"reason": "x", "lines": [7]})
        assert unknown.status_code == 422 and "there is no line 7" in unknown.text


async def test_what_keeps_it_back_is_a_conflict_that_names_the_place(house: House) -> None:
    owner, _ = await october(house.room)
    waiting = await an_intervention(house.room, S2, peer="222", agreed=False)
    await house.room.ledger.assign_customer(waiting, owner, by="Laura")
    house.room.clock.advance(40 * 24 * 3_600_000)
    async with await house.program() as program:
        draft = (await program.get("/api/v1/statements/preview", params={"month": "2026-10", "customer": owner})).json()
        assert any(f"intervention {waiting}: waits in review" in each for each in draft["kept_back"])
        refused = await program.post("/api/v1/statements", json={"month": "2026-10", "customer": owner})
        assert refused.status_code == 409 and refused.headers["content-type"] == "application/problem+json"
        assert f"intervention {waiting}: waits in review" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"month": "2026-13", "customer": 1}, 422),
        ({"month": "2126-10", "customer": 1}, 422),
        ({"month": "2026-10", "customer": 99}, 404),
        ({"month": "2026-10"}, 422),
    ],
)
async def test_what_cannot_be_asked_for_is_refused(house: House, body: dict[str, object], status: int) -> None:
    await october(house.room)
    async with await house.program() as program:
        assert (await program.post("/api/v1/statements", json=body)).status_code == status


async def test_every_form_is_had_by_its_address_and_by_what_is_accepted(house: House) -> None:
    await october(house.room)
    async with await house.program() as program:
        await program.post("/api/v1/statements", json=WANTED)
        for form in Form:
            by_address = await program.get(f"/api/v1/statements/2026-0001/{form}")
            assert by_address.status_code == 200
            assert by_address.headers["content-type"].partition(";")[0] == MEDIA_TYPES[form]
            if form is not Form.JSON:
                accepted = {"Accept": f"{MEDIA_TYPES[form]}, */*;q=0.1"}
                same = await program.get("/api/v1/statements/2026-0001", headers=accepted)
                assert same.headers["content-type"] == by_address.headers["content-type"]
        short = await program.get("/api/v1/statements/2026-0001")
        assert short.json()["number"] == "2026-0001"
        key = (await program.get("/api/v1/statements/key")).json()
        signed = (await program.get("/api/v1/statements/2026-0001/signed")).text
        assert verify(signed, "a", key["public_key"]).document.number == "2026-0001"
        assert json.loads((await program.get("/api/v1/statements/2026-0001/json")).text)["gross"] == "97.60"


async def test_what_is_not_there_is_not_found(house: House) -> None:
    async with await house.program() as program:
        assert (await program.get("/api/v1/statements/2026-0001")).status_code == 404
        assert (await program.get("/api/v1/statements/2026-0001/pdf")).status_code == 404
        assert (await program.get("/api/v1/statements/2026-0001/doc")).status_code == 422


async def test_who_only_reads_issues_nothing(house: House) -> None:
    await october(house.room)
    for role in (Role.READ_ONLY, Role.TECHNICIAN):
        async with await house.program(role) as program:
            assert (await program.post("/api/v1/statements", json=WANTED)).status_code == 403
            assert (await program.get("/api/v1/statements")).status_code == 200


async def test_what_stands_on_a_statement_is_not_changed_until_that_is_taken_back(house: House) -> None:
    await october(house.room)
    asked: dict[str, dict[str, object]] = {
        "category": {"category": "download"},
        "decisions": {"what": "overtime-waived", "reason": "courtesy"},
        "assign": {"customer": 1},
        "declared": {"start": "2026-10-05T10:00:00Z", "end": "2026-10-05T10:05:00Z"},
        "reopen": {"reason": "it came back"},
        "merge": {"into": 2},
    }
    async with await house.program() as program:
        seen = (await program.get("/api/v1/interventions/1")).headers["ETag"]
        await program.post("/api/v1/statements", json=WANTED)
        await program.post("/api/v1/interventions", json={"customer": 1})
        for act, body in asked.items():
            refused = await program.post(f"/api/v1/interventions/1/{act}", json=body, headers={"If-Match": seen})
            assert (refused.status_code, refused.headers["content-type"]) == (409, "application/problem+json"), act
            assert "intervention 1 is on statement 2026-0001 of 2026-10" in refused.json()["detail"], act
        await program.post("/api/v1/statements/2026-0001/credit", json={"reason": "un errore"})
        changed = await program.post("/api/v1/interventions/1/category", json=asked["category"])
        assert changed.status_code == 200
        for act, body in asked.items():
            late = await program.post(f"/api/v1/interventions/1/{act}", json=body, headers={"If-Match": seen})
            assert (late.status_code, late.headers["content-type"]) == (412, "application/problem+json"), act


async def test_what_was_issued_to_a_customer_who_is_another_now_is_listed_under_that_one(house: House) -> None:
    await october(house.room)
    async with await house.program() as program:
        await program.post("/api/v1/statements", json=WANTED)
        kept = (
            await program.post(
                "/api/v1/customers", json={"name": "Bianchi e figli", "contract": False, "version": "current"}
            )
        ).json()["id"]
        await program.post(f"/api/v1/customers/{kept}/merge", json={"other": 1, "drop_periods": True})
        for customer in (kept, 1):
            listed = (await program.get("/api/v1/statements", params={"customer": customer})).json()
            assert [each["number"] for each in listed["items"]] == ["2026-0001"]
