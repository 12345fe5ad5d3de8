"""Whether two names of the other end mean the same one: `reception-pc` in a log, 192.0.2.7:3389 by a socket. Pure."""

import re
from enum import StrEnum
from ipaddress import ip_address


class Likeness(StrEnum):
    """What two names of the other end have to do with each other."""

    SAME = "same"
    OTHER = "other"
    UNTOLD = "untold"  # one is a name or an id and the other an address, or nothing is known: both are possible


def likeness(one: str | None, other: str | None) -> Likeness:
    """Compares two peers as tools and sockets name them; a port counts where both tell it."""
    if one is None or other is None:
        return Likeness.UNTOLD
    (one_host, one_port), (other_host, other_port) = _parts(one), _parts(other)
    if one_port and other_port and one_port != other_port:
        return Likeness.OTHER
    if one_host == other_host:
        return Likeness.SAME
    return Likeness.OTHER if _kind(one_host) is _kind(other_host) else Likeness.UNTOLD


def is_address(peer: str) -> bool:
    """Whether it is written as numbers, with a port or without."""
    return _is_address(_parts(peer)[0])


def is_here(peer: str) -> bool:
    """Whether it is an address of this computer itself, behind which a tunnel leads on."""
    return _parts(peer)[0] == "localhost"


def is_masked(peer: str) -> bool:
    """Whether a part of it is hidden, as a list of connections may do: 123***789."""
    return any(letter in _masks(peer) for letter in peer)


def same_peer(one: str, other: str) -> bool:
    """Whether two names in one spelling are the same, as far as their masks let one see."""
    if one == other:
        return True
    mine, yours = _masks(one), _masks(other)
    return len(one) == len(other) and all(a == b or a in mine or b in yours for a, b in zip(one, other, strict=True))


def _masks(peer: str) -> str:
    """The letters that hide one; an x in a name is a letter like any other."""
    return "Xx*#?•" if re.fullmatch(r"[\dXx*#?•]+", peer) else "*#?•"


class _Kind(StrEnum):
    ADDRESS = "address"
    ID = "id"  # what a relay knows it by
    NAME = "name"


def _kind(host: str) -> _Kind:
    if _is_address(host):
        return _Kind.ADDRESS
    return _Kind.ID if re.fullmatch(r"[\d*]+", host) else _Kind.NAME


def _parts(peer: str) -> tuple[str, str]:
    """Host and port, the host in one spelling; no port is an empty text."""
    host, port = peer.strip().lower(), ""
    if found := re.fullmatch(r"\[(?P<host>.+)\](?::(?P<port>\d+))?|(?P<name>[^:]+):(?P<number>\d+)", host):
        host = found["host"] or found["name"]
        port = found["port"] or found["number"] or ""
    return ("localhost" if host == "localhost" or _is_loopback(host) else host.rstrip(".")), port


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return host == "localhost"
    return True


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
