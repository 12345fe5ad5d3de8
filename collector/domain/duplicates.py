"""Customers who may be one and the same: by tax number, name, e-mail address or peer. Offered, never decided."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from collector.domain.contract import Contract
from collector.domain.customer import Address, CustomerCard, TaxData, name_key
from collector.domain.fault import Fault


class Likeness(StrEnum):
    """What two customers share."""

    TAX_NUMBER = "tax-number"
    NAME = "name"
    EMAIL = "e-mail"
    PEER = "peer"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two who may be one, the older number first, and what they share."""

    one: int
    other: int
    likenesses: tuple[Likeness, ...]


SHORTEST = 6
"""Names shorter than this are alike only when they are the same."""


def duplicates(cards: Mapping[int, CustomerCard]) -> tuple[Pair, ...]:
    """Every pair that shares something; of many that share one thing each is told with the first of them."""
    shared: dict[tuple[int, int], list[Likeness]] = {}
    first: dict[tuple[Likeness, str], int] = {}
    for id, card in sorted(cards.items()):
        for likeness, mark in dict.fromkeys(_marks(card)):
            one = first.setdefault((likeness, mark), id)
            if one != id and likeness not in shared.setdefault((one, id), []):
                shared[one, id].append(likeness)
    found = (Pair(one, other, tuple(sorted(likenesses))) for (one, other), likenesses in shared.items())
    return tuple(sorted(found, key=lambda pair: (-len(pair.likenesses), pair.one, pair.other)))


def _marks(card: CustomerCard) -> Iterator[tuple[Likeness, str]]:
    for number in (card.tax.vat_number, card.tax.tax_code):
        if number:
            yield Likeness.TAX_NUMBER, number
    for name in (card.name, card.tax.business_name or card.name):
        for mark in _name_marks(name_key(name)):
            yield Likeness.NAME, mark
    for email in card.emails:
        yield Likeness.EMAIL, email
    for peer in card.peers:
        if not peer.pattern:
            yield Likeness.PEER, peer.key


def _name_marks(key: str) -> Iterator[str]:
    """The name, and the name with any one letter left out: two that share a mark differ by a slip or two.

    Figures are no slips: "Studio 1" and "Studio 2" are two.
    """
    if not key:
        return
    yield key
    if len(key) >= SHORTEST:
        for at, letter in enumerate(key):
            if not letter.isdigit():
                yield key[:at] + key[at + 1 :]


def merged(one: CustomerCard, other: CustomerCard, *, drop_periods: bool) -> tuple[CustomerCard, tuple[Fault, ...]]:
    """The card of both, where they differ as the first has it; and every two things that can't both be true."""
    contract = one.contract if drop_periods else _both(one.contract, other.contract)
    told = {each.first: each for each in (*other.versions, *one.versions)}
    card = replace(
        one,
        code=one.code or other.code,
        edition=one.edition or other.edition,
        note="\n".join(dict.fromkeys(note for note in (one.note, other.note) if note)),
        tax=_filled(one.tax, other.tax),
        contract=contract,
        versions=tuple(told[first] for first in sorted(told)),
        emails=tuple(dict.fromkeys((*one.emails, *other.emails))),
        peers=tuple(dict.fromkeys((*one.peers, *other.peers))),
    )
    return card, (*_clashes(one, other), *card.faults())


def _both(one: Contract, other: Contract) -> Contract:
    return Contract(
        tuple(dict.fromkeys((*one.periods, *other.periods))),
        tuple(dict.fromkeys((*one.suspensions, *other.suspensions))),
    )


def _filled(one: TaxData, other: TaxData) -> TaxData:
    """What the first does not say is taken from the other; an address is one thing."""
    address = one.address if one.address != Address() else other.address
    return TaxData(
        business_name=one.business_name or other.business_name,
        vat_number=one.vat_number or other.vat_number,
        tax_code=one.tax_code or other.tax_code,
        address=address,
        recipient_code=one.recipient_code or other.recipient_code,
        pec=one.pec or other.pec,
    )


def _clashes(one: CustomerCard, other: CustomerCard) -> Iterator[Fault]:
    """Two tax numbers are two customers, and two editions are priced differently."""
    pairs = (
        ("vat_number", one.tax.vat_number, other.tax.vat_number),
        ("tax_code", one.tax.tax_code, other.tax.tax_code),
        ("edition", one.edition, other.edition),
    )
    for place, mine, theirs in pairs:
        if mine and theirs and mine != theirs:
            yield Fault(place, f'"{mine}" and "{theirs}" can\'t both be true', "put one of them right first")
