"""Live sessions, look after look → stretches, gaps and ends. Pure: state and sightings in, state and changes out.

A session that is not seen is told as stopped at once and may resume while the grace time runs; a look that comes too
late leaves a gap, because nobody watched meanwhile. Lengths come from the steady clock; the end of a stretch is its
start plus its length. A duration begins after the first look and ends before the last one, so that it is never long.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

import msgspec

from agent.sighting import Sighting
from agent.snapshot import Snapshot, Tick
from shared.session import Mark, Session, SessionState, Stretch


@dataclass(frozen=True)
class Timing:
    """The lengths that rule tracking, in milliseconds."""

    grace_ms: int = 15_000  # a reconnect within it is the same session
    slack_ms: int = 3_000  # looks further apart than this leave a gap
    progress_ms: int = 5_000
    remember_ms: int = 600_000  # how long an ended session is known, so that its closing record is not a second one


class Happening(StrEnum):
    START = "start"  # also when it resumes
    PROGRESS = "progress"
    STOP = "stop"  # the end was seen; it may resume
    END = "end"  # the grace time is over; nothing more will come


@dataclass(frozen=True)
class Change:
    """Something to be told of a session."""

    what: Happening
    session: Session
    key: str


@dataclass(frozen=True)
class Tracked:
    """One session that is followed."""

    session: Session
    key: str
    opened: Tick | None  # where the last stretch began; None when the next look must begin a new one
    seen: Tick
    told_ms: int  # when it was last told of, on the steady clock


Tracks = tuple[Tracked, ...]


def track(
    tracks: Tracks, seen: Iterable[Sighting], look: Snapshot, new_id: Callable[[], str], timing: Timing
) -> tuple[Tracks, tuple[Change, ...]]:
    """One more look: the sessions as they are now, and what is to be told."""
    sightings = {sighting.key: sighting for sighting in seen}
    followed = [each for each in tracks if each.session.state is not SessionState.ENDED]
    for record in [each for each in sightings.values() if each.ended_at is not None]:
        for each in followed:
            if each.key not in sightings and _tells_of(record, each):
                sightings[each.key] = record
    after: list[Tracked] = []
    changes: list[Change] = []
    for each in tracks:
        sighting = sightings.get(each.key) if each.session.state is not SessionState.ENDED else None
        now = _seen_again(each, sighting, look, timing) if sighting else _not_seen(each, look, timing)
        if now is not None:
            now, told = _told(each, now, timing)
            after.append(now)
            changes += told
    known = {each.key for each in followed}
    for sighting in sightings.values():
        if sighting.key in known or any(_tells_of(sighting, each) for each in after):
            continue
        resumed = _resumable(after, sighting)
        after = [each for each in after if each is not resumed]
        begun = _begin(resumed, sighting, look, new_id)
        changes.append(Change(Happening.START, begun.session, begun.key))
        if sighting.ended_at is not None:
            begun = _paused(_lengthened(begun, _tick_of(sighting.ended_at, look)))
            changes.append(Change(Happening.STOP, begun.session, begun.key))
        after.append(begun)
    return tuple(after), tuple(changes)


def resume(sessions: Iterable[tuple[str, Session]], now: Tick) -> Tracks:
    """What an earlier run of the agent was following: whatever is still live goes on, after a gap."""
    return tuple(
        Tracked(
            _in_state(session, SessionState.LIVE),
            key,
            opened=None,
            seen=Tick(session.last_seen_at, now.steady_ms - max(0, now.at - session.last_seen_at)),
            told_ms=now.steady_ms,
        )
        for key, session in sessions
    )


def _told(before: Tracked, now: Tracked, timing: Timing) -> tuple[Tracked, list[Change]]:
    """What is to be said of the step from one to the other, if anything."""
    was, state = before.session.state, now.session.state
    unsaid_ms = now.seen.steady_ms - before.told_ms
    if state is not was:
        return replace(now, told_ms=now.seen.steady_ms), [Change(_HAPPENING[state], now.session, now.key)]
    if state is SessionState.LIVE and unsaid_ms >= timing.progress_ms:
        told_ms = now.seen.steady_ms - unsaid_ms % timing.progress_ms
        return replace(now, told_ms=told_ms), [Change(Happening.PROGRESS, now.session, now.key)]
    return now, []


_HAPPENING = {
    SessionState.LIVE: Happening.START,
    SessionState.PAUSED: Happening.STOP,
    SessionState.ENDED: Happening.END,
}


def _seen_again(each: Tracked, sighting: Sighting, look: Snapshot, timing: Timing) -> Tracked:
    is_live = each.session.state is SessionState.LIVE
    if sighting.ended_at is not None:
        if is_live and each.opened is not None:
            return _paused(_lengthened(each, _tick_of(sighting.ended_at, look)))
        return _paused(each)
    if is_live and each.opened is not None and _gap_ms(each.seen, look.before) <= timing.slack_ms:
        return _named(_lengthened(each, look.before), sighting)
    return _named(_new_stretch(each, look.after), sighting)


def _not_seen(each: Tracked, look: Snapshot, timing: Timing) -> Tracked | None:
    unseen_ms = _gap_ms(each.seen, look.before)
    match each.session.state:
        case SessionState.LIVE:
            watched = each.opened is not None and unseen_ms <= timing.slack_ms
            return _paused(each) if watched else _paused(_marked(each, Mark.UNCONFIRMED_END))
        case SessionState.PAUSED:
            if unseen_ms <= timing.grace_ms:
                return each
            return replace(each, session=_in_state(each.session, SessionState.ENDED))
        case SessionState.ENDED:
            return each if unseen_ms <= timing.remember_ms else None


def _begin(resumed: Tracked | None, sighting: Sighting, look: Snapshot, new_id: Callable[[], str]) -> Tracked:
    start = _tick_of(sighting.began_at, look) if sighting.began_at is not None else look.after
    if resumed is not None:
        return replace(_named(_new_stretch(resumed, start), sighting), key=sighting.key, told_ms=start.steady_ms)
    session = Session(
        id=new_id(),
        tool=sighting.tool,
        peer=sighting.peer,
        peer_name=sighting.peer_name,
        evidence=sighting.evidence,
        state=SessionState.LIVE,
        stretches=(Stretch(start.at, 0),),
        marks=sighting.marks,
    )
    begun = Tracked(session, sighting.key, opened=start, seen=start, told_ms=start.steady_ms)
    goes_on = sighting.began_at is not None and sighting.ended_at is None
    return _lengthened(begun, look.before) if goes_on else begun


def _resumable(tracks: Iterable[Tracked], sighting: Sighting) -> Tracked | None:
    """The session that this one goes on with: same tool and peer, stopped within the grace time, the latest."""
    if sighting.peer is None:
        return None
    stopped = [each for each in tracks if each.session.state is SessionState.PAUSED and _same_peer(each, sighting)]
    return max(stopped, key=lambda each: each.seen.steady_ms, default=None)


_CLOCKS_APART_MS = 5_000  # a tool's two logs differ by seconds at most


def _tells_of(record: Sighting, each: Tracked) -> bool:
    """Whether a closing record tells of a session that is or was followed already."""
    if record.ended_at is None or record.key == each.key:
        return False
    begun_at = record.began_at if record.began_at is not None else record.ended_at
    ends_after_start = each.session.started_at <= record.ended_at + _CLOCKS_APART_MS
    begins_before_end = begun_at <= each.session.last_seen_at + _CLOCKS_APART_MS
    return _same_peer(each, record) and ends_after_start and begins_before_end


def _same_peer(each: Tracked, sighting: Sighting) -> bool:
    return (each.session.tool, each.session.peer) == (sighting.tool, sighting.peer)


def _gap_ms(before: Tick, now: Tick) -> int:
    """The larger of the two clocks' gaps: systems differ on whether the steady clock counts sleep."""
    return max(now.steady_ms - before.steady_ms, now.at - before.at)


def _tick_of(at: int, look: Snapshot) -> Tick:
    """An instant that a log tells, as a tick: never after this look."""
    ago_ms = max(0, look.after.at - at)
    return Tick(look.after.at - ago_ms, look.after.steady_ms - ago_ms)


def _lengthened(each: Tracked, until: Tick) -> Tracked:
    if each.opened is None:
        raise AssertionError("a stretch that was never begun grows")
    *before, last = each.session.stretches
    lasted_ms = max(last.lasted_ms, until.steady_ms - each.opened.steady_ms)
    stretches = (*before, Stretch(last.started_at, lasted_ms))
    seen = until if until.steady_ms >= each.seen.steady_ms else each.seen
    return replace(each, session=_with(each.session, stretches=stretches), seen=seen)


def _new_stretch(each: Tracked, start: Tick) -> Tracked:
    """The session is live again after a gap."""
    stretches = (*each.session.stretches, Stretch(start.at, 0))
    marks = tuple(mark for mark in each.session.marks if mark is not Mark.UNCONFIRMED_END)
    session = _with(each.session, state=SessionState.LIVE, stretches=stretches, marks=marks)
    return replace(each, session=session, opened=start, seen=start)


def _paused(each: Tracked) -> Tracked:
    return replace(each, session=_in_state(each.session, SessionState.PAUSED), opened=None)


def _marked(each: Tracked, mark: Mark) -> Tracked:
    return replace(each, session=_with(each.session, marks=(*each.session.marks, mark)))


def _named(each: Tracked, sighting: Sighting) -> Tracked:
    """A name that came to be known later."""
    if each.session.peer_name is not None or sighting.peer_name is None:
        return each
    return replace(each, session=_with(each.session, peer_name=sighting.peer_name))


def _in_state(session: Session, state: SessionState) -> Session:
    """The same session in another state."""
    return _with(session, state=state)


def _with(session: Session, **changes: object) -> Session:
    return msgspec.structs.replace(session, **changes)
