from collections.abc import Callable
from datetime import date

import pytest

from collector.domain import tariff_table as kind
from collector.domain.tariff_table import Table, shown
from collector.errors import BadInput


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        ("5m", '"5m"'),
        (1.5, "1.5"),
        (date(2026, 1, 1), "2026-01-01"),
        ("x" * 99, '"' + "x" * 56 + "..."),
    ],
)
def test_a_value_is_shown_as_the_file_writes_it(value: object, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    "reader",
    [
        kind.a_table, kind.a_text, kind.a_name, kind.a_price, kind.a_percentage, kind.a_length, kind.whole_seconds,
        kind.some_seconds, kind.a_list, kind.different_lengths, kind.category_names, kind.yes_or_no, kind.a_day,
    ],
)  # fmt: skip
@pytest.mark.parametrize("value", [7, 1.5, None])
def test_a_kind_refuses_a_number_with_a_remedy(reader: Callable[[object], object], value: object) -> None:
    with pytest.raises(ValueError, match="write "):
        reader(value)


def test_a_place_is_told_with_the_tables_around_it() -> None:
    inner = Table({"outer": {"inner": {"key": 1}}}).table("outer").table("inner")
    assert inner.place("key") == "outer.inner.key"
    with pytest.raises(BadInput, match=r"^outer\.inner\.key: 1: write it as text"):
        inner.read("key", kind.a_text)


def test_a_key_that_may_be_left_out_is_still_read_strictly() -> None:
    table = Table({"key": 1})
    assert table.read_or("other", kind.a_text, "default") == "default"
    with pytest.raises(BadInput):
        table.read_or("key", kind.a_text, "default")


def test_only_the_keys_that_are_known_may_stand_there() -> None:
    with pytest.raises(BadInput, match=r"^b: unknown key \(known: a\)$"):
        Table({"a": 1, "b": 2}).only("a")
