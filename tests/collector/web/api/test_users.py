"""Users over the API, and the way from the link to a password of one's own."""

from typing import Any

import httpx
import pytest

from collector.ledger.keys import Role
from tests.collector.web.house import ADDRESS, House

OURS = {"Origin": ADDRESS}
PASSWORD = "quattro parole a caso"


async def added(program: httpx.AsyncClient, name: str = "Tino", role: str = "technician") -> dict[str, Any]:
    answer = await program.post("/api/v1/users", json={"name": name, "role": role})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def welcomed(client: httpx.AsyncClient, url: str, password: str = PASSWORD) -> httpx.Response:
    code = url.partition("code=")[2]
    return await client.post("/welcome", data={"code": code, "password": password, "again": password}, headers=OURS)


async def test_a_user_chooses_a_password_and_signs_in_with_it(house: House) -> None:
    async with await house.program() as program, house.client() as first, house.client() as second:
        made = await added(program)
        assert made["url"].startswith(f"{ADDRESS}/welcome?code=")
        assert (await welcomed(first, made["url"])).status_code == 303
        assert (await first.get("/api/v1/me")).json()["role"] == "technician"
        typed = {"name": " TINO ", "password": PASSWORD, "next": "/customers"}
        answer = await second.post("/signin", data=typed, headers=OURS)
        assert (answer.status_code, answer.headers["location"]) == (303, "/customers")
        assert (await second.get("/api/v1/me")).json()["name"] == "Tino"
        (told,) = (await program.get("/api/v1/users")).json()
        assert (told["has_password"], told["seen_at"] is not None) == (True, True)


async def test_a_role_and_a_disabled_user_count_at_once(house: House) -> None:
    async with await house.program() as program, house.client() as client:
        made = await added(program)
        await welcomed(client, made["url"])
        place = f"/api/v1/users/{made['user']['id']}"
        assert (await program.patch(place, json={"role": "supervisor"})).json()["role"] == "supervisor"
        assert (await client.get("/api/v1/users")).status_code == 200
        await added(program, "Laura", "supervisor")
        assert (await program.patch(place, json={"disabled": True})).json()["disabled_at"]
        assert (await client.get("/api/v1/me")).status_code == 401
        assert (await program.post(f"{place}/invitation")).status_code == 409
        assert (await program.patch(place, json={"disabled": False})).json()["disabled_at"] is None
        assert (await program.post(f"{place}/invitation")).status_code == 201


@pytest.mark.parametrize("asked", [{"name": "", "role": "office"}, {"name": "A\n", "role": "x"}, {"name": "Anna"}])
async def test_a_user_that_cannot_be_is_refused_with_the_place(house: House, asked: dict[str, str]) -> None:
    async with await house.program() as program:
        answer = await program.post("/api/v1/users", json=asked)
    assert answer.status_code == 422 and "body." in answer.json()["detail"]


async def test_there_is_no_user_of_a_number_that_was_never_given(house: House) -> None:
    async with await house.program() as program:
        for call in (program.get("/api/v1/users/9"), program.patch("/api/v1/users/9", json={"disabled": True})):
            assert (await call).status_code == 404


async def test_only_a_supervisor_has_to_do_with_users(house: House) -> None:
    async with await house.program(Role.OFFICE) as program:
        assert (await program.post("/api/v1/users", json={"name": "x", "role": "supervisor"})).status_code == 403
