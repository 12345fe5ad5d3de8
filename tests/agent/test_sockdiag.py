"""The kernel's own answer, on real sockets."""

import os
import socket
import sys

import pytest
from msgspec.structs import replace

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="netlink is Linux's")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_an_established_connection_is_told_with_both_ends_and_its_inode(host: str) -> None:
    from agent.sockdiag import Socket, SocketQuery

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with (
        socket.create_server((host, 0), family=family) as server,
        socket.create_connection(server.getsockname()[:2]) as mine,
    ):
        query = SocketQuery()
        here, there = mine.getsockname()[:2], mine.getpeername()[:2]
        assert Socket(os.fstat(mine.fileno()).st_ino, here, there) in list(query.established())
        query.close()


def test_a_listener_is_told_apart() -> None:
    from agent.sockdiag import SocketQuery

    with socket.create_server(("127.0.0.1", 0)) as server:
        query = SocketQuery()
        assert server.getsockname() not in [each.local for each in query.established()]
        assert os.fstat(server.fileno()).st_ino in list(query.listening())
        query.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_what_a_connection_has_received_is_told_until_it_is_gone(host: str) -> None:
    from agent.sockdiag import SocketQuery

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    query = SocketQuery()
    with (
        socket.create_server((host, 0), family=family) as server,
        socket.create_connection(server.getsockname()[:2]) as mine,
        server.accept()[0] as theirs,
    ):
        here, inode = mine.getsockname()[:2], os.fstat(mine.fileno()).st_ino
        (told,) = (each for each in query.established() if each.inode == inode)
        assert query.received(told) == 0
        theirs.sendall(b"x" * 77)
        assert query.received(told) == 77
        mine.close()
        with pytest.raises(FileNotFoundError):
            query.received(told)
        with pytest.raises(FileNotFoundError):  # the address is a listener's meanwhile
            query.received(replace(told, local=server.getsockname()[:2], remote=here))
    query.close()
