"""The API's description for people."""

from tests.collector.web.house import House


async def test_every_call_is_described_with_its_body_and_answer(house: House) -> None:
    async with house.client({"Accept": "text/html"}) as client:
        told = (await client.get("/api/openapi.json")).json()
        page = (await client.get("/api/docs")).text
    for path in told["paths"]:
        assert f"<code>{path}</code>" in page
    assert "overtime_half_hours" in page and "in your own words" not in page
