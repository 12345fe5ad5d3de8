"""The kernel's own answer, on real sockets."""

import os
import socket
import sys

import pytest

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


def test_a_listener_is_not_told() -> None:
    from agent.sockdiag import SocketQuery

    with socket.create_server(("127.0.0.1", 0)) as server:
        query = SocketQuery()
        assert server.getsockname() not in [each.local for each in query.established()]
        query.close()
