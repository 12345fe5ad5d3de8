"""In which letters a page is set: a word that no font has letters for is spelled in Latin ones, and never in boxes."""

import re
from collections.abc import Callable, Iterator, Sequence

from anyascii import anyascii

from collector.statements.wording import BREAK, breakable

_WORD = re.compile(rf"[^\s{BREAK}]+")
_USUAL = re.compile(r"[\x20-\u017f\u2010-\u2026\u20ac]+")  # every font that comes along has these
_MOST = 10_000  # words that are remembered


def spelled(text: str) -> str:
    """In Latin letters, as near as they come; a question mark where there are none."""
    return "".join(anyascii(character) or "?" for character in text)


class Lettering:
    """Knows which words can be set; `shows` tells whether all of a text can."""

    def __init__(self, shows: Callable[[str], bool]) -> None:
        self._shows = shows
        self._known: dict[str, bool] = {}

    def set(self, told: object) -> object:
        """The same object with all its texts fit to be set."""
        if len(self._known) > _MOST:
            self._known.clear()
        words = {word for text in _texts(told) for word in _WORD.findall(text) if not _USUAL.fullmatch(word)}
        self._look(sorted(words - self._known.keys()))
        return self._written(told)

    def _look(self, words: Sequence[str]) -> None:
        """Halved until each word that cannot be set is found: mostly there is none."""
        if not words:
            return
        if (can := self._shows(" ".join(words))) or len(words) == 1:
            self._known |= dict.fromkeys(words, can)
            return
        half = len(words) // 2
        self._look(words[:half])
        self._look(words[half:])

    def _written(self, told: object) -> object:
        match told:
            case str():
                return _WORD.sub(lambda word: self._word(word[0]), told)
            case dict():
                return {key: self._written(value) for key, value in told.items()}
            case list() | tuple():
                return [self._written(value) for value in told]
            case _:
                return told

    def _word(self, word: str) -> str:
        return word if self._known.get(word, True) else breakable(spelled(word))


def _texts(told: object) -> Iterator[str]:
    match told:
        case str():
            yield told
        case dict():
            for value in told.values():
                yield from _texts(value)
        case list() | tuple():
            for value in told:
                yield from _texts(value)
