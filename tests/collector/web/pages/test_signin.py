"""Coming in and going out."""

from pathlib import Path

import pytest

from collector.ledger.keys import SEEN_EVERY_MS, Role
from tests.collector.web.api.test_users import PASSWORD, added, welcomed
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


async def test_a_wrong_password_and_a_name_that_nobody_has_are_told_alike(house: House) -> None:
    async with await house.program() as program, house.client({"Accept": "text/html"}) as client:
        await welcomed(house.client(), (await added(program))["url"])
        answers = [
            await client.post("/signin", data={"name": name, "password": "x"}, headers=OURS)
            for name in ("Tino", "Nobody", "")
        ]
    assert {answer.status_code for answer in answers} == {403}
    assert all("do not fit together" in answer.text for answer in answers)


async def test_whoever_guesses_one_user_s_password_must_wait_wherever_he_asks_from(house: House) -> None:
    for _ in range(10):
        house.app.state.attempts.count("user tino", house.room.clock.steady_ms())
    async with house.client() as client:
        typed = {"name": " TINO", "password": "x"}
        assert (await client.post("/signin", data=typed, headers=OURS)).status_code == 429
        assert (await client.post("/signin", data={**typed, "name": "Olga"}, headers=OURS)).status_code == 403


async def test_a_whole_firm_signs_in_from_one_address_within_a_minute(house: House) -> None:
    async with await house.program() as program, house.client() as client:
        await welcomed(house.client(), (await added(program))["url"])
        typed = {"name": "Tino", "password": PASSWORD}
        answers = {(await client.post("/signin", data=typed, headers=OURS)).status_code for _ in range(12)}
        assert answers == {303}
        guessed = [(await client.post("/signin", data={"token": "x"}, headers=OURS)).status_code for _ in range(11)]
    assert guessed == [403] * 10 + [429]


async def test_the_welcome_page_asks_twice_and_uses_nothing_up_by_being_looked_at(house: House) -> None:
    async with await house.program() as program, house.client({"Accept": "text/html"}) as client:
        code = (await added(program))["url"].partition("code=")[2]
        for _ in range(2):
            assert 'value="Tino"' in (await client.get("/welcome", params={"code": code})).text
        for typed in ({"password": "short", "again": "short"}, {"password": PASSWORD, "again": PASSWORD + "!"}):
            assert (await client.post("/welcome", data={"code": code, **typed}, headers=OURS)).status_code == 422
        asked = {"code": code, "password": PASSWORD, "again": PASSWORD}
        assert (await client.post("/welcome", data=asked)).status_code == 403
        assert (await client.post("/welcome", data=asked, headers=OURS)).status_code == 303
        assert (await client.post("/welcome", data=asked, headers=OURS)).status_code == 404
        assert (await client.get("/welcome", params={"code": code})).status_code == 404


async def test_a_sign_in_that_is_used_says_when_it_was_seen_last(house: House) -> None:
    async with house.browser() as client:
        (before,) = await house.room.reading.sign_ins()
        house.room.clock.advance(SEEN_EVERY_MS)
        await client.get("/customers")
        (after,) = await house.room.reading.sign_ins()
    assert after.seen_at - before.seen_at == SEEN_EVERY_MS
