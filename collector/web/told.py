"""From the ledger's answers to the shapes of the API: instants become ISO 8601, lengths seconds."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from collector.ledger import views
from collector.web import schemas
from collector.web.schemas import SINCE_EVER
from shared.moments import from_at, seconds

_View = TypeVar("_View")
_Shape = TypeVar("_Shape")


def page(
    found: tuple[Sequence[_View], int], limit: int, offset: int, shape: Callable[[_View], _Shape]
) -> schemas.Page[_Shape]:
    """Some of a list, and where to go on."""
    items, total = found
    after = offset + limit
    return schemas.Page(items=[shape(item) for item in items], next_offset=after if after < total else None)


def customer(view: views.CustomerView, today: date) -> schemas.Customer:
    """`today` is the firm's day: it decides whether the contract is in force."""
    return schemas.Customer(
        id=view.id,
        name=view.name,
        contract=contract(view, today),
        version=_literal(view.version),
        peers=[schemas.PeerTold(tool=peer.tool, peer=peer.peer) for peer in view.peers],
    )


def contract(view: views.CustomerView, today: date) -> schemas.ContractTold | None:
    if view.contract_from_day is None:
        return None
    first = date.fromisoformat(view.contract_from_day)
    until = None if view.contract_until_day is None else date.fromisoformat(view.contract_until_day)
    in_force = first <= today and (until is None or today <= until)
    return schemas.ContractTold(first=None if first == SINCE_EVER else first, until=until, in_force=in_force)


def session(view: views.SessionView) -> schemas.Session:
    return schemas.Session(
        id=view.id,
        agent=view.agent,
        tool=view.tool,
        tool_name=view.tool_name,
        peer=view.peer,
        peer_name=view.peer_name,
        evidence=view.evidence,
        also=list(view.also),
        start_unsure_seconds=_seconds(view.start_unsure_ms),
        end_unsure_seconds=_seconds(view.end_unsure_ms),
        state=_literal(view.state),
        marks=list(view.marks),
        first_seen_at=from_at(view.first_seen_at),
        last_seen_at=from_at(view.last_seen_at),
        observed_seconds=seconds(view.observed_ms),
        stretches=[
            schemas.Stretch(start=from_at(each.started_at), observed_seconds=seconds(each.lasted_ms))
            for each in view.stretches
        ],
        interventions=list(view.interventions),
    )


def charge(view: views.ChargeView) -> schemas.Charge:
    lines = [
        schemas.ChargeLine(
            code=line.code, quantity=line.quantity, unit_price=line.unit_price, amount=line.amount, why=line.why
        )
        for line in view.lines
    ]
    return schemas.Charge(
        service=view.service,
        connection_seconds=view.connection_seconds,
        cap_seconds=view.cap_seconds,
        overtime_half_hours=view.overtime_half_hours,
        lines=lines,
        net=view.net,
        vat=view.vat,
        gross=view.gross,
        flags=list(view.flags),
    )


def short(view: views.InterventionView) -> schemas.InterventionShort:
    return schemas.InterventionShort(**_short(view))


def intervention(view: views.InterventionView) -> schemas.Intervention:
    return schemas.Intervention(
        **_short(view),
        tariff=view.tariff,
        contract=view.contract,
        version=_literal(view.version),
        closed_at=_maybe(view.closed_at),
        overtime_consent=schemas.Consent(
            agreed=view.consent.agreed, by=view.consent.by, at=_maybe(view.consent.at), how=view.consent.how
        ),
        spans=[
            schemas.Span(session=span.session, start=from_at(span.started_at), end=from_at(span.ended_at))
            for span in view.spans
        ],
        sessions=[session(each) for each in view.sessions],
        decisions=[
            schemas.Decision(what=each.what, by=each.by, at=from_at(each.at), told=each.told) for each in view.decisions
        ],
    )


def _short(view: views.InterventionView) -> dict[str, Any]:
    return {
        "id": view.id,
        "customer": view.customer and schemas.CustomerName(id=view.customer.id, name=view.customer.name),
        "opened_at": from_at(view.opened_at),
        "last_seen_at": _maybe(view.last_seen_at),
        "state": view.state,
        "outcome": view.outcome,
        "live": view.live,
        "category": view.category,
        "charge": charge(view.charge),
    }


def alert(view: views.AlertView) -> schemas.Alert:
    return schemas.Alert(
        id=view.id,
        key=view.key,
        kind=view.kind,
        n=view.n,
        intervention=view.intervention,
        session=view.session,
        customer=view.customer,
        tool_name=view.tool_name,
        peer=view.peer,
        due_at=from_at(view.due_at),
        made_at=from_at(view.made_at),
        late=view.late,
        confirmed=view.confirmed,
        text=view.text,
        text_it=view.text_it,
        acknowledged_by=view.acknowledged_by,
        acknowledged_at=_maybe(view.acknowledged_at),
    )


def agent(view: views.AgentView) -> schemas.Agent:
    return schemas.Agent(
        id=view.id,
        name=view.name,
        system=view.system,
        version=view.version,
        enrolled_at=from_at(view.enrolled_at),
        revoked_at=_maybe(view.revoked_at),
        last_seen_at=_maybe(view.last_seen_at),
        clock_offset_seconds=seconds(view.clock_offset_ms),
        linked=view.linked,
    )


def _maybe(at: int | None) -> datetime | None:
    return None if at is None else from_at(at)


def _seconds(length_ms: int | None) -> float | None:
    return None if length_ms is None else seconds(length_ms)


def _literal(slug: str) -> Any:
    """One of the words that the shape names; any other is our mistake, and the shape says so."""
    return slug
