"""Channel: what a way of telling must do, and how it says that it could not."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from collector.delivery.message import Message
from collector.delivery.secret import Secret
from collector.domain.reasons import Language
from collector.errors import CollectorError

Send = Callable[[Message], Awaitable[str | None]]
"""Delivers, and returns once it has arrived: what went wrong beside that, or None. NotDelivered when it has not."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One way of telling, as the file describes it."""

    name: str
    language: Language
    per_minute: int | None  # messages at most; what waits meanwhile goes into the next one
    most: int  # alerts in one message
    send: Send
    secrets: tuple[Secret, ...] = field(default=(), repr=False)


class NotDelivered(CollectorError):
    """It did not arrive, or nobody can tell whether it did.

    `holds`: the trouble is the channel's and not this message's, so that others need not be tried. `asked_ms`: how long
    the receiver wants to be left alone.
    """

    def __init__(self, why: str, *, holds: bool = True, asked_ms: int = 0) -> None:
        super().__init__(why)
        self.holds = holds
        self.asked_ms = asked_ms
