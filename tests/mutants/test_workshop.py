"""What mutmut is given, and what it gives back."""

import ast
from pathlib import Path

import pytest

from tests.mutants.workshop import DOMAIN, furnish, has_functions, plain_name, survivors, with_bare_properties

LINE = """\
class Line:
    @property
    def amount(self):
        return self.n * self.price

    def __str__(self):
        return ""
"""
GENERATED = """\
def x_price__mutmut_orig(n):
    return n

def x_price__mutmut_1(n):
    return -n

def x_price__mutmut_2(n):
    return 1
"""


def test_a_property_is_made_below_its_function_and_still_is_one() -> None:
    source = with_bare_properties(LINE)
    assert "@property" not in source and "    amount = property(amount)\n" in source
    made: dict[str, type] = {}
    exec(compile(source, "line.py", "exec"), made)
    line = made["Line"]()
    line.n, line.price = 2, 21
    assert line.amount == 42


@pytest.mark.parametrize("module", sorted(DOMAIN.glob("*.py")), ids=lambda file: file.stem)
def test_every_module_of_the_domain_survives_that(module: Path) -> None:
    ast.parse(with_bare_properties(module.read_text(encoding="utf-8")))


def test_the_domain_stands_there_with_its_tests_and_what_it_knows(tmp_path: Path) -> None:
    furnish(tmp_path, ["rating"])
    assert (tmp_path / "tests" / "collector" / "domain" / "test_rating.py").exists()
    assert 'only_mutate = ["collector/domain/rating.py"]' in (tmp_path / "pyproject.toml").read_text(encoding="utf-8")
    assert not (tmp_path / "collector" / "ledger").exists()


def test_what_no_test_noticed_is_told_with_its_change(tmp_path: Path) -> None:
    place = tmp_path / "mutants" / "collector" / "domain" / "rating.py"
    place.parent.mkdir(parents=True)
    place.write_text(GENERATED)
    fates = {"x_price__mutmut_1": "killed", "x_price__mutmut_2": "survived"}
    (found,) = survivors(tmp_path, "rating", fates)
    assert (found.function, found.was, found.becomes) == ("rating.price", "return n", "return 1")


@pytest.mark.parametrize(("mangled", "plain"), [("x__flags", "_flags"), ("xǁMonthǁnext", "Month.next")])
def test_a_function_is_called_as_a_reader_knows_it(mangled: str, plain: str) -> None:
    assert plain_name(mangled) == plain


def test_a_module_of_values_alone_has_nothing_to_change() -> None:
    assert has_functions("rating")
    assert not has_functions("decision")
