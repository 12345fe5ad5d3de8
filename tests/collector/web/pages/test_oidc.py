"""Coming in by the firm's sign-in service, from the page and back to it."""

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from collector.ledger import users
from collector.ledger.keys import Role
from collector.web.oidc import Client, Service
from tests.collector.web.house import House, a_house
from tests.collector.web.sign_in_service import a_service, confirmed

HTML = {"Accept": "text/html", "Accept-Language": "it"}

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what the service stands on


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with a_service() as address:
        yield address


@pytest.fixture
async def house(tmp_path: Path, issuer: str) -> AsyncIterator[House]:
    async with a_house(tmp_path) as house:
        serve(house, issuer)
        yield house


def serve(house: House, issuer: str) -> None:
    house.room.clock.wall = time.time_ns() // 1_000_000  # the service's clock is the computer's
    service = Service(Client(issuer, "mezzora", "secret", name="Ditta & C."), house.room.clock)
    house.app.state.parts = replace(house.app.state.parts, service=service)


async def added(house: House, name: str, role: Role = Role.OFFICE) -> int:
    return (await house.room.ledger.write(lambda pen: users.add(pen, name, role, by="Laura")))[0]


async def come(client: httpx.AsyncClient, sub: str, action: str = "", next: str = "/customers") -> httpx.Response:
    gone = await client.get("/signin/oidc", params={"next": next})
    assert gone.status_code == 303, gone.text
    return await client.get(confirmed(gone.headers["location"], sub, action))


async def test_a_user_comes_in_by_the_service_and_goes_where_he_wanted(house: House) -> None:
    await added(house, "Laura@Example.it")
    async with house.client(HTML) as client:
        page = (await client.get("/signin", params={"next": "/customers"})).text
        assert "Accedi con Ditta &amp; C." in page and "/signin/oidc?next=/customers" in page
        answer = await come(client, "1")
        assert answer.status_code == 200 and "url=/customers" in answer.text
        assert (await client.get("/api/v1/me")).json() == {
            "name": "Laura@Example.it",
            "role": "office",
            "may": (await client.get("/api/v1/me")).json()["may"],
        }
        assert "mezzora-attempt" not in client.cookies


async def test_who_is_no_user_or_is_disabled_becomes_none_and_is_told_by_what_name(house: House) -> None:
    await added(house, "Olga", Role.SUPERVISOR)
    gone = await added(house, "laura@example.it")
    await house.room.ledger.write(lambda pen: users.disable(pen, gone, by="Olga"))
    async with house.client(HTML) as client:
        for sub, name in (("1", "laura@example.it"), ("3", "&lt;nobody&gt;@example.it")):
            answer = await come(client, sub)
            assert answer.status_code == 403 and f"Qui nessuno si chiama {name}" in answer.text
        assert (await client.get("/api/v1/me")).status_code == 401
    assert len(await house.room.reading.users()) == 2


async def test_what_was_refused_there_or_not_begun_here_is_one_line_on_the_page(house: House) -> None:
    await added(house, "laura@example.it")
    async with house.client(HTML) as client, house.client(HTML) as other:
        assert "non ti ha fatto entrare" in (await come(client, "1", "deny")).text
        assert "non regge" in (await come(client, "2")).text
        door = (await client.get("/signin/oidc")).headers["location"]
        back = confirmed(door, "1")
        assert "non è iniziato qui" in (await other.get(back)).text  # another browser's attempt
        assert (await client.get("/signin/oidc/back")).status_code == 403
        assert (await other.get("/api/v1/me")).status_code == 401


async def test_a_service_that_is_down_is_told_and_the_password_goes_on(house: House) -> None:
    serve(house, "http://127.0.0.1:9")
    async with house.client(HTML) as client:
        answer = await client.get("/signin/oidc", params={"next": "//elsewhere.example"})
        assert answer.status_code == 503 and "non risponde come dovrebbe" in answer.text
        assert 'name="password"' in answer.text and "elsewhere" not in answer.text


async def test_without_a_service_there_is_no_such_way(house: House) -> None:
    house.app.state.parts = replace(house.app.state.parts, service=None)
    async with house.client(HTML) as client:
        assert (await client.get("/signin/oidc")).status_code == 404
        assert "/signin/oidc" not in (await client.get("/signin")).text
