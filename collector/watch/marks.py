"""Which marks an intervention has passed, and which comes next. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from msgspec import Struct

from collector.domain.caps import (
    Deadline,
    DeadlineKind,
    deadlines_passed,
    half_hour_begins_ms,
    half_hours_begun,
    next_deadline,
)
from collector.domain.entitlement import Service
from collector.domain.money import plain
from collector.domain.rating import Flag
from collector.domain.tariff import AtCap, CapAppliesTo
from collector.ledger.alerts import Had, NewAlert, Told
from collector.ledger.intervention import Intervention, SeenSession
from collector.ledger.standing import Axis, axes_of, axis_with, going, sellable_at
from collector.ledger.tool_names import tool_name
from collector.watch.findings import (
    BELIEVED_MS,
    SILENT_MS,
    Finding,
    Kind,
    Watching,
    findings,
    grows_old_at,
    silent_from,
)
from shared.messages import CLOSING_MS
from shared.moments import MINUTE_MS
from shared.session import Evidence, SessionState

UNKNOWN_MS = 2 * MINUTE_MS
"""An unknown peer is let be for so long: somebody may be about to assign him."""

LATE_MS = 3_000
"""An alert made so long after it was due is told as late."""

CLOCK_MS = 5_000
"""The time of a session that goes on is known no better while its agent's clock and line are only that good."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that becomes true at a connection time; `name` tells it from the others of its axis."""

    kind: str
    name: str
    at_ms: int
    n: int = 0


class Due(Struct, frozen=True, gc=False):
    """When something else becomes true if the time goes on, and when unless its agents are heard; None: never."""

    mark_at: int | None
    silent_at: int | None

    @property
    def at(self) -> int | None:
        return min((at for at in (self.mark_at, self.silent_at) if at is not None), default=None)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What has become true, and when it has to be judged again."""

    owed: tuple[NewAlert, ...]
    untrue: frozenset[str]  # of those that it has
    due: Due


Made = Mapping[str, Had]
"""The alerts that an intervention has, by their keys."""

NONE: Made = {}


BEGUN_MS = MINUTE_MS
"""Of a session that begins when the cap has come already its agent may tell so late."""


def judge(of: Intervention, now_at: int, linked: frozenset[int], watching: Watching, made: Made = NONE) -> Judgement:
    """The alerts that this intervention owes at this instant, beside those that it has, and when the next is due."""
    heard_lately = {s.id for s in of.sessions if now_at - s.heard_at < BELIEVED_MS}
    goes_on = going(of, None) & heard_lately
    sure = going(of, linked)
    owed: list[NewAlert] = []
    marks: list[int] = []
    axes = axes_of(of, goes_on)
    for axis in axes:
        connected_ms = axis.at(now_at)
        for mark in _passed(of, axis, connected_ms):
            key, confirmed = _key(of, axis, mark), mark.at_ms <= axis.connected_ms or bool(sure)
            if key not in made or (confirmed and not made[key].confirmed):
                owed.append(_alert(of, axis, mark, now_at, key=key, confirmed=confirmed))
        following = _next(of, axis, connected_ms)
        if following is not None and (at := axis.instant(following)) is not None:
            marks.append(at)
    found = chain(findings(of, now_at, linked, watching), _ends(of, axes, now_at, linked))
    owed += [_found(of, axes, each, now_at) for each in found if each.key not in made]
    marks += [at for at in (grows_old_at(of),) if at is not None and at > now_at]
    return Judgement(
        tuple(owed), _untrue(of, now_at, made), Due(min(marks, default=None), _silent_at(of, now_at, watching))
    )


def _untrue(of: Intervention, now_at: int, made: Made) -> frozenset[str]:
    """What it has of marks that its time does not reach: it ended before, was taken away, or is sold otherwise now.

    While nobody knows whether a session has gone on, it has.
    """
    about = {*DeadlineKind, Kind.UNKNOWN_PEER} if of.terms.service is Service.UNASSIGNED else {*DeadlineKind}
    if not any(had.kind in about for had in made.values()):
        return frozenset()
    unheard_ms = max((s.heard_at - s.last_seen_at for s in of.open_sessions if s.state is SessionState.LIVE), default=0)
    unsure_ms = max(0, unheard_ms) + CLOCK_MS if of.open_sessions else 0
    axes = axes_of(of, going(of, None))
    reached = {_key(of, axis, m) for axis in axes for m in _passed(of, axis, axis.at(now_at) + unsure_ms)}
    return frozenset(key for key, had in made.items() if had.kind in about and key not in reached)


def due_after(before: Intervention, now: Intervention, due: Due, now_at: int, watching: Watching) -> Due | None:
    """When it has to be judged again, where its only open session has just gone on; None where `judge` has to say.

    A mark comes nearer by what was observed beyond the time since it was last heard. One that has moved away instead is
    judged when it would have come, and is due anew.
    """
    was, is_now = before.open_sessions, now.open_sessions
    if len(was) != 1 or len(is_now) != 1:
        return None
    if (was[0].state, len(was[0].stretches)) != (is_now[0].state, len(is_now[0].stretches)):
        return None
    sooner_ms = is_now[0].observed_ms - was[0].observed_ms - (is_now[0].heard_at - was[0].heard_at)
    mark_at = None if due.mark_at is None else due.mark_at - max(0, sooner_ms)
    return Due(mark_at, _silent_at(now, now_at, watching))


def _silent_at(of: Intervention, now_at: int, watching: Watching) -> int | None:
    """When to look whether the agents of its sessions are still heard."""
    silent = (silent_from(session, now_at, watching) for session in of.open_sessions)
    return min((at if at > now_at else now_at + SILENT_MS for at in silent if at is not None), default=None)


def _passed(of: Intervention, axis: Axis, connected_ms: int) -> Iterator[Mark]:
    if of.terms.service is Service.NOT_ENTITLED and (axis.spans or axis.ticking):
        yield Mark(Kind.NOT_ENTITLED, Kind.NOT_ENTITLED, 0)
    if of.terms.service is Service.UNASSIGNED and connected_ms >= UNKNOWN_MS:
        yield Mark(Kind.UNKNOWN_PEER, Kind.UNKNOWN_PEER, UNKNOWN_MS)
    for deadline in deadlines_passed(0, connected_ms, axis.terms):
        yield Mark(deadline.kind, f"{deadline.key}@{_place_ms(axis, deadline)}", deadline.at_ms, _number(deadline))


def _ends(of: Intervention, axes: tuple[Axis, ...], now_at: int, linked: frozenset[int]) -> Iterator[Finding]:
    """An end is announced to who hears it, and in time: nobody is told of one that does not come.

    A session that begins when its announcement was due already has a countdown of its own, from its start.
    """
    if (end_ms := announced_ms(of)) is None:
        return
    for session in of.open_sessions:
        axis = axis_with(session.id, axes)
        live = session.state is SessionState.LIVE and session.evidence != Evidence.DECLARED
        if not live or session.agent_id not in linked or axis.at(now_at) < end_ms:
            continue
        began_at, reached_at = max(session.first_seen_at, session.credits[-1].from_at), axis.instant(end_ms) or 0
        due_at, late_ms = (began_at, BEGUN_MS) if began_at > reached_at else (reached_at, LATE_MS)
        if due_at <= now_at <= due_at + late_ms:
            key = f"{of.id}/{Kind.DISCONNECT}@{end_ms}/{session.id}"
            yield Finding(Kind.DISCONNECT, key, due_at, session, of.terms.countdown_ms)


def _place_ms(axis: Axis, deadline: Deadline) -> int:
    """Where the mark is by the terms alone: that of a half hour stays when more is heard of a connection before."""
    return deadline.at_ms + (axis.terms.earlier_ms if deadline.kind is DeadlineKind.HALF_HOUR else 0)


def _next(of: Intervention, axis: Axis, connected_ms: int) -> int | None:
    """The connection time of the next mark."""
    deadline = next_deadline(connected_ms, axis.terms)
    marks = [] if deadline is None else [deadline.at_ms]
    if of.terms.service is Service.UNASSIGNED and connected_ms < UNKNOWN_MS:
        marks.append(UNKNOWN_MS)
    if (end_ms := announced_ms(of)) is not None and connected_ms < end_ms:
        marks.append(end_ms)
    return min(marks, default=None)


def announced_ms(of: Intervention) -> int | None:
    """The connection time at which the end of its sessions is announced; None where none is to be ended.

    The time that a viewer is given to close by itself is the firm's affair: no half hour begins by it.

    Whoever agrees, waives or does critical work keeps it from being ended.
    """
    terms = of.terms
    if terms.at_cap is not AtCap.DISCONNECT or terms.cap_ms is None or is_settled(of) or of.request.critical:
        return None
    return max(0, terms.cap_ms - terms.countdown_ms - CLOSING_MS)


def is_settled(of: Intervention) -> bool:
    """Whether nobody has to be asked about overtime, as far as it has begun."""
    decided = of.decisions
    overtime_waived = decided.overtime_waived is not None and Flag.OVERTIME_NOT_AGREED not in of.charge.flags
    return of.overtime_agreed or overtime_waived or decided.waived is not None


def _number(deadline: Deadline) -> int:
    return deadline.left_ms if deadline.kind is DeadlineKind.WARNING else deadline.n


def _alert(of: Intervention, axis: Axis, mark: Mark, now_at: int, *, key: str, confirmed: bool) -> NewAlert:
    session = _session(of, axis)
    due_at = axis.instant(mark.at_ms)
    due_at = now_at if due_at is None else due_at
    return NewAlert(
        key=key,
        intervention_id=of.id,
        session_id=session.id,
        kind=mark.kind,
        n=mark.n,
        due_at=due_at,
        late=now_at - due_at > LATE_MS,
        confirmed=confirmed,
        told=_told(of, axis, session, mark.at_ms, due_at, now_at, costs=mark.kind == DeadlineKind.HALF_HOUR),
    )


def _found(of: Intervention, axes: tuple[Axis, ...], each: Finding, now_at: int) -> NewAlert:
    axis = axes[-1] if each.session is None else axis_with(each.session.id, axes)
    return NewAlert(
        key=each.key,
        intervention_id=of.id,
        session_id=None if each.session is None else each.session.id,
        kind=each.kind,
        n=each.n,
        due_at=each.at,
        late=now_at - each.at > LATE_MS,
        confirmed=True,
        told=_told(of, axis, each.session, axis.at(now_at), each.at, now_at, costs=False),
    )


def _key(of: Intervention, axis: Axis, mark: Mark) -> str:
    """Where each connection has a cap of its own, it is named by its first session; half hours are of them all."""
    of_the_whole = of.tariff.cap_applies_to is CapAppliesTo.INTERVENTION
    if of_the_whole or not axis.spans or mark.kind in (DeadlineKind.HALF_HOUR, Kind.NOT_ENTITLED, Kind.UNKNOWN_PEER):
        return f"{of.id}/{mark.name}"
    return f"{of.id}/{axis.spans[0].connection}/{mark.name}"


def _session(of: Intervention, axis: Axis) -> SeenSession:
    """The session that brought it about: the last of its axis."""
    names = {span.connection for span in axis.spans}
    return next((s for s in reversed(of.sessions) if s.id in names), of.sessions[-1])


def _told(
    of: Intervention, axis: Axis, session: SeenSession | None, connected_ms: int, at: int, now_at: int, *, costs: bool
) -> Told:
    """Whom it is about, and what comes next from now on; `costs`: a half hour has begun."""
    terms = axis.terms
    price = plain(terms.overtime.price)
    sold = sellable_at(of, at)
    following = half_hours_begun(axis.at(now_at), terms) + 1
    begins_ms = half_hour_begins_ms(following, terms)
    comes_at = None if begins_ms is None else axis.instant(begins_ms)
    unassigned = terms.service is Service.UNASSIGNED
    up_to = of.decisions.agreed_half_hours
    agreed = of.agreed if of.agreed is not None and (up_to is None or following <= up_to) else None
    return Told(
        customer=of.customer_name,
        tool_name=None if session is None else tool_name(session.tool),
        peer=None if session is None else session.peer,
        connected_ms=connected_ms,
        cap_ms=terms.cap_ms,
        amount=price if costs and sold else None,
        next_at=None if unassigned else comes_at,
        next_amount=price if comes_at is not None and sellable_at(of, comes_at) else None,
        sellable=sold or unassigned,
        at=at,
        category=of.category,
        technician=None if session is None else session.agent,
        declined_at=of.declined_at,
        agreed_at=None if agreed is None else agreed.at,
        agreed_up_to=None if agreed is None else up_to,
        waived=of.decisions.waived is not None,
        edition_covered=terms.edition_covered,
    )
