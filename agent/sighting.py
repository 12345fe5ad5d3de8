"""One thing that the system showed: a session that is live at this look, or that a log tells the whole of."""

import msgspec

from shared.session import Evidence, Mark


class Sighting(msgspec.Struct, frozen=True):
    """A live session as one look saw it."""

    tool: str
    key: str  # the same at the next look and after a restart of the agent, while it is the same connection
    peer: str | None
    evidence: Evidence
    peer_name: str | None = None
    marks: tuple[Mark, ...] = ()
    began_at: int | None = None  # the start, where a log or an event told it since the last look
    ended_at: int | None = None  # set when the session is over and this is its end
    open_until_at: int | None = None  # set when what shows it cannot be read just now: so long it was live for sure
    is_lost: bool = False  # set when it is over, and nobody knows since when
    unsure_ms: int = 0  # how far the true instants may lie from those two
    pid: int | None = None  # of the process that holds it, where that is told
    address: str | None = None  # of the other end, where it is told beside the name that is the peer
    through: frozenset[str] = frozenset()  # this end of each connection that shows it: another one is a reconnect


class LoggedSession(msgspec.Struct, frozen=True):
    """A session as the tool's own log tells it, or an event channel, or the technician."""

    tool: str
    key: str
    peer: str | None
    peer_name: str | None
    began_at: int | None  # None when it began before the log was followed
    ended_at: int | None = None
    open_until_at: int | None = None  # when the log was read last, where it cannot be read just now
    is_lost: bool = False  # the log goes on without it, and without a word on its end
    evidence: Evidence = Evidence.LOG
    unsure_ms: int = 0  # how far the true instants may lie from those told: the log's resolution
    pid: int | None = None  # of the process that holds it, where the log tells
    address: str | None = None  # of the other end, where it is told beside the name that is the peer
    stamped_at: int | None = None  # what the line of its start says, true or not
    perhaps_ended_at: int | None = None  # the first time that a line told which may be its end, or another's
