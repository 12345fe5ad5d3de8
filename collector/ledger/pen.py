"""What an act of writing is handed: the open transaction, the time, and where to say what changed."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection

from collector.ledger.growth import Growth
from collector.ledger.post import Post

if TYPE_CHECKING:
    from collector.ledger.price_lists import PriceLists  # writes with a pen itself


@dataclass(frozen=True, slots=True)
class Unsealed:
    """A change that was entered and waits for its place in the audit chain."""

    what: str
    kind: str
    subject: str
    by: str
    before: str | None
    after: str | None


@dataclass
class Pen:
    """One transaction; everything written with it is committed together or not at all."""

    connection: AsyncConnection
    now_at: int
    lists: "PriceLists"
    changed: set[int] = field(default_factory=set)  # interventions
    grown: dict[str, Growth] = field(default_factory=dict)  # sessions that only went on or paused
    recredited: set[str] = field(default_factory=set)  # sessions whose time is credited otherwise now
    unsealed: list[Unsealed] = field(default_factory=list)
    sealed: int = 0  # the last entry of the chain that it read or wrote
    post: Post = field(default_factory=Post)
    posted: bool = False  # an alert was made, or something else waits in the outbox that did not before
