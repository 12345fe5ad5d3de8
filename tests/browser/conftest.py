"""A browser for each file of tests, an office for each test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.desk import Desk, a_desk
from tests.browser.office import Office
from tests.browser.reader import CHROMIUM, launch

PATIENCE_MS = 20_000  # for what takes a moment, on a machine that is busy with other things


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.needs(CHROMIUM))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Ends with the file: while it runs, no other test of the process could run an event loop.
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def open_office(tmp_path: Path) -> Iterator[Callable[..., Office]]:
    """Opens the office, with a tariff's lengths where the test is about them."""
    with ExitStack() as stack:

        def opened(**lengths: str) -> Office:
            office = Office(tmp_path, **lengths)
            stack.callback(office.close)
            return office

        yield opened


@pytest.fixture
def office(open_office: Callable[..., Office]) -> Office:
    return open_office()


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    with a_desk(office) as desk:
        yield desk
