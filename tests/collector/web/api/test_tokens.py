"""Tokens over the API, and on the page of the users."""

from collector.ledger.keys import Role
from tests.collector.web.house import House


async def test_a_token_is_shown_once_lets_a_program_in_and_is_void_once_revoked(house: House) -> None:
    async with await house.program() as boss, house.client() as program:
        asked = {"name": "accounting", "role": "office"}
        made = (await boss.post("/api/v1/tokens", json=asked)).json()
        program.headers["Authorization"] = f"Bearer {made['secret']}"
        assert (await program.get("/api/v1/me")).json()["name"] == "accounting"
        assert (await boss.post("/api/v1/tokens", json=asked)).status_code == 409
        told = {each["name"]: each for each in (await boss.get("/api/v1/tokens")).json()}
        assert "secret" not in told["accounting"] and told["accounting"]["revoked_at"] is None
        place = f"/api/v1/tokens/{told['accounting']['id']}"
        assert (await boss.delete(place)).status_code == 204
        assert (await program.get("/api/v1/me")).status_code == 401
        assert (await boss.delete(place)).status_code == 404


async def test_the_page_of_the_users_lists_them_and_makes_another(house: House) -> None:
    await house.room.ledger.make_token("accounting <b>", Role.OFFICE)
    async with house.browser() as client:
        page = (await client.get("/users")).text
    assert "accounting &lt;b&gt;" in page and 'id="new-token"' in page and "/tokens/" in page
