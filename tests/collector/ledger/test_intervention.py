"""Stretches cut at credits always sum to the observed time; and what somebody has agreed to is agreed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.rating import Flag
from collector.ledger.decided import Decided, Matter
from collector.ledger.intervention import Agreed, Credit, Intervention, cut
from shared.moments import MINUTE_MS, day_bounds
from shared.session import Stretch
from tests.collector.room import ROME
from tests.collector.watch.made import BEGAN_AT, a_seen, an_intervention

LAST_DAY = date(2026, 11, 18)  # on which made-up work begins
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


def ended_within(agreed_to: int) -> Intervention:
    """Two half hours that may be sold, and one begun after the contract's last day; so many are agreed to."""
    night_at = day_bounds(LAST_DAY, ROME)[1] - 60 * MINUTE_MS
    from_s = (night_at - BEGAN_AT) // 1000
    said = Decided(Matter.OVERTIME_AGREED, "Laura", night_at, "phone", half_hours=agreed_to)
    return an_intervention(
        a_seen(1, (from_s, 81 * 60)),
        opened_at=night_at,
        contract_until_day=LAST_DAY,
        agreed=Agreed("Laura", night_at, "phone"),
        decided=(said,),
    )


@pytest.mark.parametrize(("agreed_to", "agreed"), [(1, False), (2, True)])
def test_what_may_not_be_sold_needs_no_agreement(agreed_to: int, agreed: bool) -> None:
    of = ended_within(agreed_to)
    assert of.charge.overtime_half_hours == 3
    assert Flag.OVERTIME_NOT_SELLABLE in of.charge.flags
    assert of.overtime_agreed is agreed
