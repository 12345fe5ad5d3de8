"""How a statement speaks to people: dates, amounts and lengths in the customer's language, and what may be shown of a
name. Times are shown as the document has them: in the firm's zone, to the second."""

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal

from collector.domain.month import read_month
from collector.domain.reasons import Language, category_words, length_words
from collector.domain.statement import month_words
from collector.statements.document import Both, Connection, Document
from shared.moments import SECOND_MS

_LONG = re.compile(r"\S{25,}")
BREAK = "\u200b"
_JOINER = "\u200d"  # holds many an emoji together


def language_of(document: Document) -> Language:
    return "en" if document.language == "en" else "it"


def day(iso: str, language: Language) -> str:
    """05/10/2026 or 5 Oct 2026, of an instant or a day."""
    when = date.fromisoformat(iso[:10])
    if language == "it":
        return f"{when:%d/%m/%Y}"
    return f"{when.day} {_SHORT[when.month - 1]} {when.year}"


def clock(iso: str) -> str:
    """The time of day, to the second: never later than it was."""
    return iso[11:19]


def month(document: Document, language: Language) -> str:
    return month_words(read_month(document.month)).of(language)


def amount(text: str, language: Language) -> str:
    """1.234,50 or 1,234.50, with a minus of its own before it; without a currency."""
    grouped = f"{Decimal(text):,.2f}"
    signed = grouped.replace("-", "\u2212")
    return signed.translate(str.maketrans(",.", ".,")) if language == "it" else signed


def percent(text: str, language: Language) -> str:
    """22 % or 5,5 %."""
    short = f"{Decimal(text).normalize():f}"
    return (short.replace(".", ",") if language == "it" else short) + " %"


def length(lasted_ms: int) -> str:
    """Whole seconds, rounded down."""
    return length_words(lasted_ms // SECOND_MS)


def tool(of: Connection, language: Language) -> str:
    """The program; of declared work how it was done."""
    return _DECLARED[of.tool].of(language) if of.declared and of.tool in _DECLARED else of.tool


def code(name: str, language: Language) -> str:
    """What a line charges."""
    return _CODES[name].of(language) if name in _CODES else name


def category(name: str, language: Language) -> str:
    """What kind of work it was; a firm's own is called as its price list calls it."""
    return category_words(name).of(language)


def price_list(name: str, language: Language) -> str:
    """What it calls itself; the one that ships has a name in both languages."""
    return _PRICE_LISTS[name].of(language) if name in _PRICE_LISTS else shown(name)


def due_day(document: Document) -> str:
    """The day on which it is to be paid."""
    return (date.fromisoformat(document.day) + timedelta(days=document.firm.payment_days)).isoformat()


def shown(text: str) -> str:
    """One line of what somebody wrote: nothing in it hides, turns or breaks what stands beside it."""
    kept = (c if c == _JOINER or not unicodedata.category(c).startswith("C") else " " for c in text)
    return " ".join("".join(kept).split())


def breakable(text: str) -> str:
    """The same, with places where a line may break in words that are longer than any."""
    return _LONG.sub(lambda word: BREAK.join(re.findall(r".{1,12}", word[0])), shown(text))


_DECLARED = {
    "telephone": Both("telephone", "telefono"),
    "console": Both("browser console", "console nel browser"),
    "on-site": Both("on site", "presso il cliente"),
    "other": Both("other", "altro"),
}
_PRICE_LISTS = {"Service terms": Both("Service terms", "Condizioni di assistenza")}
_CODES = {
    "base": Both("base", "base"),
    "overtime": Both("overtime", "oltre il tempo compreso"),
    "goodwill": Both("goodwill", "abbuono"),
}
_SHORT = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
