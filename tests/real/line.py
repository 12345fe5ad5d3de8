"""The line between a viewer and its server: passes everything on, can be cut, and knows when it was what."""

import contextlib
import selectors
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.real.program import PATIENCE_S, until

_STEP_S = 0.01
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Instant:
    """Something happened between these two readings of the steady clock, in seconds."""

    not_before: float
    not_after: float


@dataclass
class Call:
    """One connection of a viewer to this line."""

    opened: Instant
    near: socket.socket  # towards the viewer
    far: socket.socket  # towards the server
    closed: Instant | None = None
    waiting: dict[socket.socket, bytes] = field(default_factory=dict)  # what the receiver has not taken yet


class Line:
    """Listens on a free loopback port, and connects each caller with the server behind it."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self.port: int = self._listener.getsockname()[1]
        self.calls: list[Call] = []
        self._orders: list[tuple[Callable[[], object], threading.Event]] = []
        self._over = False
        self._is_silent = False
        self._thread = threading.Thread(target=self._serve, name=f"line {self.port}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over = True
        self._thread.join()

    @property
    def peer(self) -> str:
        """What a viewer's connection to this line goes to."""
        return f"127.0.0.1:{self.port}"

    def call(self, number: int = 0) -> Call:
        """The n-th connection; waits for it."""
        until(lambda: len(self.calls) > number, f"call {number} on the line")
        return self.calls[number]

    def opened(self, number: int = 0) -> Instant:
        """When the n-th connection was made; waits for it."""
        return self.call(number).opened

    def closed(self, number: int = 0) -> Instant:
        """When the n-th connection ended; waits for that."""
        call = self.call(number)
        until(lambda: call.closed is not None, f"the end of call {number}")
        assert call.closed is not None
        return call.closed

    def cut(self) -> None:
        """Close every connection; the next caller is served again."""
        self._order(self._close_all)

    def fall_silent(self) -> None:
        """From now on nothing is passed on and no end is noticed, as by a PC that hangs."""
        self._order(lambda: setattr(self, "_is_silent", True))

    def refuse(self) -> None:
        """From now on nobody is let in: connection refused, as where nothing listens. Calls that are open go on."""
        self._order(self._listener.close)

    def _order(self, act: Callable[[], object]) -> None:
        done = threading.Event()
        self._orders.append((act, done))
        assert done.wait(PATIENCE_S)

    def _open_calls(self) -> list[Call]:
        return [call for call in self.calls if call.closed is None]

    def _serve(self) -> None:
        """One thread does it all. What is not ready at one look and is at the next came about between the two."""
        looked = time.monotonic()
        while not self._over:
            earlier, looked = looked, time.monotonic()
            for ready in self._ready():
                self._take(ready, earlier)
            while self._orders:
                act, done = self._orders.pop(0)
                act()
                done.set()
        self._close_all()
        self._listener.close()

    def _ready(self) -> list[tuple[Call | None, socket.socket]]:
        with selectors.DefaultSelector() as selector:
            if self._listener.fileno() >= 0:
                selector.register(self._listener, selectors.EVENT_READ, None)
            for call in [] if self._is_silent else self._open_calls():
                for end in (call.near, call.far):
                    events = selectors.EVENT_READ if not call.waiting.get(_other(call, end)) else 0
                    events |= selectors.EVENT_WRITE if call.waiting.get(end) else 0
                    if events:
                        selector.register(end, events, call)
            return [(key.data, key.fileobj) for key, _ in selector.select(_STEP_S)]  # type: ignore[misc]

    def _take(self, ready: tuple[Call | None, socket.socket], earlier: float) -> None:
        call, end = ready
        if call is None:
            near, _ = self._listener.accept()
            opened = Instant(earlier, time.monotonic())
            self._connect(near, opened)
        elif call.closed is None:
            try:
                self._pass_on(call, end)
            except OSError:
                self._close(call, earlier)

    def _connect(self, near: socket.socket, opened: Instant) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self._server_port), timeout=5)
        except OSError:
            near.close()
            return
        for end in (near, far):
            end.setblocking(False)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.calls.append(Call(opened, near, far))

    def _pass_on(self, call: Call, end: socket.socket) -> None:
        """Move what is there in both directions; OSError when a side has hung up."""
        if kept := call.waiting.get(end):
            with contextlib.suppress(BlockingIOError):
                call.waiting[end] = kept[end.send(kept) :]
        other = _other(call, end)
        if call.waiting.get(other):
            return
        try:
            came = end.recv(_CHUNK)
        except BlockingIOError:
            return
        if not came:
            raise ConnectionResetError
        try:
            sent = other.send(came)
        except BlockingIOError:
            sent = 0
        call.waiting[other] = came[sent:]

    def _close_all(self) -> None:
        for call in self._open_calls():
            self._close(call, time.monotonic())

    def _close(self, call: Call, not_before: float) -> None:
        call.near.close()
        call.far.close()
        call.closed = Instant(not_before, time.monotonic())


def _other(call: Call, end: socket.socket) -> socket.socket:
    return call.far if end is call.near else call.near
