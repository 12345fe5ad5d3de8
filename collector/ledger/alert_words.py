"""What an alert says, in both languages, from the facts that it was made with."""

from zoneinfo import ZoneInfo

from collector.domain.reasons import Words, category_words, length_words
from collector.ledger.alerts import Told
from shared.moments import HOUR_MS, SECOND_MS, from_at

TELLS_NEXT = frozenset({"warning", "cap", "half-hour", "agent-silent", "backup", "terms", "declined"})

ASKS = frozenset({"warning", "cap", "half-hour"})
"""Where the customer may be asked."""

AFTER_A_NO = Words(
    "end here, begin another intervention, or waive it as goodwill",
    "finire qui, aprire un altro intervento, o rinunciarvi",
)


_ENDED = (
    Words("the session was closed, as announced", "collegamento chiuso, come annunciato"),
    Words(
        "the session was ended, as announced: the viewer did not close and was killed",
        "collegamento terminato, come annunciato: il programma non si chiudeva",
    ),
    Words(
        "the session was not ended: the history says why; ask the customer, or end it by hand",
        "collegamento non chiuso: il motivo è nella cronologia; chiedere al cliente, o chiuderlo a mano",
    ),
)


def words_of(kind: str, n: int, told: Told, zone: ZoneInfo, *, late: bool, confirmed: bool) -> Words:
    """Who, when, what has become true, what comes next and what it costs, what can be done; late or unconfirmed."""
    who = _who(told)
    when = "" if told.at is None else f", {_day(told.at, zone) + ' ' if late else ''}{_clock(told.at, zone)}"
    parts = [_what(kind, n, told, zone)]
    if (comes := _comes(kind, told, zone)) is not None:
        parts.append(comes)
    if (remedy := _remedy(kind, told, zone)) is not None:
        parts.append(remedy)
    if not confirmed:
        parts.append(Words("the agent has not confirmed it yet", "l'agente non l'ha ancora confermato"))
    if late:
        parts.append(Words("told late", "segnalato in ritardo"))
    en, it = ("; ".join(part.of(language) for part in parts) for language in ("en", "it"))
    return Words(f"{who.en}{when}: {en}.", f"{who.it}{when}: {it}.")


def words_taken_back(kind: str, n: int, told: Told, zone: ZoneInfo) -> Words:
    """What is not true by what is known now, and that it is not."""
    who, what = _who(told), _what(kind, n, told, zone)
    when = "" if told.at is None else f", {_clock(told.at, zone)}"
    return Words(
        f"Taken back: {who.en}{when}: {what.en}; by the time and terms that are known now it is not so.",
        f"Ritirato: {who.it}{when}: {what.it}; in base al tempo e alle condizioni noti ora non è così.",
    )


def _who(told: Told) -> Words:
    unknown = Words("Unknown peer", "Cliente sconosciuto")
    name = Words(told.customer, told.customer) if told.customer else unknown
    how = " ".join(part for part in (told.tool_name, told.peer) if part)
    return Words(f"{name.en} ({how})", f"{name.it} ({how})") if how else name


def _what(kind: str, n: int, told: Told, zone: ZoneInfo) -> Words:
    used = length_words(told.connected_ms // SECOND_MS)
    match kind:
        case "warning":
            left = length_words(n // SECOND_MS)
            return Words(
                f"{left} to the end of the included time, {used} used",
                f"{left} alla fine del tempo compreso, {used} già usati",
            )
        case "cap":
            return Words(f"the included time of {used} is used up", f"il tempo compreso di {used} è esaurito")
        case "half-hour":
            price = _price(told)
            return Words(
                f"half hour {n} has begun after {used}{price.en}", f"mezz'ora {n} iniziata dopo {used}{price.it}"
            )
        case "not-entitled" if not told.edition_covered:
            return Words(
                "an edition that is not covered: assistance may not be sold, decide",
                "edizione non ammessa: assistenza non vendibile, da decidere",
            )
        case "not-entitled":
            return Words(
                "the current version without a maintenance contract: assistance may not be sold, decide",
                "versione corrente senza contratto di manutenzione: assistenza non vendibile, da decidere",
            )
        case "unknown-peer":
            return Words(
                f"connected for {used} and nobody knows to whom: assign a customer",
                f"collegamento di {used} senza cliente: da assegnare",
            )
        case "no-contact" if told.at is not None:
            since = _day(told.at - n * 24 * HOUR_MS, zone)
            return Words(f"open, and without contact since {since}", f"aperto, e senza contatti dal {since}")
    return _beside(kind, n, told)


def _beside(kind: str, n: int, told: Told) -> Words:
    """What has nothing to do with the marks of the cap."""
    pc = told.technician or "?"
    match kind:
        case "excluded-work":
            category = category_words(told.category or "")
            return Words(
                f"work that is not covered ({category.en}): nothing is charged until somebody decides",
                f"lavoro non coperto ({category.it}): nulla è addebitato finché qualcuno non decide",
            )
        case "backup" if n == 0:
            return Words(
                "work on the database, and nobody knows of a backup", "lavoro sulla base dati, backup sconosciuto"
            )
        case "backup":
            return Words(
                f"work on the database, and the last backup is {n} hours old",
                f"lavoro sulla base dati, l'ultimo backup è di {n} ore fa",
            )
        case "terms" if n == 0:
            return Words("the service terms were never accepted", "condizioni di servizio mai accettate")
        case "terms":
            return Words(
                "only an older version of the service terms was accepted",
                "accettata solo una versione precedente delle condizioni di servizio",
            )
        case "agent-silent":
            return Words(
                f"the agent of {pc} is silent while a session is live", f"l'agente di {pc} tace a collegamento aperto"
            )
        case "unconfirmed-end":
            return Words(
                f"nobody saw the end of the session; it counts up to the last proof of life, {_used(told).en}",
                f"fine del collegamento non vista; conta fino all'ultima prova, {_used(told).it}",
            )
        case "clock-off":
            off = f"{abs(n) / SECOND_MS:.1f}"
            ahead = n < 0  # what has to be added to it
            return Words(
                f"the clock of {pc} is {off} s {'fast' if ahead else 'slow'}; its times are corrected",
                f"l'orologio di {pc} è {'avanti' if ahead else 'indietro'} di {_italian(off)} s; orari corretti",
            )
        case "no-contact":
            return Words(f"open without contact for {n} days", f"aperto senza contatti da {n} giorni")
        case "declined":
            return Words("the customer does not agree to overtime", "il cliente non accetta il supplemento")
        case "disconnect":
            left = length_words(n // SECOND_MS)
            return Words(
                f"nobody has agreed to overtime: the session is ended in {left}",
                f"nessuno ha accettato il supplemento: il collegamento termina fra {left}",
            )
        case "disconnected":
            return _ENDED[n]
    raise AssertionError(f"an alert of kind {kind!r}")


def _used(told: Told) -> Words:
    used = length_words(told.connected_ms // SECOND_MS)
    return Words(f"{used} in all", f"{used} in tutto")


def _remedy(kind: str, told: Told, zone: ZoneInfo) -> Words | None:
    """What can be done, where that is not said already."""
    if kind in ASKS and told.waived:
        return Words("nothing is charged: all of it is waived", "nulla è addebitato: è tutto abbuonato")
    if kind in ASKS and told.declined_at is not None:
        at = _clock(told.declined_at, zone)
        return Words(
            f"the customer said no at {at}: {AFTER_A_NO.en}", f"il cliente ha detto di no alle {at}: {AFTER_A_NO.it}"
        )
    if kind in ASKS and told.customer is None:
        return Words("assign a customer", "assegnare un cliente")
    if kind in ASKS and told.agreed_at is not None:
        at, most = _clock(told.agreed_at, zone), _up_to(told.agreed_up_to)
        return Words(f"the customer agreed at {at}{most.en}", f"il cliente ha accettato alle {at}{most.it}")
    match kind:
        case "warning" if told.next_at is not None and told.next_amount is not None:
            return Words("end before that, or ask the customer", "finire prima, o chiedere al cliente")
        case "warning" if told.next_at is not None:
            return Words("end before that, or agree anew", "finire prima, o riaccordarsi")
        case "cap" | "half-hour" if told.next_at is not None and told.next_amount is not None:
            return Words("ask the customer, or end here", "chiedere al cliente, o finire qui")
        case "cap" | "half-hour" if told.next_at is not None:
            return Words("end here, agree anew, or decide", "finire qui, riaccordarsi o decidere")
        case "declined":
            return AFTER_A_NO
        case "disconnect":
            return Words(
                "agree, waive, or mark the work as critical", "accordarsi, rinunciare, o segnare lavoro critico"
            )
        case "backup":
            return Words("have one made first", "farne fare uno prima")
        case "terms":
            return Words("have them accepted and note it", "farle accettare e annotarlo")
        case "agent-silent":
            return Words("see whether that PC and its line are up", "verificare quel PC e la sua linea")
        case "unconfirmed-end":
            return Words("ask the technician when it ended", "chiedere al tecnico quando è finito")
        case "clock-off":
            return Words("set it by the network's time", "regolarlo con l'ora di rete")
        case "no-contact":
            return Words("close it, or call the customer", "chiuderlo o chiamare il cliente")
    return None


def _up_to(most: int | None) -> Words:
    """How far an agreement goes."""
    if most is None:
        return Words("", "")
    if most == 1:
        return Words(", to one half hour in all", ", fino a una mezz'ora in tutto")
    return Words(f", to {most} half hours in all", f", fino a {most} mezz'ore in tutto")


def _price(told: Told) -> Words:
    if told.waived:
        return Words("", "")
    if not told.sellable:
        return Words(", which may not be sold: decide", ", non vendibile: da decidere")
    if told.amount is None:
        return Words("", "")
    return Words(f", EUR {told.amount}", f", € {_italian(told.amount)}")


def _comes(kind: str, told: Told, zone: ZoneInfo) -> Words | None:
    """The next half hour, when and at what price, as far as it is a fact."""
    if kind not in TELLS_NEXT or told.next_at is None or told.waived:
        return None
    at = _clock(told.next_at, zone)
    if told.next_amount is None:
        return Words(
            f"the next half hour begins at {at} and may not be sold",
            f"la prossima mezz'ora inizia alle {at} e non è vendibile",
        )
    return Words(
        f"the next half hour begins at {at} and costs EUR {told.next_amount}",
        f"la prossima mezz'ora inizia alle {at} e costa € {_italian(told.next_amount)}",
    )


def _clock(at: int, zone: ZoneInfo) -> str:
    return from_at(at).astimezone(zone).strftime("%H:%M:%S")


def _day(at: int, zone: ZoneInfo) -> str:
    return from_at(at).astimezone(zone).strftime("%d/%m/%Y")


def _italian(amount: str) -> str:
    return amount.replace(".", ",")
