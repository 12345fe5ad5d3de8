"""Coming in and going out."""

from pathlib import Path

import pytest

from collector.ledger.keys import Role
from tests.collector.web.house import ADDRESS, House, a_house

OURS = {"Origin": ADDRESS}


async def test_a_link_signs_in_once(house: House) -> None:
    code = await house.room.ledger.make_link("Laura", Role.SUPERVISOR)
    async with house.client() as first, house.client() as second:
        assert (await first.get("/signin", params={"code": code})).status_code == 200
        assert (await first.get("/api/v1/me")).json()["name"] == "Laura"
        assert (await second.get("/signin", params={"code": code})).status_code == 403
        assert (await second.get("/api/v1/me")).status_code == 401


async def test_an_old_link_does_not(house: House) -> None:
    code = await house.room.ledger.make_link("Laura", Role.SUPERVISOR)
    house.room.clock.advance(16 * 60_000)
    async with house.client() as client:
        assert (await client.get("/signin", params={"code": code})).status_code == 403


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(house: House) -> None:
    code = await house.room.ledger.make_link("Laura", Role.SUPERVISOR)
    async with house.client() as client:
        cookie = (await client.get("/signin", params={"code": code})).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie


async def test_with_tls_the_cookie_never_goes_unencrypted(tmp_path: Path) -> None:
    async with a_house(tmp_path, secure=True) as house, house.client() as client:
        code = await house.room.ledger.make_link("Laura", Role.SUPERVISOR)
        answer = await client.get("/signin", params={"code": code})
    assert answer.headers["set-cookie"].startswith("__Host-mezzora=")
    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"]


async def test_a_token_pasted_into_the_form_signs_in_and_leads_on(house: House) -> None:
    secret = await house.room.ledger.make_token("Olga", Role.OFFICE)
    async with house.client() as client:
        answer = await client.post("/signin", data={"token": f" {secret}\n", "next": "/customers"}, headers=OURS)
        assert (answer.status_code, answer.headers["location"]) == (303, "/customers")
        assert (await client.get("/api/v1/me")).json()["role"] == "office"


@pytest.mark.parametrize("way", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\r\nX: 1", ""])
async def test_a_sign_in_leads_only_within_the_site(house: House, way: str) -> None:
    secret = await house.room.ledger.make_token("Olga", Role.OFFICE)
    async with house.client() as client:
        answer = await client.post("/signin", data={"token": secret, "next": way}, headers=OURS)
    assert answer.headers["location"] == "/"


async def test_a_foreign_page_cannot_sign_in_or_out(house: House) -> None:
    async with house.browser() as client:
        assert (await client.post("/signin", data={"token": "x"})).status_code == 403
        assert (await client.post("/signout", headers={"Origin": "http://evil.example"})).status_code == 403
        assert (await client.get("/api/v1/me")).status_code == 200


async def test_signing_out_ends_the_cookie_in_the_ledger_too(house: House) -> None:
    async with house.browser() as client:
        kept = dict(client.cookies)
        assert (await client.post("/signout", headers=OURS)).status_code == 303
        client.cookies.update(kept)
        assert (await client.get("/api/v1/me")).status_code == 401


async def test_whoever_guesses_must_wait_a_minute(house: House) -> None:
    async with house.client() as client:
        tries = [(await client.post("/signin", data={"token": "x"}, headers=OURS)).status_code for _ in range(11)]
        assert tries == [403] * 10 + [429]
        code = await house.room.ledger.make_link("Laura", Role.SUPERVISOR)
        assert (await client.get("/signin", params={"code": code})).status_code == 429
        house.room.clock.advance(60_000)
        assert (await client.get("/signin", params={"code": code})).status_code == 200
