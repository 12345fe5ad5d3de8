"""The years that a log leaves out."""

from datetime import datetime

from agent.years import Years

SOME_YEAR = 2000


def day(text: str) -> datetime:
    return datetime.fromisoformat(text)


def read(years: Years, *stamps: str) -> list[str]:
    told = [years.of(datetime.fromisoformat(f"{SOME_YEAR}-{stamp}T12:00:00")) for stamp in stamps]
    return [f"{each:%Y-%m-%d}" if each is not None else "none" for each in told]


def test_the_first_line_is_of_the_latest_year_in_which_it_was_written_already() -> None:
    for stamp, told in (("11-24", "2026-11-24"), ("11-25", "2026-11-25"), ("11-27", "2025-11-27")):
        assert read(Years(day("2026-11-24T13:00:00")), stamp) == [told]


def test_a_line_follows_the_line_before_it_over_the_new_year_and_over_a_clock_that_is_set_back() -> None:
    years = Years(day("2026-11-24"))
    assert read(years, "12-31", "01-01", "12-31", "01-02") == ["2025-12-31", "2026-01-01", "2025-12-31", "2026-01-02"]
    assert years.is_guessed


def test_a_time_that_names_its_year_tells_that_of_the_lines_around_it() -> None:
    years = Years(day("2026-11-24"))
    years.told(day("2019-01-02"))
    years.rewind()
    assert read(years, "06-30", "12-31", "01-01") == ["2018-06-30", "2018-12-31", "2019-01-01"]
    years.told(day("2019-01-02"))
    assert read(years, "01-02", "03-01") == ["2019-01-02", "2019-03-01"]


def test_a_year_that_was_told_is_no_guess() -> None:
    years = Years(day("2026-11-24"))
    years.told(day("2019-01-02"))
    assert (read(years, "01-03"), years.is_guessed) == (["2019-01-03"], False)


def test_a_29_february_is_of_a_year_that_has_one() -> None:
    assert read(Years(day("2026-11-24")), "02-29") == ["2024-02-29"]
