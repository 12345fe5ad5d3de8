"""The tariffs: those that new interventions are opened under, and those that old ones were."""

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from collector.domain.tariff import Tariff, in_force, read_tariff
from collector.ledger import audit
from collector.ledger.pen import Pen
from collector.ledger.tables import tariff
from collector.ledger.witness import Subject
from collector.tariffs.files import texts_that_hold
from shared.moments import from_at


class PriceLists:
    """Tariffs by the digest of their text. `texts` are those in force, now and at some other time."""

    def __init__(self, texts: Sequence[str], zone: ZoneInfo) -> None:
        self.zone = zone
        self._texts = {hashlib.sha256(text.encode()).hexdigest(): text for text in texts}
        self._read = {id: read_tariff(text, "tariff") for id, text in self._texts.items()}
        self._current = dict(self._read)

    def in_force(self, at: int) -> str:
        """The id of the tariff of that instant; BadInput when all of them begin later."""
        found = in_force(tuple(self._current.values()), at, self.zone)
        return next(id for id, each in self._current.items() if each is found)

    def of(self, id: str) -> Tariff:
        """The tariff with that id, once it was kept or loaded."""
        return self._read[id]

    def text_of(self, id: str) -> str:
        """As it was written, of one that is in force, now or at some other time."""
        return self._texts[id]

    @property
    def current(self) -> list[tuple[str, Tariff]]:
        """Those in force, now and at some other time, by their ids, in the order of their beginnings."""
        return sorted(self._current.items(), key=lambda each: each[1].first_day or date.min)

    @property
    def shortest_cap_ms(self) -> int:
        """No price list that is known includes less time."""
        return min(cap for each in self._read.values() for cap in (each.contract.cap_ms, each.previous_version.cap_ms))

    def day_of(self, at: int) -> date:
        """The calendar day of an instant where the firm is."""
        return from_at(at).astimezone(self.zone).date()

    async def keep(self, pen: Pen) -> None:
        """Write down those in force: an intervention may be opened under them from now on."""
        kept = set(await pen.connection.scalars(select(tariff.c.id)))
        for id, text in self._texts.items():
            if id not in kept:
                day = self._read[id].first_day
                row = {"id": id, "text": text, "first_day": None if day is None else day.isoformat()}
                await pen.connection.execute(tariff.insert().values(row))
                await audit.enter(pen, "tariff-kept", Subject("tariff", id), by=audit.ITSELF, before=None)

    async def load(self, connection: AsyncConnection, ids: set[str]) -> None:
        """Make sure that `of` knows these."""
        missing = ids - self._read.keys()
        if missing:
            for id, text in await connection.execute(
                select(tariff.c.id, tariff.c.text).where(tariff.c.id.in_(missing))
            ):
                self._read[id] = read_tariff(text, f"tariff {id[:12]}")


def read_price_lists(place: Path | None, zone: ZoneInfo) -> PriceLists:
    """Those of that file or folder, or the one that ships; BadInput names file and key."""
    return PriceLists([*texts_that_hold(place).values()], zone)
