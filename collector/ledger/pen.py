"""What an act of writing is handed: the open transaction, the time, and where to say what changed."""

from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from collector.ledger.price_lists import PriceLists


@dataclass
class Pen:
    """One transaction; everything written with it is committed together or not at all."""

    connection: AsyncConnection
    now_at: int
    lists: PriceLists
    changed: set[int] = field(default_factory=set)  # interventions
