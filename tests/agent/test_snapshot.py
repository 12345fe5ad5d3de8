"""Plain data about one look."""

from agent.snapshot import Address
from tests.agent.pictures import a_process


def test_an_address_is_written_as_people_write_it() -> None:
    assert [str(Address("192.0.2.7", 5900)), str(Address("::1", 5900))] == ["192.0.2.7:5900", "[::1]:5900"]


def test_loopback_is_known_in_both_families() -> None:
    loopback = [Address(host, 1).is_loopback for host in ("127.0.0.1", "127.1.2.3", "::1", "192.0.2.7")]
    assert loopback == [True, True, True, False]


def test_a_later_process_with_the_same_number_is_another_one() -> None:
    assert a_process(pid=7).identity == "7:70"
