"""The shapes of the API are strict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from collector.web.schemas import AnotherProblem, ContractDays, NewCustomer, PeerGiven


@given(st.text(max_size=300))
def test_a_name_is_printable_text_on_one_line(name: str) -> None:
    try:
        made = NewCustomer(name=name, contract=False)
    except ValidationError:
        assert not (0 < len(name) <= 200 and name.isprintable() and name.strip())
    else:
        assert 0 < len(made.name) <= 200 and made.name.isprintable() and made.name in name


@pytest.mark.parametrize("contract", [1, 0, "yes", "true", None, [], {"from": "2026-1-1"}, {"since": "2026-01-01"}])
def test_a_contract_is_yes_no_or_its_days(contract: object) -> None:
    with pytest.raises(ValidationError):
        NewCustomer.model_validate({"name": "Studio", "contract": contract})


def test_the_days_of_a_contract_may_be_open_on_both_sides() -> None:
    assert ContractDays.model_validate({}).first is None
    assert str(ContractDays.model_validate({"from": "2026-01-31"}).first) == "2026-01-31"


@pytest.mark.parametrize("tool", ["TeamViewer", "", "-a", "a b", "a/b", "x" * 65])
def test_a_tool_goes_by_its_catalogue_name(tool: str) -> None:
    with pytest.raises(ValidationError):
        PeerGiven(tool=tool, peer="1")


@pytest.mark.parametrize("at", ["2026-01-01T10:00:00", "now", 1_800_000_000, "2026-01-01"])
def test_a_moment_has_its_offset(at: object) -> None:
    with pytest.raises(ValidationError):
        AnotherProblem.model_validate({"at": at})
