"""Customers' links over the API."""

from tests.collector.web.house import ADDRESS, House


async def test_a_link_is_made_and_taken_back(house: House) -> None:
    owner = await house.room.customer()
    async with await house.program() as program:
        made = await program.post(f"/api/v1/customers/{owner}/link")
        assert made.status_code == 201 and made.json()["url"].startswith(f"{ADDRESS}/yours/")
        assert (await program.get(made.json()["url"])).status_code == 200
        assert (await program.delete(f"/api/v1/customers/{owner}/link")).status_code == 204
        assert (await program.get(made.json()["url"])).status_code == 404
        assert (await program.delete(f"/api/v1/customers/{owner}/link")).status_code == 404
        assert (await program.post("/api/v1/customers/99/link")).status_code == 404
