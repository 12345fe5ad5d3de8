"""Real receivers on loopback: an HTTP server that behaves as it is told, and a mail server."""

import asyncio
import json
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class HttpReceiver:
    """Answers each call as the next word of its script says, and 200 once that is at its end."""

    script: list[str] = field(default_factory=list)  # a status, with headers after blanks; or hang, half, close
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    came_at: list[int] = field(default_factory=list)  # when each call was here whole
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)  # by its key: what an idempotent receiver keeps
    url: str = ""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            headers, body = await self._call(reader)
            self.calls.append((headers, body))
            self.came_at.append(time.time_ns() // 1_000_000)
            word, *more = (self.script.pop(0) if self.script else "200").split()
            takes = word in ("200", "half", "close", "hang")  # it keeps it, and its answer gets lost
            if takes:
                self.taken.setdefault(headers["idempotency-key"], json.loads(body))
            self.arrived.set()
            if word == "hang":
                await asyncio.Event().wait()
            if word == "half":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
            elif word != "close":
                fields = "".join(f"{one.replace('=', ': ', 1)}\r\n" for one in more)
                writer.write(f"HTTP/1.1 {word} X\r\nContent-Length: 0\r\n{fields}\r\n".encode())
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _call(self, reader: asyncio.StreamReader) -> tuple[dict[str, str], bytes]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head if line)}
        return headers, await reader.readexactly(int(headers["content-length"]))


@asynccontextmanager
async def an_http_receiver(*script: str) -> AsyncIterator[HttpReceiver]:
    receiver = HttpReceiver(list(script))
    tasks: set[asyncio.Task[None]] = set()

    def called(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(receiver.answer(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(called, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    receiver.url = f"http://127.0.0.1:{port}/alerts"
    try:
        yield receiver
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass
class MailServer:
    """Takes letters, as far as its words allow; `words` are what it answers instead, in order."""

    letters: list[Message] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)  # recipients, and what is said of them
    port: int = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.words:
            return self.words.pop(0)
        assert isinstance(envelope.content, bytes)
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 OK"


@asynccontextmanager
async def a_mail_server(
    tls: ssl.SSLContext | None = None, login: tuple[str, str] | None = None
) -> AsyncIterator[MailServer]:
    """With STARTTLS where a context is given, and a login where one is."""

    def known(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
        told = (data.login.decode(), data.password.decode())
        return AuthResult(success=told == login, handled=False)

    mail = MailServer()

    def protocol() -> SMTP:
        return SMTP(
            mail,
            tls_context=tls,
            require_starttls=tls is not None,
            authenticator=None if login is None else known,
            auth_required=login is not None,
        )

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    mail.port = server.sockets[0].getsockname()[1]
    try:
        yield mail
    finally:
        server.close()
