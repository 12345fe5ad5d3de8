"""What a session says of itself."""

import msgspec
import pytest

from shared.session import Session, Stretch
from tests.agent.test_spool import a_session


def test_its_time_is_the_sum_of_its_stretches() -> None:
    session = msgspec.structs.replace(a_session(), stretches=(Stretch(1_000, 5_000), Stretch(10_000, 2_000)))
    assert (session.observed_ms, session.started_at, session.last_seen_at) == (7_000, 1_000, 12_000)


@pytest.mark.parametrize(
    "change",
    [
        {"id": "x"},
        {"tool": "Not a slug"},
        {"peer": ""},
        {"peer": "x" * 201},
        {"stretches": []},
        {"stretches": [[-1, 5]]},
        {"stretches": [[1, -5]]},
        {"stretches": [[1.5, 5]]},
        {"evidence": "hearsay"},
        {"state": "asleep"},
    ],
)
def test_what_cannot_be_is_not_read(change: dict[str, object]) -> None:
    told = msgspec.to_builtins(a_session()) | change
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(told), type=Session)
