"""All established TCP connections of a Linux machine in one question to the kernel (NETLINK_SOCK_DIAG, sock_diag(7)).

One answer for everything costs a fraction of what reading /proc/net/tcp once for each process does.
"""

import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass

_NETLINK_SOCK_DIAG = 4
_SOCK_DIAG_BY_FAMILY = 20
_NLM_REQUEST_DUMP = 0x301
_NLMSG_ERROR, _NLMSG_DONE = 2, 3
_ESTABLISHED = 1 << 1  # TCP_ESTABLISHED of the kernel's tcp_states.h
_BUFFER_BYTES = 1 << 18

_header = struct.Struct("=IHHII")  # nlmsghdr
_request = struct.Struct("=BBBBI48x")  # inet_diag_req_v2 with an empty socket id
_ports = struct.Struct("!HH")
_inode = struct.Struct("=I")
_BODY, _INODE_AT, _MESSAGE = 16, 68, 72  # where inet_diag_msg begins; its inode; its length


@dataclass(frozen=True)
class Socket:
    """One established connection, and the inode by which /proc/PID/fd names it."""

    inode: int
    local: tuple[str, int]
    remote: tuple[str, int]


class SocketQuery:
    """An open line to the kernel; OSError where the system does not offer it."""

    def __init__(self) -> None:
        self._line = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_SOCK_DIAG)
        self._line.settimeout(2.0)
        self._seq = 0

    def close(self) -> None:
        self._line.close()

    def established(self) -> Iterator[Socket]:
        """Every established TCP connection of this network namespace, IPv4 and IPv6."""
        for family in (socket.AF_INET, socket.AF_INET6):
            yield from self._dump(family)

    def _dump(self, family: int) -> Iterator[Socket]:
        self._seq += 1
        length = _header.size + _request.size
        self._line.send(
            _header.pack(length, _SOCK_DIAG_BY_FAMILY, _NLM_REQUEST_DUMP, self._seq, 0)
            + _request.pack(family, socket.IPPROTO_TCP, 0, 0, _ESTABLISHED)
        )
        while True:
            answer = self._line.recv(_BUFFER_BYTES)
            at = 0
            while at + _header.size <= len(answer):
                size, kind, _, seq, _ = _header.unpack_from(answer, at)
                if size < _header.size:
                    raise OSError("a netlink message without a length")
                if seq == self._seq:
                    if kind == _NLMSG_DONE:
                        return
                    if kind == _NLMSG_ERROR:
                        raise OSError("the kernel refused the question for sockets")
                    if size >= _BODY + _MESSAGE:
                        yield _socket(family, answer, at + _BODY)
                at += (size + 3) & ~3


def _socket(family: int, answer: bytes, at: int) -> Socket:
    local_port, remote_port = _ports.unpack_from(answer, at + 4)
    (inode,) = _inode.unpack_from(answer, at + _INODE_AT)
    width = 4 if family == socket.AF_INET else 16
    local = socket.inet_ntop(family, answer[at + 8 : at + 8 + width])
    remote = socket.inet_ntop(family, answer[at + 24 : at + 24 + width])
    return Socket(inode, (local, local_port), (remote, remote_port))
