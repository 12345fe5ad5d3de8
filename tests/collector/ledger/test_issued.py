"""Issued statements are asked for like everything else: where the database is away, that is said."""

from pathlib import Path

import pytest

from collector.domain.month import Month
from collector.errors import Unavailable
from collector.ledger.engine import open_engines
from collector.ledger.issued import Issued
from collector.ledger.price_lists import PriceLists
from tests.collector.room import ROME


@pytest.mark.parametrize("nowhere", [Path("/nowhere/at/all.sqlite3"), "postgresql://mezzora@/m?host=/nowhere"], ids=str)
async def test_a_database_that_is_away_is_said_and_no_mistake_of_ours(nowhere: Path | str) -> None:
    engines = open_engines(nowhere)
    issued = Issued(engines.readers, PriceLists([], ROME))
    try:
        for asked in (
            issued.statements(),
            issued.statement("2026/1"),
            issued.document("2026/1"),
            anext(issued.documents(Month(2026, 10))),
            issued.candidates(Month(2026, 10)),
            issued.month(Month(2026, 10), 0),
        ):
            with pytest.raises(Unavailable, match="cannot be read"):
                await asked
    finally:
        await engines.close()
