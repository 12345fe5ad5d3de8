"""A picture of the machine at one look: plain data, no calls to the system."""

from functools import lru_cache
from ipaddress import ip_address

import msgspec

PLENTY = 1 << 16  # bytes: more than any tool's log-on takes


class Tick(msgspec.Struct, frozen=True):
    """One reading of both clocks."""

    at: int  # wall clock, milliseconds since 1970 UTC: when
    steady_ms: int  # steady clock: how far apart


class Address(msgspec.Struct, frozen=True):
    """One end of a connection, as numbers; an IPv4 address mapped into IPv6 is written as IPv4."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        return _is_loopback(self.host)


@lru_cache(maxsize=256)
def _is_loopback(host: str) -> bool:
    return ip_address(host).is_loopback


class Process(msgspec.Struct, frozen=True):
    """A process that a signature knows by name. Its arguments never leave this picture: tools put passwords there."""

    pid: int
    born: int  # when it started, in the system's own count: tells it from a later process with the same id
    names: frozenset[str]  # of the executable, of the process, of the script it runs; lower case
    path: str  # of the executable, with forward slashes, lower case; empty when the system does not tell
    arguments: tuple[str, ...] = ()  # and, of a file that one of them names, the line that tells the peer
    display_port: int = 0  # where its X server listens, when it draws over TCP (ssh -X does); else 0
    started_at: int | None = None  # on the wall clock, as near as the system tells
    is_foreign: bool = False  # another user's, who works on this computer too
    is_veiled: bool = False  # the system does not tell its arguments

    @property
    def identity(self) -> str:
        """Tells this process from a later one with the same id."""
        return f"{self.pid}:{self.born}"


class Connection(msgspec.Struct, frozen=True):
    """An established TCP connection of this machine."""

    local: Address
    remote: Address
    pid: int | None  # None when the system does not tell whose it is
    received: int | None = None  # bytes that have come in, PLENTY or more counted no further; None when not told


class Snapshot(msgspec.Struct, frozen=True):
    """What one look saw. The clocks are read on both sides of it, so that a duration can err only on the short side."""

    before: Tick
    after: Tick
    processes: tuple[Process, ...] = ()
    connections: tuple[Connection, ...] = ()
