"""Every door asks who is there; each role may exactly what the table says; foreign pages may nothing."""

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute

from collector.ledger.keys import Role
from collector.web.auth import MAY, Act, May
from collector.web.routes import NOUNS, PAGES
from tests.collector.web.house import ADDRESS, House

OPEN = {"/signin", "/signout", "/consent/{code}", "/healthz", "/readyz", "/api/docs", "/api/openapi.json"}


def doors() -> Iterator[tuple[str, str, list[Act]]]:
    """Every method and address with the acts that it asks for."""
    for prefix, rooms in (("/api/v1", NOUNS), ("", PAGES)):
        for route in (route for room in rooms for route in room.router.routes):
            assert isinstance(route, APIRoute)
            acts = [each.call.act for each in route.dependant.dependencies if isinstance(each.call, May)]
            for method in route.methods:
                yield method, prefix + route.path, acts


GUARDED = [(method, path, acts[0]) for method, path, acts in doors() if acts]


def some(path: str) -> str:
    """The address with some number, or some session, in it."""
    return re.sub(r"\{\w+\}", "1", path.replace("{session_id}", "1" * 32))


def test_every_door_but_the_open_ones_asks_for_one_act() -> None:
    assert {path for _, path, acts in doors() if not acts} == OPEN
    assert all(len(acts) == 1 for _, path, acts in doors() if path not in OPEN)


def test_reading_doors_ask_to_see_and_no_writing_door_is_content_with_that() -> None:
    # A form to fill in, everybody's numbers at once, and who did what; and a price list that is compared, not kept.
    more = {"/customers/new", "/api/v1/customers/export", "/api/v1/audit", "/api/v1/audit/verify"}
    more |= {"/api/v1/tariffs/what-if"}
    assert all((act is Act.SEE) == (method == "GET") for method, path, act in GUARDED if path not in more)


def test_the_supervisor_may_everything_and_read_only_may_see() -> None:
    assert MAY[Role.SUPERVISOR] == set(Act)
    assert MAY[Role.READ_ONLY] == {Act.SEE}


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_passes_exactly_the_doors_of_its_acts(house: House, role: Role) -> None:
    async with await house.program(role) as client:
        for method, path, act in GUARDED:
            status = (await client.request(method, some(path))).status_code
            assert (status == 403) == (act not in MAY[role]), f"{method} {path} as {role}: {status}"


async def test_nobody_passes_no_door(house: House) -> None:
    async with house.client() as client:
        for method, path, _ in GUARDED:
            answer = await client.request(method, some(path))
            assert answer.status_code == 401, f"{method} {path}"
            assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_browser_that_nobody_knows_is_led_to_the_sign_in_and_back(house: House) -> None:
    async with house.client({"Accept": "text/html"}) as client:
        answer = await client.get("/interventions?state=open")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/signin?next=%2Finterventions%3Fstate%3Dopen"


@pytest.mark.parametrize(
    "sent", ["", "Bearer", "Bearer wrong", "Basic bGF1cmE6", "Bearer \x7f", "bearer " + "x" * 5000]
)
async def test_a_token_that_is_none_is_refused(house: House, sent: str) -> None:
    async with house.client({"Authorization": sent}) as client:
        assert (await client.get("/api/v1/me")).status_code == 401


async def test_a_revoked_token_is_refused(house: House) -> None:
    async with await house.program() as client:
        assert (await client.get("/api/v1/me")).status_code == 200
        await house.room.ledger.revoke_token("Laura")
        assert (await client.get("/api/v1/me")).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://house"},
        {"Origin": "http://house.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_cookie_does_nothing_from_a_foreign_page(house: House, headers: dict[str, str]) -> None:
    async with house.browser() as client:
        answer = await client.post("/api/v1/customers", json={"name": "Studio", "contract": True}, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize("headers", [{"Origin": ADDRESS}, {"Sec-Fetch-Site": "same-origin"}])
async def test_a_cookie_acts_from_our_own_page(house: House, headers: dict[str, str]) -> None:
    async with house.browser() as client:
        answer = await client.post("/api/v1/customers", json={"name": "Studio", "contract": True}, headers=headers)
    assert answer.status_code == 201
