"""An intervention as it is told: the same charge as the command line's."""

import msgspec

from collector.domain.rating import rate
from collector.ledger.describing import charge_view, session_view
from collector.rate import as_json
from tests.collector.room import Room


async def test_the_charge_is_told_as_the_command_tells_it(room: Room) -> None:
    await room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await room.connect(seconds=20 * 60 + 1)
    of = (await room.reading.whole([1]))[1]
    charge = rate(customer=of.customer, category=None, spans=of.spans, overtime_agreed=False, tariff=of.tariff)
    told = msgspec.to_builtins(charge_view(charge))
    for line in told["lines"]:
        assert line.pop("why_it")
    assert msgspec.json.encode(told, order="sorted") == msgspec.json.encode(as_json(charge), order="sorted")


async def test_a_session_is_silent_when_its_agent_is(room: Room) -> None:
    await room.connect(seconds=60)
    seen = (await room.reading.whole([1]))[1].sessions[0]
    assert session_view(seen, room.presence.linked).state == "live"
    assert session_view(seen, frozenset()).state == "silent"
