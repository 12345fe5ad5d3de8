import pytest

from agent.users import NOBODY, is_foreign


@pytest.mark.parametrize(
    ("of", "own", "foreign"),
    [(2, 2, False), (3, 2, True), (NOBODY, 2, False), (None, 2, True), (3, NOBODY, False), (None, NOBODY, False)],
)
def test_another_user_s_program_is_his_and_what_nobody_owns_may_be_ours(
    of: int | None, own: int, foreign: bool
) -> None:
    assert is_foreign(of, own) is foreign
