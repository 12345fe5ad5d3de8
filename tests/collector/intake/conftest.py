"""What the intake's tests share: a door each."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.collector.intake.line import Door, a_door


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    async with a_door(tmp_path) as opened:
        yield opened
