"""Whose the established connections are on Linux: what viewers hold by /proc/PID/fd, asked for at the kernel."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from agent.snapshot import PLENTY, Address, Connection
from agent.sockdiag import Socket, SocketQuery


def address(host: str, port: int) -> Address:
    """One end as the system tells it, an IPv4 address in IPv6's clothes as what it is."""
    return Address(host.removeprefix("::ffff:").split("%")[0], port)


class Held(msgspec.Struct, frozen=True):
    """A socket that a process holds."""

    pid: int
    descriptor: str  # its place under /proc


class LinuxSockets:
    """Established connections and their owners on Linux.

    A look reads which sockets the viewers hold and asks the kernel for their connections one by one, so that it costs
    the same on a PC with thousands of others. All are asked for only while a viewer has one that is not known yet.
    """

    def __init__(self, viewer_pids: Callable[[], list[int]]) -> None:
        self._viewer_pids = viewer_pids
        self._query: SocketQuery | None = None
        self._known: dict[int, Socket] = {}  # by inode: the viewers' own connections
        self._others: set[int] = set()  # inodes of viewers' sockets that are not TCP's, or wait for callers

    def look(self) -> tuple[Connection, ...]:
        """The viewers' own connections; all others too, without an owner, where a viewer's own cannot be told."""
        held, is_hidden = _held_by(self._viewer_pids())
        try:
            if self._query is None:
                self._query = SocketQuery()
            return (*self._own(self._query, held), *(self._orphans(self._query, held) if is_hidden else ()))
        except OSError:
            if self._query is not None:
                self._query.close()
            self._query = None
            raise

    def _own(self, query: SocketQuery, held: Mapping[int, Held]) -> Iterator[Connection]:
        self._others.intersection_update(held)
        self._others |= {inode for inode in held.keys() - self._known.keys() if not _is_tcp(held[inode])}
        self._known = {inode: each for inode, each in self._known.items() if inode in held}
        if held.keys() - self._known.keys() - self._others:
            self._others |= held.keys() & set(query.listening())
        if wanted := held.keys() - self._known.keys() - self._others:
            self._known |= {each.inode: each for each in query.established(wanted)}
        for inode, each in list(self._known.items()):
            try:
                received = query.received(each)
            except FileNotFoundError:
                del self._known[inode]
            else:
                yield _connection(each, held[inode].pid, received)

    def _orphans(self, query: SocketQuery, held: Mapping[int, Held]) -> Iterator[Connection]:
        return (_connection(each, None, None) for each in query.established() if each.inode not in held)


def _connection(each: Socket, pid: int | None, received: int | None) -> Connection:
    if received is not None:
        received = min(received, PLENTY)
    return Connection(address(*each.local), address(*each.remote), pid, received)


def _held_by(pids: Iterable[int]) -> tuple[dict[int, Held], bool]:
    """Which socket is whose, one shared by parent and child the parent's; and whether some process hides its own."""
    held: dict[int, Held] = {}
    is_hidden = False
    for pid in sorted(pids):
        try:
            entries = list(os.scandir(f"/proc/{pid}/fd"))
        except PermissionError:
            is_hidden = True
            continue
        except OSError:
            continue  # it is gone
        for entry in entries:
            with contextlib.suppress(OSError):
                link = os.readlink(entry.path)
                if link.startswith("socket:["):
                    held.setdefault(int(link[8:-1]), Held(pid, entry.path))
    return held, is_hidden


def _is_tcp(held: Held) -> bool:
    """Whether the socket is TCP's (sock_diag(7) tells nothing of one that is not connected yet); in doubt it is."""
    if sys.platform != "linux":
        return True
    try:
        return os.getxattr(held.descriptor, "system.sockprotoname").startswith(b"TCP")
    except OSError:
        return True
