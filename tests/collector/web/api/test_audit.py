"""The audit chain over REST: what was changed and by whom, and whether it is unbroken."""

import sqlite3
from typing import get_args

from collector.ledger.keys import Role
from collector.ledger.witness import KINDS
from collector.web.schemas import AuditKind
from tests.collector.office import october
from tests.collector.web.house import House


async def test_every_kind_is_listed_with_before_and_after_and_some_at_a_time(house: House) -> None:
    assert set(get_args(AuditKind)) == KINDS.keys()
    await october(house.room)
    async with await house.program(Role.OFFICE) as office:
        await office.post("/api/v1/statements", json={"month": "2026-10", "customer": 1})
        (issued,) = (await office.get("/api/v1/audit", params={"kind": "statement"})).json()["items"]
        assert (issued["by"], issued["what"], issued["before"]) == ("Olga", "issued", None)
        assert issued["after"]["number"] == "2026-0001"
        mine = {"kind": "intervention", "subject": "1", "limit": 1, "offset": 1}
        some = (await office.get("/api/v1/audit", params=mine)).json()
        assert (some["items"][0]["what"], some["next_offset"]) == ("overtime-agreed", 2)
        late = {"from": "2030-01-01T00:00:00Z"}
        assert (await office.get("/api/v1/audit", params=late)).json()["items"] == []


async def test_it_names_the_first_broken_place_and_holds_the_head_that_was_kept(house: House) -> None:
    await october(house.room)
    async with await house.program() as program:
        assert (await program.get("/api/v1/audit/verify", params={"n": 1})).status_code == 422  # a head is both
        kept = (await program.get("/api/v1/audit/verify")).json()
        assert (kept["whole"], kept["broken"]) == (True, None)
        head = {"n": kept["n"], "hash": "0" * 64}
        assert "whose head was kept" in (await program.get("/api/v1/audit/verify", params=head)).json()["broken"]
        with sqlite3.connect(house.room.folder / "ledger.sqlite3") as file:
            file.execute("UPDATE audit SET after = 'gone' WHERE n = 2")
        assert "entry 2" in (await program.get("/api/v1/audit/verify")).json()["broken"]
        entries = (await program.get("/api/v1/audit")).json()["items"]
        assert entries[1]["after"] == "gone"


async def test_who_only_reads_or_works_for_customers_is_not_shown_it(house: House) -> None:
    for role in (Role.READ_ONLY, Role.TECHNICIAN):
        async with await house.program(role) as program:
            assert (await program.get("/api/v1/audit")).status_code == 403
