"""One thing that the system showed: a session that is live at this look, or that a log tells the whole of."""

from dataclasses import dataclass

from shared.session import Evidence, Mark


@dataclass(frozen=True)
class Sighting:
    """A live session as one look saw it."""

    tool: str
    key: str  # the same at the next look and after a restart of the agent, while it is the same connection
    peer: str | None
    evidence: Evidence
    peer_name: str | None = None
    marks: tuple[Mark, ...] = ()
    began_at: int | None = None  # the exact start, where a log told it since the last look
    ended_at: int | None = None  # set when the session is over and this is its exact end


@dataclass(frozen=True)
class LoggedSession:
    """A session as the tool's own log tells it."""

    tool: str
    key: str
    peer: str | None
    peer_name: str | None
    began_at: int | None  # None when it began before the log was followed
    ended_at: int | None = None
