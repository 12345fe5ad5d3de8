"""Leafing through a list."""

from collector.web.pages.paging import SIZE
from tests.collector.web.house import House


async def test_the_links_lead_to_the_neighbours_and_keep_the_filter(house: House) -> None:
    for n in range(SIZE + 1):
        await house.room.customer(f"Studio {n:03}")
    async with house.browser() as client:
        first = (await client.get("/customers", params={"q": "studio"})).text
        last = (await client.get("/customers", params={"q": "studio", "offset": SIZE})).text
    assert f'href="/customers?q=studio&amp;offset={SIZE}"' in first and "offset=0" not in first
    assert 'href="/customers?q=studio&amp;offset=0"' in last and f"Studio {SIZE:03}" in last
