"""The reason of each line of a charge, in words: Italian and English, from the same facts."""

from dataclasses import dataclass
from typing import Literal, assert_never

from collector.domain.decision import Goodwill, PriceNamed, Reason, Unsellable, UnsellableDecided
from collector.domain.entitlement import Service, Terms
from collector.domain.money import NOTHING
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


def of_base(terms: Terms, connection_seconds: int, applies_to: CapAppliesTo, *, decided: bool = False) -> Words:
    """Why the base line stands there, and how much time was used; `decided`: somebody has named its price."""
    base = _decided(_base(terms)) if decided else _base(terms)
    if terms.cap_ms is not None and terms.service is not Service.UNASSIGNED:
        base = base.then(_included(terms.cap_ms, applies_to))
    used = length_words(connection_seconds)
    return base.then(Words(f"{used} of connection", f"collegamento di {used}"))


def _decided(base: Words) -> Words:
    """What the line is, without that it waits for a decision."""
    return Words(base.en.split(":")[0], base.it.split(":")[0])


def of_declared(seconds: int, *, counts: bool) -> Words:
    """How much of the time is somebody's word."""
    lasted = length_words(seconds)
    if counts:
        return Words(f"of which {lasted} declared by the technician", f"di cui {lasted} dichiarati dal tecnico")
    return Words(f"{lasted} declared by the technician, not counted", f"{lasted} dichiarati dal tecnico, non contati")


def of_price_named(named: PriceNamed) -> Words:
    """That a person has named the price, or that nothing is charged."""
    if named.price == NOTHING:
        words = Words("decided: nothing is charged", "deciso: nulla è addebitato")
    else:
        words = Words(f"price agreed: {named.price:.2f} euro", f"prezzo concordato: {named.price:.2f} euro")
    return words.then(Words(named.told, named.told)) if named.told else words


def of_goodwill(given: Goodwill) -> Words:
    """That something is given away, and why."""
    words = _goodwill(given.reason)
    return words.then(Words(given.told, given.told)) if given.told else words


def _goodwill(reason: Reason) -> Words:
    match reason:
        case Reason.COURTESY:
            return Words("Goodwill: a courtesy", "Abbuono: a titolo di cortesia")
        case Reason.OUR_FAULT:
            return Words("Goodwill: our fault", "Abbuono: per nostro errore")
        case Reason.UNRESOLVED:
            return Words("Goodwill: the problem was not solved", "Abbuono: problema non risolto")
        case Reason.SLOW_LINE:
            return Words("Goodwill: the connection was slow", "Abbuono: collegamento lento")
        case Reason.NOT_INFORMED:
            return Words("Goodwill: the customer was not told in time", "Abbuono: cliente non avvisato in tempo")
        case Reason.OTHER:
            return Words("Goodwill", "Abbuono")
        case _:
            assert_never(reason)


def _included(cap_ms: int, applies_to: CapAppliesTo) -> Words:
    cap = length_words(cap_ms // 1_000)
    if applies_to is CapAppliesTo.CONNECTION:
        return Words(f"includes {cap} of each connection", f"comprende {cap} di ogni collegamento")
    return Words(f"includes {cap} of connection", f"comprende {cap} di collegamento")


def _base(terms: Terms) -> Words:
    match terms.service:
        case Service.CONTRACT:
            return Words("Intervention with a maintenance contract", "Intervento con contratto di manutenzione")
        case Service.PREVIOUS_VERSION:
            return Words("Single intervention on a previous version", "Singolo intervento su versione precedente")
        case Service.NOT_ENTITLED if not terms.edition_covered:
            return Words(
                "This edition may not buy assistance: nothing may be sold, to be decided",
                "Edizione non ammessa all'assistenza: nulla è vendibile, da decidere",
            )
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


def of_overtime(over_seconds: int, terms: Terms, half_hours: int, *, agreed: int, waived: int = 0) -> Words:
    """Why half hours are charged: how far beyond the cap, the unit, and how many were agreed to or are given away."""
    over, unit = length_words(over_seconds), length_words(terms.overtime.unit_ms // 1_000)
    why = Words(
        f"{over} beyond the included time, each {unit} begun",
        f"{over} oltre il tempo compreso, ogni {unit} iniziati",
    )
    if agreed == half_hours:
        return why.then(_AGREED)
    if agreed:
        why = why.then(
            Words(
                f"agreed with the customer: {agreed} of {half_hours}",
                f"concordati con il cliente: {agreed} di {half_hours}",
            )
        )
    return why if agreed + waived >= half_hours else why.then(_NOT_AGREED)


def of_unsold(half_hours: int, terms: Terms, decided: UnsellableDecided | None = None) -> Words:
    """Why half hours that were begun are not charged."""
    if terms.service is Service.UNASSIGNED:
        return Words(f"overtime begun: {half_hours}", f"eccedenze iniziate: {half_hours}")
    if decided is not None and decided.half_hours >= half_hours:
        begun = Words(
            f"overtime begun without a contract, not charged: {half_hours}",
            f"eccedenze iniziate senza contratto, non addebitate: {half_hours}",
        )
        return begun.then(_unsellable(decided.choice))
    return Words(
        f"overtime begun without a contract, to be decided: {half_hours}",
        f"eccedenze iniziate senza contratto, da decidere: {half_hours}",
    )


def _unsellable(choice: Unsellable) -> Words:
    match choice:
        case Unsellable.STOP:
            return Words("decided: stopped there", "deciso: terminato lì")
        case Unsellable.NEW_INTERVENTION:
            return Words("decided: a new intervention follows", "deciso: segue un nuovo intervento")
        case Unsellable.GOODWILL:
            return Words("decided: given away", "deciso: abbuonate")
        case _:
            assert_never(choice)


_AGREED = Words("agreed with the customer", "concordato con il cliente")
_NOT_AGREED = Words("no one has agreed to it yet", "nessuno lo ha ancora concordato")
_CATEGORIES = {
    "download": Words("download", "download"),
    "defective-media": Words("defective media", "supporto difettoso"),
    "installation": Words("installation", "installazione"),
    "activation": Words("activation", "attivazione"),
    "network": Words("network", "rete"),
    "shared-disks": Words("shared disks", "dischi condivisi"),
    "user-profiles": Words("user profiles", "profili utente"),
    "e-mail": Words("e-mail set-up", "configurazione della posta"),
    "other-software": Words("other software", "altro software"),
    "operating-system": Words("operating system", "sistema operativo"),
    "software-updates": Words("software updates", "aggiornamenti software"),
    "file-recovery": Words("file recovery", "recupero file"),
}


def category_words(name: str) -> Words:
    """What the categories of the service terms are called; any other by its own name."""
    return _CATEGORIES.get(name, Words(name.replace("-", " "), name.replace("-", " ")))
