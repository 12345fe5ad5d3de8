"""The reason of each line of a charge, in words: Italian and English, from the same facts."""

from dataclasses import dataclass
from typing import Literal, assert_never

from collector.domain.entitlement import Service, Terms
from collector.domain.tariff import CapAppliesTo

Language = Literal["en", "it"]


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in both languages."""

    en: str
    it: str

    def of(self, language: Language) -> str:
        return self.en if language == "en" else self.it

    def then(self, more: "Words") -> "Words":
        """Both sentences, parted by a semicolon."""
        return Words(f"{self.en}; {more.en}", f"{self.it}; {more.it}")


def length_words(seconds: int) -> str:
    """A length to the second, the same in both languages: "1 h 20 min 1 s", "24 min", "0 s"."""
    hours, rest = divmod(seconds, 3_600)
    minutes, left = divmod(rest, 60)
    parts = ((hours, "h"), (minutes, "min"), (left, "s"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"


def of_base(terms: Terms, connection_seconds: int, applies_to: CapAppliesTo) -> Words:
    """Why the base line stands there, and how much time was used."""
    used = length_words(connection_seconds)
    used_words = Words(f"{used} of connection", f"collegamento di {used}")
    return _base(terms, _included(terms, applies_to)).then(used_words)


def _included(terms: Terms, applies_to: CapAppliesTo) -> Words:
    if terms.cap_ms is None:
        return Words("", "")
    cap = length_words(terms.cap_ms // 1_000)
    if applies_to is CapAppliesTo.CONNECTION:
        return Words(f"includes {cap} of each connection", f"comprende {cap} di ogni collegamento")
    return Words(f"includes {cap} of connection", f"comprende {cap} di collegamento")


def _base(terms: Terms, included: Words) -> Words:
    match terms.service:
        case Service.CONTRACT:
            return Words("Intervention with a maintenance contract", "Intervento con contratto di manutenzione").then(
                included
            )
        case Service.PREVIOUS_VERSION:
            return Words(
                "Single intervention on a previous version",
                "Singolo intervento su versione precedente",
            ).then(included)
        case Service.NOT_ENTITLED:
            return Words(
                "Current version without a maintenance contract: nothing may be sold, to be decided",
                "Versione corrente senza contratto di manutenzione: nulla è vendibile, da decidere",
            )
        case Service.EXEMPT:
            return Words("Always supported, never charged", "Sempre supportato, mai addebitato")
        case Service.EXCLUDED:
            return Words(
                "Not covered by the service: nothing is charged, to be decided",
                "Escluso dal servizio: nulla è addebitato, da decidere",
            )
        case Service.FILE_RECOVERY if terms.price is None:
            return Words(
                "Recovery of files without a working backup: price to be agreed",
                "Recupero di file senza un backup valido: prezzo da concordare",
            )
        case Service.FILE_RECOVERY:
            return Words(
                "Recovery of files without a working backup",
                "Recupero di file senza un backup valido",
            )
        case Service.UNASSIGNED:
            return Words(
                "Customer unknown: nothing is charged until assigned",
                "Cliente sconosciuto: nulla è addebitato finché non è assegnato",
            )
        case _:
            assert_never(terms.service)


def of_overtime(over_seconds: int, terms: Terms, *, agreed: bool) -> Words:
    """Why half hours are charged: how far beyond the cap, the unit, and whether it was agreed."""
    over, unit = length_words(over_seconds), length_words(terms.overtime.unit_ms // 1_000)
    why = Words(
        f"{over} beyond the included time, each {unit} begun",
        f"{over} oltre il tempo compreso, ogni {unit} iniziati",
    )
    return why.then(_AGREED if agreed else _NOT_AGREED)


def of_unsold(half_hours: int, terms: Terms) -> Words:
    """Why half hours that were begun are not charged."""
    if terms.service is Service.UNASSIGNED:
        return Words(f"overtime begun: {half_hours}", f"eccedenze iniziate: {half_hours}")
    return Words(
        f"overtime begun without a contract, to be decided: {half_hours}",
        f"eccedenze iniziate senza contratto, da decidere: {half_hours}",
    )


_AGREED = Words("agreed with the customer", "concordato con il cliente")
_NOT_AGREED = Words("no one has agreed to it yet", "nessuno lo ha ancora concordato")
