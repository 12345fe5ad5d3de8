"""An intervention, a session and an alert as they are told to people and programs. Pure."""

from collector.domain.backup import backup_warning
from collector.domain.money import plain
from collector.domain.rating import Charge
from collector.ledger.decided import Decided
from collector.ledger.intervention import Intervention, SeenSession
from collector.ledger.standing import consent_of, customer_of, gaps, near_ms, state_of
from collector.ledger.tables import euro
from collector.ledger.tool_names import tool_name
from collector.ledger.views import (
    ChargeView,
    Consent,
    DecisionView,
    InterventionView,
    LineView,
    SessionView,
    SpanView,
    StretchView,
    WaitView,
)


def session_view(of: SeenSession, linked: frozenset[int]) -> SessionView:
    """One session; `linked` are the agents that are heard."""
    return SessionView(
        id=of.id,
        agent=of.agent,
        tool=of.tool,
        tool_name=tool_name(of.tool),
        peer=of.peer,
        peer_name=of.peer_name,
        evidence=of.evidence,
        also=of.also,
        start_unsure_ms=of.start_unsure_ms,
        end_unsure_ms=of.end_unsure_ms,
        state=state_of(of, linked),
        marks=of.marks,
        first_seen_at=of.first_seen_at,
        last_seen_at=of.last_seen_at,
        observed_ms=of.observed_ms,
        stretches=tuple(StretchView(each.started_at, each.lasted_ms) for each in of.stretches),
        interventions=tuple(dict.fromkeys(each.intervention_id for each in of.credits)),
    )


def charge_view(charge: Charge) -> ChargeView:
    return ChargeView(
        service=charge.service.value,
        connection_seconds=charge.connection_seconds,
        cap_seconds=charge.cap_seconds,
        overtime_half_hours=charge.overtime_half_hours,
        lines=tuple(
            LineView(
                code=line.code.value,
                quantity=line.quantity,
                unit_price=plain(line.unit_price),
                amount=plain(line.amount),
                why=line.why.en,
                why_it=line.why.it,
            )
            for line in charge.lines
        ),
        net=plain(charge.net),
        vat=plain(charge.vat),
        gross=plain(charge.gross),
        flags=tuple(flag.value for flag in charge.flags),
    )


def intervention_view(of: Intervention, linked: frozenset[int], now_at: int) -> InterventionView:
    """One intervention with its charge, as observed so far."""
    request, told = of.request, of.request.told
    warning = backup_warning(
        works_on_database=request.works_on_database and of.state == "open", backup_at=request.backup_at, now_at=now_at
    )
    return InterventionView(
        id=of.id,
        customer=customer_of(of),
        tariff=of.tariff.name,
        opened_at=of.opened_at,
        contract=of.contract,
        version=of.version.value,
        category=of.category,
        categories=of.tariff.categories,
        state=of.state,
        outcome=of.outcome,
        closed_at=of.closed_at,
        consent=consent_of(of),
        connected_ms=of.connected_ms,
        live=any(each.agent_id in linked for each in of.open_sessions),
        last_seen_at=of.last_seen_at,
        cap_ms=of.terms.cap_ms,
        unit_ms=of.terms.overtime.unit_ms,
        near_ms=near_ms(of.terms),
        gaps=gaps(of.spans),
        charge=charge_view(of.charge),
        sessions=tuple(session_view(each, linked) for each in of.sessions),
        spans=tuple(
            SpanView(session=each.connection or "", started_at=int(each.start_at), ended_at=int(each.end_at))
            for each in of.spans
        ),
        decisions=tuple(_decision_view(each) for each in of.decided),
        revision=request.revision,
        problem=request.problem,
        notes=request.notes,
        backup_at=request.backup_at,
        works_on_database=request.works_on_database,
        critical=request.critical,
        warning=None if warning is None else warning.value,
        told=None if told is None else Consent(True, told.by, told.at, told.how),
        merged_into=request.merged_into,
        review=of.review.state.value,
        waits=tuple(WaitView(each.what, each.whose.value) for each in of.review.waits),
    )


def _decision_view(of: Decided) -> DecisionView:
    price = None if of.price_cents is None else plain(euro(of.price_cents))
    return DecisionView(of.what, of.by, of.at, of.told, of.choice, of.reason, of.half_hours, price)
