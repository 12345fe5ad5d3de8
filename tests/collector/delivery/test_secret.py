"""A secret is used and never shown."""

import pytest

from collector.delivery.secret import Secret, redacted

KEY = Secret("s3cr&t/k y")


def test_it_prints_as_stars() -> None:
    assert f"{KEY} {KEY!r} {[KEY]}" == "*** *** [***]"
    assert KEY.reveal() == "s3cr&t/k y" and Secret("s3cr&t/k y") == KEY and hash(KEY) == hash(Secret(KEY.reveal()))


@pytest.mark.parametrize("spelling", ["s3cr&t/k y", "s3cr%26t/k%20y", "s3cr%26t%2Fk%20y", "s3cr%26t%2Fk+y"])
def test_no_spelling_of_it_stays_in_a_complaint(spelling: str) -> None:
    assert redacted(f"cannot reach https://x/{spelling}?a", [KEY, Secret("")]) == "cannot reach https://x/***?a"
