"""What the ledger's tests share: one open ledger each, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.collector.room import On, Room, a_room

ON_BOTH_EACH_TIME = ("test_alerts", "test_engine", "test_ledger", "test_neighbours", "test_outbox", "test_tables")
"""The files whose tests say what the two may differ in; of the others PostgreSQL's turn comes with --all."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kind" in metafunc.fixturenames:
        often = metafunc.module.__name__.rpartition(".")[2] in ON_BOTH_EACH_TIME
        on_postgres = pytest.param("postgresql", marks=() if often else pytest.mark.slow)
        metafunc.parametrize("kind", ["sqlite", on_postgres], indirect=True)


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> Iterator[None]:
    """The kind of database that rooms are opened on."""
    On.postgres = request.param == "postgresql"
    yield
    On.postgres = False


@pytest.fixture
async def room(kind: None, tmp_path: Path) -> AsyncIterator[Room]:
    async with a_room(tmp_path) as opened:
        yield opened
