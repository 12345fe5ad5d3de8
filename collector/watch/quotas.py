"""What is left of a session's cap, in its own observed time, so that its agent reminds by itself. Pure."""

from collections.abc import Iterator

from collector.domain.caps import Deadline, DeadlineKind, deadlines_passed
from collector.domain.entitlement import Service
from collector.domain.money import plain
from collector.ledger.intervention import Intervention, SeenSession
from collector.ledger.standing import Axis, axes_of, axis_with, going, sellable_at
from collector.watch.marks import is_settled
from shared.messages import Quota, QuotaMark

HALF_HOURS_AHEAD = 6
"""An agent off line is told of so many half hours in advance."""

MOST_MARKS = 60


def quotas(of: Intervention, now_at: int) -> Iterator[tuple[int, Quota]]:
    """For each open session its agent, and its quota. While the session goes on, it stays the same."""
    if not of.open_sessions:
        return
    goes_on = going(of, None)
    axes = axes_of(of, goes_on)
    for session in of.open_sessions:
        axis = axis_with(session.id, axes)
        yield (
            session.agent_id,
            Quota(
                session=session.id,
                marks=_marks(of, axis, session, now_at, ticks=session.id in goes_on),
                customer=of.customer_name,
                policy=of.terms.at_cap.value,
                agreed=is_settled(of),
                critical=of.request.critical,
                declined=of.declined_at is not None,
                unknown=of.terms.service is Service.UNASSIGNED,
            ),
        )


def _marks(of: Intervention, axis: Axis, session: SeenSession, now_at: int, *, ticks: bool) -> tuple[QuotaMark, ...]:
    terms = axis.terms
    if terms.cap_ms is None:
        return ()
    since_ms = max(0, axis.as_of - session.heard_at) if ticks and axis.ticking else 0
    apart_ms = session.observed_ms + since_ms - axis.connected_ms
    ahead_ms = max(axis.at(now_at), terms.cap_ms) // terms.overtime.unit_ms * terms.overtime.unit_ms
    upto_ms = ahead_ms + HALF_HOURS_AHEAD * terms.overtime.unit_ms
    marks = [_mark(of, axis, each, apart_ms) for each in deadlines_passed(0, upto_ms, terms)]
    return tuple(marks[-MOST_MARKS:])


def _mark(of: Intervention, axis: Axis, deadline: Deadline, apart_ms: int) -> QuotaMark:
    priced = deadline.kind is DeadlineKind.HALF_HOUR and of.terms.service is not Service.UNASSIGNED
    at = axis.instant(deadline.at_ms)
    sold = priced and sellable_at(of, axis.as_of if at is None else at)
    return QuotaMark(
        kind=deadline.kind.value,
        at_ms=deadline.at_ms + apart_ms,
        n=deadline.left_ms if deadline.kind is DeadlineKind.WARNING else deadline.n,
        price=plain(of.terms.overtime.price) if sold else None,
    )
