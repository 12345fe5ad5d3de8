"""What a reminder says, short and in the technician's language, and what he may answer."""

from collections.abc import Callable

from agent.desk import Button, Notice
from agent.reminder import Reminder
from shared.messages import Quota, What
from shared.moments import MINUTE_MS, SECOND_MS, from_at

Say = Callable[[str, What], None]
"""The technician has pressed a button: of which session, and what it stands for."""

TITLES = {
    What.AGREED: ("Customer agrees", "Il cliente accetta"),
    What.NEXT_PROBLEM: ("Next problem", "Altro problema"),
    What.WRONG_CUSTOMER: ("Wrong customer", "Cliente sbagliato"),
    What.CRITICAL: ("Critical work", "Lavoro critico"),
}


def notice_of(
    reminder: Reminder, tool: str, now_at: int, language: str, say: Say, *, is_ending: bool = False
) -> Notice:
    """Read in two seconds: who, what is true, what comes next and costs; `is_ending`: ended unless he stops it."""
    session, quota = reminder.session, reminder.quota
    who = quota.customer or session.peer_name or session.peer or tool
    asks = reminder.left_ms <= MINUTE_MS and reminder.following is not None
    title = f"{who}: {_what(reminder, language)}"
    if is_ending:
        ends = "Il collegamento viene chiuso." if language == "it" else "The session is being closed."
        return Notice(title, f"{tool}. {ends}", buttons(session.id, [What.AGREED, What.CRITICAL], language, say))
    whats = [What.NEXT_PROBLEM, What.WRONG_CUSTOMER]
    is_sold = not (quota.agreed or quota.unknown)
    if asks and is_sold and reminder.following is not None and reminder.following.price is not None:
        whats.insert(0, What.AGREED)
    return Notice(
        title,
        f"{tool}. {_comes(reminder, now_at, language)}",
        buttons(session.id, whats, language, say),
    )


def buttons(session_id: str, whats: list[What], language: str, say: Say) -> tuple[Button, ...]:
    """One for each word."""
    italian = language == "it"
    return tuple(
        Button(TITLES[what][italian], what.value, lambda what=what: say(session_id, what))  # type: ignore[misc]
        for what in whats
    )


def declined(who: str, session_id: str, language: str, say: Say) -> Notice:
    """The customer has answered no."""
    can = buttons(session_id, [What.AGREED, What.NEXT_PROBLEM], language, say)
    if language == "it":
        return Notice(f"{who}: il cliente non accetta il supplemento", "Finire qui, o chiedere al responsabile.", can)
    return Notice(f"{who}: the customer does not agree to overtime", "End here, or ask the supervisor.", can)


def disconnecting(who: str, seconds: int, session_id: str, language: str, say: Say) -> Notice:
    """The session is about to be ended, and how to stop that."""
    can = buttons(session_id, [What.AGREED, What.CRITICAL], language, say)
    if language == "it":
        return Notice(f"{who}: fine del collegamento fra {seconds} s", "Il tempo compreso finisce.", can)
    return Notice(f"{who}: the session ends in {seconds} s", "The included time ends.", can)


def closing(who: str, session_id: str, language: str, say: Say) -> Notice:
    """The viewer was asked to close, and how to keep it from being killed."""
    can = buttons(session_id, [What.AGREED, What.CRITICAL], language, say)
    if language == "it":
        return Notice(f"{who}: il collegamento viene chiuso", "Chi non si chiude da solo viene terminato.", can)
    return Notice(f"{who}: the session is being closed", "A viewer that does not close by itself is killed.", can)


def _what(of: Reminder, language: str) -> str:
    italian = language == "it"
    if of.left_ms > 0:
        left = _length(of.left_ms)
        return f"ancora {left}" if italian else f"{left} left"
    if of.mark.kind == "half-hour":
        begun = f"mezz'ora {of.mark.n} iniziata" if italian else f"half hour {of.mark.n} has begun"
        return begun if of.mark.price is None else f"{begun}, {_euro(of.mark.price, language)}"
    return "tempo compreso finito" if italian else "included time used up"


def _comes(of: Reminder, now_at: int, language: str) -> str:
    italian = language == "it"
    if of.following is None:
        return ""
    at = from_at(now_at + of.in_ms).astimezone().strftime("%H:%M:%S")
    if of.quota.unknown:
        return "Cliente sconosciuto: da assegnare." if italian else "Unknown customer: assign one."
    if of.following.price is None:
        return f"Dalle {at} nulla è vendibile." if italian else f"From {at} nothing may be sold."
    price = _euro(of.following.price, language)
    ask = _question(of.quota, italian=italian)
    said = f"Alle {at} inizia una mezz'ora da {price}." if italian else f"At {at} a half hour begins: {price}."
    return said + ask


def _question(quota: Quota, *, italian: bool) -> str:
    if quota.agreed:
        return ""
    if quota.declined:
        return " Il cliente ha detto di no." if italian else " The customer said no."
    return " Il cliente accetta?" if italian else " Does the customer agree?"


def _length(ms: int) -> str:
    minutes, seconds = divmod(-(-ms // SECOND_MS), 60)
    return f"{minutes} min" if not seconds else f"{minutes}:{seconds:02d} min" if minutes else f"{seconds} s"


def _euro(amount: str, language: str) -> str:
    return f"€ {amount.replace('.', ',')}" if language == "it" else f"EUR {amount}"
