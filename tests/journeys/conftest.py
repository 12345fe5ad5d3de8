"""The firm of the journeys: one collector with a short price list, one agent, one real viewer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.firm import Firm
from tests.real.conftest import ended, remmina, screen, tigervnc, vnc_line, vnc_server

__all__ = ["ended", "remmina", "screen", "tigervnc", "vnc_line", "vnc_server"]


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    """A collector that runs and an agent that reports to it; both end with the test."""
    firm = Firm(tmp_path)
    try:
        firm.open()
        yield firm
    finally:
        firm.close()
