"""What an alert says, in both languages, from the facts that it was made with."""

from zoneinfo import ZoneInfo

from collector.domain.reasons import Words, length_words
from collector.ledger.alerts import Told
from shared.moments import SECOND_MS, from_at


def words_of(kind: str, n: int, told: Told, zone: ZoneInfo, *, late: bool, confirmed: bool) -> Words:
    """Who, what has become true, what comes next and what it costs; marked when late or unconfirmed."""
    who = _who(told)
    parts = [_what(kind, n, told)]
    if (comes := _comes(kind, told, zone)) is not None:
        parts.append(comes)
    if not confirmed:
        parts.append(Words("not confirmed: the agent is silent", "non confermato: l'agente è muto"))
    if late:
        parts.append(Words("told late", "segnalato in ritardo"))
    en, it = ("; ".join(part.of(language) for part in parts) for language in ("en", "it"))
    return Words(f"{who.en}: {en}.", f"{who.it}: {it}.")


def _who(told: Told) -> Words:
    unknown = Words("Unknown peer", "Interlocutore sconosciuto")
    name = Words(told.customer, told.customer) if told.customer else unknown
    how = " ".join(part for part in (told.tool_name, told.peer) if part)
    return Words(f"{name.en} ({how})", f"{name.it} ({how})") if how else name


def _what(kind: str, n: int, told: Told) -> Words:
    used = length_words(told.connected_ms // SECOND_MS)
    match kind:
        case "warning":
            left = length_words(n // SECOND_MS)
            return Words(
                f"{left} of the included time are left, {used} are used",
                f"mancano {left} alla fine del tempo compreso, usati {used}",
            )
        case "cap":
            return Words(f"the included time of {used} is used up", f"il tempo compreso di {used} è esaurito")
        case "half-hour":
            price = _price(told)
            return Words(
                f"overtime {n} has begun after {used}{price.en}", f"iniziata l'eccedenza {n} dopo {used}{price.it}"
            )
        case "not-entitled":
            return Words(
                "no maintenance contract, or an edition that is not covered: assistance may not be sold, decide",
                "senza contratto di manutenzione, o edizione non ammessa: assistenza non vendibile, da decidere",
            )
        case "unknown-peer":
            return Words(
                f"connected for {used} and nobody knows to whom: assign a customer",
                f"collegamento di {used} senza cliente: da assegnare",
            )
    raise AssertionError(f"an alert of kind {kind!r}")


def _price(told: Told) -> Words:
    if not told.sellable:
        return Words(", which may not be sold: decide", ", non vendibile: da decidere")
    if told.amount is None:
        return Words("", "")
    return Words(f", EUR {told.amount}", f", € {_italian(told.amount)}")


def _comes(kind: str, told: Told, zone: ZoneInfo) -> Words | None:
    """The next half hour, when and at what price, as far as it is a fact."""
    if kind not in ("warning", "cap", "half-hour") or told.next_at is None:
        return None
    at = from_at(told.next_at).astimezone(zone).strftime("%H:%M:%S")
    if told.next_amount is None:
        return Words(
            f"the next overtime begins at {at} and may not be sold",
            f"la prossima eccedenza inizia alle {at} e non è vendibile",
        )
    return Words(
        f"the next half hour begins at {at} and costs EUR {told.next_amount}",
        f"la prossima mezz'ora inizia alle {at} e costa € {_italian(told.next_amount)}",
    )


def _italian(amount: str) -> str:
    return amount.replace(".", ",")
