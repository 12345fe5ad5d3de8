"""In which language a reader is spoken to, and that no sentence is missing."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.web import language, terms
from collector.web.assets import read_assets
from collector.web.language import LANGUAGES, Words, choose, read_words
from collector.web.schemas import FORMS

WEB = Path(language.__file__).parent
QUOTED = r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'"
PLACE = re.compile(r"\{(\w+)\}")


def sentences() -> Iterator[str]:
    """Every sentence that templates, scripts and the words for slugs use."""
    for file in (WEB / "templates").glob("*.html"):
        for match in re.finditer(rf"_\(\s*(?:{QUOTED})", file.read_text()):
            yield match[1] or match[2]
    for file in (WEB / "static").glob("*.js"):
        for call in re.finditer(r"\bt\(([^)]*)", file.read_text()):
            compared = re.findall(r'=== "([^"]*)"', call[1])
            yield from (text for text in re.findall(r'"([^"]*)"', call[1]) if text not in compared)
    for table in (terms.ROLES, terms.STATES, *terms.TABLES.values()):
        yield from table.values()
    for file in WEB.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"words", "pages.page", "ask"}:
                yield from _literals(node)


def _literals(call: ast.Call) -> Iterator[str]:
    for part in call.args[-3:]:
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and " " in part.value:
            yield part.value


def test_every_sentence_is_there_in_italian() -> None:
    italian = read_words()["it"].catalogue
    assert sorted(set(sentences()) - italian.keys()) == []


TOLD_ON_PAGES = ("ledger", "web", "statements", "domain/customer.py", "domain/contract.py", "domain/peers.py")
TOLD_ON_PAGES += ("domain/firm.py", "domain/month.py", "domain/statement.py", "domain/duplicates.py")
TOLD_ON_PAGES += ("domain/entitlement.py", "domain/tariff", "domain/money.py")
TOLD_ON_PAGES += ("inbox/customer_plan.py", "inbox/customer_sheet.py")
TOLD_ELSEWHERE = ("ledger/postgres.py", "statements/document.py", "statements/signed.py")  # by the command line
FILLED = re.compile(r"X\d+")
ERRORS = {"BadInput", "Conflict", "Forbidden", "NotFound", "NotSignedIn", "Stale", "TooMany", "Unavailable", "Fault"}
PLACED = {"BadInput", "Fault", "self.fault", "table.fault"}
READS_VALUES = ("domain/tariff", "domain/money.py")  # a ValueError of theirs is what to write instead


def refusals() -> Iterator[str]:
    """Every sentence of an error that a page may show, its places filled with X0, X1, ...: problems and remedies."""
    for file in WEB.parent.rglob("*.py"):
        path = file.relative_to(WEB.parent).as_posix()
        if not path.startswith(TOLD_ON_PAGES) or path in TOLD_ELSEWHERE:
            continue
        errors = ERRORS | PLACED | ({"ValueError"} if path == "web/schemas.py" else set())
        for node in ast.walk(ast.parse(file.read_text())):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            remedies = called == "ValueError" and path.startswith(READS_VALUES)
            if isinstance(node, ast.Call) and (called in errors or remedies):
                told = filter(None, map(_filled, node.args[1 if called in PLACED else 0 :]))
                yield from (f"place: missing ({each})" if called in PLACED or remedies else each for each in told)
    yield from (f"place: not of the form {form}" for form in FORMS.values())
    yield from ("place: none of 'X1', 'X2'", "no such column (known: X1)")


def _filled(told: ast.expr) -> str | None:
    if isinstance(told, ast.Constant):
        return str(told.value)
    if isinstance(told, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else f"X{n}" for n, part in enumerate(told.values))
    return None


def test_every_refusal_that_a_page_may_show_is_there_in_italian() -> None:
    italian = read_words()["it"]
    every = sorted(set(refusals()))
    said = {told: italian.refused(told) for told in every}
    assert [told for told in every if said[told] == told.replace("missing", "manca", 1)] == []
    assert [told for told in every if sorted(FILLED.findall(told)) != sorted(FILLED.findall(said[told]))] == []
    assert [told for told in every if "; " in told] == [], "that is what stands between two faults"
    assert len(every) > 150


def test_a_refusal_is_told_fault_by_fault_and_keeps_what_was_written() -> None:
    italian = read_words()["it"]
    told = 'vat_number: "123" is no partita IVA (eleven digits); name: missing; and 2 more'
    assert italian.refused(told) == 'vat_number: "123" non è una partita IVA (undici cifre); name: manca; e altri 2'
    assert italian.refused("intervention 7 is closed already, as solved") == "l’intervento 7 è già chiuso, come risolto"
    assert italian.refused("nobody has translated this") == "nobody has translated this"
    assert read_words()["en"].refused(told) == told


def test_a_translation_fills_in_the_same_places_and_sets_the_same_words_bold() -> None:
    words = read_words()["it"]
    for english, italian in (*words.catalogue.items(), *words.problems.items()):
        assert sorted(PLACE.findall(english)) == sorted(PLACE.findall(italian)), english
        assert english.count("*") == italian.count("*"), english


def test_no_sentence_is_translated_that_nobody_says() -> None:
    said = "\n".join(file.read_text() for ext in ("py", "html", "js") for file in WEB.rglob(f"*.{ext}"))
    statuses = {"Not Found", "Forbidden", "Too Many Requests", "Service Unavailable", "Internal Server Error"}
    statuses |= {"Conflict", "Method Not Allowed"}
    assert [text for text in read_words()["it"].catalogue if text not in said and text not in statuses] == []


def test_scripts_get_the_sentences_that_they_say_and_no_more() -> None:
    told = read_words()["it"].for_scripts(read_assets().scripts)
    assert '"nobody has agreed"' in told
    assert "Skip to the content" not in told
    assert "<" not in Words("it", {"a<b": "c<d"}).for_scripts('"a<b"')


@pytest.mark.parametrize(
    ("asked", "remembered", "accepted", "spoken"),
    [
        (None, None, None, "en"),
        (None, None, "it-IT,it;q=0.9,en;q=0.8", "it"),
        (None, None, "en-GB,en;q=0.9,it;q=0.8", "en"),
        (None, None, "en;q=0.5, it;q=0.7", "it"),
        (None, None, "de, it;q=0.1", "it"),
        (None, None, "it;q=0, fr", "en"),
        (None, "it", "en", "it"),
        ("en", "it", "it", "en"),
        ("de", "xx", "it", "it"),
    ],
)
def test_the_address_decides_then_memory_then_the_browser(
    asked: str | None, remembered: str | None, accepted: str | None, spoken: str
) -> None:
    assert choose(asked, remembered, accepted) == spoken


@given(st.text(max_size=500))
def test_whatever_a_browser_says_it_is_spoken_to(accepted: str) -> None:
    assert choose(None, None, accepted) in LANGUAGES
