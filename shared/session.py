"""What a remote-support session is: one live connection of one PC to one peer through one tool."""

from enum import StrEnum
from typing import Annotated

import msgspec

# Bounds that both sides keep, so that malice or an accident stays small.
MAX_STRETCHES = 5_000
MAX_AT = 253_402_300_799_999  # the last instant of the year 9999
MAX_LENGTH_MS = 366 * 24 * 3_600_000

Instant = Annotated[int, msgspec.Meta(ge=0, le=MAX_AT)]
Length = Annotated[int, msgspec.Meta(ge=0, le=MAX_LENGTH_MS)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Slug = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9.-]{0,63}$")]
SessionId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}$")]


class Evidence(StrEnum):
    """On what a session rests, most trusted first."""

    LOG = "log"
    EVENT = "event"
    SOCKET = "socket"
    PROCESS = "process"
    DECLARED = "declared"


class SessionState(StrEnum):
    LIVE = "live"
    PAUSED = "paused"  # ended, may resume while the grace time runs
    ENDED = "ended"


class Mark(StrEnum):
    """What must be said beside a session wherever it is shown."""

    PEER_BY_ARGUMENTS = "peer-by-arguments"  # the socket's owner was not told: matched by the candidate's arguments
    TUNNELLED = "tunnelled"  # the peer is a loopback address: the far end is behind a tunnel
    UNCONFIRMED_END = "unconfirmed-end"  # nobody saw the end; the time stops at the last proof of life


class Stretch(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An unbroken stretch of time in which the session was seen live: an instant and a length, never two instants."""

    started_at: Instant
    lasted_ms: Length

    @property
    def ended_at(self) -> int:
        return self.started_at + self.lasted_ms


class Session(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """All that is known of a session so far; a later one with the same id says the same or more."""

    id: SessionId
    tool: Slug
    peer: Name | None = None  # the other end as the tool names it; None when the tool does not tell
    peer_name: Name | None = None  # what the tool calls the other computer, where it says so
    evidence: Evidence  # the most trusted that it rests on
    also: tuple[Evidence, ...] = ()  # what else showed it, most trusted first
    start_unsure_ms: Length | None = None  # how far the true start may lie before the first stretch; None: not told
    end_unsure_ms: Length | None = None  # how far the true end may lie after the last stretch; None: not told, or live
    state: SessionState
    stretches: Annotated[tuple[Stretch, ...], msgspec.Meta(min_length=1, max_length=MAX_STRETCHES)]
    marks: tuple[Mark, ...] = ()

    @property
    def observed_ms(self) -> int:
        return sum(stretch.lasted_ms for stretch in self.stretches)

    @property
    def started_at(self) -> int:
        return self.stretches[0].started_at

    @property
    def last_seen_at(self) -> int:
        return self.stretches[-1].ended_at
