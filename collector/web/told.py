"""From the ledger's answers to the shapes of the API: instants become ISO 8601, lengths seconds."""

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from collector.delivery.channel import Channel
from collector.domain.contract import SINCE_EVER
from collector.domain.customer import TaxData, edition_covered
from collector.domain.money import plain
from collector.domain.tariff import ServicePrice, Tariff
from collector.domain.trend import NEARNESS, Slice, Trend
from collector.ledger import views
from collector.ledger.audit import Entry
from collector.ledger.comparing import Compared
from collector.ledger.issued import MonthView, StatementView
from collector.statements.credit_note import Numbered
from collector.statements.month import Progress
from collector.web import schemas
from shared.moments import SECOND_MS, from_at, seconds

MOST_KEPT_BACK = 100

_View = TypeVar("_View")
_Shape = TypeVar("_Shape")


def page(
    found: tuple[Sequence[_View], int], limit: int, offset: int, shape: Callable[[_View], _Shape]
) -> schemas.Page[_Shape]:
    """Some of a list, and where to go on."""
    items, total = found
    after = offset + limit
    return schemas.Page(items=[shape(item) for item in items], next_offset=after if after < total else None)


def customer(view: views.CustomerView) -> schemas.Customer:
    card = view.card
    return schemas.Customer(
        id=view.id,
        name=view.name,
        contract=contract(view),
        version=_literal(view.version),
        peers=[schemas.PeerTold(tool=peer.tool, peer=peer.peer) for peer in view.peers],
        code=card.code,
        edition=card.edition,
        edition_covered=edition_covered(card.edition),
        language=card.language,
        note=card.note,
        tax=tax(card.tax),
        in_force=view.in_force,
        suspended=view.suspended,
        contracts=[schemas.PeriodTold(first=_told_day(each.first), until=each.until) for each in card.contract.periods],
        suspensions=[
            schemas.SuspensionTold(first=_told_day(each.first), until=each.until, why=each.why)
            for each in card.contract.suspensions
        ],
        versions=[
            schemas.VersionTold(first=_told_day(each.first), version=_literal(each.version)) for each in card.versions
        ],
        emails=list(card.emails),
        terms=[acceptance(each) for each in view.terms],
    )


def tax(data: TaxData) -> schemas.TaxTold:
    address = data.address
    return schemas.TaxTold(
        business_name=data.business_name,
        vat_number=data.vat_number,
        tax_code=data.tax_code,
        street=address.street,
        postcode=address.postcode,
        town=address.town,
        province=address.province,
        country=address.country,
        recipient_code=data.recipient_code,
        pec=data.pec,
        missing=list(data.missing()),
    )


def acceptance(view: views.AcceptanceView) -> schemas.AcceptanceTold:
    return schemas.AcceptanceTold(
        id=view.id,
        version=view.version,
        sha256=view.sha256,
        who=view.who,
        at=from_at(view.at),
        channel=view.channel,
        noted_by=view.noted_by,
        noted_at=from_at(view.noted_at),
    )


def contract(view: views.CustomerView) -> schemas.ContractTold | None:
    """The contract that counts today, in short."""
    if view.contract_from_day is None:
        return None
    until = None if view.contract_until_day is None else date.fromisoformat(view.contract_until_day)
    first = _told_day(date.fromisoformat(view.contract_from_day))
    return schemas.ContractTold(first=first, until=until, in_force=view.in_force)


def _told_day(first: date) -> date | None:
    """A first day; None where nobody has told it."""
    return None if first == SINCE_EVER else first


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
        overtime_consent=consent(view.consent),
        spans=[
            schemas.Span(session=span.session, start=from_at(span.started_at), end=from_at(span.ended_at))
            for span in view.spans
        ],
        sessions=[session(each) for each in view.sessions],
        decisions=[decision(each) for each in view.decisions],
        problem=view.problem,
        notes=view.notes,
        backup_at=_maybe(view.backup_at),
        works_on_database=view.works_on_database,
        critical=view.critical,
        warning=_literal(view.warning),
        customer_told=None if view.told is None else consent(view.told),
        merged_into=view.merged_into,
        review=_literal(view.review),
        waits=_waits(view),
    )


def tariff(id: str, of: Tariff) -> schemas.TariffTold:
    overtime = of.overtime
    return schemas.TariffTold(
        id=id,
        name=of.name,
        first_day=of.first_day,
        contract=_service(of.contract),
        previous_version=_service(of.previous_version),
        overtime=schemas.OvertimeTold(
            unit_seconds=overtime.unit_ms // SECOND_MS,
            price=plain(overtime.price),
            needs_contract=overtime.needs_contract,
            courtesy_seconds=overtime.courtesy_ms // SECOND_MS,
        ),
        file_recovery_price=None if of.file_recovery_price is None else plain(of.file_recovery_price),
        vat_percent=plain(of.vat_rate * 100),
        cap_applies_to=_literal(of.cap_applies_to.value),
        warn_before_seconds=[seconds(each) for each in of.warn_before_ms],
        declared_time_counts=of.declared_time_counts,
        terms_version=of.terms_version,
        exempt=sorted(of.exempt),
        excluded=sorted(of.excluded),
    )


def _service(of: ServicePrice) -> schemas.ServiceTold:
    return schemas.ServiceTold(
        cap_seconds=of.cap_ms // SECOND_MS,
        price=plain(of.price),
        at_cap=_literal(of.at_cap.value),
        countdown_seconds=of.countdown_ms // SECOND_MS,
    )


def hypothetical(of: Compared) -> schemas.Hypothetical:
    known = of.difference
    customer = None if of.customer_id is None else schemas.CustomerName(id=of.customer_id, name=of.customer_name or "")
    return schemas.Hypothetical(
        id=of.id,
        opened_at=from_at(of.opened_at),
        customer=customer,
        before=None if known is None else plain(known.before),
        after=None if known is None else plain(known.after),
        difference=None if known is None else plain(known.amount),
        why=of.why.en,
        why_it=of.why.it,
    )


def waiting(view: views.InterventionView) -> schemas.Waiting:
    return schemas.Waiting(**_short(view), waits=_waits(view))


def consent(view: views.Consent) -> schemas.Consent:
    return schemas.Consent(agreed=view.agreed, by=view.by, at=_maybe(view.at), how=view.how)


def decision(view: views.DecisionView) -> schemas.Decision:
    return schemas.Decision(
        what=view.what,
        by=view.by,
        at=from_at(view.at),
        told=view.told,
        choice=view.choice,
        reason=view.reason,
        half_hours=view.half_hours,
        price=view.price,
    )


def _waits(view: views.InterventionView) -> list[schemas.Wait]:
    return [schemas.Wait(what=each.what, whose=_literal(each.whose)) for each in view.waits]


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
        snoozed_by=view.snoozed_by,
        snoozed_until=_maybe(view.snoozed_until),
        withdrawn_at=_maybe(view.withdrawn_at),
    )


def delivery(view: views.DeliveryView) -> schemas.Delivery:
    return schemas.Delivery(
        channel=view.channel,
        why=view.why,
        state=view.state,
        due_at=_maybe(view.due_at),
        told_at=_maybe(view.told_at),
        tries=view.tries,
        trouble=view.trouble,
        message=view.message,
    )


def channel(of: Channel, standing: views.ChannelView | None) -> schemas.ChannelTold:
    return schemas.ChannelTold(
        name=of.name,
        language=of.language,
        per_minute=of.per_minute,
        told=standing.told if standing else 0,
        told_at=_maybe(standing.told_at) if standing else None,
        waiting=standing.waiting + standing.owed if standing else 0,
        given_up=standing.given_up if standing else 0,
    )


def trend(of: Trend) -> schemas.TrendTold:
    return schemas.TrendTold(
        interventions=of.interventions,
        half_hours=of.half_hours,
        months=[_slice(each) for each in of.months],
        customers=[_slice(each) for each in of.customers],
        tools=[_slice(each) for each in of.tools],
        agreed=plain(of.agreed),
        waived=plain(of.waived),
        unsettled=plain(of.unsettled),
        nearness=[
            schemas.NearnessTold(name=name, interventions=count)
            for name, count in zip(NEARNESS, of.nearness, strict=True)
        ],
    )


def _slice(of: Slice) -> schemas.SliceTold:
    return schemas.SliceTold(
        name=of.name, interventions=of.interventions, half_hours=of.half_hours, overtime=plain(of.overtime)
    )


def agent(view: views.AgentView, evidence: dict[str, int]) -> schemas.Agent:
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
        user=view.user,
        evidence=evidence,
        spool=None if view.spool is None else _spool(view.spool),
    )


def _spool(view: views.SpoolView) -> schemas.AgentSpool:
    return schemas.AgentSpool(
        told_at=from_at(view.told_at),
        waiting=view.waiting,
        since=_maybe(view.since_at),
        refused=view.refused,
        on_disk=view.on_disk,
    )


def token(view: views.TokenView) -> schemas.Token:
    return schemas.Token(
        id=view.id,
        name=view.name,
        role=view.role,
        made_at=from_at(view.made_at),
        revoked_at=_maybe(view.revoked_at),
    )


def user(view: views.UserView) -> schemas.User:
    return schemas.User(
        id=view.id,
        name=view.name,
        role=view.role,
        made_at=from_at(view.made_at),
        disabled_at=_maybe(view.disabled_at),
        has_password=view.has_password,
        seen_at=_maybe(view.seen_at),
        pcs=list(view.pcs),
    )


def sign_in(view: views.SignInView, who: views.Visitor) -> schemas.SignIn:
    return schemas.SignIn(
        id=view.id,
        name=view.name,
        role=view.role,
        user=view.user,
        browser=view.browser,
        address=view.address,
        made_at=from_at(view.made_at),
        seen_at=from_at(view.seen_at),
        expires_at=from_at(view.expires_at),
        this_one=view.id == who.sign_in,
    )


def statement(view: StatementView) -> schemas.StatementShort:
    return schemas.StatementShort(
        number=view.number,
        kind=_literal(view.kind),
        month=view.month,
        customer=schemas.CustomerName(id=view.customer_id, name=view.customer_name),
        issued_at=from_at(view.issued_at),
        issued_by=view.issued_by,
        net=view.net,
        vat=view.vat,
        gross=view.gross,
        credits=view.credits,
        in_part=view.in_part,
        credited_by=view.credited_by,
        credited_in_part_by=list(view.credited_in_part_by),
    )


def statement_line(of: Numbered) -> schemas.StatementLine:
    line = of.line
    return schemas.StatementLine(
        line=of.n,
        intervention=of.intervention.id,
        opened=datetime.fromisoformat(of.intervention.opened),
        subject=of.intervention.subject,
        code=line.code,
        quantity=line.quantity,
        unit_price=line.unit_price,
        amount=line.amount,
        vat_rate=line.vat_rate,
        why=line.why.en,
        why_it=line.why.it,
        credited_by=of.credited_by,
    )


def month(view: MonthView, progress: Progress | None) -> schemas.MonthTold:
    return schemas.MonthTold(
        month=view.month,
        over=view.over,
        closed_at=_maybe(view.closed_at),
        closed_by=view.closed_by,
        statements=view.statements,
        credit_notes=view.credit_notes,
        net=view.net,
        gross=view.gross,
        unassigned=view.unassigned,
        closing=None if progress is None else closing(progress),
    )


def closing(progress: Progress) -> schemas.ClosingTold:
    return schemas.ClosingTold(
        running=progress.running,
        customers=progress.customers,
        done=progress.done,
        issued=progress.issued,
        kept_back=[str(fault) for fault in progress.waiting[:MOST_KEPT_BACK]],
        kept_back_count=len(progress.waiting),
        failed=progress.failed,
    )


def _maybe(at: int | None) -> datetime | None:
    return None if at is None else from_at(at)


def _seconds(length_ms: int | None) -> float | None:
    return None if length_ms is None else seconds(length_ms)


def _literal(slug: str | None) -> Any:
    """One of the words that the shape names; any other is our mistake, and the shape says so."""
    return slug


def audit_entry(entry: Entry) -> schemas.AuditEntry:
    return schemas.AuditEntry(
        n=entry.n,
        at=from_at(entry.at),
        by=entry.by,
        what=entry.what,
        kind=entry.kind,
        subject=entry.subject,
        before=_witnessed(entry.before),
        after=_witnessed(entry.after),
        hash=entry.hash,
    )


def _witnessed(text: str | None) -> Any:
    """What was kept; where somebody made it unreadable, the text itself."""
    try:
        return None if text is None else json.loads(text)
    except ValueError:
        return text
