"""What the web room is given by `app`, and how its doors reach it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends
from starlette.requests import HTTPConnection

from collector.delivery.channel_file import Channels
from collector.ledger.bell import Bell
from collector.ledger.conditions import Difference
from collector.ledger.ledger import Ledger
from collector.ledger.reading import Reading
from collector.live.hub import Hub
from collector.statements.office import Office
from collector.web.oidc import Service
from shared.clock import Clock
from shared.messages import Order
from shared.moments import from_at


@dataclass(frozen=True)
class Parts:
    """Everything that pages and API stand on."""

    clock: Clock
    ledger: Ledger
    reading: Reading
    hub: Hub
    zone: ZoneInfo  # where the firm is: it decides what day today is
    office: Office
    secure: bool  # reached by https: cookies are sent over it alone
    channels: Channels  # over which alerts are told
    order: Callable[[int, Order], bool]  # says it to an agent; False where it is not heard
    bell: Bell
    hang_up: Callable[[int], Awaitable[None]]  # on an agent
    differences: Callable[[], tuple[Difference, ...]]  # of other collectors on the same database
    service: Service | None = None  # the firm's own, by which its people sign in
    terms: Path | None = None  # the folder of the texts of the service terms

    def today(self) -> date:
        return from_at(self.clock.wall_ms()).astimezone(self.zone).date()


def parts_of(connection: HTTPConnection) -> Parts:
    parts = connection.app.state.parts
    if not isinstance(parts, Parts):
        raise AssertionError("the web room was not installed")
    return parts


Given = Annotated[Parts, Depends(parts_of)]
