"""The firm that sends the statements: what stands in its letterhead, and what an electronic invoice says of it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from collector.domain.customer import Address, TaxData, tidy_number, tidy_vat
from collector.domain.fault import Fault

# Registration regimes of the exchange system (RegimeFiscale); RF03 was withdrawn.
REGIMES = frozenset(f"RF{n:02}" for n in range(1, 21) if n != 3)
# Why no VAT is charged (Natura); N2, N3 and N6 alone are not taken since 2021.
NATURES = frozenset(["N1", "N2.1", "N2.2", "N3.1", "N3.2", "N3.3", "N3.4", "N3.5", "N3.6", "N4", "N5", "N7"]) | {
    f"N6.{n}" for n in range(1, 10)
}
MOST_LAW = 100  # letters of RiferimentoNormativo


@dataclass(frozen=True, slots=True)
class Firm:
    """As the settings say; what nobody has told is empty."""

    name: str = ""
    street: str = ""
    postcode: str = ""
    town: str = ""
    province: str = ""
    country: str = "IT"
    vat_number: str = ""
    tax_code: str = ""
    regime: str = "RF01"
    iban: str = ""
    email: str = ""
    phone: str = ""
    payment_days: str = "30"
    vat_nature: str = ""  # of what is charged at 0 %
    vat_law: str = ""

    @property
    def tax(self) -> TaxData:
        """The same in the words of a customer's tax data."""
        address = Address(
            self.street or None, self.postcode or None, self.town or None, self.province or None, self.country
        )
        return TaxData(self.name or None, self.vat_number or None, self.tax_code or None, address)

    def untaxed(self) -> Iterator[Fault]:
        """What is missing to charge something at 0 %."""
        for name, example in (("vat_nature", "N2.2"), ("vat_law", "Art. 1, c. 54-89, L. 190/2014")):
            if not getattr(self, name):
                yield Fault(f"firm_{name}", "missing, and VAT is 0 %", f'say why in mezzora.toml, as in "{example}"')

    def faults(self) -> Iterator[Fault]:
        """Everything that keeps a statement from being issued, by the name of its setting."""
        yield from self._missing()
        yield from self.wrong()

    def _missing(self) -> Iterator[Fault]:
        for name in ("name", "street", "postcode", "town", "vat_number"):
            if not getattr(self, name):
                yield Fault(f"firm_{name}", "missing", "write it into mezzora.toml in the data folder")
        if self.country == "IT" and not self.province:
            yield Fault("firm_province", "missing", "write its two letters into mezzora.toml in the data folder")

    def wrong(self) -> Iterator[Fault]:
        """What is told and cannot be used."""
        for fault in self.tax.faults():
            yield Fault(f"firm_{fault.place}", fault.problem, fault.remedy)
        if self.regime not in REGIMES:
            yield Fault("firm_regime", f'"{self.regime[:20]}" is no tax regime', "RF01 is the ordinary one")
        if self.vat_nature and self.vat_nature not in NATURES:
            yield Fault("firm_vat_nature", f'"{self.vat_nature[:20]}" is no Natura', "N2.2 is that of a flat-rate firm")
        if len(self.vat_law) > MOST_LAW:
            yield Fault("firm_vat_law", f"longer than {MOST_LAW} letters", "name article and law alone")
        if self.iban and not good_iban(self.iban):
            yield Fault("firm_iban", f'"{self.iban[:40]}" is no IBAN', "look for a character that was mistyped")
        if not (self.payment_days.isascii() and self.payment_days.isdigit() and int(self.payment_days) <= 365):
            yield Fault("firm_payment_days", f'"{self.payment_days[:20]}" is no number of days', "0 to 365")


MADE_UP = Firm(
    name="Assistenza Esempio S.r.l.",
    street="Via dell'Esempio 2",
    postcode="20100",
    town="Milano",
    province="MI",
    vat_number="99000010159",
)
"""Whose statements those of the demonstration are."""


FIRM_KEYS = tuple(f"firm_{each.name}" for each in fields(Firm))
"""What the settings call the parts of a firm."""


def firm_of(told: dict[str, str]) -> Firm:
    """The firm of those settings; other keys are not looked at."""
    known: dict[str, Any] = {key.removeprefix("firm_"): told[key].strip() for key in FIRM_KEYS if key in told}
    found = Firm(**known)
    vat_number, tax_code = tidy_vat(found.vat_number, found.country), tidy_number(found.tax_code)
    return replace(found, vat_number=vat_number, tax_code=tax_code)


def good_iban(text: str) -> bool:
    """Its check digits fit (ISO 13616: the remainder by 97 is 1)."""
    iban = text.replace(" ", "")
    if not (15 <= len(iban) <= 34 and iban.isascii() and iban.isalnum() and iban[:2].isalpha()):
        return False
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1
