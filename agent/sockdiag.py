"""All established TCP connections of a Linux machine in one question to the kernel (NETLINK_SOCK_DIAG, sock_diag(7)).

One answer for everything costs a fraction of what reading /proc/net/tcp once for each process does. How many bytes
a connection has received is asked of single ones only: in the answer for everything it would be the dearest part.
"""

import socket
import struct
from collections.abc import Container, Iterator

import msgspec

_NETLINK_SOCK_DIAG = 4
_SOCK_DIAG_BY_FAMILY = 20
_NLM_REQUEST, _NLM_DUMP = 0x001, 0x300
_NLMSG_ERROR, _NLMSG_DONE = 2, 3
_ESTABLISHED, _LISTEN = 1, 10  # of the kernel's tcp_states.h
_INFO = 2  # INET_DIAG_INFO: the attribute that is a struct tcp_info
_BUFFER_BYTES = 1 << 18

_header = struct.Struct("=IHHII")  # nlmsghdr
_request = struct.Struct("=BBBBI48s")  # inet_diag_req_v2
_id = struct.Struct("!HH16s16s4x8s")  # inet_diag_sockid: ports, addresses, any interface, cookie
_ANY, _NO_COOKIE = bytes(48), b"\xff" * 8
_ports = struct.Struct("!HH")
_inode = struct.Struct("=I")
_error = struct.Struct("=i")
_attribute = struct.Struct("=HH")  # nlattr
_bytes_received = struct.Struct("=Q")
_BODY, _STATE_AT, _INODE_AT, _MESSAGE = 16, 1, 68, 72  # where inet_diag_msg begins; in it state, inode, its end
_RECEIVED_AT = 128  # where tcp_info has tcpi_bytes_received


class Socket(msgspec.Struct, frozen=True):
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

    def established(self, inodes: Container[int] | None = None) -> Iterator[Socket]:
        """The established TCP connections of this network namespace, IPv4 and IPv6: all, or those with such inodes."""
        for family in (socket.AF_INET, socket.AF_INET6):
            for answer, at, _ in self._ask(family, _NLM_REQUEST | _NLM_DUMP, 1 << _ESTABLISHED):
                (inode,) = _inode.unpack_from(answer, at + _INODE_AT)
                if inodes is None or inode in inodes:
                    yield _socket(family, inode, answer, at)

    def listening(self) -> Iterator[int]:
        """The inodes of the sockets that wait for callers."""
        for family in (socket.AF_INET, socket.AF_INET6):
            for answer, at, _ in self._ask(family, _NLM_REQUEST | _NLM_DUMP, 1 << _LISTEN):
                yield from _inode.unpack_from(answer, at + _INODE_AT)

    def received(self, wanted: Socket) -> int | None:
        """How many bytes have come in on a connection, None where the kernel does not count.

        FileNotFoundError when it is gone, or closing.
        """
        family = socket.AF_INET6 if ":" in wanted.remote[0] else socket.AF_INET
        ends = (socket.inet_pton(family, host) for host in (wanted.local[0], wanted.remote[0]))
        who = _id.pack(wanted.local[1], wanted.remote[1], *ends, _NO_COOKIE)
        answer, at, size = next(self._ask(family, _NLM_REQUEST, 1 << _ESTABLISHED, 1 << (_INFO - 1), who))
        if _inode.unpack_from(answer, at + _INODE_AT) != (wanted.inode,):
            raise FileNotFoundError("another socket has its address")
        if answer[at + _STATE_AT] != _ESTABLISHED:
            raise FileNotFoundError("it is closing")
        return _received(answer, at + _MESSAGE, at + size)

    def _ask(
        self, family: int, flags: int, states: int, extensions: int = 0, who: bytes = _ANY
    ) -> Iterator[tuple[bytes, int, int]]:
        """Put one question; where in which answer each inet_diag_msg begins, and its length with its attributes."""
        self._seq += 1
        length = _header.size + _request.size
        self._line.send(
            _header.pack(length, _SOCK_DIAG_BY_FAMILY, flags, self._seq, 0)
            + _request.pack(family, socket.IPPROTO_TCP, extensions, 0, states, who)
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
                        (number,) = _error.unpack_from(answer, at + _header.size)
                        raise OSError(-number, "the kernel refused the question for sockets")
                    if size >= _BODY + _MESSAGE:
                        yield answer, at + _BODY, size - _BODY
                at += (size + 3) & ~3


def _socket(family: int, inode: int, answer: bytes, at: int) -> Socket:
    local_port, remote_port = _ports.unpack_from(answer, at + 4)
    width = 4 if family == socket.AF_INET else 16
    local = socket.inet_ntop(family, answer[at + 8 : at + 8 + width])
    remote = socket.inet_ntop(family, answer[at + 24 : at + 24 + width])
    return Socket(inode, (local, local_port), (remote, remote_port))


def _received(answer: bytes, at: int, end: int) -> int | None:
    """What the attributes of a message tell."""
    while at + _attribute.size <= end:
        length, kind = _attribute.unpack_from(answer, at)
        if kind == _INFO and length >= _attribute.size + _RECEIVED_AT + _bytes_received.size:
            (received,) = _bytes_received.unpack_from(answer, at + _attribute.size + _RECEIVED_AT)
            return int(received)
        at += (max(length, _attribute.size) + 3) & ~3
    return None
