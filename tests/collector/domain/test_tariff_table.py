import re
from collections.abc import Callable
from datetime import date, datetime

import pytest

from collector.domain import tariff_table as kind
from collector.domain.tariff_table import Table, shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        ("5m", '"5m"'),
        (1.5, "1.5"),
        (date(2026, 1, 1), "2026-01-01"),
        ("x" * 59, '"' + "x" * 56 + "..."),
        ("x" * 58, '"' + "x" * 58 + '"'),
    ],
)
def test_a_value_is_shown_as_the_file_writes_it(value: object, text: str) -> None:
    assert shown(value) == text


TEXT = "write it as text, in quotes"
LENGTH = 'write a length as text with its unit, as in "20m"'
UNIT = 'write a whole number and its unit, as in "20m", "8s" or "1h"'
LIST = "write a list in [brackets]"
MARKS = "write at most 20 different lengths above zero"
NAME = "write 1 to 200 characters on one line"
DAY = "write a day without quotes, as in 2026-10-01"


@pytest.mark.parametrize(
    ("reader", "values", "remedy"),
    [
        (kind.a_table, [7, 1.5, None, [], "x"], "write a table in [brackets], with keys below it"),
        (kind.a_text, [7, 1.5, None, []], TEXT),
        (kind.a_name, [7, None], TEXT),
        (kind.a_name, ["", "  ", "x" * 201, "a\nb"], NAME),
        (kind.a_price, [7, 1.5, None], 'write a price as text, in quotes, as in "45.00"'),
        (kind.a_percentage, [7, 1.5, None], 'write a percentage as text, in quotes, as in "22"'),
        (kind.a_length, [7, None], LENGTH),
        (kind.a_length, ["20", "x", "-1m"], UNIT),
        (kind.a_length, ["8785h"], "at most 366 days"),
        (kind.whole_seconds, [7], LENGTH),
        (kind.whole_seconds, ["1500ms"], 'write whole seconds, as in "8s"'),
        (kind.some_seconds, [7], LENGTH),
        (kind.some_seconds, ["0s"], 'write at least one second, as in "8s"'),
        (kind.a_list, [7, None, "x"], LIST),
        (kind.different_lengths, [7], LIST),
        (kind.different_lengths, [["5m", "300s"], ["0s"], [f"{n}s" for n in range(1, 22)]], MARKS),
        (kind.category_names, [7], LIST),
        (kind.category_names, [[7]], TEXT),
        (kind.category_names, [["a b"]], 'write small letters, digits and dashes, unlike "a b"'),
        (kind.category_names, [["a", "a"]], "write each name once"),
        (kind.yes_or_no, [7, 0, None, "true"], "write true or false, without quotes"),
        (kind.a_day, [7, None, "2026-10-01", datetime(2026, 10, 1)], DAY),  # noqa: DTZ001 - as TOML gives it
        (kind.a_day, [date(1969, 12, 31), date(3000, 1, 1)], DAY),
    ],
)
def test_a_kind_refuses_what_it_is_not_with_a_remedy(
    reader: Callable[[object], object], values: list[object], remedy: str
) -> None:
    for value in values:
        with pytest.raises(ValueError, match=f"^{re.escape(remedy)}$"):
            reader(value)


@pytest.mark.parametrize(
    ("reader", "value", "meaning"),
    [
        (kind.a_table, {"a": 1}, {"a": 1}),
        (kind.a_name, " x ", "x"),
        (kind.a_name, "x" * 200, "x" * 200),
        (kind.a_length, "8784h", 366 * 24 * 3_600_000),
        (kind.whole_seconds, "0s", 0),
        (kind.some_seconds, "1s", 1_000),
        (kind.different_lengths, [f"{n}s" for n in range(1, 21)], tuple(n * 1_000 for n in range(20, 0, -1))),
        (kind.different_lengths, [], ()),
        (kind.category_names, ["a", "b-2"], frozenset({"a", "b-2"})),
        (kind.a_day, date(1970, 1, 1), date(1970, 1, 1)),
        (kind.a_day, date(2999, 12, 31), date(2999, 12, 31)),
    ],
)
def test_a_kind_takes_what_it_is(reader: Callable[[object], object], value: object, meaning: object) -> None:
    assert reader(value) == meaning


class Noted:
    """Remembers the faults that it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def __call__(self, table: str, key: str, problem: str, remedy: str | None) -> None:
        self.told.append(f"{table}|{key}|{problem}|{remedy}")


def test_a_fault_is_told_with_the_tables_around_it_and_reading_goes_on() -> None:
    noted = Noted()
    inner = Table({"outer": {"inner": {"key": 1}}}, noted).table("outer").table("inner")
    assert inner.read("key", kind.a_text, "instead") == "instead"
    assert noted.told == ["outer.inner|key|1 cannot be used|write it as text, in quotes"]


def test_a_key_that_may_be_left_out_is_still_read_strictly() -> None:
    noted = Noted()
    table = Table({"key": 1}, noted)
    assert table.read_or("other", kind.a_text, "default") == "default"
    assert not noted.told
    assert table.read_or("key", kind.a_text, "default") == "default"
    assert len(noted.told) == 1


def test_a_table_that_is_missing_is_told_once() -> None:
    noted = Noted()
    missing = Table({}, noted).table("outer")
    missing.only("key")
    assert missing.table("inner").read("key", kind.a_text, "instead") == "instead"
    assert noted.told == ["|outer|missing|None"]


def test_a_table_that_may_be_left_out_has_no_faults_then() -> None:
    noted = Noted()
    assert Table({}, noted).table_or_none("outer").read("key", kind.a_text, None) is None
    assert not noted.told


def test_what_is_missing_or_of_another_kind_is_told_to_the_letter() -> None:
    noted = Noted()
    table = Table({"outer": {"key": "x"}, "plain": 7}, noted)
    table.table("outer").read("other", kind.a_text, None)
    table.table("plain")
    table.table("outer").only("a", "b")
    Table({"x" * 61: 1}, noted).only()
    assert noted.told == [
        "outer|other|missing|None",
        "|plain|7 cannot be used|write a table in [brackets], with keys below it",
        "outer|key|unknown key|known: a, b",
        f"|{'x' * 60}|unknown key|known: ",
    ]


def test_only_the_keys_that_are_known_may_stand_there() -> None:
    noted = Noted()
    Table({"a": 1, "b": 2, "c": 3}, noted).only("a")
    assert noted.told == ["|b|unknown key|known: a", "|c|unknown key|known: a"]
