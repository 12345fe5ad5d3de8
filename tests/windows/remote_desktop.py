"""A Remote Desktop Connection on a Windows PC, and servers for it to connect to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.windows.pc import Program, WindowsPc


@asynccontextmanager
async def a_server() -> AsyncIterator[str]:
    """A remote desktop to connect to, as far as a connection goes; yields its address and port."""

    async def stay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(stay, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        yield f"{host}:{port}"


async def connected(pc: WindowsPc, peer: str) -> Program:
    """A mstsc.exe with an established connection to this server."""
    viewer = await pc.play("mstsc.exe", f"/v:{peer}", by="remote_desktop.py")
    assert await viewer.line() == "connected"
    return viewer


async def at_its_dialog(pc: WindowsPc, peer: str) -> Program:
    """A mstsc.exe that was told where to connect, and asks before it does: the session that is none."""
    viewer = await pc.play("mstsc.exe", f"/v:{peer}", "/prompt", by="remote_desktop.py")
    assert await viewer.line() == "dialog"
    return viewer
