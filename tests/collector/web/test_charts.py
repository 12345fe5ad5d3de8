"""Bars of a chart, as positions."""

from hypothesis import given
from hypothesis import strategies as st

from collector.web.charts import SHORTEST, bars


def test_the_longest_bar_fills_the_width_and_the_others_are_in_proportion() -> None:
    found = bars([("a", 35.0, "35.00"), ("b", 70.0, "70.00"), ("c", 0.0, "0.00")], ["A", "B", "C"])
    assert [(bar.name, bar.length, bar.facts) for bar in found.bars] == [
        ("a", 50.0, "A"),
        ("b", 100.0, "B"),
        ("c", 0, "C"),
    ]
    assert not found.empty


def test_nothing_is_said_to_be_nothing() -> None:
    assert bars([]).empty
    assert bars([("a", 0.0, "0.00")]).empty


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=8))
def test_what_is_there_can_be_seen_and_nothing_is_wider_than_all(amounts: list[float]) -> None:
    for bar, amount in zip(bars([("x", each, "") for each in amounts]).bars, amounts, strict=True):
        assert bar.length <= 100
        assert (bar.length >= SHORTEST) == (amount > 0)
