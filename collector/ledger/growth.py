"""A live session that only goes on: what the bell says of it, so that nobody has to read it again. Pure."""

from dataclasses import replace

from msgspec import Struct, structs

from collector.ledger.intervention import Intervention, SeenSession
from shared.session import Stretch


class Growth(Struct, frozen=True, gc=False):
    """Its last stretch lasts longer, and its agent was heard; nothing else has changed."""

    intervention_id: int  # that all its time belongs to
    session_id: str
    nth: int  # of its stretches, from 0
    lasted_ms: int
    heard_at: int


def grown(of: Intervention, growth: Growth) -> Intervention | None:
    """With it; None where it does not fit what is known of the intervention, which has to be read again."""
    for n, session in enumerate(of.sessions):
        if session.id == growth.session_id and growth.nth == len(session.stretches) - 1:
            return replace(of, sessions=(*of.sessions[:n], _longer(session, growth), *of.sessions[n + 1 :]))
    return None


def _longer(session: SeenSession, growth: Growth) -> SeenSession:
    """What was read meanwhile may be newer."""
    last = session.stretches[-1]
    longer = Stretch(last.started_at, max(last.lasted_ms, growth.lasted_ms))
    return structs.replace(
        session,
        stretches=(*session.stretches[:-1], longer),
        last_seen_at=max(session.last_seen_at, longer.ended_at),
        heard_at=max(session.heard_at, growth.heard_at),
    )
