"""Style and scripts over the wire."""

import gzip

from collector.web.assets import FOR_EVER, read_assets
from tests.collector.web.house import House


async def test_an_asset_is_kept_for_ever_under_its_mark_and_never_under_another(house: House) -> None:
    assets = read_assets()
    async with house.client() as client:
        now = await client.get(assets.url("wall.js"))
        old = await client.get("/static/000000000000/wall.js")
        none = await client.get(f"/static/{assets.mark}/../auth.py")
    assert now.headers["cache-control"] == FOR_EVER
    assert now.headers["content-type"].startswith("text/javascript")
    assert now.content == old.content == assets.by_name["wall.js"].content
    assert old.headers["cache-control"] == "no-cache"
    assert none.status_code == 404


async def test_it_is_compressed_for_whoever_understands_that(house: House) -> None:
    assets = read_assets()
    async with (
        house.client({"Accept-Encoding": "gzip"}) as client,
        client.stream("GET", assets.url("mezzora.css")) as it,
    ):
        raw = b"".join([piece async for piece in it.aiter_raw()])
        assert it.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == assets.by_name["mezzora.css"].content


async def test_the_live_page_is_light_and_asks_no_other_host(house: House) -> None:
    assets = read_assets()
    async with house.browser() as client:
        page = await client.get("/")
    parts = [a.zipped for name, a in assets.by_name.items() if name != "page.js"]
    assert len(page.content) + sum(map(len, parts)) < 60_000
    assert "//" not in page.text.replace("http://house", "").replace("http://www.w3.org", "")
