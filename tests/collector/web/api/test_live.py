"""The live line, over a real socket: everything first, then what changes; not for strangers."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
import uvicorn
import websockets
from websockets.asyncio.client import ClientConnection, connect

from collector.ledger import users
from collector.ledger.keys import NO_DEVICE, Role, end_browser
from collector.web.api.live import SIGNED_OUT
from tests.collector.room import S1
from tests.collector.web.house import House

PATIENCE_S = 10


async def until(true: Callable[[], bool]) -> None:
    """Wait for something that nobody announces."""
    async with asyncio.timeout(PATIENCE_S):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@asynccontextmanager
async def served(house: House) -> AsyncIterator[str]:
    """The house behind a port of this computer."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(house.app, ws="websockets-sansio", log_config=None, lifespan="off"))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        await until(lambda: server.started)
        try:
            yield f"127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


async def hear(line: ClientConnection, kind: str) -> dict[str, object]:
    """The next message of that kind."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            told: dict[str, object] = json.loads(await line.recv())
            if told["type"] == kind:
                return told


async def test_everything_is_told_first_and_then_what_changes(house: House) -> None:
    async with served(house) as place, connect(f"ws://{place}/live", additional_headers=await house.key()) as line:
        assert (await hear(line, "all"))["rows"] == []
        await house.room.connect(S1, seconds=60)
        told = await hear(line, "changes")
    assert [row["id"] for row in told["rows"]] == [S1]  # type: ignore[attr-defined]


async def cookie_of(house: House) -> str:
    async with house.browser(Role.READ_ONLY) as client:
        return f"mezzora={client.cookies['mezzora']}"


async def test_a_browser_joins_from_our_own_page(house: House) -> None:
    async with served(house) as place:
        headers = {"Cookie": await cookie_of(house), "Origin": f"http://{place}"}
        async with connect(f"ws://{place}/live", additional_headers=headers) as line:
            await hear(line, "all")


async def test_a_foreign_page_cannot_join_in_a_reader_s_name(house: House) -> None:
    async with served(house) as place:
        headers = {"Cookie": await cookie_of(house), "Origin": "http://evil.example"}
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with connect(f"ws://{place}/live", additional_headers=headers):
                pass
    assert refused.value.response.status_code == 403


async def test_a_stranger_is_told_to_sign_in(house: House) -> None:
    async with served(house) as place, connect(f"ws://{place}/live") as line:
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await line.recv()
    assert closed.value.rcvd is not None and closed.value.rcvd.code == SIGNED_OUT


async def goes(line: ClientConnection) -> int | None:
    """With which word the collector hangs up."""
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(websockets.ConnectionClosed):
            while True:
                await line.recv()
    return line.close_code


async def test_a_reader_whose_token_is_revoked_hears_no_more(house: House) -> None:
    async with served(house) as place, connect(f"ws://{place}/live", additional_headers=await house.key()) as line:
        await hear(line, "all")
        await house.room.ledger.revoke_token("Laura")
        assert await goes(line) == SIGNED_OUT


async def test_a_browser_whose_sign_in_is_ended_hears_no_more_and_another_goes_on(house: House) -> None:
    async with served(house) as place:
        headers = [{"Cookie": await cookie_of(house), "Origin": f"http://{place}"} for _ in range(2)]
        ended, other = [connect(f"ws://{place}/live", additional_headers=each) for each in headers]
        async with ended as one, other as two:
            await hear(one, "all")
            await hear(two, "all")
            first = min(each.id for each in await house.room.reading.sign_ins())
            await house.room.ledger.write(lambda pen: end_browser(pen, first))
            assert await goes(one) == SIGNED_OUT
            await house.room.connect(S1, seconds=60)
            await hear(two, "changes")


async def test_a_user_who_is_disabled_hears_no_more(house: House) -> None:
    room = house.room
    id, invitation = await room.ledger.write(lambda pen: users.add(pen, "Tino", Role.TECHNICIAN, by="Laura"))
    secret = await room.ledger.write(lambda pen: users.choose_password(pen, invitation.code, "x", NO_DEVICE))
    async with served(house) as place:
        headers = {"Cookie": f"mezzora={secret}", "Origin": f"http://{place}"}
        async with connect(f"ws://{place}/live", additional_headers=headers) as line:
            await hear(line, "all")
            await room.ledger.write(lambda pen: users.disable(pen, id, by="Laura"))
            assert await goes(line) == SIGNED_OUT


async def test_whoever_goes_is_forgotten(house: House) -> None:
    async with served(house) as place:
        async with connect(f"ws://{place}/live", additional_headers=await house.key()) as line:
            await hear(line, "all")
        await until(lambda: not house.hub.watched)


async def test_what_is_live_is_told_once_to_programs_too(house: House) -> None:
    await house.room.connect(S1, seconds=60)
    async with await house.program(Role.READ_ONLY) as client:
        told = (await client.get("/api/v1/live")).json()
    assert told["type"] == "all"
    assert [(row["id"], row["standing"], row["actions"]) for row in told["rows"]] == [(S1, "unknown", ["assign"])]
