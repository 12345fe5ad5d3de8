"""How often somebody may try."""

import pytest

from collector.web import attempts
from collector.web.attempts import MOST, WINDOW_MS, Attempts, TooMany


def test_one_address_may_try_so_often_in_a_minute_and_then_again() -> None:
    tries = Attempts()
    for _ in range(MOST):
        tries.count("192.0.2.1", 0)
    with pytest.raises(TooMany):
        tries.count("192.0.2.1", WINDOW_MS - 1)
    tries.count("192.0.2.1", WINDOW_MS)


def test_whoever_comes_in_leaves_the_others_at_his_address_their_tries() -> None:
    tries = Attempts()
    for _ in range(3 * MOST):
        tries.count("192.0.2.1", 0)
        tries.forgive("192.0.2.1")
    for _ in range(MOST):
        tries.count("192.0.2.1", 0)
    with pytest.raises(TooMany):
        tries.count("192.0.2.1", 0)


def test_another_address_does_not_pay_for_it() -> None:
    tries = Attempts()
    for _ in range(MOST):
        tries.count("192.0.2.1", 0)
    tries.count("192.0.2.2", 0)


def test_the_oldest_addresses_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "ADDRESSES", 2)
    tries = Attempts()
    for address in ("a", "b", "c"):
        tries.count(address, 0)
    assert list(tries._begun) == ["b", "c"]
