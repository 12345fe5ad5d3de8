"""Every door asks who is there; each role may exactly what the table says; foreign pages may nothing."""

import re
from collections.abc import Iterable, Iterator

import pytest
from fastapi import FastAPI
from starlette.routing import Route, WebSocketRoute

from collector.ledger.keys import Role
from collector.web.auth import MAY, Act, May
from tests.collector.web.doors import DOORS, OPEN
from tests.collector.web.house import ADDRESS, House

LETTERS = {Role.SUPERVISOR: "S", Role.OFFICE: "O", Role.TECHNICIAN: "T", Role.READ_ONLY: "R"}
GUARDED = {door: who for door, who in DOORS.items() if door not in OPEN and not door.startswith("WEBSOCKET")}


def there(app: FastAPI) -> Iterator[tuple[str, list[Act]]]:
    """Every door that the program has, whoever hung it up, and the acts that it asks for."""
    for prefix, route in _routes("", app.routes):
        asked = [d.call.act for d in route.dependant.dependencies if isinstance(d.call, May)]
        if isinstance(route, WebSocketRoute):
            yield f"WEBSOCKET {prefix}{route.path}", [Act.SEE]  # asked inside, where its answer can be a close code
        else:
            assert isinstance(route, Route), route
            yield from ((f"{method} {prefix}{route.path}", asked) for method in sorted(route.methods or ()))


def _routes(prefix: str, routes: Iterable[object]) -> Iterator[tuple[str, object]]:
    """Those of the routers that are included, too."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is None:
            yield prefix, route
        else:
            yield from _routes(prefix + route.include_context.prefix, included.routes)


def some(path: str) -> str:
    """The address with some number, or some session, in it."""
    return re.sub(r"\{\w+\}", "1", path.replace("{session_id}", "1" * 32))


async def test_every_door_is_in_the_table(house: House) -> None:
    assert {door for door, _ in there(house.app)} == DOORS.keys()


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_passes_exactly_the_doors_of_the_table(house: House, role: Role) -> None:
    async with await house.program(role) as client:
        for door, who in GUARDED.items():
            method, path = door.split()
            status = (await client.request(method, some(path))).status_code
            assert (status == 403) == (LETTERS[role] not in who), f"{door} as {role}: {status}"


async def test_nobody_passes_no_door_but_the_open_ones(house: House) -> None:
    async with house.client() as client:
        for door in GUARDED:
            method, path = door.split()
            answer = await client.request(method, some(path))
            assert answer.status_code == 401, door
            assert answer.headers["www-authenticate"].startswith("Bearer")
        for door in OPEN:
            method, path = door.split()
            assert (await client.request(method, some(path))).status_code != 401, door


async def test_no_writing_door_is_content_with_seeing_and_every_other_asks_for_one_act(house: House) -> None:
    doors = dict(there(house.app))
    compared = {"POST /api/v1/tariffs/what-if", "POST /settings"}  # with a price list that is not kept
    content = {door for door, acts in doors.items() if not door.startswith(("GET", "WEB")) and acts == [Act.SEE]}
    assert content == compared
    assert {door for door, acts in doors.items() if not acts} == OPEN.keys()
    assert all(len(acts) == 1 for door, acts in doors.items() if door not in OPEN)


def test_the_supervisor_may_everything_and_read_only_changes_nothing_but_his_own() -> None:
    assert MAY[Role.SUPERVISOR] == set(Act)
    assert MAY[Role.READ_ONLY] == {Act.SEE, Act.OWN}


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
