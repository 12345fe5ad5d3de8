"""Makes the document of a customer's month out of what the ledger knows, and says what is still missing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from collector.domain import statement
from collector.domain.connection import Span
from collector.domain.customer import CustomerCard, TaxData
from collector.domain.fault import Fault
from collector.domain.firm import Firm
from collector.domain.money import plain
from collector.domain.month import Month, month_of
from collector.domain.rating import Line
from collector.domain.reasons import Words
from collector.domain.statement import Billed, BilledLine, Candidate, Item, Proof
from collector.ledger.intervention import Intervention, SeenSession
from collector.ledger.tool_names import tool_name
from collector.statements import document
from collector.statements.document import Both, Connection, Document, Gap, Payer, Rate, Sender
from collector.statements.fatturapa import IN_LATIN, unspelled
from shared.moments import from_at
from shared.session import Mark


@dataclass(frozen=True, slots=True)
class Draft:
    """What a customer's statement would be now, and what keeps it back."""

    customer_id: int
    document: Document
    lines: Mapping[int, Sequence[BilledLine]]  # of each intervention
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is the same for all the statements of a month."""

    firm: Firm
    month: Month
    zone: ZoneInfo
    at: int  # when it is issued

    def local(self, at: int) -> str:
        """The instant in the firm's zone, with its offset."""
        return from_at(at).astimezone(self.zone).isoformat(timespec="milliseconds")


def draft(
    sheet: Sheet,
    customer_id: int,
    card: CustomerCard,
    interventions: Sequence[Intervention],
    billed: Mapping[int, Billed],
) -> Draft | None:
    """The statement of these interventions; None when nothing of them is new."""
    pairs = [(each, candidate_of(each, sheet.zone, billed.get(each.id))) for each in interventions]
    items = [(of, candidate, statement.item(candidate, sheet.month)) for of, candidate in pairs]
    new = [(of, candidate, item) for of, candidate, item in items if item is not None]
    faults = [fault for _, candidate in pairs for fault in statement.waiting(candidate)]
    if not new and not faults:
        return None
    owed = statement.totals((of.charge.vat_rate, line.amount) for of, _, item in new for line in item.lines)
    made = Document(
        kind=statement.Kind.STATEMENT.value,
        number="",
        month=str(sheet.month),
        issued=sheet.local(sheet.at),
        language=card.language,
        firm=_sender(sheet.firm),
        customer=_payer(customer_id, card),
        interventions=tuple(_intervention(sheet, *each) for each in new),
        rates=tuple(Rate(rate=_percent(r.rate), net=plain(r.net), vat=plain(r.vat)) for r in owed.rates),
        net=plain(owed.net),
        vat=plain(owed.vat),
        gross=plain(owed.gross),
    )
    lines = {
        of.id: [BilledLine(line.code.value, line.quantity, line.unit_price) for line in item.lines]
        for of, _, item in new
    }
    untaxed = sheet.firm.untaxed() if made.is_untaxed else ()
    return Draft(customer_id, made, lines, (*untaxed, *tax_faults(customer_id, card), *faults))


def tax_faults(customer_id: int, card: CustomerCard) -> Iterator[Fault]:
    """What an invoice to this customer would lack, and what of it would be refused."""
    place = f"customer {customer_id} ({card.name})"
    for field in card.tax.missing():
        yield Fault(f"{place}: {field}", "missing", "write it into the customer's tax data")
    address = card.tax.address
    for field, text in (
        ("name" if card.tax.business_name is None else "business_name", card.tax.business_name or card.name),
        ("street", address.street or ""),
        ("town", address.town or ""),
    ):
        if letters := unspelled(text):
            yield Fault(f"{place}: {field}", f'no Latin letters for "{letters[:20]}"', IN_LATIN)
    for fault in card.tax.faults():
        yield Fault(f"{place}: {fault.place}", fault.problem, fault.remedy)


def candidate_of(of: Intervention, zone: ZoneInfo, billed: Billed | None) -> Candidate:
    """The intervention, as the rules of a statement look at it."""
    month = month_of(of.opened_at, zone)
    return Candidate(of.id, month, of.state == "closed", of.charge, of.review, proofs(of), billed)


def proofs(of: Intervention) -> tuple[Proof, ...]:
    """Each session of it, with the spans that are this intervention's; in order of their start."""
    return tuple(_proof(session, spans) for session, spans in _proven(of))


def _proven(of: Intervention) -> list[tuple[SeenSession, list[Span]]]:
    spans: dict[str | None, list[Span]] = {}
    for span in of.spans:
        spans.setdefault(span.connection, []).append(span)
    return [(session, spans[session.id]) for session in of.sessions if session.id in spans]


def _proof(session: SeenSession, spans: Sequence[Span]) -> Proof:
    return Proof(
        tool=tool_name(session.tool),
        peer=session.peer_name or session.peer or "",
        declared=any(span.declared for span in spans),
        end_unconfirmed=Mark.UNCONFIRMED_END in session.marks,
        spans=tuple(sorted(spans, key=lambda span: span.start_at)),
    )


def _intervention(sheet: Sheet, of: Intervention, candidate: Candidate, item: Item) -> document.Intervention:
    place = {session.id: n for n, (session, _) in enumerate(_proven(of))}
    closed_at = of.closed_at if of.closed_at is not None else of.opened_at
    return document.Intervention(
        id=of.id,
        subject=of.request.problem or "",
        category=of.category,
        service=of.charge.service.value,
        tariff=of.tariff.name,
        opened=sheet.local(of.opened_at),
        closed=sheet.local(closed_at),
        outcome=of.outcome,
        connection_seconds=of.charge.connection_seconds,
        cap_seconds=of.charge.cap_seconds,
        cap_applies_to=of.tariff.cap_applies_to,
        lines=tuple(_line(line, of, place) for line in item.lines),
        connections=tuple(_connection(sheet, each) for each in candidate.proofs),
        notes=tuple(_both(note) for note in item.notes),
    )


def _line(line: Line, of: Intervention, place: Mapping[str, int]) -> document.Line:
    made_of = {of.spans[n].connection or "" for n in line.spans}
    return document.Line(
        code=line.code.value,
        quantity=line.quantity,
        unit_price=plain(line.unit_price),
        amount=plain(line.amount),
        vat_rate=_percent(of.charge.vat_rate),
        why=_both(line.why),
        connections=tuple(sorted(place[session] for session in made_of if session in place)),
    )


def _connection(sheet: Sheet, of: Proof) -> Connection:
    return Connection(
        tool=of.tool,
        peer=of.peer,
        start=sheet.local(of.start_at),
        end=sheet.local(of.end_at),
        observed_ms=of.observed_ms,
        declared=of.declared,
        end_unconfirmed=of.end_unconfirmed,
        gaps=tuple(Gap(sheet.local(at), lasted_ms) for at, lasted_ms in of.gaps),
    )


def _both(words: Words) -> Both:
    return Both(words.en, words.it)


def _percent(rate: Decimal) -> str:
    return f"{rate * 100:.2f}"


def _sender(firm: Firm) -> Sender:
    return Sender(
        name=firm.name,
        vat_number=firm.vat_number,
        tax_code=firm.tax_code,
        street=firm.street,
        postcode=firm.postcode,
        town=firm.town,
        province=firm.province,
        country=firm.country,
        regime=firm.regime,
        iban=firm.iban,
        email=firm.email,
        phone=firm.phone,
        payment_days=int(firm.payment_days) if firm.payment_days.isdigit() else 0,
        vat_nature=firm.vat_nature,
        vat_law=firm.vat_law,
    )


def _payer(customer_id: int, card: CustomerCard) -> Payer:
    tax: TaxData = card.tax
    return Payer(
        id=customer_id,
        name=tax.business_name or card.name,
        vat_number=tax.vat_number or "",
        tax_code=tax.tax_code or "",
        street=tax.address.street or "",
        postcode=tax.address.postcode or "",
        town=tax.address.town or "",
        province=tax.address.province or "",
        country=tax.address.country,
        recipient_code=tax.recipient_code or "",
        pec=tax.pec or "",
    )
