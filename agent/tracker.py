"""Live sessions, look after look → stretches, gaps and ends. Pure: state and sightings in, state and changes out.

A session that is not seen is told as stopped at once and may resume while the grace time runs; a look that comes too
late leaves a gap, because nobody watched meanwhile. Lengths come from the steady clock; the end of a stretch is its
start plus its length. A duration begins after the first look and ends before the last one, so that it is never long.

Several kinds of evidence for one session make one session. Those that name the same other end vouch for it together,
and it is live only while all of them show it; one that may as well be another's only keeps from being counted twice.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

import msgspec

from agent.peer_names import Likeness, is_address, is_here, likeness, same_peer
from agent.sighting import Sighting
from agent.snapshot import Snapshot, Tick
from shared.session import MAX_LENGTH_MS, MAX_STRETCHES, Evidence, Mark, Session, SessionState, Stretch


class Timing(msgspec.Struct, frozen=True):
    """The lengths that rule tracking, in milliseconds."""

    grace_ms: int = 15_000  # a reconnect within it is the same session
    slack_ms: int = 3_000  # looks further apart than this leave a gap
    progress_ms: int = 5_000
    remember_ms: int = 600_000  # how long an ended session is known, so that its closing record is not a second one
    together_ms: int = 60_000  # evidence that names the other end differently is of one session when it comes so near


class Happening(StrEnum):
    START = "start"  # also when it resumes
    PROGRESS = "progress"
    STOP = "stop"  # the end was seen; it may resume
    END = "end"  # the grace time is over; nothing more will come


class Change(msgspec.Struct, frozen=True):
    """Something to be told of a session."""

    what: Happening
    session: Session
    key: str  # the keys of all its evidence, one a line: what a later run of the agent knows it by


class Tracked(msgspec.Struct, frozen=True):
    """One session that is followed."""

    session: Session
    opened: Tick | None  # where the last stretch began; None when the next look must begin a new one
    seen: Tick
    told_ms: int  # when it was last told of, on the steady clock
    keys: frozenset[str]  # of all evidence that was ever its own
    vouching: Mapping[str, Evidence] = msgspec.field(default_factory=dict)  # what must show it for it to be live
    beside: Mapping[str, Evidence] = msgspec.field(default_factory=dict)  # what is likely its own, and decides nothing
    spent: frozenset[str] = frozenset()  # what goes on showing it after its end: proves nothing until it has gone
    pid: int | None = None
    address: str | None = None  # of the other end, where it is told beside the name that is the peer
    through: frozenset[str] = frozenset()  # the connections that showed it when it was seen last

    @property
    def is_full(self) -> bool:
        """Whether no further stretch of it can be told: what goes on is another session."""
        return len(self.session.stretches) >= MAX_STRETCHES

    def told(self, what: Happening) -> Change:
        return Change(what, self.session, "\n".join(sorted(self.keys)))


Tracks = tuple[Tracked, ...]


def track(
    tracks: Tracks,
    seen: Iterable[Sighting],
    look: Snapshot,
    new_id: Callable[[], str],
    timing: Timing,
    since: Tick | None = None,
) -> tuple[Tracks, tuple[Change, ...]]:
    """One more look: the sessions as they are now, and what is to be told. `since`: when the look before it began."""
    sightings = {each.key: each for each in sorted(seen, key=_trust)}
    ends = _told_ends(tracks, sightings)
    after: list[Tracked] = []
    changes: list[Change] = []
    if since is not None and _gap_ms(since, look.before) > timing.slack_ms:
        tracks = tuple(_remembered(each, look) for each in tracks)
    for each in tracks:
        own = each.spent if each.session.state is SessionState.ENDED or each.is_full else each.keys
        mine = [sightings.pop(key) for key in sorted(own & sightings.keys())]
        now = _next(each, mine, ends.get(each.session.id), look, timing)
        if now is not None:
            now, told = _told(each, now, timing)
            after.append(now)
            changes += told
    for sighting in sightings.values():
        if sighting.is_lost:
            continue
        if (met := _nearest(after, sighting, look, timing)) is not None:
            after = [_joined(each, sighting) if each is met else each for each in after]
            continue
        resumed = _resumable(after, sighting)
        after = [each for each in after if each is not resumed]
        begun = _begin(resumed, sighting, look, since, new_id)
        changes.append(begun.told(Happening.START))
        if sighting.ended_at is not None:
            begun = _ended_at(begun, sighting, look)
            changes.append(begun.told(Happening.STOP))
        after.append(begun)
    return tuple(after), tuple(changes)


def resume(sessions: Iterable[tuple[str, Session]], now: Tick) -> Tracks:
    """What an earlier run of the agent was following: whatever is still live goes on, after a gap.

    What had stopped stays so, and keeps the end that was told.
    """
    return tuple(
        Tracked(
            session if session.state is SessionState.PAUSED else _with(session, end_unsure_ms=None),
            opened=None,
            seen=Tick(session.last_seen_at, now.steady_ms - max(0, now.at - session.last_seen_at)),
            told_ms=now.steady_ms,
            keys=frozenset(key.split("\n")),
        )
        for key, session in sessions
    )


_TRUST = {evidence: place for place, evidence in enumerate(Evidence)}


def _trust(sighting: Sighting) -> tuple[int, str]:
    return _TRUST[sighting.evidence], sighting.key


# What is to be said.


def _told(before: Tracked, now: Tracked, timing: Timing) -> tuple[Tracked, list[Change]]:
    """What is to be said of the step from one to the other, if anything."""
    was, state = before.session.state, now.session.state
    unsaid_ms = now.seen.steady_ms - before.told_ms
    if state is not was:
        return msgspec.structs.replace(now, told_ms=now.seen.steady_ms), [now.told(_HAPPENING[state])]
    if state is SessionState.LIVE and unsaid_ms >= timing.progress_ms:
        told_ms = now.seen.steady_ms - unsaid_ms % timing.progress_ms
        return msgspec.structs.replace(now, told_ms=told_ms), [now.told(Happening.PROGRESS)]
    return now, []


_HAPPENING = {
    SessionState.LIVE: Happening.START,
    SessionState.PAUSED: Happening.STOP,
    SessionState.ENDED: Happening.END,
}


# One session, one look later.


def _next(each: Tracked, mine: list[Sighting], end: Sighting | None, look: Snapshot, timing: Timing) -> Tracked | None:
    """The session after this look; None when it is to be forgotten."""
    showing = frozenset(sighting.key for sighting in mine)
    each = msgspec.structs.replace(each, spent=each.spent & showing)
    telling = [sighting for sighting in mine if sighting.key not in each.spent | each.beside.keys()]
    ended = next((sighting for sighting in telling if sighting.ended_at is not None), end)
    if ended is not None and each.session.state is SessionState.LIVE:
        return msgspec.structs.replace(_ended_at(each, ended, look), spent=showing)
    lost = [sighting for sighting in telling if sighting.is_lost]
    live = [sighting for sighting in telling if sighting.ended_at is None]
    if live and not lost and each.session.state is not SessionState.ENDED and each.vouching.keys() <= showing:
        return _seen_again(each, live, look, timing)
    return _not_seen(each, showing, look, timing, is_told=not lost)


def _seen_again(each: Tracked, live: list[Sighting], look: Snapshot, timing: Timing) -> Tracked:
    through = frozenset[str]().union(*(sighting.through for sighting in live))
    goes_on = each.session.state is SessionState.LIVE and each.opened is not None
    if goes_on and _gap_ms(each.seen, look.before) <= timing.slack_ms and not _reconnected(each.through, through):
        again = msgspec.structs.replace(_lengthened(each, _live_until(live, look)), seen=look.before)
    else:
        again = _new_stretch(each, look.after)
        again = msgspec.structs.replace(again, vouching={sighting.key: sighting.evidence for sighting in live})
    for sighting in live:
        again = _informed(again, sighting)
    return msgspec.structs.replace(again, through=through)


def _live_until(live: list[Sighting], look: Snapshot) -> Tick:
    """The last instant at which all of them showed it: one that cannot be read just now showed it before."""
    before = (_tick_of(each.open_until_at, look) for each in live if each.open_until_at is not None)
    return min((look.before, *before), key=lambda tick: tick.steady_ms)


def _reconnected(before: frozenset[str], now: frozenset[str]) -> bool:
    """Whether none of the connections that showed it is there any more, and others are: nobody saw it in between."""
    return bool(before and now) and before.isdisjoint(now)


def _not_seen(
    each: Tracked, showing: frozenset[str], look: Snapshot, timing: Timing, *, is_told: bool = True
) -> Tracked | None:
    """Without what showed it; its end is unconfirmed where nobody watched, or where what showed it lost sight of it."""
    unseen_ms = _gap_ms(each.seen, look.before)
    match each.session.state:
        case SessionState.LIVE:
            watched = is_told and each.opened is not None and unseen_ms <= timing.slack_ms
            marks = each.session.marks if watched else (*each.session.marks, Mark.UNCONFIRMED_END)
            unsure_ms = max(_gap_ms(each.seen, look.after), look.after.at - each.session.last_seen_at)
            session = _with(each.session, marks=marks, end_unsure_ms=_bounded(unsure_ms))
            return msgspec.structs.replace(_paused(msgspec.structs.replace(each, session=session)), spent=showing)
        case SessionState.PAUSED:
            if unseen_ms <= timing.grace_ms:
                return each
            ended = _with(each.session, state=SessionState.ENDED)
            return msgspec.structs.replace(each, session=ended, seen=look.before)
        case SessionState.ENDED:
            return each if unseen_ms <= timing.remember_ms or each.spent else None


def _remembered(each: Tracked, look: Snapshot) -> Tracked:
    """What was known to be over before a time in which nobody looked is known for as long after it."""
    return msgspec.structs.replace(each, seen=look.before) if each.session.state is SessionState.ENDED else each


def _ended_at(each: Tracked, end: Sighting, look: Snapshot) -> Tracked:
    """Its end was told, by a log, an event or the technician."""
    if each.opened is not None and end.ended_at is not None:
        each = _lengthened(each, _tick_of(end.ended_at, look))
    return _paused(msgspec.structs.replace(each, session=_with(each.session, end_unsure_ms=end.unsure_ms)))


# A session that nobody followed yet, or evidence for one that somebody does.


def _begin(
    resumed: Tracked | None, sighting: Sighting, look: Snapshot, since: Tick | None, new_id: Callable[[], str]
) -> Tracked:
    start = _tick_of(sighting.began_at, look) if sighting.began_at is not None else look.after
    vouching = {sighting.key: sighting.evidence}
    if resumed is not None:
        start = max(start, resumed.seen, key=lambda tick: tick.steady_ms)  # a log's stamp may be earlier
        again = _informed(_new_stretch(resumed, start), sighting)
        keys = resumed.keys | {sighting.key}
        told_ms, through = start.steady_ms, sighting.through
        return msgspec.structs.replace(
            again, keys=keys, vouching=vouching, told_ms=told_ms, pid=sighting.pid, through=through
        )
    unsure_ms = _gap_ms(since, start) if since is not None else None
    session = Session(
        id=new_id(),
        tool=sighting.tool,
        peer=sighting.peer,
        peer_name=sighting.peer_name,
        evidence=sighting.evidence,
        start_unsure_ms=sighting.unsure_ms if sighting.began_at is not None else _bounded(unsure_ms),
        state=SessionState.LIVE,
        stretches=(Stretch(start.at, 0),),
        marks=sighting.marks,
    )
    keys = frozenset((sighting.key,))
    told_ms, through = start.steady_ms, sighting.through
    begun = Tracked(
        session, start, start, told_ms, keys, vouching, pid=sighting.pid, address=sighting.address, through=through
    )
    goes_on = sighting.began_at is not None and sighting.ended_at is None
    return _lengthened(begun, look.before) if goes_on else begun


def _resumable(tracks: Iterable[Tracked], sighting: Sighting) -> Tracked | None:
    """The session that this one goes on with: same tool and peer, stopped within the grace time, the latest."""
    if sighting.peer is None:
        return None
    paused = [each for each in tracks if each.session.state is SessionState.PAUSED and not each.is_full]
    stopped = [each for each in paused if _same_peer(each, sighting)]
    return max(stopped, key=lambda each: each.seen.steady_ms, default=None)


def _nearest(tracks: Iterable[Tracked], sighting: Sighting, look: Snapshot, timing: Timing) -> Tracked | None:
    """The live session that this evidence of another kind tells of, the likest first; None when it is one by itself."""
    if sighting.ended_at is not None:
        return None
    began_at = sighting.began_at if sighting.began_at is not None else look.after.at
    ranked = [
        ((found is not Likeness.SAME, abs(each.session.started_at - began_at), min(each.keys)), each)
        for each in tracks
        if _may_share(each, sighting)
        and (found := _likeness(each, sighting)) is not Likeness.OTHER
        and (found is Likeness.SAME or abs(each.session.started_at - began_at) <= timing.together_ms)
    ]
    return min(ranked, key=lambda rank: rank[0])[1] if ranked else None


def _may_share(each: Tracked, sighting: Sighting) -> bool:
    """Two of one kind are two sessions; so are two of different processes."""
    same_process = each.pid is None or sighting.pid is None or each.pid == sighting.pid
    is_live = each.session.state is SessionState.LIVE and each.session.tool == sighting.tool
    return is_live and same_process and sighting.evidence not in _kinds(each)


def _kinds(each: Tracked) -> frozenset[Evidence]:
    """What shows it now, whether it vouches or not."""
    return frozenset((*each.vouching.values(), *each.beside.values()))


def _likeness(each: Tracked, sighting: Sighting) -> Likeness:
    session = each.session
    pairs = [
        likeness(mine, its)
        for mine in (session.peer, session.peer_name, each.address)
        for its in (sighting.peer, sighting.peer_name, sighting.address)
        if mine is not None and its is not None
    ]
    if Likeness.SAME in pairs:
        return Likeness.SAME
    if each.pid is not None and each.pid == sighting.pid:
        return Likeness.UNTOLD
    return Likeness.OTHER if pairs and Likeness.UNTOLD not in pairs else Likeness.UNTOLD


def _joined(each: Tracked, sighting: Sighting) -> Tracked:
    """The same session with this evidence too: it vouches when it names the same other end."""
    shown = {sighting.key: sighting.evidence}
    if _likeness(each, sighting) is Likeness.SAME:
        each = msgspec.structs.replace(
            each, vouching={**each.vouching, **shown}, through=each.through | sighting.through
        )
    else:
        each = msgspec.structs.replace(each, beside={**each.beside, **shown})
    return _informed(msgspec.structs.replace(each, keys=each.keys | {sighting.key}), sighting)


# Closing records: a log that is written when a session has ended.


def _told_ends(tracks: Tracks, sightings: dict[str, Sighting]) -> dict[str, Sighting]:
    """Takes out the closing records of sessions that are or were followed; returns the end of each, by its id."""
    known = frozenset(key for each in tracks for key in each.keys)
    ends: dict[str, Sighting] = {}
    for record in [each for each in sightings.values() if each.ended_at is not None and each.key not in known]:
        told = [(overlap_ms, each) for each in tracks if (overlap_ms := _overlap_ms(record, each)) is not None]
        if told:
            ends[max(told, key=lambda found: found[0])[1].session.id] = sightings.pop(record.key)
    return ends


_CLOCKS_APART_MS = 5_000  # a tool's two logs differ by seconds at most


def _overlap_ms(record: Sighting, each: Tracked) -> int | None:
    """How long record and session were live together; None when it cannot tell of this session."""
    if record.ended_at is None or each.session.tool != record.tool:
        return None
    if not same_peer(each.session.peer or "", record.peer or ""):
        return None
    begun_at = record.began_at if record.began_at is not None else record.ended_at
    overlap_ms = min(record.ended_at, each.session.last_seen_at) - max(begun_at, each.session.started_at)
    is_near = abs(begun_at - each.session.started_at) <= _CLOCKS_APART_MS
    return overlap_ms if overlap_ms >= 0 or (is_near and overlap_ms >= -_CLOCKS_APART_MS) else None


def _same_peer(each: Tracked, sighting: Sighting) -> bool:
    return (each.session.tool, each.session.peer) == (sighting.tool, sighting.peer)


# Ticks and stretches.


def _gap_ms(before: Tick, now: Tick) -> int:
    """The larger of the two clocks' gaps: systems differ on whether the steady clock counts sleep."""
    return max(now.steady_ms - before.steady_ms, now.at - before.at)


def _bounded(length_ms: int | None) -> int | None:
    return None if length_ms is None else min(max(0, length_ms), MAX_LENGTH_MS)


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
    return msgspec.structs.replace(each, session=_with(each.session, stretches=stretches), seen=seen)


def _new_stretch(each: Tracked, start: Tick) -> Tracked:
    """The session is live again after a gap."""
    stretches = (*each.session.stretches, Stretch(start.at, 0))
    marks = tuple(mark for mark in each.session.marks if mark is not Mark.UNCONFIRMED_END)
    session = _with(each.session, state=SessionState.LIVE, stretches=stretches, marks=marks, end_unsure_ms=None)
    return msgspec.structs.replace(each, session=session, opened=start, seen=start)


def _paused(each: Tracked) -> Tracked:
    session = _with(each.session, state=SessionState.PAUSED)
    return msgspec.structs.replace(each, session=session, opened=None, vouching={}, beside={})


def _informed(each: Tracked, sighting: Sighting) -> Tracked:
    """With what this sighting tells besides: a peer or a name that came to be known later, another kind of evidence."""
    session = each.session
    kinds = sorted({session.evidence, *session.also, sighting.evidence}, key=_TRUST.__getitem__)
    peer = sighting.peer if _is_between(session, sighting) else session.peer or sighting.peer
    name = session.peer_name or sighting.peer_name or _other_name(session, sighting)
    told = {
        "peer": peer,
        "peer_name": name if name != peer else None,
        "evidence": kinds[0],
        "also": tuple(kinds[1:]),
    }
    if any(getattr(session, name) != value for name, value in told.items()):
        each = msgspec.structs.replace(each, session=_with(session, **told))
    pid, address = (each.pid if each.pid is not None else sighting.pid), each.address or sighting.address
    return (
        each if (pid, address) == (each.pid, each.address) else msgspec.structs.replace(each, pid=pid, address=address)
    )


def _is_between(session: Session, sighting: Sighting) -> bool:
    """Whether the address that is the peer so far is that of a tunnel or a gateway, by what an event tells."""
    if sighting.evidence is not Evidence.EVENT or session.peer is None or not is_address(session.peer):
        return False
    found = likeness(session.peer, sighting.peer)
    return found is Likeness.OTHER or (found is Likeness.UNTOLD and sighting.peer is not None and is_here(session.peer))


def _other_name(session: Session, sighting: Sighting) -> str | None:
    """What other evidence calls the other end: the name in an event beside the address of a socket."""
    is_name = sighting.peer is not None and not is_address(sighting.peer)
    return sighting.peer if is_name and session.peer is not None and sighting.peer != session.peer else None


def _with(session: Session, **changes: object) -> Session:
    return msgspec.structs.replace(session, **changes)
