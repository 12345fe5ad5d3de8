import pytest

from collector.domain.reasons import Words, length_words, of_base, of_overtime, of_unsold
from collector.domain.tariff import CapAppliesTo
from tests.collector.domain.builders import WITHOUT, some_terms


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (1_201, "20 min 1 s"), (3_600, "1 h"), (5_701, "1 h 35 min 1 s")],
)
def test_a_length_is_told_to_the_second(seconds: int, words: str) -> None:
    assert length_words(seconds) == words


def test_words_are_told_in_the_language_asked_for() -> None:
    words = Words("yes", "sì").then(Words("no", "no"))
    assert (words.of("en"), words.of("it")) == ("yes; no", "sì; no")


def test_the_base_line_says_what_is_included_and_what_was_used() -> None:
    words = of_base(some_terms(), 1_440, CapAppliesTo.INTERVENTION)
    assert words.en == "Intervention with a maintenance contract; includes 20 min of connection; 24 min of connection"
    assert "20 min di collegamento" in words.it
    each = of_base(some_terms(), 1_440, CapAppliesTo.CONNECTION)
    assert "of each connection" in each.en and "di ogni collegamento" in each.it


def test_a_service_without_a_cap_speaks_of_none() -> None:
    assert "includes" not in of_base(some_terms(customer=WITHOUT), 60, CapAppliesTo.INTERVENTION).en


def test_overtime_says_whether_it_was_agreed() -> None:
    agreed, open_ = (of_overtime(1, some_terms(), agreed=said) for said in (True, False))
    assert agreed.en == "1 s beyond the included time, each 30 min begun; agreed with the customer"
    assert "no one has agreed" in open_.en and "nessuno" in open_.it


def test_overtime_that_is_not_charged_says_why() -> None:
    assert "without a contract" in of_unsold(1, some_terms()).en
    assert "contract" not in of_unsold(1, some_terms(customer=None)).en
