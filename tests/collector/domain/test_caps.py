from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.caps import (
    Deadline,
    DeadlineKind,
    deadlines_passed,
    half_hour_begins_ms,
    half_hours_begun,
    next_deadline,
)
from collector.domain.entitlement import Terms
from tests.collector.domain.builders import OLD_WITHOUT, WITHOUT, length, some_terms

EARLIER = replace(some_terms(), earlier_ms=length("20:30"))

lengths = st.integers(0, 5 * 3_600_000)
any_terms = st.builds(
    lambda cap, unit, courtesy, marks, earlier_ms: replace(
        some_terms(
            cap=f"{cap}s", unit=f"{unit}s", courtesy=f"{courtesy}s", warn_before=tuple(f"{mark}s" for mark in marks)
        ),
        earlier_ms=earlier_ms,
    ),
    st.integers(1, 3_600),
    st.integers(60, 3_600),
    st.integers(0, 7_200),
    st.sets(st.integers(1, 4_000), max_size=4).map(lambda marks: sorted(marks, reverse=True)),
    st.just(0) | st.integers(0, 10**7),
)


@pytest.mark.parametrize(
    ("connected", "begun"),
    [("0:00", 0), ("20:00", 0), ("20:01", 1), ("50:00", 1), ("50:01", 2), ("80:00", 2), ("80:01", 3)],
)
def test_each_half_hour_begun_counts(connected: str, begun: int) -> None:
    assert half_hours_begun(length(connected), some_terms()) == begun


def test_a_second_that_is_not_whole_begins_nothing() -> None:
    assert half_hours_begun(length("20:01") - 1, some_terms()) == 0


def test_within_the_courtesy_none_begins_and_after_it_counting_is_from_the_cap() -> None:
    terms = some_terms(courtesy="2m")
    assert half_hours_begun(length("22:00"), terms) == 0
    assert half_hours_begun(length("22:01"), terms) == 1
    assert half_hours_begun(length("50:00"), terms) == 1
    assert half_hours_begun(length("50:01"), terms) == 2


def test_a_courtesy_longer_than_the_unit_begins_several_at_once() -> None:
    terms = some_terms(cap="10s", unit="5s", courtesy="12s", warn_before=())
    assert [half_hours_begun(s * 1_000, terms) for s in (22, 23, 25, 26)] == [0, 3, 3, 4]
    marks = deadlines_passed(10_000, 26_000, terms)
    assert [(mark.n, mark.at_ms) for mark in marks] == [(1, 23_000), (2, 23_000), (3, 23_000), (4, 26_000)]


@pytest.mark.parametrize(
    "customer_or_category", [{"customer": WITHOUT}, {"category": "download"}, {"category": "network"}]
)
def test_what_has_no_cap_has_no_deadlines(customer_or_category: dict[str, object]) -> None:
    terms = some_terms(**customer_or_category)  # type: ignore[arg-type]
    assert next_deadline(0, terms) is None
    assert deadlines_passed(0, length("600m"), terms) == ()
    assert half_hours_begun(length("600m"), terms) == 0
    assert half_hour_begins_ms(1, terms) is None


def test_the_marks_come_in_order() -> None:
    marks = deadlines_passed(0, length("50:01"), some_terms())
    assert marks == (
        Deadline(DeadlineKind.WARNING, length("15:00"), left_ms=length("5m")),
        Deadline(DeadlineKind.WARNING, length("19:00"), left_ms=length("1m")),
        Deadline(DeadlineKind.CAP, length("20:00")),
        Deadline(DeadlineKind.HALF_HOUR, length("20:01"), n=1),
        Deadline(DeadlineKind.HALF_HOUR, length("50:01"), n=2),
    )
    assert [mark.key for mark in marks] == ["warning-300000ms", "warning-60000ms", "cap", "half-hour-1", "half-hour-2"]


def test_half_hours_that_may_not_be_sold_are_marked_all_the_same() -> None:
    terms = some_terms(customer=OLD_WITHOUT, cap="30m")
    assert next_deadline(length("30m"), terms) == Deadline(DeadlineKind.HALF_HOUR, length("30:01"), n=1)


def test_a_warning_that_would_not_be_ahead_of_the_start_is_skipped() -> None:
    terms = some_terms(cap="60s", warn_before=("5m", "60s", "59s"))
    assert next_deadline(0, terms) == Deadline(DeadlineKind.WARNING, 1_000, left_ms=59_000)
    assert next_deadline(-1, terms) == next_deadline(0, terms)
    assert next_deadline(0, some_terms(cap="8s")) == Deadline(DeadlineKind.CAP, 8_000)


def test_the_next_deadline_is_strictly_after() -> None:
    first = next_deadline(length("15:00") - 1, some_terms())
    assert first == Deadline(DeadlineKind.WARNING, length("15:00"), left_ms=length("5m"))
    after = next_deadline(length("15:00"), some_terms())
    assert after == Deadline(DeadlineKind.WARNING, length("19:00"), left_ms=length("1m"))


def test_what_lies_beyond_the_caps_of_connections_before_counts_on() -> None:
    assert [half_hours_begun(length(at), EARLIER) for at in ("0:00", "20:00", "29:30", "29:31")] == [1, 1, 1, 2]
    assert half_hours_begun(0, replace(EARLIER, earlier_ms=999)) == 0
    assert half_hour_begins_ms(2, EARLIER) == length("29:31")
    assert next_deadline(length("20:00"), EARLIER) == Deadline(DeadlineKind.HALF_HOUR, length("29:31"), n=2)
    assert half_hours_begun(length("600m"), replace(some_terms(category="download"), earlier_ms=length("20:30"))) == 0


def test_a_half_hour_begins_at_the_first_whole_second_beyond() -> None:
    assert half_hour_begins_ms(1, some_terms()) == length("20:01")
    assert half_hour_begins_ms(2, some_terms()) == length("50:01")


def test_the_marks_of_a_year_are_found_without_walking_through_them() -> None:
    year_ms = 366 * 24 * 3_600_000
    upcoming = next_deadline(year_ms, some_terms(cap="1s", unit="1s"))
    assert upcoming == Deadline(DeadlineKind.HALF_HOUR, year_ms + 1_000, n=year_ms // 1_000)


@given(any_terms, st.lists(lengths, min_size=1, max_size=8))
def test_every_mark_is_passed_exactly_once_however_the_time_is_cut(terms: Terms, cuts: list[int]) -> None:
    steps = [0, *sorted(cuts)]
    told = [mark for a, b in pairwise(steps) for mark in deadlines_passed(a, b, terms)]
    assert told == list(deadlines_passed(0, steps[-1], terms))
    assert len({mark.key for mark in told}) == len(told)
    assert sorted(told, key=lambda mark: mark.at_ms) == told


@given(any_terms, lengths)
def test_as_many_half_hours_are_marked_as_are_counted(terms: Terms, connected_ms: int) -> None:
    marks = deadlines_passed(0, connected_ms, terms)
    here = half_hours_begun(connected_ms, terms) - half_hours_begun(0, terms)
    assert sum(mark.kind is DeadlineKind.HALF_HOUR for mark in marks) == here


@given(any_terms, lengths)
def test_following_the_next_deadline_meets_every_moment_of_the_list(terms: Terms, upto_ms: int) -> None:
    met, at = [], 0
    while (mark := next_deadline(at, terms)) is not None and mark.at_ms <= upto_ms:
        met.append(mark.at_ms)
        at = mark.at_ms
    assert met == sorted({mark.at_ms for mark in deadlines_passed(0, upto_ms, terms)})


@given(any_terms, lengths, lengths)
def test_working_longer_never_counts_less(terms: Terms, worked: int, more: int) -> None:
    assert half_hours_begun(worked, terms) <= half_hours_begun(worked + more, terms)
