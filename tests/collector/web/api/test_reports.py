"""Reports over REST."""

from tests.collector.office import october
from tests.collector.web.house import House


async def test_overtime_by_month_customer_and_tool(house: House) -> None:
    await october(house.room)
    async with await house.program() as program:
        told = (await program.get("/api/v1/reports/overtime?from=2026-10&until=2026-11")).json()
        assert [each["name"] for each in told["months"]] == ["2026-10", "2026-11"]
        assert told["customers"] == [
            {"name": "Studio Bianchi", "interventions": 1, "half_hours": 1, "overtime": "35.00"}
        ]
        assert (told["agreed"], told["waived"], told["unsettled"]) == ("35.00", "0.00", "0.00")
        assert {"name": "first", "interventions": 1} in told["nearness"]
        assert len((await program.get("/api/v1/reports/overtime")).json()["months"]) == 12


async def test_a_table_of_it_is_a_file_for_a_spreadsheet(house: House) -> None:
    await october(house.room)
    async with await house.program() as program:
        got = await program.get("/api/v1/reports/overtime/customers?from=2026-10&until=2026-11")
        assert "Studio Bianchi;1;1;35,00\r\n" in got.text
        assert 'filename="overtime-customers.csv"' in got.headers["content-disposition"]
        assert (await program.get("/api/v1/reports/overtime/people")).status_code == 422


async def test_months_the_wrong_way_round_or_too_many_are_refused(house: House) -> None:
    async with await house.program() as program:
        for asked in ("from=2026-11&until=2026-10", "from=2020-01&until=2026-10", "from=2026-13"):
            assert (await program.get(f"/api/v1/reports/overtime?{asked}")).status_code == 422
