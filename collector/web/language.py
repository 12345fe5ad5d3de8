"""In which language a reader is spoken to. English is the source; other languages are catalogues beside it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO

from babel.messages.pofile import read_po

LANGUAGES = ("it", "en")
SOURCE = "en"
COOKIE = "lang"
_RANGE = re.compile(r"\s*([A-Za-z*]{1,8})(?:-[A-Za-z0-9-]{1,30})?\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?")


@dataclass(frozen=True)
class Words:
    """The sentences of one language."""

    language: str
    catalogue: Mapping[str, str]  # from the English sentence; empty for English itself

    def __call__(self, sentence: str, **values: object) -> str:
        """The sentence in this language, with its {names} filled in."""
        said = self.catalogue.get(sentence, sentence)
        return said.format(**values) if values else said

    def for_scripts(self, scripts: str) -> str:
        """As JSON, the sentences that stand as literals in these scripts; safe inside an HTML element."""
        used = {text: said for text, said in self.catalogue.items() if json.dumps(text, ensure_ascii=False) in scripts}
        return json.dumps(used, ensure_ascii=False).replace("<", "\\u003c")


def read_words() -> dict[str, Words]:
    """Every language, read from the catalogues that come with the program."""
    return {language: Words(language, _catalogue(language)) for language in LANGUAGES}


def _catalogue(language: str) -> dict[str, str]:
    if language == SOURCE:
        return {}
    text = files(__package__).joinpath("words", f"{language}.po").read_bytes()
    return {str(m.id): str(m.string) for m in read_po(BytesIO(text), locale=language) if m.id and m.string}


def choose(asked: str | None, remembered: str | None, accepted: str | None) -> str:
    """The language asked for in the address, else the remembered one, else the browser's first that is spoken here."""
    for wish in (asked, remembered):
        if wish in LANGUAGES:
            return wish
    wishes = [_wish(part) for part in (accepted or "")[:400].split(",")]
    for _, language in sorted(wishes, key=lambda wish: -wish[0]):
        if language in LANGUAGES:
            return language
    return SOURCE


def _wish(part: str) -> tuple[float, str]:
    """Weight and language of one part of Accept-Language (RFC 9110, 12.5.4); nonsense weighs nothing."""
    match = _RANGE.fullmatch(part)
    if match is None:
        return 0.0, ""
    weight = 1.0 if match[2] is None else float(match[2])
    return weight, match[1].lower() if weight > 0 else ""
