"""A word that no font has letters for is spelled in Latin ones; every other stays as it is."""

import pytest

from collector.statements.lettering import Lettering, spelled

ASKED: list[str] = []


def latin_and_greek(text: str) -> bool:
    ASKED.append(text)
    return all(character < "\u0400" for character in text)


def test_only_words_that_cannot_be_set_are_spelled_wherever_they_stand() -> None:
    told = {"about": "Ερώτηση: 日本 won't print — “naïve”", "facts": [["Ж", "5 €"], ("ok",)], "n": 3}
    assert Lettering(latin_and_greek).set(told) == {
        "about": "Ερώτηση: RiBen won't print — “naïve”",
        "facts": [["Zh", "5 €"], ["ok"]],
        "n": 3,
    }


def test_usual_words_are_not_asked_about_and_no_word_twice() -> None:
    lettering = Lettering(latin_and_greek)
    ASKED.clear()
    lettering.set("Studio Škoda, perché no… “sì” 45,00 €")
    assert ASKED == []
    lettering.set("Ερώτηση Ж 日本")
    asked = len(ASKED)
    lettering.set("日本 Ερώτηση Ж")
    assert len(ASKED) == asked == 5  # all, then halves


@pytest.mark.parametrize(
    ("text", "told"), [("Київ", "Kiiv"), ("한국어", "HanGugEo"), ("\ue000", "?"), ("àß", "ass"), ("😀", ":grinning:")]
)
def test_letters_are_spelled_as_near_as_they_come(text: str, told: str) -> None:
    assert spelled(text) == told


def test_a_long_word_can_still_be_broken() -> None:
    assert "\u200b" in str(Lettering(latin_and_greek).set("請求書請求書請求書請求書"))
