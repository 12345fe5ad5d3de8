"""A report's table as a file."""

from decimal import Decimal

import pytest

from collector.domain.trend import Slice, Trend
from collector.web.language import read_words
from collector.web.trend_table import Table, separated

FOUND = Trend(
    interventions=3,
    half_hours=2,
    months=(Slice("2026-10", 3, 2, Decimal("70.00")),),
    customers=(Slice("=Studio", 2, 1, Decimal("35.00")), Slice(None, 1, 1, Decimal("35.00"))),
    tools=(),
    agreed=Decimal("35.00"),
    waived=Decimal("0.00"),
    unsettled=Decimal("35.00"),
    nearness=(1, 0, 0, 0, 2, 0, 0),
)


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        (Table.MONTHS, ["Mese;Interventi;Mezz’ore;Supplemento", "2026-10;3;2;70,00"]),
        (Table.CUSTOMERS, ["Cliente;Interventi;Mezz’ore;Supplemento", "'=Studio;2;1;35,00", "Sconosciuto;1;1;35,00"]),
        (Table.TOOLS, ["Programma;Interventi;Mezz’ore;Supplemento"]),
        (Table.SHARES, ["Che cosa ne è stato;Supplemento", "concordato;35,00", "regalato;0,00", "da definire;35,00"]),
    ],
)
def test_it_has_the_rows_behind_the_chart(table: Table, rows: list[str]) -> None:
    assert separated(FOUND, table, read_words()["it"]).removeprefix("\ufeff").splitlines() == rows


def test_it_speaks_the_reader_s_language() -> None:
    told = separated(FOUND, Table.NEARNESS, read_words()["en"]).splitlines()
    assert told[0].endswith("At the end;Interventions") and "1st half hour;2" in told
