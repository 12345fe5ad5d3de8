"""A message: one alert, or many in few lines, in both languages; the same words for the same alerts at every try."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from collector.domain.reasons import Language, Words
from collector.domain.routes import Why
from collector.ledger.views import AlertView
from shared.moments import from_at

LONGEST_TITLE = 200
"""Who, when, what, and what it costs next has room; services take no more."""


@dataclass(frozen=True, slots=True)
class Item:
    """An alert, and why it is told."""

    alert: AlertView
    why: Why


@dataclass(frozen=True, slots=True)
class Message:
    """What goes over a channel in one go; no items: only a test."""

    id: str  # of every try
    made_at: int
    items: tuple[Item, ...]
    zone: ZoneInfo  # of the times of day

    def title(self, language: Language) -> str:
        """One line."""
        if not self.items:
            return Words("Mezzora: a test", "Mezzora: una prova").of(language)
        if len(self.items) == 1:
            title = f"Mezzora: {_text(self.items[0].alert, language)}"
        else:
            alerts = len(self.items)
            over = len({item.alert.intervention for item in self.items})
            back = all(item.why is Why.WITHDRAWN for item in self.items)
            title = Words(
                f"Mezzora: {alerts} alerts{' taken back' if back else ''},"
                f" {_counted(over, 'intervention', 'interventions')}",
                f"Mezzora: {alerts} avvisi{' ritirati' if back else ''}, {_counted(over, 'intervento', 'interventi')}",
            ).of(language)
        title = " ".join(title.split())
        return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 3]}..."

    def lines(self, language: Language, most: int) -> list[str]:
        """A line for each alert, oldest first; of more than `most` lines the rest is counted."""
        if not self.items:
            return [Words("This channel works.", "Questo canale funziona.").of(language)]
        lines = [_line(item, self.zone, language) for item in self.items[:most]]
        if (rest := len(self.items) - most) > 0:
            lines.append(Words(f"... and {rest} more", f"... e altri {rest}").of(language))
        return lines


def _line(item: Item, zone: ZoneInfo, language: Language) -> str:
    alert = item.alert
    due = from_at(alert.due_at).astimezone(zone)
    head = f"{due:%d/%m %H:%M:%S}  #{alert.id}  "
    match item.why:
        case Why.ESCALATION:
            head += Words("(nobody has acknowledged it) ", "(nessuno l'ha preso in carico) ").of(language)
        case Why.REMINDER:
            head += Words("(again, as asked) ", "(di nuovo, come chiesto) ").of(language)
    return head + _text(alert, language)


def _text(alert: AlertView, language: Language) -> str:
    return alert.text if language == "en" else alert.text_it


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
