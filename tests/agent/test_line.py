"""Opening a line: to a collector, and to whatever else may answer at its address."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve

from agent import line
from agent.errors import Unreachable
from agent.line import line_to

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def somebody(answer: Answer) -> AsyncIterator[str]:
    """Whoever answers at the address of a collector without being one."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer)
        finally:
            writer.close()

    async with await asyncio.start_server(one, "127.0.0.1", 0) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/agent"


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")


async def rubbish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\xff rubbish \r\n" * 100)
    await reader.read()


async def web_page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
    await reader.read()


async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n")
    await reader.read()


async def echo(connection: ServerConnection) -> None:
    async for said in connection:
        await connection.send(said)


def a_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of nobody's authority but its own, for loopback, and its key; made by the real tool."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", str(key)]
    named = ["-addext", "subjectAltName=IP:127.0.0.1", "-out", str(certificate)]
    subprocess.run([*made, *named], check=True, capture_output=True, timeout=60)
    return certificate, key


@pytest.mark.parametrize("answer", [hang_up, rubbish, web_page, elsewhere])
async def test_who_is_no_collector_is_told_in_one_line(answer: Answer) -> None:
    async with somebody(answer) as url:
        with pytest.raises(Unreachable, match=r"^ws://127\.0\.0\.1:\d+/agent .+$"):
            async with line_to(url):
                pass


async def test_who_takes_the_call_and_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "OPEN_S", 0.1)
    async with somebody(hang) as url:
        with pytest.raises(Unreachable, match="does not answer"):
            async with line_to(url):
                pass


async def test_a_line_that_dies_without_a_word_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "PING_S", 0.1)

    async def fall_silent(connection: ServerConnection) -> None:
        connection.transport.pause_reading()
        await connection.wait_closed()

    async with serve(fall_silent, "127.0.0.1", 0, close_timeout=0) as server:
        with pytest.raises(Unreachable):
            async with line_to(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}") as open_line:
                await open_line.recv()
        for connection in server.connections:
            connection.transport.abort()


@pytest.mark.needs("openssl")
async def test_a_line_is_encrypted_by_an_authority_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, key = a_certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    async with serve(echo, "127.0.0.1", 0, ssl=context) as server:
        url = f"wss://127.0.0.1:{server.sockets[0].getsockname()[1]}/agent"
        with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
            async with line_to(url):
                pass
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        async with line_to(url) as open_line:
            await open_line.send(b"hello")
            assert await open_line.recv() == b"hello"
