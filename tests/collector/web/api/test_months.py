"""Months over REST: looked at, closed with its progress told, and the accountant's table of all of it."""

import asyncio

from tests.collector.office import october
from tests.collector.web.house import House


async def test_a_month_is_closed_and_tells_how_far_it_is(house: House) -> None:
    await october(house.room)
    async with await house.program() as program:
        before = (await program.get("/api/v1/months/2026-10")).json()
        assert (before["over"], before["closed_at"], before["closing"]) == (True, None, None)
        begun = await program.post("/api/v1/months/2026-10/close")
        assert begun.status_code == 202 and begun.json()["closing"] is not None
        await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == "closing"))
        after = (await program.get("/api/v1/months/2026-10")).json()
        assert not after["closing"]["running"]
        assert (after["statements"], after["gross"], after["closed_by"]) == (1, "97.60", "Laura")
        assert (after["closing"]["done"], after["closing"]["kept_back"]) == (1, [])
        table = await program.get("/api/v1/months/2026-10/accountant")
        assert table.headers["content-type"].startswith("text/csv") and "2026-0001;estratto conto;" in table.text
        again = await program.post("/api/v1/months/2026-10/close")
        assert again.status_code == 409 and "2026-10 is closed" in again.json()["detail"]


async def test_a_month_that_goes_on_or_is_none_is_refused(house: House) -> None:
    async with await house.program() as program:
        assert (await program.post("/api/v1/months/2126-10/close")).status_code == 422
        assert (await program.get("/api/v1/months/2026-13")).status_code == 422
