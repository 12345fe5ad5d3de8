"""What is wrong, as a value."""

import pytest

from collector.domain.fault import MOST_ON_A_LINE, Fault, refuse
from collector.errors import BadInput


def test_nothing_wrong_is_no_refusal() -> None:
    refuse([])


def test_all_that_is_wrong_is_told_in_one_line() -> None:
    with pytest.raises(BadInput) as refused:
        refuse([Fault("postcode", '"2012" is no CAP', "five digits"), Fault("name", "missing")])
    assert str(refused.value) == 'postcode: "2012" is no CAP (five digits); name: missing'
    assert refused.value.place == "postcode"


def test_one_alone_says_its_remedy_in_the_same_way() -> None:
    with pytest.raises(BadInput) as refused:
        refuse(
            [Fault("name", "missing"), Fault("postcode", '"2012" is no CAP', "five digits"), Fault("pec", "missing")]
        )
    assert str(refused.value) == 'name: missing; postcode: "2012" is no CAP (five digits); pec: missing'
    assert str(Fault("town", "missing")) == "town: missing"


def test_more_than_one_reads_on_a_line_is_counted() -> None:
    with pytest.raises(BadInput) as refused:
        refuse(Fault(str(n), "missing") for n in range(MOST_ON_A_LINE + 3))
    assert str(refused.value).endswith("19: missing; and 3 more")


def test_as_many_as_one_reads_are_told_in_full_and_the_rest_are_counted() -> None:
    def told(count: int) -> str:
        with pytest.raises(BadInput) as refused:
            refuse([Fault(f"f{n}", "missing") for n in range(count)])
        return str(refused.value)

    whole = "; ".join(f"f{n}: missing" for n in range(MOST_ON_A_LINE))
    assert told(MOST_ON_A_LINE) == whole
    assert told(MOST_ON_A_LINE + 1) == f"{whole}; and 1 more"
    assert told(MOST_ON_A_LINE + 9) == f"{whole}; and 9 more"
