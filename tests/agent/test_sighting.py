"""What one look saw of a session."""

from agent.sighting import Sighting
from shared.session import Evidence


def test_a_sighting_is_live_unless_it_tells_an_end() -> None:
    assert Sighting("viewer", "k", None, Evidence.SOCKET).ended_at is None
