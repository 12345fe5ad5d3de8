"""In which language a reader is spoken to. English is the source; other languages are catalogues beside it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from io import BytesIO

from babel.messages.pofile import read_po

LANGUAGES = ("it", "en")
SOURCE = "en"
COOKIE = "lang"
WHOLE = 12  # letters that a sentence with {places} says itself, or it is believed to be a fault's alone
_PLACE = re.compile(r"\{(\w+)\}")
_FAULT = re.compile(r"(?P<place>(?:[\w .\[\]|-]{1,80}(?::\d+)?: )*)(?P<problem>.+?)(?: \((?P<remedy>.+)\))?")
_RANGE = re.compile(r"\s*([A-Za-z*]{1,8})(?:-[A-Za-z0-9-]{1,30})?\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?")


@dataclass(frozen=True)
class Words:
    """The sentences of one language."""

    language: str
    catalogue: Mapping[str, str]  # from the English sentence; empty for English itself
    problems: Mapping[str, str] = field(default_factory=dict)  # the same of what is refused

    def __call__(self, sentence: str, **values: object) -> str:
        """The sentence in this language, with its {names} filled in."""
        said = self.catalogue.get(sentence, sentence)
        return said.format(**values) if values else said

    def refused(self, told: str) -> str:
        """What an error says, in this language: as a whole, else fault by fault."""
        whole = self._problem(told, at_least=WHOLE)
        return "; ".join(map(self._fault, told.split("; "))) if whole is None else whole

    def _fault(self, told: str) -> str:
        """One fault: where, what is wrong there, and (in brackets) what to write."""
        match = _FAULT.fullmatch(told)
        if match is None or not (match["place"] or match["remedy"]):
            return self._problem(told) or told
        problem, remedy = match["problem"], match["remedy"]
        said = f"{match['place']}{self._problem(problem) or problem}"
        return f"{said} ({self._problem(remedy) or remedy})" if remedy else said

    def _problem(self, told: str, at_least: int = 0) -> str | None:
        for sentences in (self.problems, self.catalogue):
            if told in sentences:
                return sentences[told]
        for says, pattern, said in self._patterns:
            if says >= at_least and (match := pattern.fullmatch(told)) is not None:
                return said.format(**{name: self.problems.get(each, each) for name, each in match.groupdict().items()})
        return None

    @cached_property
    def _patterns(self) -> list[tuple[int, re.Pattern[str], str]]:
        """Those with {places}, the one that says most first: how much it says, what matches it, the translation."""
        open_ones = [(english, said) for english, said in self.problems.items() if _PLACE.search(english)]
        told = [(len(_PLACE.sub("", english)), _pattern(english), said) for english, said in open_ones]
        return sorted(told, key=lambda each: -each[0])

    def for_scripts(self, scripts: str) -> str:
        """As JSON, the sentences that stand as literals in these scripts; safe inside an HTML element."""
        used = {text: said for text, said in self.catalogue.items() if json.dumps(text, ensure_ascii=False) in scripts}
        return json.dumps(used, ensure_ascii=False).replace("<", "\\u003c")


def read_words() -> dict[str, Words]:
    """Every language, read from the catalogues that come with the program."""
    return {SOURCE: Words(SOURCE, {}), **{language: _words(language) for language in LANGUAGES if language != SOURCE}}


def _words(language: str) -> Words:
    return Words(language, _catalogue(language, f"{language}.po"), _catalogue(language, f"problems.{language}.po"))


def _catalogue(language: str, file: str) -> dict[str, str]:
    text = files(__package__).joinpath("words", file).read_bytes()
    return {str(m.id): str(m.string) for m in read_po(BytesIO(text), locale=language) if m.id and m.string}


def _pattern(english: str) -> re.Pattern[str]:
    """What any sentence of this form matches, with what fills its {places}."""
    pieces = _PLACE.split(english)  # text, name, text, name, ... text
    return re.compile("".join(f"(?P<{each}>.+?)" if n % 2 else re.escape(each) for n, each in enumerate(pieces)))


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
