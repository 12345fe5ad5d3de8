"""The Windows PCs of the tests. Without Wine or its compiler these tests are skipped, saying what is missing."""

from collections.abc import AsyncIterator
from contextlib import nullcontext
from pathlib import Path

import pytest
import pytest_asyncio

from tests.windows.interpreter import Interpreter, Unbuildable, interpreter
from tests.windows.pc import WindowsPc


@pytest.fixture(scope="session")
def windows_python(pytestconfig: pytest.Config) -> Interpreter:
    """The interpreter, built at its first use on a machine; each step is told past pytest's capture."""
    capture = pytestconfig.pluginmanager.get_plugin("capturemanager")

    def tell(step: str) -> None:
        with capture.global_and_fixture_disabled() if capture else nullcontext():
            print(f"\n{step}", end="", flush=True)

    try:
        return interpreter(tell)
    except Unbuildable as missing:
        pytest.skip(str(missing))


@pytest_asyncio.fixture
async def pc(windows_python: Interpreter, tmp_path: Path) -> AsyncIterator[WindowsPc]:
    """A Windows PC for one test."""
    machine = WindowsPc(windows_python, tmp_path)
    yield machine
    await machine.switch_off()
