"""A mutant is known by its function and its change; one without a reason fails, and so does a reason without one."""

import ast

import pytest

from tests.mutants.survivors import REASONS, Survivor, change, read_reasons, without_mutant, without_reason

BEFORE = "def x_price__mutmut_orig(n):\n    if n > 2:\n        return n\n    return 0"
PRICE = Survivor("rating.price", "if n > 2:", "if n >= 2:")


def test_a_change_is_told_as_what_was_and_what_became_of_it() -> None:
    after = BEFORE.replace("orig", "1").replace(">", ">=")
    assert change("rating.price", ast.parse(BEFORE), ast.parse(after)) == PRICE


def test_a_default_that_changes_is_told_too() -> None:
    orig, mutant = "def x_price__mutmut_orig(n=1):\n    return n", "def x_price__mutmut_1(n=2):\n    return n"
    told = change("rating.price", ast.parse(orig), ast.parse(mutant))
    assert (told.was, told.becomes) == ("def (n=1):", "def (n=2):")


def test_where_the_lines_are_broken_does_not_matter() -> None:
    broken = BEFORE.replace("n > 2", "(\n        n\n        > 2\n    )")
    after = BEFORE.replace(">", ">=")
    assert change("rating.price", ast.parse(broken), ast.parse(after)) == PRICE


def test_a_mutant_is_excused_by_the_reason_with_its_change_alone() -> None:
    other = Survivor("rating.price", "if n > 2:", "if n > 3:")
    assert without_reason([PRICE, other], [PRICE]) == [other]
    assert without_mutant([PRICE], [PRICE, other]) == [other]


def test_an_entry_without_its_reason_is_refused() -> None:
    entry = '[[survivor]]\nfunction = "rating.price"\nwas = "if n > 2:"\nbecomes = "if n >= 2:"\nreason = "{}"\n'
    assert read_reasons(entry.format("the same for whole numbers")) == [PRICE]
    with pytest.raises(ValueError, match=r"rating\.price has no reason"):
        read_reasons(entry.format(" "))


def test_the_reasons_that_are_written_down_can_be_read() -> None:
    read_reasons(REASONS.read_text(encoding="utf-8"))
