"""Notices agents that have gone silent while their line was up."""

import asyncio

from collector.ledger.bell import Bell
from collector.ledger.presence import Presence
from shared.clock import Clock

LOOK_EVERY_S = 1.0


async def run(presence: Presence, bell: Bell, clock: Clock) -> None:
    """Look until cancelled; who falls silent is shown as such at once."""
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        if presence.fall_silent(clock.steady_ms()):
            bell.ring(frozenset())
