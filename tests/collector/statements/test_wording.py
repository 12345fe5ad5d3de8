"""What people read: dates, amounts and lengths in their language, and names that cannot mislead."""

import msgspec
import pytest

from collector.statements import wording
from tests.collector.statements.builders import a_connection, a_document


@pytest.mark.parametrize(
    ("text", "it", "en"),
    [("1234.50", "1.234,50", "1,234.50"), ("-0.05", "\u22120,05", "\u22120.05"), ("0.00", "0,00", "0.00")],
)
def test_an_amount_is_grouped_as_the_language_does(text: str, it: str, en: str) -> None:
    assert (wording.amount(text, "it"), wording.amount(text, "en")) == (it, en)


@pytest.mark.parametrize(
    ("text", "it"), [("22", "22 %"), ("22.00", "22 %"), ("5.50", "5,5 %"), ("10", "10 %"), ("0", "0 %")]
)
def test_a_rate_is_told_without_needless_noughts(text: str, it: str) -> None:
    assert wording.percent(text, "it") == it


def test_a_day_is_the_firm_s_own_day_whatever_the_zone_of_the_reader() -> None:
    just_after_midnight = "2026-10-05T00:00:01.000+02:00"  # the fourth in UTC
    assert wording.day(just_after_midnight, "it") == "05/10/2026"
    assert wording.day(just_after_midnight, "en") == "5 Oct 2026"
    assert wording.clock(just_after_midnight) == "00:00:01"


def test_a_length_is_rounded_down_to_the_second() -> None:
    assert wording.length(1_201_999) == "20 min 1 s"


def test_what_turns_or_hides_text_is_taken_out_of_a_name() -> None:
    assert wording.shown("a\u202eb\u2066c\n\td\x00 \u00ade") == "a b c d e"


def test_what_is_longer_than_any_word_may_break() -> None:
    assert "\u200b" in wording.breakable("W" * 200) and "\u200b" not in wording.breakable("Studio Bianchi")


def test_it_is_due_so_many_days_after_it_was_issued() -> None:
    assert wording.due_day(a_document()) == "2026-12-02"


def test_the_month_is_told_in_words() -> None:
    assert wording.month(a_document(), "it") == "ottobre 2026"


@pytest.mark.parametrize(
    ("tool", "declared", "it", "en"),
    [
        ("telephone", True, "telefono", "telephone"),
        ("console", True, "console nel browser", "browser console"),
        ("on-site", True, "presso il cliente", "on site"),
        ("other", True, "altro", "other"),
        ("TeamViewer", True, "TeamViewer", "TeamViewer"),
        ("console", False, "console", "console"),
    ],
)
def test_declared_work_is_told_in_the_reader_s_language(tool: str, declared: bool, it: str, en: str) -> None:
    of = msgspec.structs.replace(a_connection(declared=declared), tool=tool)
    assert (wording.tool(of, "it"), wording.tool(of, "en")) == (it, en)
