"""Which agent is this, may it come in, and how far off is its clock."""

from collections import deque
from dataclasses import dataclass

from collector.ledger.ledger import Ledger
from shared.messages import Hello, Reason
from shared.moments import MINUTE_MS
from shared.protocol import understands

SKEW_MS = 2_000
"""A clock that is off by less is believed: correcting it would move instants by the noise of the line."""

GUESSES = 20
"""So many bad codes or tokens a minute are heard from one address; after that nobody listens to it for a while."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """An agent that may speak; `offset_ms` is to be added to the instants that it tells."""

    agent_id: int
    name: str
    offset_ms: int
    line: int = 0  # counts the lines of this collector


@dataclass(frozen=True, slots=True)
class Denied:
    """It may not, and why."""

    reason: Reason
    why: str


def offset_ms(sent_at: int, now_at: int) -> int:
    """What to add to an instant of a clock that said `sent_at` when it was `now_at` here."""
    off_ms = now_at - sent_at
    return off_ms if abs(off_ms) >= SKEW_MS else 0


async def admit(ledger: Ledger, hello: Hello, now_at: int) -> Admitted | Denied:
    """The agent that says hello, or why it may not come in."""
    if not understands(hello.version):
        return Denied(Reason.BAD_VERSION, f"version {hello.version} is not understood any more: update this agent")
    known = await ledger.admit(
        hello.token,
        system=hello.system,
        version=hello.agent_version,
        clock_offset_ms=now_at - hello.sent_at,
    )
    if known is None:
        return Denied(Reason.BAD_TOKEN, "the token is unknown or was revoked: enrol this PC anew")
    return Admitted(known.id, known.name, offset_ms(hello.sent_at, now_at))


class Guesses:
    """Who came with a bad code or token lately."""

    def __init__(self) -> None:
        self._bad: dict[str, deque[int]] = {}

    def note(self, address: str, steady_ms: int) -> None:
        """Another bad one from there."""
        for other in [a for a, times in self._bad.items() if steady_ms - times[-1] > MINUTE_MS]:
            del self._bad[other]
        self._bad.setdefault(address, deque(maxlen=GUESSES)).append(steady_ms)

    def too_many(self, address: str, steady_ms: int) -> bool:
        times = self._bad.get(address)
        return times is not None and len(times) == GUESSES and steady_ms - times[0] < MINUTE_MS
