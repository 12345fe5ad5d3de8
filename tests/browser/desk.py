"""A technician's PC, played: speaks to the collector as an agent does, about sessions that a test makes up."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from uuid import uuid4

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from shared.messages import Ack, Enrol, Enrolled, Hello, Progress, Welcome
from shared.protocol import AgentSide
from shared.session import Evidence, Session, SessionState, Stretch
from tests.browser.office import Office

EVERY_S = 0.5


@dataclass(frozen=True)
class Played:
    """One session of the play."""

    tool: str
    peer: str | None
    stretches: tuple[tuple[int, int], ...]  # those that are over: start, length
    began_at: int
    state: SessionState = SessionState.LIVE

    def told(self, id: str, now_at: int) -> Session:
        lasting = Stretch(self.began_at, max(0, now_at - self.began_at))
        return Session(
            id=id,
            tool=self.tool,
            peer=self.peer,
            evidence=Evidence.LOG,
            state=self.state,
            stretches=(*(Stretch(*each) for each in self.stretches), lasting),
        )


def now_at() -> int:
    return time.time_ns() // 1_000_000


class Desk:
    """Reports twice a second what goes on; joins again by itself when the line is lost."""

    def __init__(self, office: Office, name: str) -> None:
        self._url = f"ws://127.0.0.1:{office.port}/agent"
        self._token = self._enrol(office.code(name), name)
        self._sessions: dict[str, Played] = {}
        self._ended: dict[str, Session] = {}
        self._seq = now_at()
        self._lock = threading.Lock()
        self._lines = ExitStack()
        self._line: ClientConnection | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def connect(self, *, peer: str | None = "111 222 333", tool: str = "teamviewer", since_s: float = 0) -> str:
        """A session begins, or began so many seconds ago; returns once the collector has committed it."""
        id = uuid4().hex
        with self._lock:
            self._sessions[id] = Played(tool, peer, (), now_at() - int(since_s * 1000))
            self._report()
        return id

    def end(self, id: str) -> None:
        with self._lock:
            played = replace(self._sessions.pop(id), state=SessionState.ENDED)
            self._ended[id] = played.told(id, now_at())
            self._report()

    def _work(self) -> None:
        while not self._stop.wait(EVERY_S):
            with self._lock, suppress(OSError, WebSocketException):
                self._report()

    def _report(self) -> None:
        """Say it and wait until it is committed."""
        try:
            line = self._line or self._join()
            told = [each.told(id, now_at()) for id, each in self._sessions.items()] + list(self._ended.values())
            if told:
                progresses = []
                for session in told:
                    self._seq += 1
                    progresses.append(Progress(seq=self._seq, session=session))
                line.send(self._side.report(progresses).decode())
                self._hear(line, Ack)
        except (OSError, WebSocketException):
            self._line = None
            raise

    def _join(self) -> ClientConnection:
        self._side = AgentSide()
        self._lines.close()
        line = self._lines.enter_context(connect(self._url, compression=None))
        hello = Hello(version=1, token=self._token, sent_at=now_at(), agent_version="played", system="Linux")
        line.send(self._side.greet(hello).decode())
        self._hear(line, Welcome)
        self._line = line
        return line

    def _hear(self, line: ClientConnection, kind: type) -> None:
        while not any(isinstance(each, kind) for each in self._side.receive(line.recv(10))):
            pass

    def _enrol(self, code: str, name: str) -> str:
        side = AgentSide()
        with connect(self._url, compression=None) as line:
            line.send(side.enrol(Enrol(code=code, computer=name)).decode())
            (told,) = side.receive(line.recv(10))
        assert isinstance(told, Enrolled), told
        return told.token

    def close(self) -> None:
        self._stop.set()
        self._thread.join(10)
        self._lines.close()


@contextmanager
def a_desk(office: Office, name: str = "PC Anna") -> Iterator[Desk]:
    """Somebody works there until the block is left."""
    desk = Desk(office, name)
    try:
        yield desk
    finally:
        desk.close()
