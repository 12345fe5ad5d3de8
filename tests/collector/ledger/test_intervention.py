"""Stretches cut at credits always sum to the observed time."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from collector.ledger.intervention import Credit, contract_in_force, cut
from shared.session import Stretch

stretches = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**5)), max_size=5).map(
    lambda each: tuple(Stretch(*one) for one in each)
)
cuts = st.sets(st.integers(1, 10**6), max_size=5).map(sorted)


@given(stretches, cuts)
def test_however_a_session_is_split_its_time_is_all_there(seen: tuple[Stretch, ...], at: list[int]) -> None:
    credits = [Credit(from_at, n) for n, from_at in enumerate([0, *at])]
    pieces = cut("s", seen, credits)
    assert sum(span.end_at - span.start_at for _, span in pieces) == sum(stretch.lasted_ms for stretch in seen)


@given(stretches, cuts)
def test_each_piece_lies_where_its_intervention_has_the_credit(seen: tuple[Stretch, ...], at: list[int]) -> None:
    begins = [0, *at]
    for owner, span in cut("s", seen, [Credit(from_at, n) for n, from_at in enumerate(begins)]):
        assert span.start_at >= begins[owner]
        assert owner + 1 == len(begins) or span.end_at <= begins[owner + 1]


def test_a_contract_holds_on_its_first_day_and_its_last() -> None:
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    assert contract_in_force(first, first, last) and contract_in_force(last, first, last)
    assert not contract_in_force(date(2027, 1, 1), first, last)
    assert not contract_in_force(date(2025, 12, 31), first, last)
    assert contract_in_force(date(2099, 1, 1), first, None)
    assert not contract_in_force(first, None, None)
