"""Which passwords may be chosen, and that only the right one fits."""

import pytest
from argon2 import PasswordHasher

from collector.errors import BadInput
from collector.web.passwords import Passwords, fit


@pytest.mark.parametrize("password", ["", "short", "x" * 201, "aaaaaaaaaaaa", "abababababab", "Anna Rossi Verdi"])
def test_what_is_too_easy_is_refused(password: str) -> None:
    with pytest.raises(BadInput, match="password"):
        fit(password, "anna rossi verdi")


def test_a_letter_has_one_spelling() -> None:
    assert fit("caffe\u0300 lungo e dolce", "Anna") == fit("caff\u00e8 lungo e dolce", "Anna")


async def test_only_the_right_one_fits() -> None:
    passwords = Passwords()
    kept = await passwords.make(fit("caff\u00e8 lungo e dolce", "Anna"))
    assert kept.startswith("$argon2id$")
    assert await passwords.fits(kept, "caffe\u0300 lungo e dolce")
    assert not await passwords.fits(kept, "caff\u00e8 lungo")
    assert not passwords.outdated(kept)
    assert passwords.outdated(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x"))


@pytest.mark.parametrize("kept", [None, "", "$argon2id$broken"])
async def test_what_nobody_has_fits_nobody(kept: str | None) -> None:
    assert not await Passwords().fits(kept, "nobody's")
