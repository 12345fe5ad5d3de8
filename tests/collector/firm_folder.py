"""A data folder with a firm in its settings, and customers who can be billed for October."""

import asyncio
from pathlib import Path

from tests.collector.office import FIRM, a_payer, an_intervention
from tests.collector.room import S1, S2, a_room

SETTINGS = f"""\
firm_name = "{FIRM.name}"
firm_street = "{FIRM.street}"
firm_postcode = "{FIRM.postcode}"
firm_town = "{FIRM.town}"
firm_province = "{FIRM.province}"
firm_vat_number = "{FIRM.vat_number}"
"""


def october_in(folder: Path) -> None:
    """Customers 1 and 2 with an intervention each in October 2026; the second one's overtime waits for a word."""

    async def fill() -> None:
        async with a_room(folder, file="mezzora.sqlite3") as room:
            await a_payer(room)
            await an_intervention(room, S1)
            await a_payer(room, "Studio Verdi", peer="222")
            await an_intervention(room, S2, peer="222", agreed=False)

    (folder / "mezzora.toml").write_text(SETTINGS, encoding="utf-8")
    asyncio.run(fill())
