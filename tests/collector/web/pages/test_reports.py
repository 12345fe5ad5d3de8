"""How overtime went, on a page."""

import re

from tests.collector.office import october
from tests.collector.web.house import House


async def test_every_chart_has_its_table_and_tells_its_figures_to_whoever_cannot_see_it(house: House) -> None:
    await october(house.room)
    async with house.browser() as client:
        page = (await client.get("/reports?first=2026-09&last=2026-10")).text
    assert page.count('<div class="chart"') == page.count("Come tabella") == 5
    assert 'aria-label="Supplementi per mese: settembre 2026 € 0,00; ottobre 2026 € 35,00"' in page
    assert re.search(r"<tr><td>Studio Bianchi</td>.*€ 35,00", page)
    assert "PC Anna" not in page, "people are not compared"


async def test_months_without_anything_say_so(house: House) -> None:
    async with house.browser() as client:
        assert "In questi mesi non c’è nulla." in (await client.get("/reports")).text
