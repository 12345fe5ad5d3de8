"""A session that goes on, pauses or resumes: what the bell says of it, so that nobody has to read it again. Pure."""

from dataclasses import replace

from msgspec import Struct, structs

from collector.ledger.intervention import Intervention, SeenSession
from shared.session import SessionState, Stretch


class Growth(Struct, frozen=True, gc=False):
    """Its last stretch lasts longer or has just begun, it goes on or pauses, and its agent was heard; nothing else has
    changed."""

    intervention_id: int  # that all its time belongs to
    session_id: str
    nth: int  # of its stretches, from 0
    started_at: int
    lasted_ms: int
    heard_at: int
    state: SessionState


def grown(of: Intervention, growth: Growth) -> Intervention | None:
    """With it; None where it does not fit what is known of the intervention, which has to be read again."""
    for n, session in enumerate(of.sessions):
        if session.id == growth.session_id and _follows(session, growth):
            return replace(of, sessions=(*of.sessions[:n], _longer(session, growth), *of.sessions[n + 1 :]))
    return None


def _follows(session: SeenSession, growth: Growth) -> bool:
    """Whether it is about the last stretch or the one after; what was read meanwhile may be newer."""
    return len(session.stretches) - growth.nth in (0, 1) and session.heard_at <= growth.heard_at


def _longer(session: SeenSession, growth: Growth) -> SeenSession:
    before_ms = max((each.lasted_ms for each in session.stretches[growth.nth :]), default=0)
    longer = Stretch(growth.started_at, max(before_ms, growth.lasted_ms))
    return structs.replace(
        session,
        stretches=(*session.stretches[: growth.nth], longer),
        last_seen_at=max(session.last_seen_at, longer.ended_at),
        heard_at=growth.heard_at,
        state=growth.state,
    )
