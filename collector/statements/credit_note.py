"""The document that takes a statement back, or some of its lines. Pure.

Lines are counted from 1 through the whole statement, as its electronic invoice counts them. The VAT of a credit note is
what the statement's falls by, so that however many notes take it back, together they are the statement to the cent.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

import msgspec

from collector.domain.money import NOTHING, plain, vat
from collector.domain.statement import BilledLine, Kind
from collector.errors import BadInput, Conflict
from collector.statements.document import Credited, Document, Intervention, Line, Rate


@dataclass(frozen=True, slots=True)
class Numbered:
    """A line with its number, and the credit note that took it back."""

    n: int
    intervention: Intervention
    line: Line
    credited_by: str | None = None


def numbered(of: Document, notes: Iterable[Document] = ()) -> list[Numbered]:
    """All lines of a statement, of which these credit notes took some back."""
    gone = {n: note.number for note in notes if note.credits is not None for n in note.credits.lines}
    lines = ((each, line) for each in of.interventions for line in each.lines)
    return [Numbered(n, each, line, gone.get(n)) for n, (each, line) in enumerate(lines, 1)]


def chosen(lines: Sequence[Numbered], asked: Collection[int] | None) -> frozenset[int]:
    """The numbers of what is taken back: of what was asked for, or of all that stands. BadInput or Conflict where it
    cannot be."""
    stands = {each.n: each for each in lines if each.credited_by is None}
    if asked is None:
        return frozenset(stands)
    if not asked:
        raise BadInput("lines", "none is named", "name at least one, or leave them out for all")
    for n in sorted(set(asked) - stands.keys()):
        if not 1 <= n <= len(lines):
            raise BadInput("lines", f"there is no line {n}", f"write numbers from 1 to {len(lines)}")
        raise Conflict(f"line {n} was taken back by {lines[n - 1].credited_by} already")
    for rate in {each.line.vat_rate for each in stands.values()}:
        amounts = {n: Decimal(each.line.amount) for n, each in stands.items() if each.line.vat_rate == rate}
        back = sum((amount for n, amount in amounts.items() if n in asked), NOTHING)
        left = sum(amounts.values(), NOTHING) - back
        if min(back, left) < 0:
            told = f"together they are {plain(back)}, and {plain(left)} is left"
            raise BadInput("lines", told, "name what was given away along with what it was given away of")
    return frozenset(asked)


def credit_note(of: Document, lines: Sequence[Numbered], taken: frozenset[int], *, reason: str) -> Document:
    """The note that takes these lines back; it is not numbered yet."""
    rates = tuple(_rate(rate.rate, lines, taken) for rate in of.rates if _of_rate(rate.rate, lines, taken))
    net = sum((Decimal(each.net) for each in rates), NOTHING)
    tax = sum((Decimal(each.vat) for each in rates), NOTHING)
    whole = len(taken) == len(lines)
    return msgspec.structs.replace(
        of,
        kind=Kind.CREDIT_NOTE.value,
        number="",
        interventions=tuple(_interventions(lines, taken)),
        rates=rates,
        net=plain(net),
        vat=plain(tax),
        gross=plain(net + tax),
        credits=Credited(number=of.number, day=of.day, reason=reason, lines=() if whole else tuple(sorted(taken))),
    )


def taken_off(note: Document) -> dict[int, list[BilledLine]]:
    """What a credit note takes off each intervention."""
    return {
        each.id: [BilledLine(line.code, -line.quantity, Decimal(line.unit_price)) for line in each.lines]
        for each in note.interventions
    }


def _of_rate(rate: str, lines: Iterable[Numbered], taken: frozenset[int]) -> list[Decimal]:
    return [Decimal(each.line.amount) for each in lines if each.n in taken and each.line.vat_rate == rate]


def _rate(rate: str, lines: Iterable[Numbered], taken: frozenset[int]) -> Rate:
    """What the net and the VAT of what stands fall by."""
    stood = frozenset(each.n for each in lines if each.credited_by is None)
    before, after = (sum(_of_rate(rate, lines, some), NOTHING) for some in (stood, stood - taken))
    of_one = Decimal(rate) / 100
    return Rate(rate=rate, net=plain(before - after), vat=plain(vat(before, of_one) - vat(after, of_one)))


def _interventions(lines: Iterable[Numbered], taken: frozenset[int]) -> Iterator[Intervention]:
    """Those that have one of them, with these lines alone; the time is all of theirs."""
    for of, its in groupby(lines, key=lambda each: each.intervention):
        if left := tuple(each.line for each in its if each.n in taken):
            yield msgspec.structs.replace(of, lines=left)
