"""Secrets of channels: used, and never shown."""

from collections.abc import Iterable
from urllib.parse import quote, quote_plus, unquote

HIDDEN = "***"


class Secret:
    """A text that prints as three stars; `reveal` is asked for where it is used, and nowhere else."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return HIDDEN

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


def redacted(text: str, secrets: Iterable[Secret]) -> str:
    """The text without any of these, however an address spells them."""
    spellings: set[str] = set()
    for secret in secrets:
        plain = secret.reveal()
        spellings |= {plain, quote(plain), quote(plain, safe=""), quote_plus(plain), unquote(plain)}
    for spelling in sorted(spellings, key=len, reverse=True):
        if spelling:
            text = text.replace(spelling, HIDDEN)
    return text
