"""What is live: once for a question, and without end on the live line."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Response, WebSocket

from collector.ledger.views import Visitor
from collector.web.auth import Act, Forbidden, May, NotSignedIn
from collector.web.doorkeeper import Doorkeeper, Guest
from collector.web.parts import Given, Parts, parts_of

router = APIRouter(tags=["live"])
line = APIRouter()
SIGNED_OUT = 4401  # the page then asks to sign in


@router.get("/live", response_class=Response, responses={200: {"content": {"application/json": {}}}})
async def get_live(_: Annotated[Visitor, Depends(May(Act.SEE))], parts: Given) -> Response:
    """What the live page shows, as the first message of its WebSocket; instants in ms since 1970 UTC, lengths in ms."""
    return Response(await parts.hub.now(), media_type="application/json")


@line.websocket("/live")
async def live(socket: WebSocket) -> None:
    """Everything first, then what changes, for as long as the viewer looks and may."""
    parts = parts_of(socket)
    try:
        visitor = await May(Act.SEE)(socket, parts)
    except Forbidden:
        await socket.close(1008)  # before it is accepted: the browser's answer is 403
        return
    except NotSignedIn:
        await socket.accept()
        await socket.close(SIGNED_OUT)
        return
    await socket.accept()
    keeper: Doorkeeper = socket.app.state.doorkeeper
    with keeper.watching(visitor.key) as guest:
        await _serve(socket, parts, guest)


async def _serve(socket: WebSocket, parts: Parts, guest: Guest) -> None:
    tasks = [asyncio.create_task(each) for each in (_tell(socket, parts), _hang_up(socket), _see_out(socket, guest))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _tell(socket: WebSocket, parts: Parts) -> None:
    with parts.hub.joined() as viewer:
        async for frame in parts.hub.frames(viewer):
            await socket.send_text(frame.decode())


async def _hang_up(socket: WebSocket) -> None:
    """Until the viewer goes; what he says is not listened to."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


async def _see_out(socket: WebSocket, guest: Guest) -> None:
    await guest.out.wait()
    await socket.close(SIGNED_OUT)
