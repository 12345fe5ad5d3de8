"""The house that most tests of this folder stand in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.collector.web.house import House, a_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path) as opened:
        yield opened
