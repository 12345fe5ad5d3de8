"""Where an intervention stands at an instant: its rows on the wall, and what comes next. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from collector.domain import connection, rating
from collector.domain.caps import half_hour_begins_ms, half_hours_begun
from collector.domain.connection import Span
from collector.domain.entitlement import Service, Terms
from collector.domain.money import NOTHING, plain
from collector.domain.rating import Code
from collector.ledger.intervention import Intervention, SeenSession
from collector.ledger.tool_names import tool_name
from collector.ledger.views import Consent, CustomerName, Next, Recent, Row
from shared.moments import SECOND_MS
from shared.session import SessionState


@dataclass(frozen=True, slots=True)
class Axis:
    """The spans that share one cap, how long they lasted in all at `as_of`, and whether that goes on. Its terms know
    what lies beyond the caps of the axes before it."""

    terms: Terms
    spans: tuple[Span, ...]
    connected_ms: int
    as_of: int
    ticking: bool

    def at(self, now_at: int) -> int:
        """The connection time at this instant, if what ticks went on until then."""
        return self.connected_ms + (max(0, now_at - self.as_of) if self.ticking else 0)

    def instant(self, reached_ms: int) -> int | None:
        """When this connection time was reached, or will be; None while the time stands still before it."""
        if reached_ms <= self.connected_ms:
            passed = connection.instant_of(self.spans, reached_ms)
            return None if passed is None else int(passed)
        return self.as_of + reached_ms - self.connected_ms if self.ticking else None


@dataclass(frozen=True, slots=True)
class Standing:
    """The rows of one intervention, true until something is committed or `until_at` comes."""

    rows: tuple[Row, ...]  # in the order of its open sessions
    overtime: Decimal
    until_at: int | None


def axes_of(of: Intervention, goes_on: frozenset[str]) -> tuple[Axis, ...]:
    """Its axes, the last one in time last; `goes_on` are the sessions whose time goes on."""
    if not of.counted:  # its session was credited to it just now, or what was declared does not count
        return (Axis(of.terms, (), 0, of.opened_at, bool(goes_on) and not of.spans),)
    return tuple(_axes(of, goes_on))


def _axes(of: Intervention, goes_on: frozenset[str]) -> Iterator[Axis]:
    earlier_ms = 0
    for spans in of.axes():
        terms = replace(of.terms, earlier_ms=earlier_ms) if earlier_ms else of.terms
        axis = _axis(of, terms, spans, goes_on)
        earlier_ms += 0 if of.terms.cap_ms is None else max(0, axis.connected_ms - of.terms.cap_ms)
        yield axis


def _axis(of: Intervention, terms: Terms, spans: tuple[Span, ...], goes_on: frozenset[str]) -> Axis:
    """What ticks is taken from when it was heard, not from the instant that the agent told: its clock may be off a bit,
    and that would be time that nobody observed. Where another session's time lasted longer, that is counted already."""
    heard = {
        s.id: s.heard_at for s in of.sessions if s.id in goes_on and any(span.connection == s.id for span in spans)
    }
    others = [int(span.end_at) for span in spans if span.connection not in heard]
    return Axis(
        terms=terms,
        spans=spans,
        connected_ms=connection.connected_ms(spans),
        as_of=max([*heard.values(), *others]),
        ticking=bool(heard),
    )


def axis_with(session_id: str, axes: Sequence[Axis]) -> Axis:
    """The axis that a session's time is on, or will be."""
    return next((axis for axis in axes if any(s.connection == session_id for s in axis.spans)), axes[-1])


def going(of: Intervention, linked: frozenset[int] | None) -> frozenset[str]:
    """The sessions whose time goes on; `linked` None believes in agents that are not heard, too."""
    return frozenset(
        s.id for s in of.open_sessions if s.state is SessionState.LIVE and (linked is None or s.agent_id in linked)
    )


def charge_at(of: Intervention, axis: Axis, now_at: int) -> rating.Charge:
    """What it costs at this instant: as observed, and with what ticks when that has passed a mark since."""
    if half_hours_begun(axis.at(now_at), axis.terms) == half_hours_begun(axis.connected_ms, axis.terms):
        return of.charge
    ahead = Span(axis.as_of, now_at, axis.spans[-1].connection if axis.spans else None)
    return rating.rate(
        customer=of.customer,
        category=of.category,
        spans=(*of.spans, ahead),
        overtime_agreed=of.agreed is not None,
        tariff=of.tariff,
        contract_ends_at=of.contract_ends_at,
        decisions=of.decisions,
    )


def stand(of: Intervention, now_at: int, linked: frozenset[int]) -> Standing:
    """The rows of its open sessions."""
    axes = axes_of(of, going(of, linked))
    numbers = {session.id: n for n, session in enumerate(of.sessions, 1)}
    rows: list[Row] = []
    charge, flips = of.charge, list[int]()
    for session in of.open_sessions:
        axis = axis_with(session.id, axes)
        charge = charge_at(of, axis, now_at)
        rows.append(_row(of, session, numbers[session.id], axis, charge, now_at, linked))
        flips += _flips(axis, now_at)
    return Standing(
        rows=tuple(rows),
        overtime=overtime_of(charge),
        until_at=min(flips, default=None),
    )


def overtime_of(charge: rating.Charge) -> Decimal:
    """What of the charge is for time beyond the cap."""
    return sum((line.amount for line in charge.lines if line.code is Code.OVERTIME), start=NOTHING)


def consent_of(of: Intervention) -> Consent:
    agreed = of.agreed if of.overtime_agreed else None
    return Consent(False, None, None, None) if agreed is None else Consent(True, agreed.by, agreed.at, agreed.how)


def customer_of(of: Intervention) -> CustomerName | None:
    return None if of.customer_id is None else CustomerName(of.customer_id, of.customer_name or "")


def near_ms(terms: Terms) -> int:
    """How long before the cap its first warning comes; 0 when none does."""
    cap_ms = terms.cap_ms
    return 0 if cap_ms is None else max((left for left in terms.warn_before_ms if left < cap_ms), default=0)


def gaps(spans: Sequence[Span]) -> tuple[tuple[int, int], ...]:
    """Where on the axis of connection time nothing was observed, and for how long."""
    blocks = connection.union(spans)
    found: list[tuple[int, int]] = []
    so_far = 0
    for i in range(len(blocks) - 1):
        so_far += int(blocks[i].end_at - blocks[i].start_at)
        found.append((so_far, int(blocks[i + 1].start_at - blocks[i].end_at)))
    return tuple(found)


def recent_of(of: Intervention) -> Recent:
    """An intervention that is not live, in a line."""
    last = max(of.sessions, key=lambda s: s.last_seen_at)
    charge = of.charge
    return Recent(
        intervention=of.id,
        customer=customer_of(of),
        tool_name=tool_name(last.tool),
        peer=last.peer,
        connected_ms=of.connected_ms,
        cap_ms=of.terms.cap_ms,
        half_hours=charge.overtime_half_hours,
        cost=plain(charge.net),
        ended_at=of.last_seen_at or of.opened_at,
        flags=tuple(flag.value for flag in charge.flags),
    )


def next_of(of: Intervention, axis: Axis, now_at: int) -> Next | None:
    """What becomes true next, if the time goes on."""
    terms = axis.terms
    if terms.cap_ms is None:
        return None
    connected_ms = axis.at(now_at)
    if connected_ms < terms.cap_ms and not terms.earlier_ms:
        kind, n, at = "cap", 1, axis.instant(terms.cap_ms) if axis.ticking else None
    else:
        kind, n = "half-hour", half_hours_begun(connected_ms, terms) + 1
        begins_ms = half_hour_begins_ms(n, terms)
        at = axis.instant(begins_ms) if axis.ticking and begins_ms is not None else None
    if terms.service is Service.UNASSIGNED:
        return Next(at, kind, n, None)
    if not sellable_at(of, at if at is not None else now_at):
        return Next(at if kind == "cap" else None, "decision", n, None)
    return Next(at, kind, n, plain(terms.overtime.price))


def sellable_at(of: Intervention, at: int) -> bool:
    """Whether a half hour that begins at this instant may be sold: the second before it, which began it, counts."""
    ends_at = of.contract_ends_at if of.terms.overtime.needs_contract else None
    return of.terms.overtime_sellable and (ends_at is None or at <= ends_at)


def _row(
    of: Intervention,
    session: SeenSession,
    nth: int,
    axis: Axis,
    charge: rating.Charge,
    now_at: int,
    linked: frozenset[int],
) -> Row:
    terms = of.terms
    standing = _standing(terms, axis.at(now_at))
    comes = next_of(of, axis, now_at)
    return Row(
        id=session.id,
        intervention=of.id,
        customer=customer_of(of),
        tool=session.tool,
        tool_name=tool_name(session.tool),
        peer=session.peer,
        peer_name=session.peer_name,
        technician=session.agent,
        nth=nth,
        evidence=session.evidence,
        marks=session.marks,
        state=state_of(session, linked),
        standing=standing,
        service=terms.service.value,
        connected_ms=axis.connected_ms,
        as_of=axis.as_of,
        ticking=axis.ticking,
        session_ms=session.observed_ms,
        cap_ms=terms.cap_ms,
        unit_ms=terms.overtime.unit_ms,
        near_ms=near_ms(terms),
        gaps=gaps(axis.spans),
        half_hours=charge.overtime_half_hours,
        overtime=plain(overtime_of(charge)),
        cost=plain(charge.net),
        next=comes,
        consent=consent_of(of),
        critical=of.request.critical,
        flags=tuple(flag.value for flag in charge.flags),
        actions=_actions(of, standing, comes),
    )


def state_of(session: SeenSession, linked: frozenset[int]) -> str:
    """Live, paused, ended; silent when it may go on and its agent is not heard."""
    return session.state.value if not session.open or session.agent_id in linked else "silent"


def _standing(terms: Terms, connected_ms: int) -> str:
    match terms.service:
        case Service.UNASSIGNED:
            return "unknown"
        case Service.NOT_ENTITLED | Service.EXEMPT | Service.EXCLUDED:
            return terms.service.value
    if terms.cap_ms is None:
        return "within"
    if connected_ms // SECOND_MS * SECOND_MS > terms.cap_ms:
        return "over"
    return "near" if terms.cap_ms - connected_ms <= near_ms(terms) else "within"


def _actions(of: Intervention, standing: str, comes: Next | None) -> tuple[str, ...]:
    """What a person may have to do about it now."""
    match standing:
        case "unknown":
            return ("assign",)
        case "not-entitled" | "excluded":
            return ("decide",)
        case "near" | "over" if comes is not None and comes.kind == "decision":
            return ("decide",) if standing == "over" else ()
        case "near" | "over" if not of.overtime_agreed:
            return ("agree", "new-intervention")
    return ()


def _flips(axis: Axis, now_at: int) -> list[int]:
    """The instants ahead at which a row says something else, without anything being committed."""
    terms = axis.terms
    if terms.cap_ms is None or not axis.ticking:
        return []
    connected_ms = axis.at(now_at)
    following = half_hour_begins_ms(half_hours_begun(connected_ms, terms) + 1, terms) or 0
    marks = (terms.cap_ms - near_ms(terms), terms.cap_ms, terms.cap_ms + SECOND_MS, following)
    return [now_at + mark - connected_ms for mark in marks if mark > connected_ms]
