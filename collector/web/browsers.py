"""Which browser on which system, from what a browser calls itself. For eyes only: it may call itself anything."""

_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
SHOWN = 40


def browser_on_system(user_agent: str) -> str:
    """As in "Firefox, Windows"; what is not known is shown as it is, in short."""
    known = [_first(user_agent, _BROWSERS), _first(user_agent, _SYSTEMS)]
    return ", ".join(part for part in known if part) or "".join(c for c in user_agent if c.isprintable())[:SHOWN] or "?"


def _first(text: str, table: tuple[tuple[str, str], ...]) -> str | None:
    return next((name for mark, name in table if mark in text), None)
