"""An open line to the collector; the one file that knows how websockets are opened.

websockets' own `connect` finds its way through proxies too, and the package asks the installed distributions for a
version number that it has written down itself. What has to be loaded for the two takes more than three megabytes of the
technician's memory, and the line to a collector needs neither.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import ModuleType

_version = ModuleType("websockets.version")
vars(_version).update(version="")
sys.modules.setdefault(_version.__name__, _version)

from websockets.asyncio.connection import Connection
from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake, InvalidURI, WebSocketException
from websockets.protocol import Event, State
from websockets.uri import parse_uri

from agent.errors import Unreachable
from shared.codec import MAX_FRAME_BYTES

OPEN_S = 10.0
PING_S = 10.0  # a line that has died without a word is noticed within twice this


class Line(Connection):
    """The agent's end."""

    def __init__(self, protocol: ClientProtocol) -> None:
        super().__init__(protocol, ping_interval=PING_S, ping_timeout=PING_S, close_timeout=1)
        self._client = protocol
        self._answered: asyncio.Future[None] = self.loop.create_future()

    async def shake_hands(self) -> None:
        """Ask for a WebSocket; InvalidHandshake or OSError when there is none to be had."""
        async with self.send_context(expected_state=State.CONNECTING):
            self._client.send_request(self._client.connect())
        await asyncio.wait([self._answered, self.connection_lost_waiter], return_when=asyncio.FIRST_COMPLETED)
        if self._client.handshake_exc is not None:
            raise self._client.handshake_exc
        self.start_keepalive()

    def process_event(self, event: Event) -> None:
        """The first thing that comes is the answer to the request; everything after it is a frame."""
        if self._answered.done():
            super().process_event(event)
        else:
            self._answered.set_result(None)


@asynccontextmanager
async def line_to(url: str) -> AsyncIterator[Line]:
    """An open line; whatever keeps it from opening or breaks it is Unreachable."""
    try:
        async with await _open(url) as line:
            yield line
    except (InvalidHandshake, InvalidURI) as error:
        raise Unreachable(f"{url} is there, but is no collector of Mezzora: {error}") from error
    except (OSError, TimeoutError, WebSocketException) as error:
        raise Unreachable(f"{url} does not answer: {error}") from error


async def _open(url: str) -> Line:
    """A line that may speak; nothing is compressed on it."""
    to, loop = parse_uri(url), asyncio.get_running_loop()
    async with asyncio.timeout(OPEN_S):
        _, line = await loop.create_connection(
            lambda: Line(ClientProtocol(to, max_size=MAX_FRAME_BYTES)), to.host, to.port, ssl=to.secure or None
        )
        try:
            await line.shake_hands()
        except BaseException:
            line.transport.abort()
            raise
    return line
