"""The price lists over REST, and a month under another one."""

import pytest

from collector.ledger.keys import Role
from collector.tariffs.files import shipped_text
from tests.collector.office import october
from tests.collector.web.house import House

WHAT_IF = "/api/v1/tariffs/what-if"
DEARER = shipped_text().replace('"45.00"', '"50.00"')


async def test_the_lists_in_force_are_told(house: House) -> None:
    async with await house.program(Role.READ_ONLY) as program:
        (told,) = (await program.get("/api/v1/tariffs")).json()["items"]
    expected = {"cap_seconds": 1200, "price": "45.00", "at_cap": "remind", "countdown_seconds": 60}
    assert told["contract"] == expected
    assert (told["vat_percent"], told["first_day"], told["file_recovery_price"]) == ("22.00", None, None)


async def test_a_month_is_rated_under_another_list(house: House) -> None:
    _, intervention = await october(house.room)
    async with await house.program() as program:
        answer = await program.post(WHAT_IF, params={"month": "2026-10"}, content=DEARER)
        unchanged = (await program.get(f"/api/v1/interventions/{intervention}")).json()
    told = answer.json()
    assert (answer.status_code, told["before"], told["after"], told["difference"]) == (200, "80.00", "85.00", "5.00")
    assert [each["why_it"] for each in told["items"]] == ["prezzo base 50.00 invece di 45.00"]
    assert unchanged["charge"]["net"] == "80.00"


@pytest.mark.parametrize(
    ("month", "body", "status", "said"),
    [
        ("2026-09", DEARER, 404, "no intervention was opened in 2026-09"),
        ("2026-10", DEARER.replace('"50.00"', '"50,00"'), 422, "services.contract.price"),
        ("2026-10", b"\xff\xfe", 422, "not UTF-8 text"),
        ("2026-13", DEARER, 422, "month"),
    ],
)
async def test_what_cannot_be_asked_is_refused(
    house: House, month: str, body: str | bytes, status: int, said: str
) -> None:
    await october(house.room)
    async with await house.program() as program:
        answer = await program.post(WHAT_IF, params={"month": month}, content=body)
    assert answer.status_code == status and said in answer.json()["detail"]
