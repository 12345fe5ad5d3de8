"""The Windows PCs of the tests. Without Wine or its compiler these tests are skipped, saying what is missing."""

from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext

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


@pytest.fixture(scope="session")
def switched_on(windows_python: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WindowsPc]:
    """The one PC of all these tests: to start it takes longer than most of them."""
    machine = WindowsPc(windows_python, tmp_path_factory.mktemp("windows"))
    yield machine
    machine.switch_off()


@pytest_asyncio.fixture
async def pc(switched_on: WindowsPc) -> AsyncIterator[WindowsPc]:
    """A Windows PC as if for one test alone."""
    yield switched_on
    await switched_on.clear()
