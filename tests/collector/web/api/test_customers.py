"""Customers over the API."""

from collector.ledger.keys import Role
from tests.collector.web.house import House

BIANCHI = {"name": "Studio Bianchi", "contract": True, "version": "current"}


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
