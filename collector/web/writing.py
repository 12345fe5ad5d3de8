"""How times, lengths and money are written on a page. For eyes only: nothing computes with what is written here."""

from datetime import date, tzinfo
from decimal import Decimal

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from shared.moments import SECOND_MS, from_at


def euro(text: str, language: str) -> str:
    """As in Italy, the sign in front: € 1.035,00."""
    return f"€ {format_decimal(Decimal(text), format='#,##0.00', locale=language)}"


def number(text: str, language: str) -> str:
    """22, or 22,5."""
    return format_decimal(Decimal(text), locale=language)


def length(ms: int) -> str:
    """31:04, or 1:31:04 from an hour on; whole seconds, rounded down as on the bill."""
    minutes, seconds = divmod(max(0, ms) // SECOND_MS, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def moment(at: int, language: str, zone: tzinfo) -> str:
    """Day and time of an instant in that zone."""
    return format_datetime(from_at(at).astimezone(zone), "d MMM y, HH:mm:ss", tzinfo=zone, locale=language)


def clock(at: int, zone: tzinfo) -> str:
    return from_at(at).astimezone(zone).strftime("%H:%M")


def day(iso_day: str, language: str) -> str:
    """A calendar day written out."""
    return format_date(date.fromisoformat(iso_day), "d MMM y", locale=language)


def month(iso_month: str, language: str) -> str:
    """A calendar month in words, as "2026-10" is written."""
    return format_date(date.fromisoformat(f"{iso_month}-01"), "MMMM y", locale=language)
