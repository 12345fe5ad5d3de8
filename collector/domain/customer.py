"""What is known of a customer: who pays, by which numbers, how he is reached; and what of it is wrong, or missing.

Tax data are those of the Italian electronic invoice (FatturaPA 1.2): lengths and alphabets are its schema's; the check
digit of the partita IVA is the Luhn sum, the check character of the codice fiscale that of the decree of 23 December
1976.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, fields

from collector.domain.contract import NO_CONTRACT, Contract, VersionFrom, period_faults, version_faults
from collector.domain.fault import Fault
from collector.domain.peers import Peer, peer_faults
from collector.domain.reasons import Language

COVERED_EDITIONS = frozenset({"professional", "basic", "hygienist"})
"""The editions that may buy assistance; the terms head the whole price list with them."""

ITALY = "IT"
TO_PEC, ABROAD = "0000000", "XXXXXXX"  # recipient codes of who has none
MAX_PEERS = 500


def edition_covered(edition: str | None) -> bool:
    """Whether this edition may buy assistance; one that nobody has told is believed to."""
    return edition is None or edition in COVERED_EDITIONS


@dataclass(frozen=True, slots=True)
class Address:
    """Where the customer has his seat."""

    street: str | None = None  # with its number
    postcode: str | None = None  # CAP
    town: str | None = None  # comune
    province: str | None = None  # its two letters, in Italy
    country: str = ITALY  # ISO 3166, two letters


@dataclass(frozen=True, slots=True)
class TaxData:
    """Who is invoiced. What is not told is None; `faults` is about what is told, `missing` about what is not."""

    business_name: str | None = None  # denominazione; unless told, the customer's name
    vat_number: str | None = None  # partita IVA, without the country
    tax_code: str | None = None  # codice fiscale
    address: Address = Address()
    recipient_code: str | None = None  # codice destinatario of the exchange system
    pec: str | None = None  # certified e-mail

    def faults(self) -> Iterator[Fault]:
        """Everything that the exchange system would not take."""
        italian = self.address.country == ITALY
        if self.vat_number is not None:
            yield from _vat_faults(self.vat_number, italian)
        if self.tax_code is not None and italian and not _good_tax_code(self.tax_code):
            yield Fault(
                "tax_code",
                f'"{self.tax_code}" is no codice fiscale',
                "its last character does not fit, or it is not 16 long (11 for a company)",
            )
        if self.recipient_code is not None and not re.fullmatch(r"[A-Z0-9]{7}", self.recipient_code):
            yield Fault(
                "recipient_code",
                f'"{self.recipient_code}" is no codice destinatario',
                "seven capital letters or digits",
            )
        if self.pec is not None and not good_mail_address(self.pec):
            yield Fault("pec", f'"{self.pec}" is no e-mail address')
        yield from _line_faults("business_name", self.business_name, 80)
        yield from _address_faults(self.address, italian)

    def missing(self) -> tuple[str, ...]:
        """The fields that an electronic invoice to this customer would lack."""
        found = []
        if self.vat_number is None and self.tax_code is None:
            found.append("vat_number")
        found += [name for name in ("street", "postcode", "town") if getattr(self.address, name) is None]
        if self.address.country == ITALY and self.address.province is None:
            found.append("province")
        if self.recipient_code is None and self.pec is None and self.address.country == ITALY:
            found.append("recipient_code")
        return tuple(found)

    @property
    def recipient(self) -> str:
        """The recipient code to write: his own, else the one that says by which way instead."""
        return self.recipient_code or (TO_PEC if self.address.country == ITALY else ABROAD)


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """Everything that is written down of one customer."""

    name: str
    code: str | None = None  # the firm's own number for him
    edition: str | None = None  # of the product, as "professional"; None: nobody has told
    language: Language = "it"  # of what he is sent
    note: str = ""
    tax: TaxData = TaxData()
    contract: Contract = NO_CONTRACT
    versions: tuple[VersionFrom, ...] = ()
    emails: tuple[str, ...] = ()  # that he writes from; "@example.it" is a whole domain
    peers: tuple[Peer, ...] = ()

    def faults(self) -> Iterator[Fault]:
        """Everything about it that cannot be written down."""
        if not self.name.strip():
            yield Fault("name", "missing")
        for place, text, most in (("name", self.name, 200), ("code", self.code, 64)):
            yield from _line_faults(place, text, most)
        yield from _line_faults("note", " ".join(self.note.split()), 2_000)
        for each in self.contract.suspensions:
            yield from _line_faults("suspensions", each.why, 200)
            if "|" in each.why:
                yield Fault("suspensions", "a reason with |", "write it without")
        if self.edition is not None and not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,39}", self.edition):
            yield Fault(
                "edition", f'"{self.edition[:60]}" is no edition', f"as in {', '.join(sorted(COVERED_EDITIONS))}"
            )
        yield from self.tax.faults()
        yield from period_faults("contracts", self.contract.periods)
        yield from period_faults("suspensions", self.contract.suspensions)
        yield from version_faults("versions", self.versions)
        for email in self.emails:
            yield from _writer_faults(email)
        yield from peer_faults("peers", self.peers)
        if len(self.peers) > MAX_PEERS:
            yield Fault(
                "peers", f"{len(self.peers)} are too many", f"{MAX_PEERS} at most, and patterns take * for many"
            )


def changed_fields(before: CustomerCard, after: CustomerCard) -> tuple[str, ...]:
    """The names of what differs."""
    return tuple(f.name for f in fields(CustomerCard) if getattr(before, f.name) != getattr(after, f.name))


def columns_of(card: CustomerCard) -> dict[str, str | None]:
    """What a card says once and no more, by the name that it has in tables and sheets; its lists are left out."""
    tax, address = card.tax, card.tax.address
    return {
        "name": card.name,
        "code": card.code,
        "edition": card.edition,
        "language": card.language,
        "note": card.note,
        "business_name": tax.business_name,
        "vat_number": tax.vat_number,
        "tax_code": tax.tax_code,
        "street": address.street,
        "postcode": address.postcode,
        "town": address.town,
        "province": address.province,
        "country": address.country,
        "recipient_code": tax.recipient_code,
        "pec": tax.pec,
    }


# --- names ---

_NO_NAMES = frozenset(
    re.findall(
        r"\w+",
        "srl srls spa sas snc ss stp scarl soc societa coop dott dr dottssa dottor dottoressa prof ing "
        "studio odontoiatrico dentistico medico associato associati di e il la lo del della the of and ",
    )
)


def name_key(name: str) -> str:
    """What spellings of one name share: its words without accents, titles and legal forms, in order of the alphabet."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("&", " e "))
    plain = "".join(each for each in letters if not unicodedata.combining(each))
    words = re.sub(r"[^\w\s]", "", re.sub(r"[-/,;:]", " ", plain)).split()
    return " ".join(sorted(word for word in words if word not in _NO_NAMES) or sorted(words))


# --- numbers ---


def tidy_number(text: str) -> str:
    """A number as people write it, without blanks, points and dashes, in capitals."""
    return re.sub(r"[\s.\-/]", "", text).upper()


def tidy_vat(text: str, country: str = ITALY) -> str:
    """A VAT number without its country."""
    return tidy_number(text).removeprefix(country)


_EDITIONS = {"professionale": "professional", "base": "basic", "igienista": "hygienist"}


def tidy_edition(text: str) -> str:
    """The edition's name as it is kept: in small letters, its Italian name in English."""
    name = "-".join(text.casefold().split())
    return _EDITIONS.get(name, name)


def good_partita_iva(number: str) -> bool:
    """Eleven digits whose last one is the check digit of the others."""
    if not re.fullmatch(r"\d{11}", number, re.ASCII) or number == "0" * 11:
        return False
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in number[1::2])
    return (sum(map(int, number[0::2])) + sum(doubled)) % 10 == 0


_PERSON = re.compile(r"[A-Z]{6}[0-9LMNP-V]{2}[ABCDEHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]")
# What a character weighs in an odd place, digits and letters alike (A as 0); in an even place it is its own order.
_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)


def _order(character: str) -> int:
    return int(character) if character.isdigit() else ord(character) - ord("A")


def _good_tax_code(code: str) -> bool:
    """Sixteen characters with their check character, or a company's eleven digits."""
    if len(code) == 11:
        return good_partita_iva(code)
    if _PERSON.fullmatch(code) is None:
        return False
    total = sum(_ODD[_order(c)] for c in code[0::2]) + sum(_order(c) for c in code[1:15:2])
    return code[15] == chr(ord("A") + total % 26)


def _vat_faults(number: str, italian: bool) -> Iterator[Fault]:
    if italian and not re.fullmatch(r"\d{11}", number, re.ASCII):
        yield Fault("vat_number", f'"{number[:40]}" is no partita IVA', "eleven digits")
    elif italian and not good_partita_iva(number):
        yield Fault(
            "vat_number",
            f'"{number}" is no partita IVA: its last digit does not fit the others',
            "look for a digit that was mistyped",
        )
    elif not italian and not re.fullmatch(r"[0-9A-Z]{1,28}", number):
        yield Fault(
            "vat_number", f'"{number[:40]}" is no VAT number', "1 to 28 letters and digits, without the country"
        )


def _address_faults(address: Address, italian: bool) -> Iterator[Fault]:
    if not re.fullmatch(r"[A-Z]{2}", address.country):
        yield Fault("country", f'"{address.country[:40]}" is no country', 'two letters, as in "IT"')
    if italian and address.postcode is not None and not re.fullmatch(r"\d{5}", address.postcode, re.ASCII):
        yield Fault("postcode", f'"{address.postcode[:40]}" is no CAP', "five digits")
    if italian and address.province is not None and not re.fullmatch(r"[A-Z]{2}", address.province):
        yield Fault("province", f'"{address.province[:40]}" is no provincia', 'its two letters, as in "MI"')
    for place, text, most in (
        ("street", address.street, 60),
        ("town", address.town, 60),
        ("postcode", address.postcode, 15),
    ):
        yield from _line_faults(place, text, most)


def _line_faults(place: str, text: str | None, most: int) -> Iterator[Fault]:
    if text is None:
        return
    if len(text) > most:
        yield Fault(place, f"{len(text)} characters", f"{most} at most")
    if not text.isprintable():
        yield Fault(place, "more than one line, or characters that cannot be shown")


_MAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[^\s@<>\",;:()\[\]\\]{1,185}\.[^\s@<>\",;:()\[\]\\.]{2,63}")


def good_mail_address(text: str) -> bool:
    """Whether mail could be sent there, as far as its shape tells."""
    return _MAIL.fullmatch(text) is not None and text.isprintable()


PUBLIC_DOMAINS = frozenset(
    re.findall(
        r"\S+",
        "alice.it aol.com email.it fastwebnet.it gmail.com gmx.com googlemail.com hotmail.com hotmail.it "
        "icloud.com inwind.it iol.it legalmail.it libero.it live.com live.it me.com msn.com outlook.com "
        "outlook.it pec.aruba.it pec.it poste.it postecert.it proton.me protonmail.com tim.it tin.it "
        "tiscali.it virgilio.it yahoo.com yahoo.it ",
    )
)
"""Where everybody has an address: nobody's alone."""


def _writer_faults(text: str) -> Iterator[Fault]:
    """Of an address, or of a domain, that a customer writes from."""
    domain = text.removeprefix("@")
    if domain == text:
        if not good_mail_address(text):
            yield Fault("emails", f'"{text[:80]}" is no e-mail address', "as in anna@example.it, or @example.it")
    elif not good_mail_address(f"a{text}"):
        yield Fault("emails", f'"{text[:80]}" is no domain', "as in @example.it")
    elif domain.lower() in PUBLIC_DOMAINS:
        yield Fault("emails", f'"{text}" is a domain where everybody has an address', "write the whole address")
