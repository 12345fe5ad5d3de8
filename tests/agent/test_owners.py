"""Real sockets of this test's own process, taken for a viewer's."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from agent.owners import LinuxSockets, address
from agent.snapshot import PLENTY, Connection
from agent.sockdiag import SocketQuery

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems tell the owner themselves")


@contextmanager
def connected() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a connection."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as mine,
        server.accept()[0] as other,
    ):
        yield mine, other


def of(mine: socket.socket, told: tuple[Connection, ...]) -> list[Connection]:
    here = address(*mine.getsockname())
    return [each for each in told if each.local == here]


@pytest.fixture
def sockets() -> LinuxSockets:
    return LinuxSockets(lambda: [os.getpid()])


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """Grows by one whenever all connections of the machine are asked for."""
    asked: list[None] = []
    established = SocketQuery.established
    monkeypatch.setattr(SocketQuery, "established", lambda *given: asked.append(None) or established(*given))
    return asked


def test_a_connection_is_told_with_its_owner_and_what_it_has_received(sockets: LinuxSockets) -> None:
    with connected() as (mine, other):
        other.sendall(b"hello")
        mine.recv(5)
        (told,) = of(mine, sockets.look())
        assert (told.pid, told.received) == (os.getpid(), 5)


def test_more_than_plenty_is_counted_no_further(sockets: LinuxSockets) -> None:
    with connected() as (mine, other):
        for _ in range(5):
            other.sendall(bytes(PLENTY // 4))
            mine.recv(PLENTY // 4, socket.MSG_WAITALL)
        assert [each.received for each in of(mine, sockets.look())] == [PLENTY]


def test_known_connections_need_no_question_for_all(sockets: LinuxSockets, questions: list[None]) -> None:
    here, there = socket.socketpair()
    with connected() as (mine, _), here, there, socket.socket(type=socket.SOCK_DGRAM):
        sockets.look()
        del questions[:]
        assert of(mine, sockets.look())
        assert not questions


def test_a_connection_that_the_other_end_has_closed_is_told_no_more(sockets: LinuxSockets) -> None:
    with connected() as (mine, other):
        assert of(mine, sockets.look())
        other.close()
        mine.recv(1)
        assert not of(mine, sockets.look())


def test_a_socket_that_connects_after_it_was_seen_is_told(sockets: LinuxSockets) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as mine:
        assert not of(mine, sockets.look())
        mine.connect(server.getsockname())
        assert len(of(mine, sockets.look())) == 1


def test_a_viewer_that_is_gone_holds_nothing() -> None:
    assert LinuxSockets(lambda: [2**22 + 1]).look() == ()
