"""What an intervention would cost under another tariff, and why: a hypothetical, which changes nothing.

The difference comes apart by the codes of the lines: its parts always sum to it, and each says in words what of the
other tariff makes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from collector.domain.entitlement import Service
from collector.domain.money import NOTHING, plain
from collector.domain.rating import Charge, Code
from collector.domain.reasons import Words, length_words
from collector.domain.tariff import CapAppliesTo, Tariff


@dataclass(frozen=True, slots=True)
class Rated:
    """A charge, and the tariff that it was made by."""

    charge: Charge
    tariff: Tariff


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the difference, in net euro; 0.00 where a fact changes and the price does not."""

    amount: Decimal
    why: Words


@dataclass(frozen=True, slots=True)
class Difference:
    """What the other tariff would change; without parts, nothing."""

    before: Decimal
    after: Decimal
    parts: tuple[Part, ...]

    @property
    def amount(self) -> Decimal:
        return self.after - self.before

    @property
    def why(self) -> Words:
        """All reasons in one line."""
        if not self.parts:
            return Words("the same", "invariato")
        first, *rest = (part.why for part in self.parts)
        for each in rest:
            first = first.then(each)
        return first


@dataclass(frozen=True, slots=True)
class Sums:
    """Over all the interventions that could be compared, in net euro."""

    before: Decimal = NOTHING
    after: Decimal = NOTHING
    compared: int = 0
    changed: int = 0  # that would cost more, or less

    @property
    def amount(self) -> Decimal:
        return self.after - self.before

    def plus(self, each: Difference) -> "Sums":
        return Sums(
            self.before + each.before, self.after + each.after, self.compared + 1, self.changed + (each.amount != 0)
        )


def difference(now: Rated, other: Rated) -> Difference:
    """Between the charge as it is and the charge of the same intervention under the other tariff."""
    parts = (*_base(now, other), *_overtime(now, other), *_goodwill(now, other), *_vat(now, other))
    return Difference(now.charge.net, other.charge.net, parts)


def _sum(charge: Charge, code: Code) -> Decimal:
    return sum((line.amount for line in charge.lines if line.code is code), start=NOTHING)


def _base(now: Rated, other: Rated) -> Iterator[Part]:
    """The price of the intervention, or what it is sold as."""
    before, after = _sum(now.charge, Code.BASE), _sum(other.charge, Code.BASE)
    if now.charge.service is not other.charge.service:
        one, two = _SERVICES[now.charge.service], _SERVICES[other.charge.service]
        yield Part(after - before, Words(f"{two.en} instead of {one.en}", f"{two.it} invece di {one.it}"))
    elif before != after:
        yield Part(after - before, _instead("base price", "prezzo base", plain(after), plain(before)))


def _overtime(now: Rated, other: Rated) -> Iterator[Part]:
    """What is charged beyond the cap, and how much of it begins, sold or not."""
    before, after = _sold(now.charge), _sold(other.charge)
    begun, its_begun = now.charge.overtime_half_hours, other.charge.overtime_half_hours
    if before != after:
        amount = _sum(other.charge, Code.OVERTIME) - _sum(now.charge, Code.OVERTIME)
        yield Part(amount, _caused(_instead("overtime", "eccedenze", after, before), now, other))
    elif begun != its_begun:
        begins = _instead("units begun beyond the cap", "unità iniziate oltre il limite", str(its_begun), str(begun))
        yield Part(NOTHING, _caused(begins, now, other))


def _caused(why: Words, now: Rated, other: Rated) -> Words:
    for cause in _causes(now, other):
        why = why.then(cause)
    return why


def _causes(now: Rated, other: Rated) -> Iterator[Words]:
    """What decides how many units begin, and how many may be sold, as far as the tariffs differ in it."""
    if now.charge.overtime_half_hours == other.charge.overtime_half_hours and _units(now) == _units(other):
        return  # the price alone
    cap, its_cap = now.charge.cap_seconds, other.charge.cap_seconds
    if cap is not None and its_cap is not None and cap != its_cap:
        yield _instead("included time", "tempo compreso", length_words(its_cap), length_words(cap))
    mine, its = now.tariff.overtime, other.tariff.overtime
    for en, it, one, two in (
        ("unit", "unità", mine.unit_ms, its.unit_ms),
        ("courtesy time", "tempo di cortesia", mine.courtesy_ms, its.courtesy_ms),
    ):
        if one != two:
            yield _instead(en, it, length_words(two // 1_000), length_words(one // 1_000))
    if now.tariff.cap_applies_to is not other.tariff.cap_applies_to:
        yield _COUNTED[other.tariff.cap_applies_to]
    if now.tariff.declared_time_counts != other.tariff.declared_time_counts:
        yield _DECLARED[other.tariff.declared_time_counts]
    if mine.needs_contract != its.needs_contract:
        yield _CONTRACT[its.needs_contract]


def _goodwill(now: Rated, other: Rated) -> Iterator[Part]:
    before, after = _sum(now.charge, Code.GOODWILL), _sum(other.charge, Code.GOODWILL)
    if before != after:
        yield Part(after - before, _instead("goodwill", "abbuono", plain(after), plain(before)))


def _vat(now: Rated, other: Rated) -> Iterator[Part]:
    """It is no part of the net amount, but of what the customer pays."""
    before, after = now.charge.vat_rate, other.charge.vat_rate
    if before != after:
        yield Part(NOTHING, _instead("VAT", "IVA", f"{after * 100:.2f} %", f"{before * 100:.2f} %"))


def _instead(en: str, it: str, after: str, before: str) -> Words:
    return Words(f"{en} {after} instead of {before}", f"{it} {after} invece di {before}")


def _units(of: Rated) -> int:
    return sum(line.quantity for line in of.charge.lines if line.code is Code.OVERTIME)


def _sold(charge: Charge) -> str:
    """The units that are charged, as "2 x 35.00"; "0" where there are none."""
    sold = (f"{line.quantity} x {plain(line.unit_price)}" for line in charge.lines if line.code is Code.OVERTIME)
    return next(sold, "0")


_SERVICES = {
    Service.CONTRACT: Words("intervention with a contract", "intervento con contratto"),
    Service.PREVIOUS_VERSION: Words("intervention on a previous version", "intervento su versione precedente"),
    Service.NOT_ENTITLED: Words("not entitled", "non ammesso"),
    Service.EXEMPT: Words("exempt", "esente"),
    Service.EXCLUDED: Words("excluded", "escluso"),
    Service.FILE_RECOVERY: Words("recovery of files", "recupero di file"),
    Service.UNASSIGNED: Words("unassigned", "non assegnato"),
}
_COUNTED = {
    CapAppliesTo.INTERVENTION: Words("the cap counts all connections together", "il limite vale per l'intervento"),
    CapAppliesTo.CONNECTION: Words("the cap counts each connection anew", "il limite vale per ogni collegamento"),
}
_DECLARED = {
    True: Words("declared time counts", "il tempo dichiarato conta"),
    False: Words("declared time does not count", "il tempo dichiarato non conta"),
}
_CONTRACT = {
    True: Words("overtime is sold with a contract only", "eccedenze vendibili solo con contratto"),
    False: Words("overtime is sold without a contract too", "eccedenze vendibili anche senza contratto"),
}
