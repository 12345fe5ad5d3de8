"""What else somebody has to know of an intervention, beside the marks of its cap. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from collector.domain.backup import FRESH_MS, backup_warning
from collector.domain.rating import Flag
from collector.ledger.intervention import Intervention, SeenSession
from collector.ledger.openings import JOIN_WITHIN_MS
from shared.messages import What
from shared.moments import HOUR_MS, MINUTE_MS
from shared.session import Mark, SessionState

SILENT_MS = MINUTE_MS
"""An agent that tells nothing of its live session for so long has to be looked after."""

BELIEVED_MS = JOIN_WITHIN_MS
"""A session of which nothing was heard for so long is not believed to go on any more."""

CLOCK_OFF_MS = 2_000
"""A clock that is off by more makes instants that have to be corrected."""

CLOSED, KILLED, REFUSED = range(3)  # how an announced end came
_ENDS = {What.DISCONNECTED.value: CLOSED, What.NOT_DISCONNECTED.value: REFUSED}

DAY_MS = 24 * HOUR_MS


class Kind(StrEnum):
    """What is told beside the marks of the cap."""

    NOT_ENTITLED = "not-entitled"
    UNKNOWN_PEER = "unknown-peer"
    EXCLUDED_WORK = "excluded-work"
    BACKUP = "backup"
    TERMS = "terms"
    AGENT_SILENT = "agent-silent"
    UNCONFIRMED_END = "unconfirmed-end"
    CLOCK_OFF = "clock-off"
    NO_CONTACT = "no-contact"
    DISCONNECT = "disconnect"
    DISCONNECTED = "disconnected"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Watching:
    """Since when somebody watches, and how long an open intervention may be without contact."""

    since_at: int
    quiet_ms: int = 14 * DAY_MS


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is true since `at`; the key tells it from all others that were ever told."""

    kind: Kind
    key: str
    at: int
    session: SeenSession | None
    n: int = 0


def findings(of: Intervention, now_at: int, linked: frozenset[int], watching: Watching) -> Iterator[Finding]:
    """All that is true of it now."""
    if of.request.merged_into is not None:
        return
    last = of.sessions[-1] if of.sessions else None
    if of.category is not None and last is not None and Flag.EXCLUDED_WORK in of.charge.flags:
        sorted_at = max((each.at for each in of.decided if each.what == "category"), default=of.opened_at)
        at = max(sorted_at, of.sessions[0].first_seen_at)
        yield Finding(Kind.EXCLUDED_WORK, f"{of.id}/excluded-work/{of.category}", at, last)
    if (declined_at := of.declined_at) is not None:
        yield Finding(Kind.DECLINED, f"{of.id}/declined/{declined_at}", declined_at, last)
    yield from _disconnected(of)
    yield from _backup(of, now_at, last)
    if of.tariff.terms_version not in (None, *of.terms_accepted) and of.customer_id is not None and last is not None:
        key = f"{of.id}/terms/{of.customer_id}"
        yield Finding(Kind.TERMS, key, of.sessions[0].first_seen_at, last, n=len(of.terms_accepted))
    for session in of.sessions:
        yield from _of_session(of, session, now_at, linked, watching)
    last_at = max(of.last_seen_at or 0, of.opened_at)
    if of.state == "open" and not of.open_sessions and now_at - last_at >= watching.quiet_ms:
        at = last_at + watching.quiet_ms
        yield Finding(Kind.NO_CONTACT, f"{of.id}/no-contact/{last_at}", at, last, n=watching.quiet_ms // DAY_MS)


def _disconnected(of: Intervention) -> Iterator[Finding]:
    """What came of an end that was announced: closed, killed, or refused. A word that stopped it is known already."""
    for each in of.decided:
        if each.what in _ENDS:
            ended = max(of.sessions, key=lambda s: s.last_seen_at, default=None)
            how = KILLED if each.told == "killed" else _ENDS[each.what]
            yield Finding(Kind.DISCONNECTED, f"{of.id}/{each.what}/{each.at}", each.at, ended, n=how)


def _backup(of: Intervention, now_at: int, last: SeenSession | None) -> Iterator[Finding]:
    """The backup's age is that at the last contact: it grows old by itself when the work is done."""
    worked_at = now_at if of.open_sessions else max(of.last_seen_at or 0, of.opened_at)
    backup_at = of.request.backup_at
    if of.state == "open" and backup_warning(
        works_on_database=of.request.works_on_database, backup_at=backup_at, now_at=worked_at
    ):
        hours = 0 if backup_at is None else (worked_at - backup_at) // HOUR_MS
        yield Finding(Kind.BACKUP, f"{of.id}/backup", now_at, last, n=hours)


def grows_old_at(of: Intervention) -> int | None:
    """When the backup is too old for work on the database that goes on."""
    backup_at = of.request.backup_at if of.request.works_on_database and of.open_sessions else None
    return None if backup_at is None else backup_at + FRESH_MS + 1


def _of_session(
    of: Intervention, session: SeenSession, now_at: int, linked: frozenset[int], watching: Watching
) -> Iterator[Finding]:
    """A session that was moved to another intervention is that one's, and is told of once all the same."""
    if session.credited_now() != of.id:
        return
    if session.state is SessionState.ENDED and Mark.UNCONFIRMED_END in session.marks:
        key = f"session/{session.id}/unconfirmed-end"
        yield Finding(Kind.UNCONFIRMED_END, key, session.heard_at, session)
    if session.open and abs(session.clock_offset_ms) > CLOCK_OFF_MS:
        key = f"{of.id}/clock-off/{session.agent_id}"
        yield Finding(Kind.CLOCK_OFF, key, session.heard_at, session, n=session.clock_offset_ms)
    silent_at = silent_from(session, now_at, watching)
    if silent_at is not None and silent_at <= now_at and session.agent_id not in linked:
        key = f"session/{session.id}/agent-silent/{session.heard_at}"
        yield Finding(Kind.AGENT_SILENT, key, silent_at, session)


def silent_from(session: SeenSession, now_at: int, watching: Watching) -> int | None:
    """From when on its agent is silent unless it is heard; None where nobody waits for a word of it.

    While nobody watched nobody could be heard: the time counts from when the watch began.
    """
    if session.state is not SessionState.LIVE or now_at - session.heard_at >= BELIEVED_MS:
        return None
    return max(session.heard_at, watching.since_at) + SILENT_MS
