"""What others wrote into the same database: a command beside the collector, say.

The audit chain tells it: its entries beyond those that the writer knows of are somebody else's.
"""

from sqlalchemy import select

from collector.ledger import audit, customers
from collector.ledger.pen import Pen
from collector.ledger.tables import audit as chain


class Neighbours:
    """Knows how far the chain was read. Not for concurrent use: the one writer calls it."""

    def __init__(self, *, talkative: bool = False) -> None:
        """Talkative ones say themselves what they changed."""
        self._talkative = talkative
        self._known: int | None = None

    async def listen(self, pen: Pen) -> frozenset[str] | None:
        """The sessions that somebody else changed since, None where nobody wrote; his interventions count as changed
        with this pen."""
        head = await audit.head(pen.connection)
        known = head.n if self._known is None else self._known
        pen.sealed = head.n
        return await self._told(pen, known) if known < head.n else None

    def know(self, pen: Pen) -> None:
        """That transaction is committed, what it entered included."""
        self._known = pen.sealed

    async def _told(self, pen: Pen, known: int) -> frozenset[str]:
        news = select(chain.c.kind, chain.c.subject).where(chain.c.n > known).distinct()
        subjects: dict[str, list[str]] = {}
        for kind, subject in await pen.connection.execute(news):
            subjects.setdefault(kind, []).append(subject)
        if not self._talkative:
            pen.changed.update(map(int, subjects.get("intervention", ())))
            await customers.show(pen, [int(each) for each in subjects.get("customer", ())])
        return frozenset(subjects.get("session", ()))
