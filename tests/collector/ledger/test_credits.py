"""Steps cover all time, whatever is done to them."""

from hypothesis import given
from hypothesis import strategies as st

from collector.ledger.credits import given as credited
from collector.ledger.credits import owner_at, until_of
from collector.ledger.intervention import Credit, cut
from shared.session import Stretch

STEPS = (Credit(0, 1), Credit(10, 2), Credit(20, 1))


def test_the_owner_of_an_instant_and_where_his_step_ends() -> None:
    assert [owner_at(STEPS, at) for at in (0, 9, 10, 19, 20, 99)] == [1, 1, 2, 2, 1, 1]
    assert [until_of(STEPS, at) for at in (0, 10, 20)] == [10, 20, None]


def test_only_what_is_one_interventions_is_given_where_it_is_told() -> None:
    assert credited(STEPS, 3, 5, 25, of=1) == (Credit(0, 1), Credit(5, 3), Credit(10, 2), Credit(20, 3), Credit(25, 1))
    assert credited(STEPS, 3, 0, None) == (Credit(0, 3),)


@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(0, 100), st.none() | st.integers(0, 100)), max_size=10),
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 10)), min_size=1, max_size=5),
)
def test_whatever_is_given_to_whom_every_millisecond_has_one_owner(
    acts: list[tuple[int, int, int | None]], observed: list[tuple[int, int]]
) -> None:
    stretches = [Stretch(at, lasted_ms) for at, lasted_ms in observed]
    steps: tuple[Credit, ...] = (Credit(0, 1),)
    for to, from_at, until_at in acts:
        if until_at is None or until_at > from_at:
            steps = credited(steps, to, from_at, until_at)
    assert steps[0].from_at == 0 and list(steps) == sorted(steps, key=lambda step: step.from_at)
    pieces = cut("s", stretches, steps)
    assert sum(span.end_at - span.start_at for _, span in pieces) == sum(each.lasted_ms for each in stretches)
