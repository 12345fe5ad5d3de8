"""The page of the settings: price lists by date, and a past month under another one."""

from collector.tariffs.files import shipped_text
from tests.collector.office import october
from tests.collector.web.house import ADDRESS, House

OURS = {"Origin": ADDRESS}


async def test_the_price_lists_stand_with_what_they_include_and_cost(house: House) -> None:
    async with house.browser() as client:
        page = (await client.get("/settings")).text
    assert "in vigore" in page and "€ 45,00" in page and "20 min compresi" in page and "ogni 30 min iniziati" in page
    assert "22 %" in page


async def test_a_past_month_is_compared_with_another_list_and_nothing_changes(house: House) -> None:
    await october(house.room)
    other = shipped_text().replace('price = "45.00"', 'price = "50.00"', 1)
    asked = {"month": "2026-10", "tariff": other}
    async with house.browser() as client:
        page = (await client.post("/settings", data=asked, headers=OURS)).text
        assert "€ 80,00" in page and "€ 85,00" in page and "+€ 5,00" in page and "1 di 1" in page
        same = (await client.post("/settings", data={**asked, "tariff": shipped_text()}, headers=OURS)).text
        assert "Nessun intervento costerebbe diversamente." in same


async def test_a_list_that_cannot_be_read_and_a_month_without_anything_are_told_in_place(house: House) -> None:
    async with house.browser() as client:
        unquoted = shipped_text().replace('"45.00"', "45")
        for month, text, told in (
            ("2026-10", "name = <", "non è un file TOML"),
            ("2026-10", unquoted, "services.contract.price: 45 non si può usare (scrivere un prezzo come testo"),
            ("2020-01", shipped_text(), "2020-01"),
        ):
            answer = await client.post("/settings", data={"month": month, "tariff": text}, headers=OURS)
            assert answer.status_code == 422 and told in answer.text and 'role="alert"' in answer.text
        assert (await client.post("/settings", data={"month": "2026-10", "tariff": "x"})).status_code == 403
