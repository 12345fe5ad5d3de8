"""A customer's month: the charges of his interventions as lines, net and VAT by rate, gross. Pure.

VAT is rounded half up once for each rate of a statement; net and VAT sum to the gross to the cent. An intervention that
stands on an earlier statement comes again only with what was reported since.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from collector.domain.connection import Span, connected_ms
from collector.domain.fault import Fault
from collector.domain.money import NOTHING, plain, vat
from collector.domain.month import Month
from collector.domain.rating import Charge, Code, Flag, Line
from collector.domain.reasons import Words, length_words
from collector.domain.review import CUSTOMER_NOT_TOLD, PEER_DIFFERS, Review
from shared.moments import SECOND_MS


class Kind(StrEnum):
    """What a document is."""

    STATEMENT = "statement"
    CREDIT_NOTE = "credit-note"  # takes a statement back, or some lines of it


@dataclass(frozen=True, slots=True)
class Proof:
    """One session as far as it is this intervention's: the time that proves a line."""

    tool: str
    peer: str
    declared: bool  # a technician's word, not observed
    end_unconfirmed: bool  # nobody saw the end: counted up to the last proof of life
    spans: tuple[Span, ...]  # in order

    @property
    def start_at(self) -> int:
        return int(self.spans[0].start_at)

    @property
    def end_at(self) -> int:
        return int(max(span.end_at for span in self.spans))

    @property
    def observed_ms(self) -> int:
        return sum(int(span.end_at - span.start_at) for span in self.spans)

    @property
    def gaps(self) -> tuple[tuple[int, int], ...]:
        """Where it was not observed between its start and its end: start and length of each."""
        holes = ((int(a.end_at), int(b.start_at - a.end_at)) for a, b in pairwise(self.spans))
        return tuple((at, lasted_ms) for at, lasted_ms in holes if lasted_ms > 0)


@dataclass(frozen=True, slots=True)
class BilledLine:
    """What an issued statement has charged of an intervention already, or a credit note taken back."""

    code: str
    quantity: int  # below nothing where it was taken back
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class Billed:
    """What stands of an intervention on issued statements, and the number of the last of them; and of the credit note
    that came after it."""

    number: str
    lines: tuple[BilledLine, ...]
    credited_by: str | None = None

    @property
    def net(self) -> Decimal:
        return sum((line.quantity * line.unit_price for line in self.lines), start=NOTHING)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An intervention that may go onto a statement."""

    id: int
    month: Month  # in which it was opened
    closed: bool
    charge: Charge
    review: Review
    proofs: tuple[Proof, ...]
    billed: Billed | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """An intervention on a statement."""

    id: int
    lines: tuple[Line, ...]
    notes: tuple[Words, ...]  # what the customer has to know beside the reasons: late, not billed


@dataclass(frozen=True, slots=True)
class RateTotal:
    """Net and VAT of all the lines of one rate."""

    rate: Decimal  # a fraction of one
    net: Decimal
    vat: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """What is owed, in euro."""

    rates: tuple[RateTotal, ...]  # the highest first

    @property
    def net(self) -> Decimal:
        return sum((each.net for each in self.rates), start=NOTHING)

    @property
    def vat(self) -> Decimal:
        return sum((each.vat for each in self.rates), start=NOTHING)

    @property
    def gross(self) -> Decimal:
        return self.net + self.vat


def totals(amounts: Iterable[tuple[Decimal, Decimal]]) -> Totals:
    """Of pairs of a VAT rate and a net amount: summed for each rate, and taxed once."""
    nets: defaultdict[Decimal, Decimal] = defaultdict(lambda: NOTHING)
    for rate, net in amounts:
        nets[rate] += net
    return Totals(tuple(RateTotal(rate, nets[rate], vat(nets[rate], rate)) for rate in sorted(nets, reverse=True)))


def item(candidate: Candidate, month: Month) -> Item | None:
    """What of it goes onto the statement of that month; None when nothing does."""
    lines = outstanding(candidate.charge.lines, candidate.billed)
    if not lines:
        return None
    return Item(candidate.id, lines, (*_late(candidate, month), *_not_billed(candidate)))


def outstanding(lines: Sequence[Line], billed: Billed | None) -> tuple[Line, ...]:
    """The lines less what was billed of them, and what was billed but is not charged any more, taken back: together
    with what stands they are the charge."""
    if billed is None:
        return tuple(lines)
    had: defaultdict[tuple[str, Decimal], int] = defaultdict(int)  # what was taken off weighs against what was put on
    for each in billed.lines:
        had[each.code, abs(each.unit_price)] += _signed(each.quantity, each.unit_price)
    left: list[Line] = []
    for line in lines:
        of = line.code.value, abs(line.unit_price)
        stands = max(0, min(line.quantity, _signed(had[of], line.unit_price)))
        had[of] -= _signed(stands, line.unit_price)
        if stands < line.quantity:
            left.append(replace(line, quantity=line.quantity - stands))
    back = _taken_back(billed.number)
    for (code, price), n in had.items():
        if n:
            left.append(Line(Code(code), abs(n), -price if n > 0 else price, back, ()))
    return tuple(left)


def _signed(quantity: int, price: Decimal) -> int:
    """The quantity at a price that is not below nothing."""
    return -quantity if price.is_signed() else quantity


def _taken_back(number: str) -> Words:
    return Words(f"as on statement {number}, taken back", f"come nell'estratto conto {number}, stornato")


def waiting(candidate: Candidate) -> Iterator[Fault]:
    """What keeps it from going onto a statement: everything that a person has yet to say."""
    place = f"intervention {candidate.id}"
    if not candidate.closed:
        yield Fault(place, "still open", "close it as solved or unresolved")
    for wait in candidate.review.waits:
        yield Fault(place, f"waits in review: {wait.what}", _REMEDIES.get(wait.what, "decide what becomes of it"))
    if candidate.billed is not None and candidate.charge.net < candidate.billed.net:
        less = plain(candidate.billed.net - candidate.charge.net)
        yield Fault(place, f"costs {less} less than statement {candidate.billed.number} says", "credit that statement")


_REMEDIES: Mapping[str, str] = {
    Flag.OVERTIME_NOT_AGREED: "write down who agreed to it, or waive it",
    Flag.EDITION_NOT_COVERED: "decide what becomes of it, or put the customer's edition right",
    Flag.PRICE_TO_BE_AGREED: "name its price",
    Flag.UNASSIGNED: "say whose it is",
    PEER_DIFFERS: "say whose it is: assign it, though it be to the same customer",
    CUSTOMER_NOT_TOLD: "tell him that it was given up, and write down how",
}


def _late(candidate: Candidate, month: Month) -> Iterator[Words]:
    if candidate.billed is not None and (note := candidate.billed.credited_by) is not None:
        yield Words(f"billed anew after credit note {note}", f"addebitato di nuovo dopo la nota di credito {note}")
    elif candidate.billed is not None:
        number = candidate.billed.number
        yield Words(
            f"time that was reported after statement {number} was issued",
            f"tempo comunicato dopo l'emissione dell'estratto conto {number}",
        )
    elif candidate.month != month:
        yield Words(
            f"of {month_words(candidate.month).en}: it came after that month's statement",
            f"di {month_words(candidate.month).it}: giunto dopo l'estratto conto di quel mese",
        )


def _not_billed(candidate: Candidate) -> Iterator[Words]:
    """Time between start and end that nobody pays for, and time that is counted once."""
    spans = [span for proof in candidate.proofs for span in proof.spans]
    holes = [Span(at, at + lasted_ms) for proof in candidate.proofs for at, lasted_ms in proof.gaps]
    covered_ms = connected_ms(spans)
    if unseen := (connected_ms([*spans, *holes]) - covered_ms) // SECOND_MS:
        yield Words(
            f"{length_words(unseen)} in which nothing was observed: not billed",
            f"{length_words(unseen)} senza osservazione: non addebitati",
        )
    observed_ms = sum(proof.observed_ms for proof in candidate.proofs)
    if (twice := (observed_ms - covered_ms) // SECOND_MS) > 0:
        yield Words(
            f"{length_words(twice)} in several connections at once: counted once",
            f"{length_words(twice)} in più collegamenti contemporanei: contati una volta",
        )


_MONTHS = (
    ("January", "gennaio"),
    ("February", "febbraio"),
    ("March", "marzo"),
    ("April", "aprile"),
    ("May", "maggio"),
    ("June", "giugno"),
    ("July", "luglio"),
    ("August", "agosto"),
    ("September", "settembre"),
    ("October", "ottobre"),
    ("November", "novembre"),
    ("December", "dicembre"),
)


def month_words(month: Month) -> Words:
    """The month as people write it, in both languages."""
    en, it = _MONTHS[month.number - 1]
    return Words(f"{en} {month.year}", f"{it} {month.year}")
