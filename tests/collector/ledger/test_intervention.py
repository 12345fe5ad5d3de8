"""Stretches cut at credits always sum to the observed time."""

from hypothesis import given
from hypothesis import strategies as st

from collector.ledger.intervention import Credit, cut
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
