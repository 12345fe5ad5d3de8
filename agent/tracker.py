"""Live sessions, look after look → stretches, gaps and ends. Pure: state and sightings in, state and changes out.

A session that is not seen is told as stopped at once and may resume while the grace time runs; a look that comes too
late leaves a gap, because nobody watched meanwhile, and what a log tells of such a time is no time either. Lengths
come from the steady clock; the end of a stretch is its start plus its length. A duration begins after the first look
and ends before the last one, so that it is never long.

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
    together_ms: int = 60_000  # evidence that names the other end differently is of one session when it comes so near
    waking_ms: int = 60_000  # what did not live through a sleep is told as over within so long after it


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

    @property
    def is_past(self) -> bool:
        """Whether it is over for good, and only known so that what tells of it later is no second session."""
        return self.session.state is SessionState.ENDED and not self.spent

    def told(self, what: Happening) -> Change:
        return Change(what, self.session, "\n".join(sorted(self.keys)))


Tracks = tuple[Tracked, ...]

KNOWN = 100  # so many of the sessions that are over are known: the closing record of one is not a second one
MISSED = 100  # so many of the last times in which nobody looked are known


class Watch(msgspec.Struct, frozen=True):
    """Since when somebody looks, and when nobody did meanwhile: a sleep, a stall, a clock that was set forward."""

    since: Tick | None = None  # when the last look began
    missed: tuple[tuple[int, int], ...] = ()  # on the wall clock, from when until when

    def then(self, look: Snapshot, timing: Timing) -> "Watch":
        """As it is after this look."""
        return Watch(look.before, self.missed_before(look, timing))

    def missed_before(self, look: Snapshot, timing: Timing) -> tuple[tuple[int, int], ...]:
        """When nobody looked, up to this look; what a clock that was set back has yet to reach was no such time."""
        missed, since, now = self.missed, self.since, look.before
        if since is not None and now.at < since.at:
            missed = tuple((gone_at, min(back_at, now.at)) for gone_at, back_at in missed if gone_at < now.at)
        if since is None or _gap_ms(since, now) <= timing.slack_ms or now.at <= since.at:
            return missed
        return (*missed, (since.at, now.at))[-MISSED:]

    def parts(self, begin_at: int, end_at: int, look: Snapshot, timing: Timing) -> list[Stretch]:
        """What was watched of a time that a log tells; it lived through a sleep if it went on well after that."""
        parts: list[Stretch] = []
        is_cut = False
        for gone_at, back_at in self.missed_before(look, timing):
            if begin_at < back_at and gone_at < end_at:
                is_cut = True
                parts.append(_stretch(begin_at, gone_at))
                begin_at = back_at if end_at - back_at > timing.waking_ms else end_at
        parts.append(_stretch(begin_at, end_at))
        return [each for each in parts if each.lasted_ms] if is_cut else parts


def track(
    tracks: Tracks,
    seen: Iterable[Sighting],
    look: Snapshot,
    new_id: Callable[[], str],
    timing: Timing,
    watch: Watch = Watch(),  # noqa: B008 - frozen
) -> tuple[Tracks, tuple[Change, ...]]:
    """One more look: the sessions as they are now, and what is to be told. `watch`: as it was after the last look."""
    sightings = {each.key: each for each in sorted(seen, key=_trust)}
    ends = _told_ends(tracks, sightings, look, timing, watch)
    after: list[Tracked] = []
    changes: list[Change] = []
    for each in tracks:
        if each.is_past:
            after.append(each)
            continue
        own = each.spent if each.session.state is SessionState.ENDED or each.is_full else each.keys
        mine = [sightings.pop(key) for key in sorted(own & sightings.keys())]
        now, told = _told(each, _next(each, mine, ends.get(each.session.id), look, timing), timing)
        after.append(now)
        changes += told
    for sighting in sightings.values():
        if sighting.is_lost:
            continue
        if (met := _nearest(after, sighting, look, timing)) is not None:
            after = [_joined(each, sighting) if each is met else each for each in after]
            continue
        parts = _parts(sighting, look, timing, watch)
        if not parts:
            continue
        resumed = _resumable(after, sighting)
        after = [each for each in after if each is not resumed]
        begun = _begin(resumed, sighting, parts, look, watch.since, new_id)
        changes.append(begun.told(Happening.START))
        if sighting.ended_at is not None:
            begun = _paused(_told_end(begun, sighting.unsure_ms))
            changes.append(begun.told(Happening.STOP))
        after.append(begun)
    return _known(after), tuple(changes)


def _known(tracks: list[Tracked]) -> Tracks:
    """Without those that have been over for longest, beyond as many as are known."""
    surplus = [each.session.id for each in tracks if each.is_past][:-KNOWN]
    return tuple(each for each in tracks if each.session.id not in surplus) if surplus else tuple(tracks)


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


def _next(each: Tracked, mine: list[Sighting], end: Sighting | None, look: Snapshot, timing: Timing) -> Tracked:
    """The session after this look."""
    showing = frozenset(sighting.key for sighting in mine)
    each = msgspec.structs.replace(each, spent=each.spent & showing)
    telling = [sighting for sighting in mine if sighting.key not in each.spent | each.beside.keys()]
    ended = next((sighting for sighting in telling if sighting.ended_at is not None), end)
    if ended is not None and each.session.state is SessionState.LIVE:
        return msgspec.structs.replace(_ended_at(each, ended, look, timing), spent=showing)
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
) -> Tracked:
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
            return each


def _ended_at(each: Tracked, end: Sighting, look: Snapshot, timing: Timing) -> Tracked:
    """Its end was told, by a log, an event or the technician: of a time in which nobody looked it tells nothing."""
    if each.opened is None or end.ended_at is None:
        return _paused(_told_end(each, end.unsure_ms))
    unseen_ms = end.ended_at - each.session.last_seen_at
    if _gap_ms(each.seen, look.before) > timing.slack_ms and unseen_ms > timing.slack_ms:
        marks = (*each.session.marks, Mark.UNCONFIRMED_END)
        marked = msgspec.structs.replace(each, session=_with(each.session, marks=marks))
        return _paused(_told_end(marked, unseen_ms))
    return _paused(_told_end(_lengthened(each, _tick_of(end.ended_at, look)), end.unsure_ms))


def _told_end(each: Tracked, unsure_ms: int) -> Tracked:
    return msgspec.structs.replace(each, session=_with(each.session, end_unsure_ms=_bounded(unsure_ms)))


# A session that nobody followed yet, or evidence for one that somebody does.


def _parts(sighting: Sighting, look: Snapshot, timing: Timing, watch: Watch) -> list[Stretch]:
    """What of the time that it tells was watched; none where nobody looked before it was over."""
    if sighting.ended_at is not None:
        begin_at = sighting.began_at if sighting.began_at is not None else sighting.ended_at
        return watch.parts(begin_at, sighting.ended_at, look, timing)
    missed = watch.missed_before(look, timing)
    if sighting.began_at is None or (missed and sighting.began_at < missed[-1][1]):
        return [Stretch(look.after.at, 0)]
    start = _tick_of(sighting.began_at, look)
    return [_stretch(start.at, look.before.at)]


def _begin(
    resumed: Tracked | None,
    sighting: Sighting,
    parts: list[Stretch],
    look: Snapshot,
    since: Tick | None,
    new_id: Callable[[], str],
) -> Tracked:
    start = _tick_of(parts[-1].started_at, look)
    vouching = {sighting.key: sighting.evidence}
    if resumed is not None:
        start = max(start, resumed.seen, key=lambda tick: tick.steady_ms)  # a log's stamp may be earlier
        again = _informed(_new_stretch(resumed, start), sighting)
        if sighting.ended_at is not None:
            again = _lengthened(again, _tick_of(parts[-1].ended_at, look))
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
        stretches=tuple(parts),
        marks=sighting.marks,
    )
    return Tracked(
        session,
        opened=start,
        seen=_tick_of(parts[-1].ended_at, look),
        told_ms=start.steady_ms,
        keys=frozenset((sighting.key,)),
        vouching=vouching,
        pid=sighting.pid,
        address=sighting.address,
        through=sighting.through,
    )


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


def _told_ends(
    tracks: Tracks, sightings: dict[str, Sighting], look: Snapshot, timing: Timing, watch: Watch
) -> dict[str, Sighting]:
    """Takes out the closing records of sessions that are or were followed; returns the end of each, by its id.

    What a record tells of the time after they were over, as after a sleep, stays.
    """
    records = [each for each in sightings.values() if each.ended_at is not None]
    known = frozenset(key for each in tracks for key in each.keys) if records else frozenset[str]()
    ends: dict[str, Sighting] = {}
    for record in [each for each in records if each.key not in known]:
        told = [(overlap_ms, each) for each in tracks if (overlap_ms := _overlap_ms(record, each)) is not None]
        if not told:
            continue
        del sightings[record.key]
        _, met = max(told, key=lambda found: (_may_end_with(found[1], record, timing), found[0]))
        if _may_end_with(met, record, timing):
            ends[met.session.id] = record
            continue
        rest = msgspec.structs.replace(record, began_at=max(each.session.last_seen_at for _, each in told))
        went_on = [each for each in _parts(rest, look, timing, watch) if each.lasted_ms > timing.waking_ms]
        if went_on:
            sightings[record.key] = msgspec.structs.replace(rest, began_at=went_on[0].started_at)
    return ends


def _may_end_with(each: Tracked, record: Sighting, timing: Timing) -> bool:
    """Whether it is live, or was over when the record says so."""
    late_ms = (record.ended_at or 0) - each.session.last_seen_at
    return each.session.state is SessionState.LIVE or late_ms <= timing.waking_ms


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


def _stretch(begin_at: int, end_at: int) -> Stretch:
    return Stretch(begin_at, min(max(0, end_at - begin_at), MAX_LENGTH_MS))


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
