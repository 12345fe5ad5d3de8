"""`mezzora serve`: the collector behind its port, until it is told to stop."""

import asyncio
import errno
import gc
import signal
import socket
import ssl
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn

from collector.app import Collector, build, channels_of, make_app, running
from collector.errors import CannotStart
from collector.ledger.engine import name_of
from collector.ledger.lock import FolderLock
from collector.ledger.price_lists import read_price_lists
from collector.settings import Settings, make_folder
from shared.clock import SystemClock
from shared.codec import MAX_FRAME_BYTES

PING_S = 5.0
STOP_S = 1  # for requests that are under way when it stops

Meanwhile = Callable[[Collector, str], Awaitable[None]]
"""What is to be done beside serving, given the collector and its address; serving ends when it returns."""


class _Server(uvicorn.Server):
    """Uvicorn, without its own word on signals, and with a word on when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


def serve(settings: Settings, meanwhile: Meanwhile, before: Callable[[], None] | None = None) -> int:
    """Serve until a signal comes, a loop fails or `meanwhile` returns; the exit status.

    `before` is done once the folder is locked, and before the ledger is opened.
    """
    make_folder(settings.data)
    read_price_lists(
        settings.tariff, settings.zone
    )  # a price list that cannot be read is said before anything is opened
    channels_of(settings, SystemClock())  # nor channels that nobody could be told by
    _try_certificate(settings)
    listening = _listen(settings)
    address = address_of(settings, listening.getsockname()[1])
    with FolderLock(settings.data, address, name_of(settings.database), settings.tariff), listening:
        if before is not None:
            before()
        with _runner() as runner:
            return runner.run(_serve(settings, listening, address, meanwhile))


def address_of(settings: Settings, port: int) -> str:
    """Where people and agents find it."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{'https' if settings.secure else 'http'}://{host}:{port}"


async def until_stopped(collector: Collector, address: str) -> None:
    """Nothing beside serving, but to say where."""
    del collector
    print(f"Mezzora's collector answers at {address} (`mezzora signin` prints a link; Ctrl-C stops it)", flush=True)
    await asyncio.Event().wait()


async def _serve(settings: Settings, listening: socket.socket, address: str, meanwhile: Meanwhile) -> int:
    stop = asyncio.Event()
    collector = build(settings, SystemClock())
    server = _Server(_config(settings, collector))
    with _signals(stop):
        async with running(collector):
            serving = asyncio.create_task(server.serve(sockets=[listening]), name="server")
            await server.ready.wait()
            gc.freeze()  # all that was imported stays: nobody need wait while Python looks for cycles in it
            beside = asyncio.create_task(_beside(meanwhile, collector, address), name="beside")
            stopped = asyncio.create_task(stop.wait())
            await asyncio.wait((serving, stopped, collector.crashed, beside), return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
            beside.cancel()
            ended = await asyncio.gather(beside, return_exceptions=True)
            server.should_exit = True
            await serving
    for error in ended:
        if isinstance(error, Exception):
            raise error
    return 1 if collector.crashed.done() else 0


async def _beside(meanwhile: Meanwhile, collector: Collector, address: str) -> None:
    await meanwhile(collector, address)


def _config(settings: Settings, collector: Collector) -> uvicorn.Config:
    """The pairing that reaches the bare library's speed; nothing is compressed on the agents' lines."""
    return uvicorn.Config(
        make_app(collector),
        loop="none",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=MAX_FRAME_BYTES,
        ws_ping_interval=PING_S,
        ws_ping_timeout=PING_S,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=STOP_S,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
    )


def _runner() -> "asyncio.Runner":
    """An event loop, uvloop's where there is one."""
    try:
        import uvloop
    except ImportError:
        return asyncio.Runner()
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


def _try_certificate(settings: Settings) -> None:
    """CannotStart where certificate and key cannot be served with: uvicorn would never become ready."""
    if settings.tls_cert is None:
        return
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(settings.tls_cert, settings.tls_key, password=lambda: "")  # never asks at a terminal
    except OSError as error:
        raise CannotStart(
            f"{settings.tls_cert} and {settings.tls_key} cannot be used ({error.strerror or error}):"
            " give --tls-cert FILE and its own --tls-key FILE, both PEM, the key without a password"
        ) from None


def _listen(settings: Settings) -> socket.socket:
    """A socket on the port; CannotStart when it is taken or not ours to have."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.host, settings.port))
        listening.listen(1024)
    except OSError as error:
        listening.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES) and settings.port:
            taken = "taken" if error.errno == errno.EADDRINUSE else "not allowed to this user"
            raise CannotStart(f"port {settings.port} is {taken}: give another one, as in --port 8766") from None
        raise CannotStart(f"--host {settings.host} cannot be listened on: {error.strerror or error}") from None
    return listening


@contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    """Ctrl-C and the system's request to end set `stop`; a second one is no different."""
    loop = asyncio.get_running_loop()

    def told(number: int, frame: FrameType | None) -> None:
        del number, frame
        loop.call_soon_threadsafe(stop.set)

    asked = [signal.SIGINT, signal.SIGTERM]
    if sys.platform == "win32":
        asked.append(signal.SIGBREAK)
    else:
        asked.append(signal.SIGHUP)
    before = {number: signal.signal(number, told) for number in asked}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
